//! Functions without an engine: expansions, and what their shims make of arrays.

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use arrow_array::{Array as _, ArrayRef, Int64Array, StringArray, StringViewArray, StructArray};

use super::args::{Args, Out, TextEncoding};
use super::{Body, CallError, Function, List};
use crate::{ArrowType, udf};

/// A span, with text that is read in place.
#[derive(ArrowType, Clone, Copy, Debug, PartialEq)]
struct Span<'a> {
    bstart: i64,
    bend: i64,
    unit: Option<&'a str>,
}

/// How long.
///
/// ```sql
/// SELECT width_of(1);
/// ----
/// 1
/// ```
#[udf(tags = [span], aliases = [extent])]
fn width_of(span: Span<'_>) -> i64 {
    span.bend - span.bstart
}

#[udf]
fn trimmed(text: &str) -> &str {
    text.trim()
}

#[udf]
fn either(a: i64, b: Option<&str>) -> Option<String> {
    b.map(|b| format!("{a}{b}"))
}

#[udf]
fn halved(value: i64) -> Result<i64, String> {
    if value % 2 == 0 { Ok(value / 2) } else { Err(format!("{value} is odd")) }
}

#[udf]
fn joined(separator: &str, #[cast] parts: &[Option<&str>]) -> String {
    parts.iter().map(|part| part.unwrap_or("∅")).collect::<Vec<_>>().join(separator)
}

#[udf]
fn longest<'a>(texts: List<'a, &'a str>) -> Option<&'a str> {
    texts.iter().max_by_key(|text| text.len())
}

#[udf]
fn spread(bstart: i64, by: i64) -> Span<'static> {
    Span { bstart, bend: bstart + by, unit: Some("byte") }
}

#[udf]
fn bounds(span: Span<'_>) -> Vec<Option<i64>> {
    vec![Some(span.bstart), None, Some(span.bend)]
}

fn run(
    function: &Function,
    arrays: &[(ArrayRef, bool)],
    rows: usize,
) -> Result<ArrayRef, CallError> {
    run_as(function, arrays, rows, TextEncoding::Plain)
}

fn run_as(
    function: &Function,
    arrays: &[(ArrayRef, bool)],
    rows: usize,
    encoding: TextEncoding,
) -> Result<ArrayRef, CallError> {
    let args = Args::new(function, arrays, rows)?;
    let ty = function.returns.ty.to_arrow_as(encoding);
    let mut out = Out::new(&ty, &args);
    let Body::Rows(shim) = function.body else { panic!("a function over rows") };
    shim(&args, &mut out)?;
    out.finish(rows)
}

fn ints(values: &[Option<i64>]) -> (ArrayRef, bool) {
    (Arc::new(Int64Array::from(values.to_vec())), false)
}

fn texts(values: &[Option<&str>]) -> (ArrayRef, bool) {
    (Arc::new(StringArray::from(values.to_vec())), false)
}

#[test]
fn what_is_known_comes_from_the_types() {
    assert_eq!(width_of::DESCRIPTOR.signature, width_of::DESCRIPTOR.typed_signature());
    assert_eq!(
        width_of::DESCRIPTOR.signature,
        "width_of(span: Span { bstart: i64, bend: i64, unit: Option<String> }) -> i64"
    );
    assert_eq!(joined::DESCRIPTOR.typed_signature(), joined::DESCRIPTOR.signature);
    assert_eq!(joined::DESCRIPTOR.signature, "joined(separator: String, parts: ...any) -> String");
    assert_eq!(try_halved::DESCRIPTOR.signature, "try_halved(value: i64) -> Option<i64>");
    assert_eq!(try_halved::DESCRIPTOR.twin_of, Some("halved"));
    assert_eq!(width_of::DESCRIPTOR.doc, ["How long."]);
    assert_eq!(width_of::DESCRIPTOR.examples[0].expected, "1");
}

#[test]
fn null_skips_the_function_or_is_seen() {
    let result = run(
        &either::DESCRIPTOR,
        &[ints(&[Some(1), None, Some(3)]), texts(&[Some("a"), Some("b"), None])],
        3,
    )
    .unwrap();
    assert_eq!(result.as_string::<i32>(), &StringArray::from(vec![Some("1a"), None, None]));
}

