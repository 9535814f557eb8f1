//! Functions by hand against the same functions through the adapter, method by method.
//!
//! What `cargo xtask expand` prints for doubters has to be what the adapter does. Arguments are of
//! the one Arrow type that the function by hand has its planner cast to; other encodings are the
//! adapter's alone. The answers to `signature` and `coerce_types` differ therefore, and only their
//! volatility and names are compared.

#![allow(unreachable_pub, reason = "the printed files are made for other crates")]

#[expect(clippy::clone_on_copy, reason = "a printer cannot know which types are `Copy`")]
mod printed;

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
};

fn texts(values: &[Option<&str>]) -> ColumnarValue {
    ColumnarValue::Array(Arc::new(values.iter().collect::<StringArray>()))
}

fn numbers(values: &[Option<i64>]) -> ColumnarValue {
    ColumnarValue::Array(Arc::new(values.iter().collect::<Int64Array>()))
}

fn constant(text: Option<&str>) -> ColumnarValue {
    ColumnarValue::Scalar(ScalarValue::Utf8(text.map(str::to_owned)))
}

/// Compares all that does not depend on a call.
fn compare(adapter: &ScalarUDF, by_hand: impl ScalarUDFImpl + 'static) -> ScalarUDF {
    let by_hand = ScalarUDF::new_from_impl(by_hand);
    assert_eq!(by_hand.name(), adapter.name());
    assert_eq!(by_hand.aliases(), adapter.aliases());
    assert_eq!(by_hand.signature().volatility, adapter.signature().volatility);
    assert_eq!(by_hand.signature().parameter_names, adapter.signature().parameter_names);
    assert_eq!(by_hand.is_strict(), adapter.is_strict());
    let described = |udf: &ScalarUDF| {
        let documentation = udf.documentation().expect("every function is documented");
        let arguments = documentation.arguments.clone().unwrap_or_default();
        let names: Vec<String> = arguments.into_iter().map(|(name, _)| name).collect();
        (documentation.description.clone(), names)
    };
    assert_eq!(described(&by_hand), described(adapter));
    by_hand
}

/// The field and the values of a call.
fn call(udf: &ScalarUDF, args: &[ColumnarValue], nullable: bool) -> Result<(FieldRef, ArrayRef)> {
    let rows = args
        .iter()
        .find_map(|arg| match arg {
            ColumnarValue::Array(array) => Some(array.len()),
            ColumnarValue::Scalar(_) => None,
        })
        .unwrap_or(1);
    let fields: Vec<FieldRef> = args
        .iter()
        .enumerate()
        .map(|(at, arg)| Arc::new(Field::new(format!("a{at}"), arg.data_type(), nullable)))
        .collect();
    let scalars: Vec<Option<&ScalarValue>> = args
        .iter()
        .map(|arg| match arg {
            ColumnarValue::Scalar(value) => Some(value),
            ColumnarValue::Array(_) => None,
        })
        .collect();
    let return_field = udf.return_field_from_args(ReturnFieldArgs {
        arg_fields: &fields,
        scalar_arguments: &scalars,
    })?;
    let result = udf.invoke_with_args(ScalarFunctionArgs {
        args: args.to_vec(),
        arg_fields: fields,
        number_rows: rows,
        return_field: Arc::clone(&return_field),
        config_options: Arc::new(ConfigOptions::default()),
    })?;
    Ok((return_field, result.into_array(rows)?))
}

