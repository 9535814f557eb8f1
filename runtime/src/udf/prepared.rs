//! What is made of constants once, and not for each row or batch: parsed literals, and what a
//! function with `#[udf(prepare = f)]` has `f` make of all of them.
//!
//! Adapters keep what was made, by the values of the constants; without one it is made for each batch.

use std::any::Any;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use super::args::Args;
use super::error::CallError;

/// Something that was made of constants.
#[derive(Clone)]
pub struct Shared(Arc<dyn Any + Send + Sync>);

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// Makes a value of a text, or says what is wrong with it.
pub type Parse = fn(&str) -> Result<Shared, String>;

/// Makes what a function has prepared, from its constants.
pub type Prepare = fn(&Args<'_>) -> Result<Shared, CallError>;

impl Shared {
    /// A value that batches share.
    pub fn new<T: Send + Sync + 'static>(value: T) -> Self {
        Self(Arc::new(value))
    }

    pub(super) fn get<T: 'static>(&self) -> &T {
        match self.0.downcast_ref() {
            Some(value) => value,
            None => unreachable!("a value is read as the type that it was made as"),
        }
    }
}

/// A place for what is made of constants.
#[derive(Debug, Default)]
pub struct Place(OnceLock<Shared>);

impl Place {
    /// Puts something there that was made before.
    #[cfg(feature = "engine")]
    pub(crate) fn set(&self, shared: Shared) {
        // Whoever was first has made the same.
        let _ = self.0.set(shared);
    }

    /// What is there, made now if nothing is.
    pub(crate) fn get_or_make<T: 'static>(
        &self,
        make: impl FnOnce() -> Result<Shared, CallError>,
    ) -> Result<&T, CallError> {
        if let Some(shared) = self.0.get() {
            return Ok(shared.get());
        }
        let shared = make()?;
        Ok(self.0.get_or_init(|| shared).get())
    }
}

/// [`Parse`] for a type.
pub(crate) fn parse<T>(text: &str) -> Result<Shared, String>
where
    T: FromStr<Err: fmt::Display> + Send + Sync + 'static,
{
    text.parse::<T>().map(Shared::new).map_err(|error| error.to_string())
}

/// What `prepare` gives.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what `prepare` gives",
    label = "not a `Result` of what the function takes as `#[prepared]`",
    note = "write `fn make(literal: &str) -> Result<Regex, regex::Error>`: what is made is `Send` and \
            `Sync`, and the error implements `Display`"
)]
pub trait Made<T> {
    /// What was made.
    ///
    /// # Errors
    ///
    /// Why nothing was.
    fn made(self) -> Result<Shared, CallError>;
}

impl<T: Send + Sync + 'static, E: fmt::Display> Made<T> for Result<T, E> {
    fn made(self) -> Result<Shared, CallError> {
        self.map(Shared::new).map_err(CallError::whole)
    }
}

/// The value that a function has prepared from its constants.
///
/// # Errors
///
/// It cannot be made of them.
pub fn prepared<'a, T: 'static>(args: &'a Args<'_>, prepare: Prepare) -> Result<&'a T, CallError> {
    args.prepared().get_or_make(|| prepare(args))
}

#[cfg(test)]
mod tests;
