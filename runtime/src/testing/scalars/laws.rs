//! What every function of rows has to be.
//!
//! Each row as constants is the measure; each law says of another way to compute the same rows that
//! it agrees.

use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, BooleanArray, NullArray, RecordBatch, new_null_array};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field, Schema};
use datafusion::common::ScalarValue;
use datafusion::functions_nested::expr_fn::{array_element, make_array};
use datafusion::logical_expr::{col, lit, when};

use super::call::{Arg, Call, Refusal};
use super::case::{Broken, Case, Kept, Outcome};
use super::statement;
use crate::testing::encodings::{encode, encodings, kindred, sliced, under_nulls};
use crate::testing::watch::calling;
use crate::udf::adapter::scalar;
use crate::udf::{Body, Param, Type};

/// A law.
pub(super) struct Law {
    pub(super) name: &'static str,
    pub(super) check: fn(&Case<'_>) -> Kept,
}

pub(super) const LAWS: &[Law] = &[
    Law { name: "of constants", check: constants },
    Law { name: "of columns", check: columns },
    Law { name: "in slices", check: slices },
    Law { name: "in chunks", check: chunks },
    Law { name: "over no rows", check: empty },
    Law { name: "of NULL", check: nulls },
    Law { name: "with junk under NULLs", check: junk },
    Law { name: "of constants in every row", check: repeated },
    Law { name: "beside constants", check: beside },
    Law { name: "in other encodings", check: other_encodings },
    Law { name: "where a row fails", check: failures },
    Law { name: "in rows that a CASE leaves out", check: unselected },
    Law { name: "without what has a default", check: defaults },
    Law { name: "beside its twin", check: twin },
];

/// The number of laws that the others build on: where one of them is broken, they say nothing.
pub(super) const MEASURES: usize = 2;

/// A function fails only if its type says so, never by a panic, and says who failed.
fn constants(case: &Case<'_>) -> Kept {
    for (row, outcome) in case.outcomes.iter().enumerate() {
        if let Outcome::Failed(refusal) = outcome
            && let Some(text) = blame(case, refusal)
        {
            return Err(Broken::new(&case.call.constants(row)?, text));
        }
    }
    Ok(())
}

/// What is wrong with the way in which a row fails.
fn blame(case: &Case<'_>, refusal: &Refusal) -> Option<String> {
    let (function, text) = (case.call.function, refusal.text());
    let may_fail = function.fallible || !matches!(function.body, Body::Rows(_));
    match refusal {
        _ if text.contains("panicked: ") => Some(text.to_owned()),
        Refusal::Wrong(_) => Some(text.to_owned()),
        // Constants may be refused before any row is there.
        Refusal::Plan(_) => None,
        // A value of any type may have no text, which is nothing that the function could know.
        Refusal::Run(_) if is_cast(case, text) => None,
        Refusal::Run(_) if !may_fail => {
            Some(format!("fails, though its type has no error: {text}"))
        }
        Refusal::Run(_) if case.is_ours() && !text.contains(&format!("`{}`", function.name)) => {
            Some(format!("fails without its name: {text}"))
        }
        Refusal::Run(_) => None,
    }
}

fn is_cast(case: &Case<'_>, text: &str) -> bool {
    let params = case.call.function.params.iter().filter(|param| param.any);
    let mut names = params.map(|param| format!("argument `{}`: Cast error", param.name));
    names.any(|name| text.contains(&name))
}

/// All rows at once.
fn columns(case: &Case<'_>) -> Kept {
    let good = case.good();
    case.agree(&case.call.pick(&good)?, &case.expected(&good))
}

/// Behind and before rows that are not meant.
fn slices(case: &Case<'_>) -> Kept {
    let good = case.good();
    let call = case.call.pick(&good)?;
    let sliced = encoded(case, &call, |_, column, junk| sliced(column, junk, column.data_type()))?;
    case.agree(&sliced, &case.expected(&good))
}

/// A few rows at a time.
fn chunks(case: &Case<'_>) -> Kept {
    let good = case.good();
    let size = 1 + case.turn % 4;
    good.chunks(size).try_for_each(|rows| case.agree(&case.call.pick(rows)?, &case.expected(rows)))
}

fn empty(case: &Case<'_>) -> Kept {
    case.agree(&case.call.pick(&[])?, &[])
}

fn param_of<'c>(case: &'c Case<'_>, position: usize) -> Option<&'c Param> {
    case.call.function.param_of(position)
}

/// Whether NULL in an argument makes the result NULL without a call.
fn is_strict(case: &Case<'_>, position: usize) -> bool {
    matches!(case.call.function.body, Body::Rows(_))
        && param_of(case, position).is_some_and(|param| !param.value.nullable)
}

/// Every row NULL in one argument: a column, a constant, and NULL without a type.
fn nulls(case: &Case<'_>) -> Kept {
    for (position, column) in case.call.columns() {
        let null = Arg::Constant(ScalarValue::try_new_null(column.data_type())?);
        let call = case.call.with(position, null.clone());
        let strict = is_strict(case, position);
        // A function that sees the NULL may fail for it.
        let mut rows = Vec::new();
        let mut expected = Vec::new();
        for row in 0..call.rows {
            // Where NULL makes the result NULL, one row stands for all.
            if strict && row != case.turn % call.rows {
                rows.push(row);
                expected.push(ScalarValue::Null);
                continue;
            }
            match case.outcome(&call, row) {
                Outcome::Value(value) if strict && !value.is_null() => {
                    let text = format!("gives {value} for NULL, which it does not take");
                    return Err(Broken::new(&call.constants(row)?, text));
                }
                Outcome::Value(value) => {
                    rows.push(row);
                    expected.push(value);
                }
                Outcome::Failed(refusal) if strict => {
                    return Err(Broken::new(&call.constants(row)?, refusal.text()));
                }
                Outcome::Failed(_) => {}
            }
        }
        let picked = call.pick(&rows)?;
        case.agree(&picked, &expected)?;
        let column = new_null_array(column.data_type(), rows.len());
        case.agree(&picked.with(position, Arg::Column(column)), &expected)?;
        // What a type parameter stands for is not known of a NULL without a type.
        if takes_untyped(case) {
            let untyped = Arg::Column(Arc::new(NullArray::new(rows.len())));
            case.agree(&picked.with(position, untyped), &expected)?;
            case.agree(&picked.with(position, Arg::Constant(ScalarValue::Null)), &expected)?;
        }
    }
    Ok(())
}

/// Whether the type of the result is known where that of an argument is not.
fn takes_untyped(case: &Case<'_>) -> bool {
    let function = case.call.function;
    let any_struct = |param: &Param| param.value.ty == Type::AnyStruct;
    case.is_ours() && function.type_params.is_empty() && !function.params.iter().any(any_struct)
}

/// NULLs with values beneath: those for which the function fails, and others. What DataFusion's own
/// functions read there is DataFusion's.
fn junk(case: &Case<'_>) -> Kept {
    if matches!(case.call.function.body, Body::Engine(_)) {
        return Ok(());
    }
    for (position, column) in case.call.columns() {
        let hidden = |row: usize| {
            matches!(case.outcomes[row], Outcome::Failed(_)) || (row + case.turn).is_multiple_of(3)
        };
        let nulls = NullBuffer::from_iter((0..case.call.rows).map(|row| !hidden(row)));
        let column = under_nulls(column, &nulls)?;
        let call = case.call.with(position, Arg::Column(column));
        let (mut rows, mut expected) = (Vec::new(), Vec::new());
        for row in 0..call.rows {
            let outcome =
                if hidden(row) { case.outcome(&call, row) } else { case.outcomes[row].clone() };
            if let Outcome::Value(value) = outcome {
                rows.push(row);
                expected.push(value);
            }
        }
        // Rows that are taken lose what lies beneath their NULLs.
        if rows.len() == call.rows {
            case.agree(&call, &expected).map_err(|broken| Broken {
                message: format!("{} (with values beneath NULLs)", broken.message),
                ..broken
            })?;
        }
    }
    Ok(())
}

/// A row so many times, its arguments as constants by turns.
fn repeated(case: &Case<'_>) -> Kept {
    let good = case.good();
    let Some(row) = good.get(case.turn % good.len().max(1)) else { return Ok(()) };
    let call = case.call.pick(&[*row; 3])?;
    let expected = case.expected(&[*row; 3]);
    for (position, _) in case.call.columns() {
        let constant = Arg::Constant(case.call.args[position].value(*row)?);
        case.agree(&call.with(position, constant), &expected)?;
    }
    if !case.is_ours() {
        return Ok(());
    }
    // A constant may arrive as an array that repeats it: over FFI it always does.
    for (position, arg) in case.call.args.iter().enumerate() {
        let Arg::Constant(value) = arg else { continue };
        let column = Arg::Column(value.to_array_of_size(call.rows)?);
        match call.with(position, column.clone()).plan(case.engine) {
            Ok(_) => case.agree(&call.with(position, column), &expected)?,
            // A plan may need to know its value.
            Err(_) => continue,
        }
    }
    Ok(())
}

/// One column, all other arguments constant: flat, as a dictionary that has values for which the
/// function fails, and as runs.
fn beside(case: &Case<'_>) -> Kept {
    let positions: Vec<usize> = case.call.columns().map(|(position, _)| position).collect();
    if positions.is_empty() || case.call.rows == 0 {
        return Ok(());
    }
    let position = positions[case.turn % positions.len()];
    let first = case.turn % case.call.rows;
    let mut args = case.call.constants(first)?.args;
    args[position] = case.call.args[position].clone();
    let call = case.call.over(args, case.call.rows);
    let (mut good, mut failing, mut expected) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..call.rows {
        match case.outcome(&call, row) {
            Outcome::Value(value) => {
                good.push(row);
                expected.push(value);
            }
            Outcome::Failed(_) => failing.push(row),
        }
    }
    let (Arg::Column(junk), call) = (&call.pick(&failing)?.args[position], call.pick(&good)?)
    else {
        return Ok(());
    };
    case.agree(&call, &expected)?;
    let Arg::Column(column) = &call.args[position] else { return Ok(()) };
    let types = encodings(column.data_type());
    for ty in [&types[case.turn % types.len()], &types[(case.turn + types.len() / 2) % types.len()]]
    {
        for array in [encode(column, junk, ty)?, sliced(column, junk, ty)?].into_iter().flatten() {
            case.agree(&call.with(position, Arg::Column(array)), &expected)?;
        }
    }
    Ok(())
}

/// Every column in another encoding, flat and behind other rows; in turns, which are many.
fn other_encodings(case: &Case<'_>) -> Kept {
    let good = case.good();
    let (call, expected) = (case.call.pick(&good)?, case.expected(&good));
    for behind in [false, true] {
        let call = encoded(case, &call, |position, column, junk| {
            let types = types_of(case, position, column.data_type());
            let turn = case.turn + position + usize::from(behind) * types.len() / 2;
            let ty = &types[turn % types.len()];
            if behind { sliced(column, junk, ty) } else { encode(column, junk, ty) }
        })?;
        case.agree(&call, &expected)?;
    }
    Ok(())
}

/// The types in which a parameter takes the values of a column.
fn types_of(case: &Case<'_>, position: usize, ty: &DataType) -> Vec<DataType> {
    let mut types = encodings(ty);
    let by_name = |param: &Param| !param.any && param.value.ty.to_arrow() == *ty;
    if param_of(case, position).is_some_and(by_name) {
        types.extend(kindred(ty));
    }
    types
}

type Encoded = Result<Option<ArrayRef>, arrow_schema::ArrowError>;

/// A call with its columns encoded otherwise, those alone that can be. Values of rows that fail are
/// what no row refers to.
fn encoded(
    case: &Case<'_>,
    call: &Call,
    encode: impl Fn(usize, &ArrayRef, &ArrayRef) -> Encoded,
) -> Result<Call, Broken> {
    let failing = case.failing();
    let rows = if failing.is_empty() { case.good() } else { failing };
    let junk = case.call.pick(&rows)?;
    let mut encoded = call.clone();
    for (position, column) in call.columns() {
        let Arg::Column(junk) = &junk.args[position] else { continue };
        if let Some(column) = encode(position, column, junk)? {
            encoded.args[position] = Arg::Column(column);
        }
    }
    Ok(encoded)
}

/// A row that fails does so among others too, and is named.
fn failures(case: &Case<'_>) -> Kept {
    let good = case.good();
    for (row, outcome) in case.outcomes.iter().enumerate() {
        let Outcome::Failed(Refusal::Run(alone)) = outcome else { continue };
        if case.call.columns().next().is_none() {
            continue;
        }
        let (before, after) = good.split_at(case.turn % (good.len() + 1));
        let call = case.call.pick(&[before, &[row], after].concat())?;
        match call.evaluate(case.engine) {
            Ok(_) => {
                return Err(Broken::new(&call, format!("does not fail among others: {alone}")));
            }
            Err(refusal) => {
                let (text, place) = (refusal.text(), format!("row {} of its batch", before.len()));
                if case.is_ours() && !text.contains(&place) {
                    return Err(Broken::new(&call, format!("fails in {place}, but says: {text}")));
                }
            }
        }
    }
    Ok(())
}

/// A query whose CASE leaves out the rows that fail. DataFusion makes AND and OR of a CASE of
/// booleans, which compute all rows: there the CASE is of lists.
fn unselected(case: &Case<'_>) -> Kept {
    let rows = case.call.rows;
    if case.failing().is_empty() || case.call.columns().next().is_none() {
        return Ok(());
    }
    let keep: Vec<bool> =
        case.outcomes.iter().map(|outcome| matches!(outcome, Outcome::Value(_))).collect();
    let batch = case.call.batch()?;
    let mut fields: Vec<_> = batch.schema().fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new("keep", DataType::Boolean, false)));
    let mut columns = batch.columns().to_vec();
    columns.push(Arc::new(BooleanArray::from(keep.clone())));
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?;
    let of_booleans = case.is_of_booleans();
    let then = case.call.expr()?;
    let then = if of_booleans { make_array(vec![then]) } else { then };
    let expr = when(col("keep"), then).end()?;
    let expr = if of_booleans { array_element(expr, lit(1_i64)) } else { expr };
    let query = case.engine.session().read_batch(batch)?.select(vec![expr])?;
    let wrap = |call: &str| format!("CASE WHEN keep THEN {call} END");
    let (watched, kept) = (case.call.clone(), keep.clone());
    let text = move || statement::around(&watched, &kept, wrap);
    let sql = {
        let text = text.clone();
        move |message: String| Broken { message, sql: text() }
    };
    let batches = calling(text, || case.engine.block_on(query.collect()))
        .map_err(|error| sql(error.find_root().strip_backtrace()))?;
    let mut found = Vec::with_capacity(rows);
    for batch in &batches {
        found.extend(case.values(batch.column(0)).map_err(|wrong| sql(wrong.text().to_owned()))?);
    }
    let all: Vec<usize> = (0..rows).collect();
    match found.iter().zip(case.expected(&all)).position(|(found, expected)| {
        *found != expected && !(found.is_null() && expected.is_null())
    }) {
        Some(row) => Err(sql(format!("gives {} in row {row}", found[row]))),
        None => Ok(()),
    }
}

