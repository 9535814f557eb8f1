//! Arguments of every shape: numbers, days, structs, lists, maps, variadics.

use std::sync::Arc;

use arrow::array::{
    Array as _, ArrayRef, AsArray as _, Date32Array, DictionaryArray, Int8Array, Int32Array,
    Int64Array, ListArray, StringArray, StringViewArray, StructArray, TimestampNanosecondArray,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, Int64Type};
use belvedere::{List, Value, udf};

use super::{column, constant_rows, error, rows, session};

/// The words of a text, as many as there may be; none of a blank one.
#[udf]
fn it_words(
    text: &str,
    #[literal(default = 9)] max: i64,
) -> Result<Option<impl Iterator<Item = &str>>, &'static str> {
    let max = usize::try_from(max).map_err(|_| "fewer words than none")?;
    Ok((!text.trim().is_empty()).then(|| text.split_whitespace().take(max)))
}

/// The items of a list, each twice.
#[udf]
fn it_doubled<T: Value>(list: List<'_, Option<T>>) -> impl Iterator<Item = Option<T>> {
    list.iter().flat_map(|item| [item, item])
}

#[tokio::test]
async fn numbers_of_every_width() {
    let columns = "arrow_cast(1, 'Int8'), arrow_cast(1, 'Int16'), arrow_cast(1, 'Int32'), 1, \
                   arrow_cast(1, 'UInt8'), arrow_cast(1, 'UInt16'), arrow_cast(1, 'UInt32'), \
                   arrow_cast(1, 'UInt64'), arrow_cast(0.5, 'Float32'), 0.5";
    assert_eq!(constant_rows(&format!("SELECT it_sum({columns})")).await, "9.0");
    // Literals of SQL are `Int64`; their values fit.
    assert_eq!(constant_rows("SELECT it_sum(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)").await, "10.0");
}

#[tokio::test]
async fn narrower_columns_fit_and_wider_ones_are_refused() {
    let narrow: ArrayRef = Arc::new(Int32Array::from(vec![Some(4), None]));
    let wide: ArrayRef = Arc::new(Int64Array::from(vec![4, 5]));
    let session = session(vec![("narrow", narrow), ("wide", wide)]);
    assert_eq!(rows(&session, "SELECT it_half(narrow) FROM t").await, "2\nNULL");
    let found = error(&session, "SELECT it_point(1, wide) FROM t").await;
    assert_eq!(
        found,
        "Error during planning: `it_point`: argument `y` takes i32, this is Int64 (a value may not \
         fit: cast it: CAST(… AS INT)); the function is it_point(x: i64, y: i32) -> Point"
    );
    let found = error(&session, "SELECT it_point(1, 3000000000)").await;
    assert!(found.contains("(the value does not fit)"), "{found}");
}

#[tokio::test]
async fn text_is_not_made_of_numbers() {
    let found = error(&session(Vec::new()), "SELECT it_size(1)").await;
    assert_eq!(
        found,
        "Error during planning: `it_size`: argument `text` takes String, this is Int64 (cast \
         it: CAST(… AS VARCHAR)); the \
         function is it_size(text: String) -> i64"
    );
}

#[tokio::test]
async fn the_number_of_arguments_is_checked() {
    let session = session(Vec::new());
    let found = error(&session, "SELECT it_clamped(1, 2, 3, 4)").await;
    assert_eq!(
        found,
        "Error during planning: `it_clamped` takes 1 to 3 arguments, not 4; the function is \
         it_clamped(value: i64, low: i64 = 0, high: i64 = 9) -> i64"
    );
    let found = error(&session, "SELECT it_half(1, 2)").await;
    assert!(found.contains("`it_half` takes 1 argument, not 2"), "{found}");
    let found = error(&session, "SELECT it_half()").await;
    assert_eq!(
        found,
        "Error during planning: `it_half` takes 1 argument, not 0: `value` is missing; the function \
         is it_half(value: i64) -> i64"
    );
}

