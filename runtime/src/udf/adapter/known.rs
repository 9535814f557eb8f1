//! What adapters of every kind keep of their function, and the one instance that each function has.

use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use datafusion::logical_expr::{Documentation, Signature};

use super::{documentation, signature};
use crate::udf::Function;

/// What DataFusion asks for by reference, made once, beside the body of the function. Two are equal
/// when they are of the same function.
pub(crate) struct Known<B> {
    pub(crate) function: &'static Function,
    pub(crate) body: B,
    pub(crate) signature: Signature,
    pub(crate) aliases: Vec<String>,
    pub(crate) documentation: Documentation,
}

impl<B> Known<B> {
    pub(crate) fn new(function: &'static Function, body: B) -> Self {
        Self {
            function,
            body,
            signature: signature(function),
            aliases: function.aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            documentation: documentation::of(function),
        }
    }
}

impl<B> fmt::Debug for Known<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.function.fmt(f)
    }
}

impl<B> PartialEq for Known<B> {
    fn eq(&self, other: &Self) -> bool {
        self.function == other.function
    }
}

impl<B> Eq for Known<B> {}

impl<B> Hash for Known<B> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.hash(state);
    }
}

/// Functions of DataFusion, by the addresses of descriptors, which is what functions are.
pub(crate) struct Instances<F>(LazyLock<Mutex<HashMap<usize, Arc<F>>>>);

impl<F> Instances<F> {
    pub(crate) const fn new() -> Self {
        Self(LazyLock::new(Mutex::default))
    }

    /// The instance of a function, made when it is first asked for.
    pub(crate) fn of(&self, function: &'static Function, make: impl FnOnce() -> F) -> Arc<F> {
        let mut instances = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let address = std::ptr::from_ref(function).addr();
        Arc::clone(instances.entry(address).or_insert_with(|| Arc::new(make())))
    }
}