/// Compares a call, with arguments that may be NULL and, where none is, with ones that may not.
fn compare_call(adapter: &ScalarUDF, by_hand: &ScalarUDF, args: &[ColumnarValue]) {
    let has_null = args.iter().any(|arg| match arg {
        ColumnarValue::Array(array) => array.null_count() > 0,
        ColumnarValue::Scalar(value) => value.is_null(),
    });
    for nullable in [true, false] {
        if has_null && !nullable {
            continue;
        }
        let types: Vec<DataType> = args.iter().map(ColumnarValue::data_type).collect();
        let by_types = |udf: &ScalarUDF| udf.inner().return_type(&types).expect("a type");
        assert_eq!(by_types(adapter), by_types(by_hand));
        match (call(adapter, args, nullable), call(by_hand, args, nullable)) {
            (Ok((left_field, left)), Ok((right_field, right))) => {
                assert_eq!(left_field.data_type(), right_field.data_type());
                assert_eq!(left_field.is_nullable(), right_field.is_nullable());
                assert_eq!(left.as_ref(), right.as_ref());
            }
            (Err(left), Err(right)) => {
                assert_eq!(without_call(&left.strip_backtrace()), right.strip_backtrace());
            }
            (left, right) => panic!("the adapter gives {left:?}, by hand it is {right:?}"),
        }
    }
}

/// The adapter's message without the call that failed: few would write that by hand.
fn without_call(message: &str) -> String {
    let cut = message.split_once(" (in ").and_then(|(before, call)| {
        let (_, row) = call.rsplit_once("), row ")?;
        Some(format!("{before} (row {row}"))
    });
    cut.unwrap_or_else(|| message.to_owned())
}

#[test]
fn a_function_that_gives_null() {
    let adapter = belvedere_udfs::utf8_null_if_blank::udf();
    let by_hand = printed::null_if_blank::Utf8NullIfBlank::try_new().expect("a signature");
    let by_hand = compare(&adapter, by_hand);
    compare_call(&adapter, &by_hand, &[texts(&[Some("a"), Some(" "), None, Some("")])]);
    compare_call(&adapter, &by_hand, &[constant(Some(" a "))]);
}

#[test]
fn a_function_that_gives_a_value_for_each() {
    let adapter = belvedere_udfs::stable_hash64::udf();
    let by_hand = printed::hash::StableHash64::try_new().expect("a signature");
    let by_hand = compare(&adapter, by_hand);
    compare_call(&adapter, &by_hand, &[texts(&[Some("alpha"), Some("")])]);
    compare_call(&adapter, &by_hand, &[texts(&[Some("alpha"), None])]);
    compare_call(&adapter, &by_hand, &[constant(None)]);
}

#[test]
fn a_function_with_defaults_that_sees_null() {
    let adapter = belvedere_udfs::qname_normalize::udf();
    let by_hand = printed::qualified::QnameNormalize::try_new().expect("a signature");
    let by_hand = compare(&adapter, by_hand);
    let symbols = texts(&[Some("f"), Some("a.b"), None, Some(" ")]);
    let modules = texts(&[Some("pkg"), None, Some("m"), Some("n")]);
    compare_call(&adapter, &by_hand, std::slice::from_ref(&symbols));
    compare_call(&adapter, &by_hand, &[symbols.clone(), modules.clone()]);
    compare_call(&adapter, &by_hand, &[symbols, modules, constant(Some("rust"))]);
}

#[test]
fn a_function_that_fails_and_its_twin() {
    let adapter = belvedere_udfs::col_to_byte::udf();
    let by_hand = printed::column::ColToByte::try_new().expect("a signature");
    let by_hand = compare(&adapter, by_hand);
    let twin = belvedere_udfs::try_col_to_byte::udf();
    let twin_by_hand = printed::try_column::TryColToByte::try_new().expect("a signature");
    let twin_by_hand = compare(&twin, twin_by_hand);
    let lines = texts(&[Some("añb"), None, Some("añb")]);
    let whole = numbers(&[Some(1), Some(1), Some(3)]);
    let inside = numbers(&[Some(1), Some(1), Some(2)]);
    for columns in [whole, inside] {
        let args = [lines.clone(), columns, constant(Some("byte"))];
        compare_call(&adapter, &by_hand, &args);
        compare_call(&twin, &twin_by_hand, &args);
    }
    let failing = [lines, numbers(&[Some(2); 3]), constant(Some("byte"))];
    assert!(call(&by_hand, &failing, true).is_err(), "a column inside of a character");
    assert_eq!(DataType::Int64, call(&twin, &failing, true).expect("NULL").1.data_type().clone());
}