/// What is left out is the default. Those of DataFusion's functions are its own, and only said by ours.
fn defaults(case: &Case<'_>) -> Kept {
    let function = case.call.function;
    let mut args = case.call.args.clone();
    for param in function.params.iter().skip(args.len()) {
        let Some(default) = &param.default else { return Ok(()) };
        args.push(Arg::Constant(scalar(default).cast_to(&param.value.ty.to_arrow())?));
    }
    if args.len() == case.call.args.len() {
        return Ok(());
    }
    let good = case.good();
    let call = case.call.over(args, case.call.rows).pick(&good)?;
    case.agree(&call, &case.expected(&good))
}

/// A twin gives the same, and NULL where this function fails. An argument that cannot be brought
/// into its type is refused by both.
fn twin(case: &Case<'_>) -> Kept {
    let Some(function) = case.twin else { return Ok(()) };
    let ran = |row: &usize| match &case.outcomes[*row] {
        Outcome::Value(_) => true,
        Outcome::Failed(Refusal::Run(text)) => !is_cast(case, text),
        Outcome::Failed(_) => false,
    };
    let rows: Vec<usize> = (0..case.call.rows).filter(ran).collect();
    let call = Call { function, ..case.call.pick(&rows)? };
    case.agree(&call, &case.expected(&rows))
}

