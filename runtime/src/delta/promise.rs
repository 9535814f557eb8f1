//! What the checker knows of the rows of a view, held against its plan and against the rows.
//!
//! The engine knows less of NULLs than the checker does, so that a plan without an error may give one
//! where its readers count on none: the catalogue of built-ins may be wrong about a function, or what
//! a function returns about its signature. Rows are looked at where they are written.

use arrow::array::{
    Array, ArrayRef, AsArray as _, BooleanBufferBuilder, OffsetSizeTrait, RecordBatch,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Schema};
use belvedere_lang::types::{Column, Type, ValueType};

use crate::view::{column, data_type, same_values};

/// Everything in which the columns of a plan or of a table are not those that are promised, a line each:
/// names, their order, and types.
pub(crate) fn differences(promised: &[Column], found: &Schema) -> Vec<String> {
    let mut differences = Vec::new();
    for promise in promised {
        let (name, ty) = (&promise.name, &promise.ty.ty);
        match found.field_with_name(name) {
            Err(_) => differences.push(format!("`{name}` is not there")),
            Ok(field) => {
                let is_it = data_type(ty).is_some_and(|ty| same_values(field.data_type(), &ty));
                if !is_it {
                    let found = column(field).map(|column| column.ty.ty.to_string());
                    let found = found.unwrap_or_else(|_| field.data_type().to_string());
                    differences.push(format!("`{name}` is `{found}` and should be `{ty}`"));
                }
            }
        }
    }
    let is_promised = |name: &str| promised.iter().any(|promise| promise.name == name);
    let names: Vec<&str> = found.fields().iter().map(|field| field.name().as_str()).collect();
    differences.extend(
        names.iter().filter(|name| !is_promised(name)).map(|name| format!("`{name}` is one more")),
    );
    if differences.is_empty() && !names.iter().eq(promised.iter().map(|promise| &promise.name)) {
        differences.push(format!("the columns are in another order: `{}`", names.join("`, `")));
    }
    differences
}

/// The columns, and parts of columns, that are NULL in a batch and are promised not to be.
pub(crate) fn nulls(promised: &[Column], batch: &RecordBatch) -> Vec<String> {
    let mut found = Vec::new();
    for (promise, values) in promised.iter().zip(batch.columns()) {
        visit(&promise.name, &promise.ty, values, None, &mut found);
    }
    found
}

/// `present` says where there is a value to be a part of.
fn visit(
    path: &str,
    ty: &ValueType,
    values: &ArrayRef,
    present: Option<&NullBuffer>,
    found: &mut Vec<String>,
) {
    let own = values.logical_nulls();
    if !ty.nullable && is_missing(own.as_ref(), present) {
        found.push(format!("`{path}: {ty}`"));
    }
    let present = NullBuffer::union(own.as_ref(), present);
    match (&ty.ty, values.data_type()) {
        (Type::Struct(ty), DataType::Struct(_)) => {
            for (field, part) in ty.fields.iter().zip(values.as_struct().columns()) {
                let path = format!("{path}.{}", field.name);
                visit(&path, &field.ty, part, present.as_ref(), found);
            }
        }
        (Type::List(item), DataType::List(_)) => {
            let list = values.as_list::<i32>();
            let items = items(list.offsets(), list.values(), present.as_ref());
            visit(&format!("{path}[…]"), item, list.values(), items.as_ref(), found);
        }
        (Type::List(item), DataType::LargeList(_)) => {
            let list = values.as_list::<i64>();
            let items = items(list.offsets(), list.values(), present.as_ref());
            visit(&format!("{path}[…]"), item, list.values(), items.as_ref(), found);
        }
        (Type::Map(_, value), DataType::Map(..)) => {
            let map = values.as_map();
            let items = items(map.offsets(), map.values(), present.as_ref());
            visit(&format!("{path}[…]"), value, map.values(), items.as_ref(), found);
        }
        _ => {}
    }
}

fn is_missing(own: Option<&NullBuffer>, present: Option<&NullBuffer>) -> bool {
    match (own, present) {
        (None, _) => false,
        (Some(own), None) => own.null_count() > 0,
        (Some(own), Some(present)) => (present.inner() & &!own.inner()).count_set_bits() > 0,
    }
}