#[test]
fn long_views_come_out_as_views_of_the_same_buffers() {
    let long = &format!("  {}  ", "a text that is too long to be copied".repeat(8));
    let array: ArrayRef =
        Arc::new(StringViewArray::from(vec![Some(long.as_str()), None, Some(" b ")]));
    let source = array.as_string_view().data_buffers()[0].as_ptr();
    let result = run_as(&trimmed::DESCRIPTOR, &[(array, false)], 3, TextEncoding::View).unwrap();
    let result = result.as_string_view();
    assert_eq!(result.iter().collect::<Vec<_>>(), [Some(long.trim()), None, Some("b")]);
    assert_eq!(result.data_buffers()[0].as_ptr(), source);
}

#[test]
fn failures_name_the_row_and_twins_give_null() {
    let arguments = [ints(&[Some(2), None, Some(3)])];
    let error = run(&halved::DESCRIPTOR, &arguments, 3).unwrap_err();
    assert_eq!(error, CallError::at_row(2, "3 is odd"));
    let result = run(&try_halved::DESCRIPTOR, &arguments, 3).unwrap();
    assert_eq!(result.as_primitive::<Int64Type>(), &Int64Array::from(vec![Some(1), None, None]));
}

#[test]
fn the_rest_is_a_slice() {
    let scalar = (Arc::new(StringArray::from(vec!["-"])) as ArrayRef, true);
    let rest = texts(&[Some("a"), None]);
    let arguments = [scalar, rest.clone(), rest];
    let result = run(&joined::DESCRIPTOR, &arguments, 2).unwrap();
    assert_eq!(result.as_string::<i32>(), &StringArray::from(vec!["a-a", "∅-∅"]));
}

#[test]
fn structs_go_in_and_out() {
    let spans =
        run(&spread::DESCRIPTOR, &[ints(&[Some(1), None]), ints(&[Some(4), Some(5)])], 2).unwrap();
    assert_eq!(spans.data_type(), &spread::DESCRIPTOR.returns.ty.to_arrow());
    assert!(spans.as_any().is::<StructArray>());
    let result = run(&width_of::DESCRIPTOR, &[(spans.clone(), false)], 2).unwrap();
    assert_eq!(result.as_primitive::<Int64Type>(), &Int64Array::from(vec![Some(4), None]));
    let lists = run(&bounds::DESCRIPTOR, &[(spans, false)], 2).unwrap();
    assert_eq!(lists.data_type(), &bounds::DESCRIPTOR.returns.ty.to_arrow());
    assert!(lists.is_null(1));
}

#[test]
fn a_missing_field_is_an_error_only_where_it_is_read() {
    let spans =
        run(&spread::DESCRIPTOR, &[ints(&[Some(1), Some(2)]), ints(&[Some(4), Some(5)])], 2)
            .unwrap();
    let mut columns = spans.as_struct().columns().to_vec();
    columns[0] = Arc::new(Int64Array::from(vec![Some(1), None]));
    let fields = spans.as_struct().fields().iter().map(|f| f.as_ref().clone().with_nullable(true));
    let array = |nulls: Option<arrow_buffer::NullBuffer>| -> (ArrayRef, bool) {
        (Arc::new(StructArray::new(fields.clone().collect(), columns.clone(), nulls)), false)
    };
    let error = run(&width_of::DESCRIPTOR, &[array(None)], 2).unwrap_err();
    assert_eq!((error.row, error.argument), (Some(1), Some(0)));
    let expected = "field `bstart` is NULL, but its type says that it never is";
    assert!(error.message.starts_with(expected), "{}", error.message);
    let masked = array(Some(vec![true, false].into()));
    assert!(run(&width_of::DESCRIPTOR, &[masked], 2).is_ok());
}

#[test]
fn calls_are_data() {
    let call = joined::expr("-", ["a", "b"]);
    assert_eq!(call.function, &joined::DESCRIPTOR);
    assert_eq!(call.args.len(), 3);
}