#[cfg(test)]
mod tests {
    use arrow_array::Int64Array;

    use super::*;
    use crate::testing::scalars::engine::Engine;
    use crate::udf::call::call;
    use crate::udf::{Args, CallError, Function, Out};

    fn same(args: &Args<'_>, out: &mut Out<'_>) -> Result<(), CallError> {
        call::<(i64,), i64, _>(args, out, |a: i64| a)
    }

    #[test]
    fn no_rows_are_of_the_planned_type() {
        static SAME: Function =
            Function::new::<i64>("same", "same(a: i64) -> i64", &[Param::new::<i64>("a")], same);
        let engine = Engine::new(&[&SAME]).unwrap();
        let args = vec![Arg::Column(Arc::new(Int64Array::from(vec![1, 2])))];
        let call = Call { function: &SAME, args, rows: 2 };
        let mut case = Case::new(&engine, None, call, 0).ok().unwrap();
        assert!(empty(&case).is_ok());
        case.expect(DataType::Utf8);
        let Err(broken) = empty(&case) else { panic!("numbers are no text") };
        assert_eq!(broken.message, "gives Int64, where columns give Utf8");
        assert_eq!(
            broken.sql,
            "SELECT same(arrow_cast(a, 'Int64')) FROM (VALUES (NULL)) AS t(a) WHERE false"
        );
    }
}
