//! A call whose argument types are known: which loops run, in which form they see values, and what
//! the result is. It is decided when a query is planned and again in each task, from types alone.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::{Array as _, ArrayRef, BooleanArray, ListArray, new_empty_array, new_null_array};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{DataFusionError, Result};

use super::codec::Codec;
use super::contained;
use crate::udaf::descriptor::{Aggregate, Erased, Variant};
use crate::udaf::states::{Groups, States};
use crate::udf::adapter::bind::{Bindings, flat};
use crate::udf::adapter::{accept, conform, message, returns};
use crate::udf::args::Args;
use crate::udf::error::CallError;
use crate::udf::types::{LIST_ITEM, Type};
use crate::udf::{Function, Param};

/// A call whose argument types are known.
#[derive(Debug)]
pub(super) struct Bound {
    function: &'static Function,
    variant: &'static Variant,
    /// For each parameter, how its values are turned into what loops read; `None` for a type that
    /// they know.
    codecs: Vec<Option<Codec>>,
    result: Shape,
    returns: DataType,
    ignore_nulls: bool,
}

/// How a result is turned back.
#[derive(Debug)]
enum Shape {
    /// It is what it seems.
    Known,
    /// A value of a type parameter.
    Param(Codec),
    /// A list of such.
    List(Box<Self>, FieldRef),
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
        if fields.len() != function.params.len() {
            return Err(message::wrong_count(function, fields.len()));
        }
        let codecs = codecs(function, fields)?;
        let erased: Vec<Erased> = (0..function.type_params.len())
            .filter_map(|number| codec_of(function, &codecs, number).map(Codec::erased))
            .collect();
        let variant = aggregate
            .variants
            .iter()
            .find(|variant| variant.erased == erased)
            .ok_or_else(|| DataFusionError::Internal(no_loops(function, &erased)))?;
        let (result, returns) = result(function, &codecs)?;
        Ok(Self { function, variant, codecs, result, returns, ignore_nulls: false })
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
        let nullable = self.function.returns.nullable;
        let field = Field::new(self.function.name, self.returns.clone(), nullable);
        let mut metadata = self.inherited(fields);
        metadata.extend(returns::metadata(self.function, fields));
        Arc::new(field.with_metadata(metadata))
    }

    /// A result that is one of the values of an argument keeps what is known of these.
    fn inherited(&self, fields: &[FieldRef]) -> HashMap<String, String> {
        let wanted = self.function.returns.ty;
        let is_it = |param: &Param| param.value.ty == wanted;
        let position = match self.result {
            Shape::Param(_) => self.function.params.iter().position(is_it),
            Shape::Known | Shape::List(..) => None,
        };
        let field = position.and_then(|position| fields.get(position));
        field.map(|field| field.metadata().clone()).unwrap_or_default()
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
        let mut arrays = Vec::with_capacity(values.len());
        let params = self.codecs.iter().zip(self.function.params);
        for (position, (array, (codec, param))) in values.iter().zip(params).enumerate() {
            let array = match codec {
                Some(codec) => codec.encode(array)?,
                None => conform::conform(param, array, &Bindings::default()).map_err(|error| {
                    let error = CallError::at_argument(position, error);
                    message::failed(self.function, &error, None)
                })?,
            };
            arrays.push((array, false));
        }
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
        contained(self.function, || Ok(self.args(batch)?.nulls().cloned()))
    }

    /// The results of states, in their type.
    pub(super) fn finish(&self, states: &dyn States) -> Result<ArrayRef> {
        let array = contained(self.function, || states.finish())?;
        decode(&array, &self.result)
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

/// Why there are no loops: a macro of another version wrote the descriptor.
fn no_loops(function: &Function, erased: &[Erased]) -> String {
    format!("`{}` was not compiled for {erased:?}", function.name)
}

fn codecs(function: &Function, fields: &[FieldRef]) -> Result<Vec<Option<Codec>>> {
    let mut codecs: Vec<Option<Codec>> = Vec::with_capacity(fields.len());
    let mut known: HashMap<usize, (&str, Codec)> = HashMap::new();
    for (position, (param, field)) in function.params.iter().zip(fields).enumerate() {
        let found = field.data_type();
        let wrong = |reason| message::wrong_type(function, position, param, found, reason);
        let Type::Param(number) = param.value.ty else {
            accept::accept(param, found, None, &[]).map_err(wrong)?;
            codecs.push(None);
            continue;
        };
        let codec = match known.get(&number) {
            Some((_, codec)) if codec.ty() == flat(found) => codec.clone(),
            Some((first, codec)) => {
                let name = param.value.ty.named(function.type_params);
                let reason = format!("`{first}` is {}, and both are {name}", codec.ty());
                return Err(wrong(Some(reason)));
            }
            None => {
                let no_order = |_| wrong(Some("its values have no order".to_owned()));
                let codec = Codec::new(flat(found)).map_err(no_order)?;
                known.insert(number, (param.name, codec.clone()));
                codec
            }
        };
        codecs.push(Some(codec));
    }
    Ok(codecs)
}

/// The codec of a type parameter: that of the first parameter that has it.
fn codec_of<'c>(
    function: &Function,
    codecs: &'c [Option<Codec>],
    number: usize,
) -> Option<&'c Codec> {
    let is_it = |param: &Param| param.value.ty == Type::Param(number);
    let position = function.params.iter().position(is_it)?;
    codecs.get(position)?.as_ref()
}

/// How the result is turned back, and its type.
fn result(function: &Function, codecs: &[Option<Codec>]) -> Result<(Shape, DataType)> {
    let ty = function.returns.ty;
    shape(function, codecs, ty).ok_or_else(|| {
        let text = ty.named(function.type_params);
        DataFusionError::Internal(format!("`{}` cannot give {text}", function.name))
    })
}

fn shape(function: &Function, codecs: &[Option<Codec>], ty: Type) -> Option<(Shape, DataType)> {
    match ty {
        Type::Param(number) => {
            let codec = codec_of(function, codecs, number)?;
            Some((Shape::Param(codec.clone()), codec.ty().clone()))
        }
        Type::List(item) => {
            let (shape, ty) = shape(function, codecs, item.ty)?;
            let field = Arc::new(Field::new(LIST_ITEM, ty, item.nullable));
            Some((Shape::List(Box::new(shape), Arc::clone(&field)), DataType::List(field)))
        }
        other => Some((Shape::Known, other.to_arrow())),
    }
}

fn decode(array: &ArrayRef, shape: &Shape) -> Result<ArrayRef> {
    match shape {
        Shape::Known => Ok(Arc::clone(array)),
        Shape::Param(codec) => Ok(codec.decode(array)?),
        Shape::List(item, field) => {
            let list = array.as_list::<i32>();
            let items = decode(list.values(), item)?;
            let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
            Ok(Arc::new(ListArray::try_new(Arc::clone(field), offsets, items, nulls)?))
        }
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
