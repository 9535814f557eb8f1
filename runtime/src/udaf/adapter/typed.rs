//! A call whose argument types are known: in which form loops see values, and what the result is.
//! Aggregates and window functions have it in common.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::{Array as _, ArrayRef, ListArray};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{DataFusionError, Result};

use super::codec::Codec;
use crate::udaf::descriptor::Erased;
use crate::udf::adapter::bind::{Bindings, flat};
use crate::udf::adapter::{accept, conform, message, returns};
use crate::udf::error::CallError;
use crate::udf::types::{LIST_ITEM, Type, TypeSet};
use crate::udf::{Function, Param};

/// The types of a call.
#[derive(Debug)]
pub(crate) struct Typed {
    function: &'static Function,
    /// For each parameter, how its values are turned into what loops read; `None` for a type that
    /// they know.
    codecs: Vec<Option<Codec>>,
    result: Shape,
    returns: DataType,
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

impl Typed {
    /// The types of a call with these arguments.
    ///
    /// # Errors
    ///
    /// The function takes others.
    pub(crate) fn new(function: &'static Function, fields: &[FieldRef]) -> Result<Self> {
        if fields.len() != function.params.len() {
            return Err(message::wrong_count(function, fields.len()));
        }
        let codecs = codecs(function, fields)?;
        let (result, returns) = result(function, &codecs)?;
        Ok(Self { function, codecs, result, returns })
    }

    /// What stands for each type parameter inside of loops.
    pub(crate) fn erased(&self) -> Vec<Erased> {
        let codec = |number| codec_of(self.function, &self.codecs, number).map(Codec::erased);
        (0..self.function.type_params.len()).filter_map(codec).collect()
    }

    /// The field of the result.
    pub(crate) fn field(&self, name: &str, nullable: bool, fields: &[FieldRef]) -> Field {
        let mut metadata = self.inherited(fields);
        metadata.extend(returns::metadata(self.function, fields));
        Field::new(name, self.returns.clone(), nullable).with_metadata(metadata)
    }

    /// A result that is one of the values of an argument keeps what is known of these.
    fn inherited(&self, fields: &[FieldRef]) -> HashMap<String, String> {
        let wanted = self.function.returns.ty;
        let is_it = |param: &Param| param.value.ty == wanted;
        let position = match &self.result {
            // A number is computed.
            Shape::Param(codec) if !codec.is_number() => {
                self.function.params.iter().position(is_it)
            }
            Shape::Param(_) | Shape::Known | Shape::List(..) => None,
        };
        let field = position.and_then(|position| fields.get(position));
        field.map(|field| field.metadata().clone()).unwrap_or_default()
    }

    /// Arguments in the form that loops read; none is a constant.
    pub(crate) fn encode(&self, values: &[ArrayRef]) -> Result<Vec<(ArrayRef, bool)>> {
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
        Ok(arrays)
    }

    /// Results of loops in their type.
    pub(crate) fn decode(&self, array: &ArrayRef) -> Result<ArrayRef> {
        decode(array, &self.result)
    }
}

/// Why there are no loops: a macro of another version wrote the descriptor.
pub(crate) fn no_loops(function: &Function, erased: &[Erased]) -> DataFusionError {
    let name = function.name;
    DataFusionError::Internal(format!("`{name}` was not compiled for {erased:?}"))
}

/// How values of a type parameter are turned into what loops read.
///
/// # Errors
///
/// Why a type is none that the parameter stands for.
fn codec(function: &Function, number: usize, found: &DataType) -> Result<Codec, String> {
    let set = function.type_params.get(number).map(|param| param.set);
    if set == Some(TypeSet::Number) {
        return Codec::number(flat(found))
            .ok_or_else(|| "it is no integer and no float".to_owned());
    }
    Codec::new(flat(found)).map_err(|_| "its values have no order".to_owned())
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
            Some((_, known))
                if codec(function, number, found).is_ok_and(|c| c.ty() == known.ty()) =>
            {
                known.clone()
            }
            Some((first, codec)) => {
                let name = param.value.ty.named(function.type_params);
                let reason = format!("`{first}` is {}, and both are {name}", codec.ty());
                return Err(wrong(Some(reason)));
            }
            None => {
                let codec = codec(function, number, found).map_err(|reason| wrong(Some(reason)))?;
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
