//! What a function has made of constants, kept for the batches to come, and for other queries.
//!
//! It is found again by the values of the constants and not by a plan, because plans are copied,
//! rewritten and sent elsewhere, where functions are known by their names alone.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use arrow_array::{Array as _, ArrayRef, new_null_array};
use datafusion::common::{Result, ScalarValue};

use super::bind::Bindings;
use super::conform::conform;
use super::failure::caught;
use super::{Callee, message};
use crate::udf::args::Args;
use crate::udf::descriptor::{Function, Param};
use crate::udf::error::CallError;
use crate::udf::prepared::{Prepare, Shared};

/// A function keeps what it has made of so many choices of constants; a query has few.
const MOST: usize = 64;

/// What was made, the latest used first.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<VecDeque<(Key, Shared)>>);

/// The constants that something was made of.
#[derive(Debug, PartialEq)]
enum Key {
    /// The text of the parameter at a position.
    Text(usize, String),
    /// All of them.
    All(Vec<ScalarValue>),
}

impl Kept {
    /// The value of a constant text, if the parameter has it parsed.
    ///
    /// # Errors
    ///
    /// It cannot be parsed.
    pub(super) fn parsed(
        &self,
        position: usize,
        param: &Param,
        text: &str,
    ) -> Result<Option<Shared>, String> {
        let Some(parse) = param.parse else { return Ok(None) };
        let key = Key::Text(position, text.to_owned());
        self.get_or_make(key, || parse(text), |panic| format!("panicked: {panic}")).map(Some)
    }

    /// What `prepare` makes of the constants of a batch; `None` when one of them is not known, or is
    /// NULL and no call is made.
    ///
    /// # Errors
    ///
    /// Nothing can be made of them.
    pub(super) fn prepared(
        &self,
        function: &Function,
        prepare: Prepare,
        arrays: &[(ArrayRef, bool)],
        args: &Args<'_>,
    ) -> Result<Option<Shared>, CallError> {
        let mut values = Vec::new();
        for (param, (array, scalar)) in function.params.iter().zip(arrays) {
            if !param.literal {
                continue;
            }
            if !scalar || (array.is_null(0) && !param.value.nullable) {
                return Ok(None);
            }
            values.push(ScalarValue::try_from_array(array, 0).map_err(CallError::whole)?);
        }
        let panicked = |panic| CallError::whole(format!("preparing panicked: {panic}"));
        self.get_or_make(Key::All(values), || prepare(args), panicked).map(Some)
    }

    /// The same when a call is planned; arguments that were left out have their defaults.
    pub(super) fn plan(
        &self,
        callee: Callee<'_>,
        constants: &[Option<&ScalarValue>],
    ) -> Result<()> {
        let function = callee.function;
        let Some(prepare) = function.prepare else { return Ok(()) };
        let mut arrays = Vec::with_capacity(function.params.len());
        for (position, param) in function.params.iter().enumerate() {
            let constant = match constants.get(position) {
                Some(constant) => constant.cloned(),
                None => callee.default_of(position, param)?,
            };
            arrays.push(match constant.filter(|_| param.literal) {
                Some(constant) => {
                    let array = conform(param, &constant.to_array()?, &Bindings::default());
                    (array?, true)
                }
                None => (new_null_array(&param.value.ty.to_arrow(), 1), false),
            });
        }
        let args = Args::new(function, &arrays, 1);
        args.and_then(|args| self.prepared(function, prepare, &arrays, &args))
            .map(drop)
            .map_err(|error| message::not_prepared(function, &error))
    }

    fn get_or_make<E>(
        &self,
        key: Key,
        make: impl FnOnce() -> Result<Shared, E>,
        panicked: impl FnOnce(String) -> E,
    ) -> Result<Shared, E> {
        if let Some(shared) = self.find(&key) {
            return Ok(shared);
        }
        // Not under the lock: it may take long, and another thread may want something else.
        let shared = caught(make).unwrap_or_else(|panic| Err(panicked(panic)))?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.truncate(MOST - 1);
        kept.push_front((key, shared.clone()));
        Ok(shared)
    }

    fn find(&self, key: &Key) -> Option<Shared> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let position = kept.iter().position(|(known, _)| known == key)?;
        let found = kept.remove(position)?;
        let shared = found.1.clone();
        kept.push_front(found);
        Some(shared)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{Kept, Key, MOST};
    use crate::udf::prepared::Shared;

    #[test]
    fn so_many_are_kept_and_the_latest_used_stay() {
        let (kept, made) = (Kept::default(), Cell::new(0));
        let get = |text: usize| {
            let make = || {
                made.set(made.get() + 1);
                Ok::<_, String>(Shared::new(text))
            };
            kept.get_or_make(Key::Text(0, text.to_string()), make, |panic| panic).unwrap();
        };
        (0..MOST).for_each(get);
        get(0);
        assert_eq!(made.get(), MOST, "the first is still there");
        get(MOST);
        get(0);
        assert_eq!(made.get(), MOST + 1, "it was used lately");
        get(1);
        assert_eq!(made.get(), MOST + 2, "this one was not");
        assert_eq!(kept.0.lock().unwrap().len(), MOST);
    }

    #[test]
    fn a_panic_is_an_error_and_nothing_is_kept() {
        let kept = Kept::default();
        let make = || -> Result<Shared, String> { panic!("no") };
        let found = kept.get_or_make(Key::Text(0, "a".to_owned()), make, |panic| panic);
        assert_eq!(found.unwrap_err(), "no");
        assert!(kept.0.lock().unwrap().is_empty());
    }
}