/// Which values are items of lists that are there: others may lie between them.
fn items<O: OffsetSizeTrait>(
    offsets: &OffsetBuffer<O>,
    values: &ArrayRef,
    present: Option<&NullBuffer>,
) -> Option<NullBuffer> {
    // Most often there is no NULL among them to ask about.
    values.logical_nulls()?;
    let mut seen = BooleanBufferBuilder::new(values.len());
    seen.append_n(values.len(), false);
    for (row, ends) in offsets.windows(2).enumerate() {
        if present.is_none_or(|present| present.is_valid(row)) {
            (ends[0].as_usize()..ends[1].as_usize()).for_each(|at| seen.set_bit(at, true));
        }
    }
    Some(NullBuffer::new(seen.finish()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::ListArray;
    use arrow::array::{Int64Array, StructArray};
    use arrow::buffer::{NullBuffer, OffsetBuffer};
    use arrow_schema::{Field, Fields};
    use belvedere_lang::types::parse_columns;

    use super::*;
    use crate::view::arrow_schema;

    fn promise(text: &str) -> Vec<Column> {
        parse_columns(text).expect("columns")
    }

    #[test]
    fn all_differences_are_told() {
        let schema = |text: &str| arrow_schema(&promise(text)).expect("a schema");
        let of = |promised: &str, found: &str| differences(&promise(promised), &schema(found));
        assert_eq!(of("a: i64, b: List<i64>", "a: Option<i64>, b: List<Option<i64>>"), [""; 0]);
        assert_eq!(
            of("a: i64, b: { x: i64 }, c: String", "b: { y: i64 }, a: i32, d: bool"),
            [
                "`a` is `i32` and should be `i64`",
                "`b` is `{ y: i64 }` and should be `{ x: i64 }`",
                "`c` is not there",
                "`d` is one more",
            ]
        );
        assert_eq!(
            of("a: i64, b: i64", "b: i64, a: i64"),
            ["the columns are in another order: `b`, `a`"]
        );
    }

    #[test]
    fn nulls_are_found_where_there_is_something_to_be_null() {
        let numbers =
            |values: &[Option<i64>]| Arc::new(Int64Array::from(values.to_vec())) as ArrayRef;
        let fields = Fields::from(vec![Field::new("x", DataType::Int64, true)]);
        // The second struct is NULL, and so is its field.
        let parts = |values: &[Option<i64>]| {
            let nulls = NullBuffer::from(vec![true, false, true]);
            Arc::new(StructArray::new(fields.clone(), vec![numbers(values)], Some(nulls)))
                as ArrayRef
        };
        let item = Arc::new(Field::new("item", DataType::Int64, true));
        // The second list is NULL, and a NULL lies in it.
        let list = |values: &[Option<i64>]| {
            let (offsets, nulls) = (OffsetBuffer::from_lengths([1, 1, 2]), vec![true, false, true]);
            let nulls = Some(NullBuffer::from(nulls));
            Arc::new(ListArray::new(Arc::clone(&item), offsets, numbers(values), nulls)) as ArrayRef
        };
        let of = |text: &str, column: ArrayRef| {
            let batch = RecordBatch::try_from_iter_with_nullable([("a", column, true)]);
            nulls(&promise(text), &batch.expect("a batch"))
        };
        assert_eq!(of("a: i64", numbers(&[Some(1)])), [""; 0]);
        assert_eq!(of("a: i64", numbers(&[Some(1), None])), ["`a: i64`"]);
        assert_eq!(of("a: Option<i64>", numbers(&[None])), [""; 0]);
        let whole = [Some(1), None, Some(3)];
        assert_eq!(of("a: Option<{ x: i64 }>", parts(&whole)), [""; 0]);
        assert_eq!(of("a: Option<{ x: i64 }>", parts(&[Some(1), None, None])), ["`a.x: i64`"]);
        assert_eq!(of("a: { x: i64 }", parts(&whole)), ["`a: { x: i64 }`"]);
        let whole = [Some(1), None, Some(3), Some(4)];
        assert_eq!(of("a: Option<List<i64>>", list(&whole)), [""; 0]);
        let part = [Some(1), Some(2), Some(3), None];
        assert_eq!(of("a: Option<List<i64>>", list(&part)), ["`a[…]: i64`"]);
        assert_eq!(of("a: Option<List<Option<i64>>>", list(&part)), [""; 0]);
    }
}