#[tokio::test]
async fn days_and_instants() {
    assert_eq!(constant_rows("SELECT it_tomorrow(DATE '2024-02-28')").await, "2024-02-29");
    let sql = "SELECT it_later(arrow_cast(TIMESTAMP '2024-01-01T00:00:00', \
               'Timestamp(Millisecond, None)'))";
    assert_eq!(constant_rows(sql).await, "2024-01-01T00:00:01Z");
    assert_eq!(constant_rows("SELECT it_opposite(false), it_opposite(NULL)").await, "true | NULL");
}

/// `{path, line}` as Delta Lake gives it back: views, nullable fields, in another order.
fn places() -> ArrayRef {
    let paths: ArrayRef = Arc::new(StringViewArray::from(vec![Some("a.rs"), Some("b.rs"), None]));
    let lines: ArrayRef = Arc::new(Int64Array::from(vec![Some(7), None, None]));
    let extra: ArrayRef = Arc::new(Int64Array::from(vec![0, 0, 0]));
    let fields = vec![
        Field::new("extra", DataType::Int64, true),
        Field::new("line", DataType::Int64, true),
        Field::new("path", DataType::Utf8View, true),
    ];
    let nulls = NullBuffer::from(vec![true, true, false]);
    Arc::new(StructArray::new(fields.into(), vec![extra, lines, paths], Some(nulls)))
}

#[tokio::test]
async fn structs_are_read_by_the_names_of_their_fields() {
    let session = session(vec![("place", places())]);
    assert_eq!(rows(&session, "SELECT it_where(place) FROM t").await, "a.rs:7\nb.rs\nNULL");
    let found = rows(&session, "SELECT it_where(it_place('c', 1))").await;
    assert_eq!(found, "c:1");
    let sql = "SELECT it_where(named_struct('path', 'd', 'line', CAST(NULL AS BIGINT)))";
    assert_eq!(rows(&session, sql).await, "d");
}

#[tokio::test]
async fn a_struct_without_a_field_is_refused() {
    let found = error(&session(Vec::new()), "SELECT it_where(named_struct('path', 'd'))").await;
    assert!(found.contains("argument `place` takes Place"), "{found}");
    assert!(found.contains("(it has no field `line`)"), "{found}");
}

#[tokio::test]
async fn a_part_that_does_not_fit_is_told_with_its_place() {
    let session = session(Vec::new());
    let found = error(&session, "SELECT it_where(named_struct('path', 'd', 'line', 'x'))").await;
    assert!(found.contains("(field `line`: Utf8 instead of i64); the function is"), "{found}");
    let found = error(&session, "SELECT it_total([1.5])").await;
    assert!(
        found.contains(
            "(its items: Float64 instead of i64; cast it: arrow_cast(…, 'List(Int64)')); the"
        ),
        "{found}"
    );
    assert_eq!(constant_rows("SELECT it_total(arrow_cast([1.0, 2.0], 'List(Int64)'))").await, "3");
}

/// The words for casts are SQL that the engine takes.
#[tokio::test]
async fn casts_that_are_told_can_be_written() {
    let session = session(Vec::new());
    for (call, value) in [
        ("it_opposite", "1"),
        ("it_size", "1"),
        ("it_tomorrow", "'2024-02-28'"),
        ("it_later", "DATE '2024-02-28'"),
    ] {
        let found = error(&session, &format!("SELECT {call}({value})")).await;
        let (_, cast) = found.split_once("cast it: ").unwrap_or_else(|| panic!("{found}"));
        let (cast, _) = cast.split_once("); the function is").unwrap();
        let sql = format!("SELECT {call}({})", cast.replace('…', value));
        rows(&session, &sql).await;
    }
}

#[tokio::test]
async fn a_field_that_is_never_null_is_checked() {
    let sql = "SELECT it_where(named_struct('path', x, 'line', 1)) FROM t";
    let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None]));
    let found = error(&session(vec![("x", texts)]), sql).await;
    assert_eq!(
        found,
        "Execution error: `it_where`: argument `place`: field `path` is NULL, but its type says \
         that it never is: leave it out, or have the Rust type say `Option` (in \
         it_where({path: NULL, line: 1}), row 1 of its batch)"
    );
}

#[tokio::test]
async fn structs_may_be_nested() {
    let found = constant_rows(
        "SELECT it_range(it_point(1, 2), it_point(5, 6), 'r'), \
         it_reach(it_range(it_point(1, 2), it_point(5, 6), 'r')), \
         it_reach(it_range(it_point(1, 2), NULL, 'r'))",
    )
    .await;
    assert_eq!(found, "{start: {x: 1, y: 2}, end: {x: 5, y: 6}, name: r} | 4 | NULL");
}

