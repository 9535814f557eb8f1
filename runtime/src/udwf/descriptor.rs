//! What is known of a window function beyond what is known of any function: constant data, written
//! by `#[udwf]`.

use std::marker::PhantomData;

use super::kernel::{NextRow, OverFrame, OverPartition, Windowed};
use super::run::{FrameRun, NextRun, PartitionRun, Run};
use crate::udaf::Erased;
use crate::udf::descriptor::{Body, Function, Param};
use crate::udf::types::{Typed, ValueType};
use crate::udf::write::WriteSlot;

/// What computes a window function.
#[derive(Debug)]
pub struct Window {
    /// The loops: one for each way to erase the type parameters.
    pub variants: &'static [WindowVariant],
    /// Whether no result is smaller than the one of the row before.
    pub ascending: bool,
}

/// The loops of a window function for one choice of types.
#[derive(Debug)]
pub struct WindowVariant {
    /// What stands for each type parameter.
    pub erased: &'static [Erased],
    /// The parameters as the loops read them.
    pub params: &'static [Param],
    /// What the loops give.
    pub returns: ValueType,
    /// What the function is called for.
    pub over: Over,
    /// Begins a partition.
    pub start: fn() -> Box<dyn Run>,
}

/// What a window function is called for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Each row in turn.
    Next,
    /// The frame of each row.
    Frame,
    /// A partition.
    Partition,
}

impl WindowVariant {
    /// The loop over rows in turn.
    #[must_use]
    pub const fn next<K: NextRow>(erased: &'static [Erased]) -> Self {
        Self::of::<K>(erased, Over::Next, || Box::new(NextRun::<K>::default()))
    }

    /// The loop over the frames of rows.
    #[must_use]
    pub const fn frame<K: OverFrame>(erased: &'static [Erased]) -> Self {
        Self::of::<K>(erased, Over::Frame, || Box::new(FrameRun::<K>(PhantomData)))
    }

    /// The loop over partitions.
    #[must_use]
    pub const fn partition<K: OverPartition>(erased: &'static [Erased]) -> Self {
        Self::of::<K>(erased, Over::Partition, || Box::new(PartitionRun::<K>(PhantomData)))
    }

    const fn of<K: Windowed>(
        erased: &'static [Erased],
        over: Over,
        start: fn() -> Box<dyn Run>,
    ) -> Self {
        Self { erased, params: K::PARAMS, returns: returns::<K::Output>(), over, start }
    }
}

const fn returns<R: WriteSlot>() -> ValueType {
    ValueType { ty: <R::Value as Typed>::TYPE, nullable: R::NULLABLE }
}

impl Function {
    /// Everything that a signature alone says; an expansion overrides what else is known.
    #[must_use]
    pub const fn window<K: Windowed>(
        name: &'static str,
        signature: &'static str,
        window: &'static Window,
    ) -> Self {
        Self::of(name, signature, K::PARAMS, returns::<K::Output>(), Body::Window(window))
    }

    /// A window function with type parameters.
    #[must_use]
    pub const fn generic_window(
        name: &'static str,
        signature: &'static str,
        params: &'static [Param],
        returns: ValueType,
        window: &'static Window,
    ) -> Self {
        Self::of(name, signature, params, returns, Body::Window(window))
    }

    /// What computes it, if it is a window function.
    #[must_use]
    pub const fn as_window(&self) -> Option<&'static Window> {
        match self.body {
            Body::Window(window) => Some(window),
            _ => None,
        }
    }
}
