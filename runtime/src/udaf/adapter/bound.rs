//! A call of an aggregate whose argument types are known: which loops run. It is decided when a query is planned and again in each task, from types alone.

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::{Array as _, ArrayRef, BooleanArray, ListArray, new_empty_array, new_null_array};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, FieldRef};
use datafusion::common::Result;

use super::contained;
use super::typed::{self, Typed};
use crate::udaf::descriptor::{Aggregate, Variant};
use crate::udaf::states::{Groups, States};
use crate::udf::Function;
use crate::udf::args::Args;
use crate::udf::error::CallError;

/// A call whose argument types are known.
#[derive(Debug)]
pub(super) struct Bound {
    function: &'static Function,
    variant: &'static Variant,
    typed: Typed,
    ignore_nulls: bool,
}

/// A batch of arguments in the form that loops read.
pub(super) struct Batch {
    arrays: Vec<(ArrayRef, bool)>,
    rows: usize,
    filter: Option<NullBuffer>,
}

impl Bound {
    pub(super) fn new(
        function: &'static Function,
        aggregate: &'static Aggregate,
        fields: &[FieldRef],
    ) -> Result<Self> {
        let typed = Typed::new(function, fields)?;
        let erased = typed.erased();
        let variant = aggregate
            .variants
            .iter()
            .find(|variant| variant.erased == erased)
            .ok_or_else(|| typed::no_loops(function, &erased))?;
        Ok(Self { function, variant, typed, ignore_nulls: false })
    }

    /// The same call with `IGNORE NULLS`, or without.
    pub(super) fn ignoring_nulls(mut self, ignore_nulls: bool) -> Self {
        self.ignore_nulls = ignore_nulls;
        self
    }

    pub(super) fn function(&self) -> &'static Function {
        self.function
    }

    pub(super) fn variant(&self) -> &'static Variant {
        self.variant
    }

    pub(super) fn return_field(&self, fields: &[FieldRef]) -> FieldRef {
        let (name, nullable) = (self.function.name, self.function.returns.nullable);
        Arc::new(self.typed.field(name, nullable, fields))
    }

    /// States of so many groups without rows.
    pub(super) fn states(&self, groups: usize) -> Box<dyn States> {
        let mut states = (self.variant.start)();
        states.grow(groups);
        states
    }

    /// The arguments of a batch; rows that `filter` does not name count for nothing.
    pub(super) fn batch(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Batch> {
        let rows = values.first().map_or(0, |array| array.len());
        let arrays = self.typed.encode(values)?;
        // A condition that is NULL is not true.
        let filter = filter.map(|filter| match filter.nulls() {
            Some(nulls) => NullBuffer::new(filter.values() & nulls.inner()),
            None => NullBuffer::new(filter.values().clone()),
        });
        Ok(Batch { arrays, rows, filter })
    }

    /// A batch of arguments that are in the form of loops already.
    pub(super) fn encoded(&self, arrays: Vec<ArrayRef>) -> Batch {
        let rows = arrays.first().map_or(0, |array| array.len());
        let arrays = arrays.into_iter().map(|array| (array, false)).collect();
        Batch { arrays, rows, filter: None }
    }

    /// Adds a batch to states.
    pub(super) fn update(
        &self,
        states: &mut dyn States,
        batch: &Batch,
        groups: Groups<'_>,
    ) -> Result<()> {
        contained(self.function, || states.update(&self.args(batch)?, groups))
    }

    /// Takes a batch out of states.
    pub(super) fn retract(
        &self,
        states: &mut dyn States,
        batch: &Batch,
        groups: Groups<'_>,
    ) -> Result<()> {
        contained(self.function, || states.retract(&self.args(batch)?, groups))
    }

    /// Which rows of a batch count; `None` when all do.
    pub(super) fn counting(&self, batch: &Batch) -> Result<Option<NullBuffer>> {
        contained(self.function, || Ok(self.args(batch)?.live().nulls().cloned()))
    }

    /// The results of states, in their type.
    pub(super) fn finish(&self, states: &dyn States) -> Result<ArrayRef> {
        let array = contained(self.function, || states.finish())?;
        self.typed.decode(&array)
    }

    fn args<'b>(&self, batch: &'b Batch) -> Result<Args<'b>, CallError> {
        let params = self.variant.params;
        let mut args = Args::of(|position| params.get(position), &batch.arrays, batch.rows)?;
        if self.ignore_nulls {
            args.without_nulls();
        }
        if let Some(filter) = &batch.filter {
            args.only(filter);
        }
        Ok(args)
    }
}

impl Batch {
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The arguments in the form that loops read.
    pub(super) fn into_arrays(self) -> Vec<ArrayRef> {
        self.arrays.into_iter().map(|(array, _)| array).collect()
    }
}

/// What no rows give, in the type of a call's result: NULL, an empty list or a value of a type that
/// all calls share.
pub(super) fn empty_result(variant: &Variant, ty: &DataType) -> Result<ArrayRef, CallError> {
    let mut states = (variant.start)();
    states.grow(1);
    let array = states.finish()?;
    match ty {
        _ if array.data_type() == ty => Ok(array),
        _ if array.is_null(0) => Ok(new_null_array(ty, 1)),
        DataType::List(field)
            if array.as_list_opt::<i32>().is_some_and(|l| l.value_length(0) == 0) =>
        {
            let items = new_empty_array(field.data_type());
            let offsets = OffsetBuffer::from_lengths([0]);
            let list = ListArray::try_new(Arc::clone(field), offsets, items, None);
            Ok(Arc::new(list.map_err(CallError::whole)?))
        }
        _ => arrow::compute::cast(&array, ty).map_err(CallError::whole),
    }
}
