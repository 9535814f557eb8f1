//! Which of DataFusion's hooks a function answers: derived from what it says, and nowhere declared.

use super::descriptor::{Body, Function, registered};
use super::properties::Properties;
use crate::udwf::descriptor::Over;

impl Function {
    /// The methods of DataFusion's traits that answer something of their own for this function, sorted.
    /// Those that every function of its kind answers (names, types, documentation, the loop) are not
    /// among them, and a function of DataFusion has none of ours.
    #[must_use]
    pub fn hooks(&'static self) -> Vec<&'static str> {
        let hooks: &[(&'static str, bool)] = match self.body {
            Body::Rows(_) | Body::Columns(..) => &self.row_hooks(),
            Body::Async(_) => &[("invoke_async_with_args", true)],
            Body::Aggregate(aggregate) => &[
                ("create_groups_accumulator", true),
                ("create_sliding_accumulator", true),
                ("retract_batch", aggregate.variants.iter().any(|variant| variant.retracts)),
                ("supports_null_handling_clause", self.sees_null()),
            ],
            Body::Window(window) => {
                let over = window.variants.first().map(|variant| variant.over);
                &[
                    ("limit_effect", over.is_some_and(|over| over != Over::Partition)),
                    ("sort_options", window.ascending),
                ]
            }
            Body::Table(_) | Body::Engine(_) => &[],
        };
        hooks.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect()
    }

    fn sees_null(&self) -> bool {
        self.params.iter().any(|param| param.value.nullable)
    }

    fn row_hooks(&'static self) -> [(&'static str, bool); 7] {
        let Properties { monotone, injective, idempotent, commutative, inverse, bounds } =
            self.properties;
        let literal = self.params.iter().any(|param| param.literal);
        let undoes = || registered().iter().any(|other| other.properties.inverse == Some(self));
        let exact = monotone && injective;
        [
            ("evaluate_bounds", bounds.is_some() || monotone),
            ("is_strict", self.is_strict()),
            ("output_ordering", monotone),
            ("preimage", self.preimage.is_some() || (inverse.is_some() && exact)),
            (
                "simplify",
                literal || self.simplify.is_some() || idempotent || commutative || undoes(),
            ),
            ("strictly_order_preserving", exact),
            ("with_updated_config", self.params.iter().any(|param| param.setting.is_some())),
        ]
    }
}