#[tokio::test]
async fn lists_are_views() {
    let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(vec![
        Some(vec![Some(9), Some(9)]),
        Some(vec![Some(1), None, Some(2)]),
        None,
        Some(vec![]),
    ]);
    let session = session(vec![("x", Arc::new(lists.slice(1, 3)) as ArrayRef)]);
    assert_eq!(rows(&session, "SELECT it_total(x) FROM t").await, "3\nNULL\n0");
    let sql = "SELECT it_longest(make_array('a', 'bcd', 'ef')), \
               it_longest(arrow_cast(make_array('a', 'bc'), 'LargeList(Utf8View)')), \
               it_total(arrow_cast(make_array(1, 2), 'FixedSizeList(2, Int32)'))";
    assert_eq!(rows(&session, sql).await, "bcd | bc | 3");
}

#[tokio::test]
async fn lists_of_structs_go_in_and_out() {
    let sql = "SELECT it_right(make_array(it_point(1, 2), it_point(-1, 2), it_point(3, 4)))";
    assert_eq!(constant_rows(sql).await, "[{x: 1, y: 2}, {x: 3, y: 4}]");
}

#[tokio::test]
async fn maps_go_in_and_out() {
    let sql = "SELECT it_lookup(MAP {'a': 'x', 'b': NULL}, 'a'), \
               it_lookup(MAP {'a': 'x', 'b': NULL}, 'b'), \
               it_counts(make_array('a', 'b', 'a'))";
    assert_eq!(constant_rows(sql).await, "x | NULL | {a: 2, b: 1}");
}

#[tokio::test]
async fn a_vec_of_u8_is_bytes() {
    let result = column(&session(Vec::new()), "SELECT it_bytes('ab')").await;
    assert_eq!(result.as_binary::<i32>().value(0), b"ab");
    assert_eq!(result.len(), 1);
}

#[tokio::test]
async fn the_rest_may_be_of_any_type() {
    let session = session(vec![("n", Arc::new(Int64Array::from(vec![Some(1), None])) as ArrayRef)]);
    let sql = "SELECT it_join('+', n, 'x', true, 1.5, DATE '2024-01-01', NULL) FROM t";
    assert_eq!(rows(&session, sql).await, "1+x+true+1.5+2024-01-01+-\n-+x+true+1.5+2024-01-01+-");
    assert_eq!(rows(&session, "SELECT it_join('+')").await, "");
    assert_eq!(rows(&session, "SELECT it_widest('a', 'bcd', 'ef')").await, "bcd");
    assert_eq!(rows(&session, "SELECT it_widest('a', NULL)").await, "NULL");
}

#[tokio::test]
async fn times_of_the_day_and_lengths_of_time() {
    let sql = "SELECT it_hour_later(TIME '23:30:00'), \
               it_twice(TIMESTAMP '2024-01-02T00:00:00' - TIMESTAMP '2024-01-01T00:00:00'), \
               it_turned(INTERVAL '1 month 2 days 3 seconds'), \
               it_later_there(TIMESTAMP '2024-02-29T23:59:59'), \
               it_longest_time([arrow_cast(1, 'Duration(s)'), arrow_cast(2, 'Duration(s)')])";
    assert_eq!(
        constant_rows(sql).await,
        "00:30:00 | PT172800S | 2 mons 1 days 3.000000000 secs | \
         2024-03-01T00:00:00 | [PT2S]"
    );
    let session = session(Vec::new());
    let found = error(&session, "SELECT it_hour_later(arrow_cast(1, 'Time64(ns)'))").await;
    assert_eq!(
        found,
        "Execution error: `it_hour_later`: argument `time`: Cast error: 1 nanoseconds are no whole \
         microseconds, in which a Time counts: arrow_cast(…, 'Time64(µs)') cuts them off"
    );
    let found = error(&session, "SELECT it_hour_later('12:00:00')").await;
    assert!(found.contains("cast it: CAST(… AS TIME)"), "{found}");
    rows(&session, "SELECT it_hour_later(CAST('12:00:00' AS TIME))").await;
    // An instant is not what a clock shows, as long as nobody says where.
    let zoned = "arrow_cast('2024-01-01T00:00:00Z', 'Timestamp(µs, \"UTC\")')";
    let found = error(&session, &format!("SELECT it_later_there({zoned})")).await;
    assert!(found.contains("takes LocalTimestamp, this is Timestamp(µs, \"UTC\")"), "{found}");
}

