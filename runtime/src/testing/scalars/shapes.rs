//! Which types the arguments of a call have, and how many there are.

use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Fields, TimeUnit};
use datafusion::common::ScalarValue;

use super::seeds::Seed;
use crate::udf::Function;
use crate::udf::types::{Type, TypeSet};

/// The types of the arguments of a call.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) types: Vec<DataType>,
}

/// How many types the second type parameter is ahead of the first: so many that numbers and text
/// meet in every way.
const AHEAD: usize = 3;

/// The calls of a function that differ in types or in number of arguments.
pub(super) fn shapes(function: &Function, seeds: &[Seed]) -> Vec<Shape> {
    let of_any_type =
        !function.type_params.is_empty() || function.params.iter().any(|param| param.any);
    let of_any_struct = function.params.iter().any(|param| param.value.ty == Type::AnyStruct);
    let turns = if of_any_type {
        anything().len()
    } else if of_any_struct {
        seeds.len().max(1)
    } else {
        1
    };
    let mut shapes = Vec::new();
    for turn in 0..turns {
        shapes.push(shape(function, seeds, turn, false));
        if function.required_args() < function.params.len() {
            shapes.push(shape(function, seeds, turn, true));
        }
    }
    shapes
}

/// A call with all arguments, or with those alone that it cannot do without.
fn shape(function: &Function, seeds: &[Seed], turn: usize, shortest: bool) -> Shape {
    let anything = anything();
    let pick = |ahead: usize| &anything[(turn + ahead * AHEAD) % anything.len()];
    // A value of a type parameter that a list or a map holds may be NULL.
    let bound = |param: usize| {
        let ty = match function.type_params.get(param)?.set {
            TypeSet::Any => pick(param).clone(),
            TypeSet::Ordered => sorted(pick(param)),
            TypeSet::Number => number(turn + param * AHEAD),
        };
        Some(Arc::new(Field::new("", ty, true)))
    };
    let ty = |position: usize, ty: Type, any: bool| {
        match ty {
            _ if any => castable(pick(position)),
            // Which fields there are is often said by constants, as examples have them.
            Type::AnyStruct => seeds
                .get(turn % seeds.len().max(1))
                .and_then(|seed| seed.get(position))
                .map_or_else(structure, ScalarValue::data_type),
            ty => ty.to_arrow_with(&bound),
        }
    };
    let mut types = Vec::new();
    for (position, param) in function.params.iter().enumerate() {
        if shortest && function.required_args() <= position {
            break;
        }
        // The arguments of a variadic share a type unless each is turned into text.
        let count = if param.variadic { 1 + turn % 3 } else { 1 };
        types.extend((0..count).map(|i| ty(position + i, param.value.ty, param.any)));
    }
    Shape { types }
}

/// Types for type parameters that stand for numbers.
fn number(turn: usize) -> DataType {
    let types = [
        DataType::Int64,
        DataType::Float64,
        DataType::Int32,
        DataType::UInt8,
        DataType::UInt64,
        DataType::Float32,
        DataType::Decimal128(20, 2),
    ];
    types[turn % types.len()].clone()
}

/// A struct of text and a number.
fn structure() -> DataType {
    let text = Field::new("t", DataType::Utf8, true);
    DataType::Struct(Fields::from(vec![text, Field::new("n", DataType::Int32, true)]))
}

/// Types for type parameters, one for each way in which values are kept.
fn anything() -> Vec<DataType> {
    let number: FieldRef = Arc::new(Field::new("n", DataType::Int32, true));
    let key = Arc::new(Field::new("key", DataType::Utf8, false));
    let entries = Fields::from(vec![key, Arc::new(Field::new("value", DataType::Int64, true))]);
    let entries = Arc::new(Field::new("key_value", DataType::Struct(entries), false));
    vec![
        DataType::Int64,
        DataType::Utf8,
        DataType::Float64,
        DataType::Boolean,
        DataType::Timestamp(TimeUnit::Nanosecond, Some("+02:00".into())),
        DataType::Decimal128(20, 2),
        DataType::Binary,
        DataType::List(number),
        structure(),
        DataType::Map(entries, false),
        DataType::FixedSizeBinary(3),
    ]
}

/// Maps have no order.
fn sorted(ty: &DataType) -> DataType {
    if matches!(ty, DataType::Map(..)) { DataType::Date32 } else { ty.clone() }
}

/// Maps, structs and bytes that are no text have no text form.
fn castable(ty: &DataType) -> DataType {
    match ty {
        DataType::Map(..) | DataType::Struct(_) => DataType::UInt8,
        DataType::Binary | DataType::FixedSizeBinary(_) => DataType::Date32,
        other => other.clone(),
    }
}
