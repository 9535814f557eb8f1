//! Made-up arguments: those of the examples, the same with some of them exchanged, and any others.

use arrow_schema::DataType;
use datafusion::common::{Result, ScalarValue};
use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Strategy, any};
use proptest::sample::select;
use proptest::strategy::Union;

use super::call::{Arg, Call};
use super::seeds::Seed;
use super::shapes::Shape;
use crate::testing::made_up;
use crate::udf::adapter::scalar;
use crate::udf::{Function, Param};

/// How many rows are made up; equal ones beside each other are more.
const ROWS: usize = 8;

/// How often a row is repeated at most.
const REPEATS: usize = 3;

/// What a call is made of.
#[derive(Clone, Debug)]
pub(super) struct Made {
    constants: Vec<ScalarValue>,
    rows: Vec<(Vec<ScalarValue>, usize)>,
    /// Which of many ways to compute the rows are tried.
    pub(super) turn: usize,
}

/// Calls of a function with arguments of these types.
pub(super) fn calls(
    function: &Function,
    shape: &Shape,
    seeds: &[Seed],
) -> Result<BoxedStrategy<Made>> {
    let mut constants = Vec::new();
    let mut columns = Vec::new();
    for (position, ty) in shape.types.iter().enumerate() {
        let Some(param) = function.param_of(position) else { continue };
        let known = known(seeds, position, ty);
        if param.literal {
            constants.push(constant(param, ty, known)?);
        } else {
            columns.push(with_known(made_up::slots(ty, true)?, known));
        }
    }
    let rows = vec((row(function, shape, seeds, columns), 1..=REPEATS), 1..=ROWS);
    let turn = any::<u16>().prop_map(usize::from).no_shrink();
    let made = (constants, rows, turn);
    Ok(made.prop_map(|(constants, rows, turn)| Made { constants, rows, turn }).boxed())
}

/// The arguments that examples have at a position, where they are of this type.
fn known(seeds: &[Seed], position: usize, ty: &DataType) -> Vec<ScalarValue> {
    seeds.iter().filter_map(|seed| cast(seed.get(position)?, ty)).collect()
}

fn cast(value: &ScalarValue, ty: &DataType) -> Option<ScalarValue> {
    let cast = value.cast_to(ty).ok()?;
    // A text is no number and a number no text: such a value says nothing of another type.
    let same = value.data_type().is_string() == ty.is_string();
    (same || value.is_null()).then_some(cast)
}

fn with_known(
    any: BoxedStrategy<ScalarValue>,
    known: Vec<ScalarValue>,
) -> BoxedStrategy<ScalarValue> {
    if known.is_empty() {
        return any;
    }
    Union::new_weighted(vec![(1, any), (1, select(known).boxed())]).boxed()
}

/// A constant: what is listed, the default, what examples have, and anything else.
fn constant(
    param: &Param,
    ty: &DataType,
    mut known: Vec<ScalarValue>,
) -> Result<BoxedStrategy<ScalarValue>> {
    let listed = param.values.iter().map(|text| ScalarValue::Utf8(Some((*text).to_owned())));
    known.extend(listed);
    if let Some(default) = &param.default {
        known.push(scalar(default).cast_to(ty)?);
    }
    let any = made_up::slots(ty, true)?;
    if known.is_empty() {
        return Ok(any);
    }
    // Whatever else is not listed is refused, which has to be seen, but not often.
    Ok(Union::new_weighted(vec![(9, select(known).boxed()), (1, any)]).boxed())
}

/// A row of columns.
fn row(
    function: &Function,
    shape: &Shape,
    seeds: &[Seed],
    columns: Vec<BoxedStrategy<ScalarValue>>,
) -> BoxedStrategy<Vec<ScalarValue>> {
    let n_columns = columns.len();
    let of_seed = |seed: &Seed| -> Option<Vec<Option<ScalarValue>>> {
        let positions = 0..shape.types.len();
        let is_column =
            |position: &usize| function.param_of(*position).is_some_and(|param| !param.literal);
        let value = |position| seed.get(position).and_then(|v| cast(v, &shape.types[position]));
        let row: Vec<_> = positions.filter(is_column).map(value).collect();
        row.iter().any(Option::is_some).then_some(row)
    };
    let known: Vec<Vec<Option<ScalarValue>>> = seeds.iter().filter_map(of_seed).collect();
    let free = columns.boxed();
    if known.is_empty() || n_columns == 0 {
        return free;
    }
    let exchanged = (select(known), free.clone(), vec(any::<u8>(), n_columns)).prop_map(
        |(known, free, exchange)| {
            let parts = known.into_iter().zip(free).zip(exchange);
            // Two of three arguments stay as the example has them.
            parts
                .map(|((known, free), n)| match known {
                    Some(value) if !n.is_multiple_of(3) => value,
                    _ => free,
                })
                .collect::<Vec<_>>()
        },
    );
    Union::new_weighted(vec![(1, free), (2, exchanged.boxed())]).boxed()
}

impl Made {
    /// The call.
    pub(super) fn to_call(&self, function: &'static Function, shape: &Shape) -> Result<Call> {
        let rows: Vec<&Vec<ScalarValue>> = self
            .rows
            .iter()
            .flat_map(|(row, repeats)| std::iter::repeat_n(row, *repeats))
            .collect();
        let (mut constants, mut column) = (self.constants.iter(), 0);
        let mut args = Vec::with_capacity(shape.types.len());
        for (position, ty) in shape.types.iter().enumerate() {
            let literal = function.param_of(position).is_some_and(|param| param.literal);
            if literal {
                args.push(Arg::Constant(constants.next().cloned().unwrap_or(ScalarValue::Null)));
                continue;
            }
            let values: Vec<ScalarValue> = rows.iter().map(|row| row[column].clone()).collect();
            args.push(Arg::Column(made_up::column(ty, &values)?));
            column += 1;
        }
        let rows = if column == 0 { 1 } else { rows.len() };
        Ok(Call { function, args, rows })
    }
}