/// A day beyond the calendar has no text.
#[tokio::test]
async fn a_value_without_a_text_counts_where_it_is_used() {
    let days: ArrayRef = Arc::new(Date32Array::from(vec![0, i32::MAX]));
    let keys = Int8Array::from(vec![0, 0]);
    let words: ArrayRef = Arc::new(DictionaryArray::new(keys, Arc::clone(&days)));
    let signs: ArrayRef = Arc::new(StringArray::from(vec![Some("+"), None]));
    let session = session(vec![("day", days), ("word", words), ("sign", signs)]);
    // No row refers to it, and no row with it is computed.
    let found = rows(&session, "SELECT it_join('+', word), it_join(sign, day) FROM t").await;
    assert_eq!(found, "1970-01-01 | 1970-01-01\n1970-01-01 | NULL");
    let found = error(&session, "SELECT it_join('+', day) FROM t").await;
    assert!(found.contains("`it_join`: argument `parts`: Cast error"), "{found}");
    assert!(found.ends_with("(row 1 of its batch)"), "{found}");
}

#[tokio::test]
async fn nanoseconds_are_taken_where_they_are_whole_microseconds() {
    // What SQL makes of a text or a number is in nanoseconds.
    let sql = "SELECT it_later(timestamp '2024-02-29T12:00:00'), it_later(to_timestamp(60)), \
               it_later(arrow_cast(1500, 'Timestamp(Nanosecond, None)'))";
    let found = error(&session(Vec::new()), sql).await;
    assert_eq!(
        found,
        "Execution error: `it_later`: argument `at`: Cast error: 1500 nanoseconds are no whole \
         microseconds, in which a Timestamp counts: date_trunc('microsecond', …) cuts them off"
    );
    let sql = "SELECT it_later(timestamp '2024-02-29T12:00:00'), it_later(to_timestamp(60)), \
               it_later(date_trunc('microsecond', arrow_cast(1500, 'Timestamp(Nanosecond, None)')))";
    assert_eq!(
        constant_rows(sql).await,
        "2024-02-29T12:00:01Z | 1970-01-01T00:01:01Z | 1970-01-01T00:00:01.000001Z"
    );
    // What lies under a NULL is not looked at.
    let array = TimestampNanosecondArray::new(vec![1].into(), Some(vec![false].into()));
    let session = session(vec![("x", Arc::new(array) as ArrayRef)]);
    assert_eq!(rows(&session, "SELECT it_later(x) FROM t").await, "NULL");
}

#[tokio::test]
async fn an_instant_out_of_range_names_the_argument() {
    let sql = "SELECT it_later(arrow_cast(9223372036854775807, 'Timestamp(Second, None)'))";
    let found = error(&session(Vec::new()), sql).await;
    assert!(found.starts_with("Execution error: `it_later`: argument `at`: "), "{found}");
}

#[tokio::test]
async fn a_function_without_parameters_says_so() {
    let found = error(&session(Vec::new()), "SELECT it_answer(1)").await;
    assert_eq!(
        found,
        "Error during planning: `it_answer` takes 0 arguments, not 1; the function is \
         it_answer() -> i32"
    );
}

#[tokio::test]
async fn an_iterator_is_collected_into_a_list() {
    let found = constant_rows("SELECT it_words('a b  c'), it_words('a b', 1), it_words(' ')").await;
    assert_eq!(found, "[a, b, c] | [a] | NULL");
    let found = constant_rows("SELECT it_doubled([1, NULL]), try_it_words('a', -1)").await;
    assert_eq!(found, "[1, 1, NULL, NULL] | NULL");
    let found = error(&session(Vec::new()), "SELECT it_words('a', -1)").await;
    assert!(found.contains("`it_words`: fewer words than none"), "{found}");
}
