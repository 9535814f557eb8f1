//! What is known of an aggregate beyond what is known of any function: constant data, written by
//! `#[udaf]`.

use super::kernel::Kernel;
use super::states::{StateVec, States};
use crate::udf::descriptor::{Body, Function, Param};
use crate::udf::read::Slot;
use crate::udf::types::ValueType;
use crate::udf::write::WriteSlot;

/// What computes an aggregate.
#[derive(Debug)]
pub struct Aggregate {
    /// The loops: one for each way to erase the type parameters.
    pub variants: &'static [Variant],
    /// Whether it makes no difference how often equal rows occur, so that `DISTINCT` has nothing to
    /// do.
    pub idempotent: bool,
}

/// The loops of an aggregate for one choice of types.
#[derive(Debug)]
pub struct Variant {
    /// What stands for each type parameter.
    pub erased: &'static [Erased],
    /// The parameters as the loops read them.
    pub params: &'static [Param],
    /// What the loops give.
    pub returns: ValueType,
    /// A state as the value of a column.
    pub state: ValueType,
    /// Whether a row can be taken out of a state.
    pub retracts: bool,
    /// Gives an empty list of states.
    pub start: fn() -> Box<dyn States>,
}

/// What stands for the values of a type parameter inside of loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erased {
    /// `u64`, of the same order as the values: numbers, booleans, dates, times.
    Word,
    /// `[u8]`, of the same order as the values: text, bytes and everything else.
    Bytes,
    /// `i64`, the values: signed integers.
    I64,
    /// `u64`, the values: unsigned integers.
    U64,
    /// `f64`, the values: floats.
    F64,
}

impl Variant {
    /// The loops of `K`.
    #[must_use]
    pub const fn of<K: Kernel>(erased: &'static [Erased]) -> Self {
        Self {
            erased,
            params: K::PARAMS,
            returns: returns::<K::Output>(),
            state: <K::State as Slot>::VALUE,
            retracts: K::RETRACTS,
            start: start::<K>,
        }
    }
}

const fn returns<R: WriteSlot>() -> ValueType {
    ValueType { ty: <R::Value as crate::udf::types::Typed>::TYPE, nullable: R::NULLABLE }
}

fn start<K: Kernel>() -> Box<dyn States> {
    Box::new(StateVec::<K>::default())
}

impl Function {
    /// Everything that a signature alone says; an expansion overrides what else is known.
    #[must_use]
    pub const fn aggregate<K: Kernel>(
        name: &'static str,
        signature: &'static str,
        params: &'static [Param],
        aggregate: &'static Aggregate,
    ) -> Self {
        Self::of(name, signature, params, returns::<K::Output>(), Body::Aggregate(aggregate))
    }

    /// An aggregate with type parameters.
    #[must_use]
    pub const fn generic_aggregate(
        name: &'static str,
        signature: &'static str,
        params: &'static [Param],
        returns: ValueType,
        aggregate: &'static Aggregate,
    ) -> Self {
        Self::of(name, signature, params, returns, Body::Aggregate(aggregate))
    }

    /// What computes it, if it is an aggregate.
    #[must_use]
    pub const fn as_aggregate(&self) -> Option<&'static Aggregate> {
        match self.body {
            Body::Aggregate(aggregate) => Some(aggregate),
            _ => None,
        }
    }
}
