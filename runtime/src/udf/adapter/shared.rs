//! Results of the values of dictionaries that several batches share: a value is computed once.
//!
//! A dictionary is known by its identity, not by its values: comparing them would cost what is saved.
//! Nothing is kept alive but results, and those of the dictionaries of late alone.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use arrow::compute::{concat, take};
use arrow_array::{Array, ArrayRef, UInt64Array};
use arrow_schema::DataType;
use datafusion::common::{DataFusionError, Result, ScalarValue};

use super::invoke::Input;

/// A function keeps the results of so many dictionaries: those that queries read at one time.
const DICTIONARIES: usize = 8;

/// Results of larger dictionaries are not kept: few batches share one.
const VALUES: usize = 1 << 16;

/// The results of dictionaries, the latest used first.
#[derive(Debug, Default)]
pub(super) struct Dictionaries(Mutex<VecDeque<Arc<Known>>>);

/// The constants of a call by their places; the place of the dictionary has none. `f(d, "a")` and
/// `f("a", d)` are two calls.
type Constants = [Option<ScalarValue>];

/// What is known of a dictionary in calls with the same constants.
#[derive(Debug)]
struct Known {
    values: Weak<dyn Array>,
    constants: Vec<Option<ScalarValue>>,
    places: Places,
    results: ArrayRef,
}

/// Where the results of values are.
#[derive(Debug)]
enum Places {
    /// All of them, in the order of the dictionary.
    All,
    /// Some, by the position of the value; `None` is a row without a key.
    Some(HashMap<Option<u64>, u64>),
}

impl Known {
    fn is_of(&self, values: &ArrayRef, constants: &Constants, flat: &DataType) -> bool {
        // While there is a weak reference, nothing else has the address.
        let same = std::ptr::addr_eq(self.values.as_ptr(), Arc::as_ptr(values));
        same && self.constants == constants && self.results.data_type() == flat
    }

    /// Where the result of a value is; a row without a key has none among those of all values.
    fn place(&self, position: Option<u64>) -> Option<u64> {
        match &self.places {
            Places::All => position,
            Places::Some(places) => places.get(&position).copied(),
        }
    }
}

impl Dictionaries {
    /// The results of all values of a dictionary, in its order.
    pub(super) fn whole(
        &self,
        values: &ArrayRef,
        constants: &Constants,
        flat: &DataType,
        compute: impl FnOnce() -> Result<ArrayRef>,
    ) -> Result<ArrayRef> {
        match self.find(values, constants, flat) {
            Some(known) if matches!(known.places, Places::All) => Ok(Arc::clone(&known.results)),
            _ => {
                let results = compute()?;
                let (values, places) = (Arc::downgrade(values), Places::All);
                let (constants, kept) = (constants.to_vec(), Arc::clone(&results));
                self.keep(Arc::new(Known { values, constants, places, results: kept }));
                Ok(results)
            }
        }
    }

    /// The results of the values at `positions` of a dictionary, in this order. `compute` is asked for
    /// those that are not known: it is given their numbers among the positions.
    pub(super) fn results(
        &self,
        values: &ArrayRef,
        constants: &Constants,
        positions: &UInt64Array,
        flat: &DataType,
        compute: impl FnOnce(&[usize]) -> Result<ArrayRef>,
    ) -> Result<ArrayRef> {
        let known = self.find(values, constants, flat);
        let place = |position: Option<u64>| known.as_ref()?.place(position);
        let missing: Vec<usize> = positions
            .iter()
            .enumerate()
            .filter_map(|(i, position)| place(position).is_none().then_some(i))
            .collect();
        let grown = match (known.clone(), missing.is_empty()) {
            (Some(known), true) => known,
            (known, _) => {
                let computed = compute(&missing)?;
                let at = |i: &usize| positions.is_valid(*i).then(|| positions.value(*i));
                let grown =
                    grow(known, values, constants.to_vec(), computed, missing.iter().map(at))?;
                self.keep(Arc::clone(&grown));
                grown
            }
        };
        let places = positions.iter().map(|position| grown.place(position));
        Ok(take(&grown.results, &places.collect::<UInt64Array>(), None)?)
    }

    fn find(
        &self,
        values: &ArrayRef,
        constants: &Constants,
        flat: &DataType,
    ) -> Option<Arc<Known>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.iter().position(|known| known.is_of(values, constants, flat))?;
        let known = all.remove(at)?;
        all.push_front(Arc::clone(&known));
        Some(known)
    }

    /// In the place of what was known of the dictionary. Threads that compute at one time lose some of
    /// what others have found, which is computed again.
    fn keep(&self, known: Arc<Known>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|other| {
            let same = Weak::ptr_eq(&other.values, &known.values)
                && other.constants == known.constants
                && other.results.data_type() == known.results.data_type();
            !same && 0 < other.values.strong_count()
        });
        if known.results.len() <= VALUES {
            all.truncate(DICTIONARIES - 1);
            all.push_front(known);
        }
    }
}

/// The arguments that are constants, each in its place.
pub(super) fn constants(inputs: &[Input]) -> Result<Vec<Option<ScalarValue>>> {
    let constant =
        |(array, scalar): &Input| scalar.then(|| ScalarValue::try_from_array(array, 0)).transpose();
    inputs.iter().map(constant).collect()
}

fn grow(
    known: Option<Arc<Known>>,
    values: &ArrayRef,
    constants: Vec<Option<ScalarValue>>,
    computed: ArrayRef,
    positions: impl Iterator<Item = Option<u64>>,
) -> Result<Arc<Known>> {
    let (mut places, results) = match known {
        Some(known) => {
            let results = concat(&[known.results.as_ref(), computed.as_ref()])?;
            let places = match &known.places {
                Places::All => (0..known.results.len() as u64).map(|at| (Some(at), at)).collect(),
                Places::Some(places) => places.clone(),
            };
            (places, results)
        }
        None => (HashMap::with_capacity(computed.len()), Arc::clone(&computed)),
    };
    let first = (results.len() - computed.len()) as u64;
    places.extend(positions.zip(first..));
    if places.len() != results.len() {
        let (found, wanted) = (results.len(), places.len());
        let text = format!("{found} results for {wanted} values of a dictionary");
        return Err(DataFusionError::Internal(text));
    }
    let places = Places::Some(places);
    Ok(Arc::new(Known { values: Arc::downgrade(values), constants, places, results }))
}
