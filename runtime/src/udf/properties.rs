//! What a function says of its results: planners believe it, and tests try to refute it.

use super::descriptor::{Constant, Function};

/// What a function says of its results: planners believe it, and tests try to refute it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Properties {
    /// A larger first argument gives no smaller result, the others being constant.
    pub monotone: bool,
    /// Different first arguments give different results, the others being equal.
    pub injective: bool,
    /// Called with its result and the same constants, it gives that result.
    pub idempotent: bool,
    /// The first two arguments can change places.
    pub commutative: bool,
    /// The function that gives the argument back.
    pub inverse: Option<&'static Function>,
    /// The least and the largest result, where there are such.
    pub bounds: Option<(Option<Constant>, Option<Constant>)>,
}

impl Properties {
    /// A function that says nothing.
    pub const NONE: Self = Self {
        monotone: false,
        injective: false,
        idempotent: false,
        commutative: false,
        inverse: None,
        bounds: None,
    };

    /// The names of those that hold, in the order of the attributes.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let flags = [
            (self.monotone, "monotone"),
            (self.injective, "injective"),
            (self.idempotent, "idempotent"),
            (self.commutative, "commutative"),
        ];
        let mut names: Vec<String> =
            flags.iter().filter(|(is, _)| *is).map(|(_, name)| (*name).to_owned()).collect();
        names.extend(self.inverse.map(|inverse| format!("inverse = {}", inverse.name)));
        if let Some((low, high)) = self.bounds {
            let text = |bound: Option<Constant>| bound.map(|b| b.to_string()).unwrap_or_default();
            let dots = if high.is_some() { "..=" } else { ".." };
            names.push(format!("bounds = {}{dots}{}", text(low), text(high)));
        }
        names
    }
}
