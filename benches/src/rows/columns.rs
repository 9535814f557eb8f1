//! The columns of the benches.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, DictionaryArray, Int32Array, Int64Array, Int64Builder, ListBuilder,
    MapBuilder, StringArray, StringBuilder, StringViewArray, StructArray,
};
use arrow::datatypes::{DataType, Field, Fields, Int32Type};

use crate::case::{ROWS, Random};

pub(crate) type Columns = Vec<(&'static str, ArrayRef)>;

/// Whether a value is there that is NULL in so many of a hundred rows.
fn present(random: &mut Random, nulls: u8) -> bool {
    random.u8(0..100) >= nulls
}

fn numbers(random: &mut Random, nulls: u8) -> ArrayRef {
    Arc::new(
        (0..ROWS)
            .map(|_| present(random, nulls).then(|| random.i64(1..1_000_000)))
            .collect::<Int64Array>(),
    )
}

/// Two columns of numbers without NULL.
pub(crate) fn two(random: &mut Random) -> Columns {
    vec![("a", numbers(random, 0)), ("b", numbers(random, 0))]
}

/// Two columns of numbers, a tenth of which is NULL.
pub(crate) fn two_with_nulls(random: &mut Random) -> Columns {
    vec![("a", numbers(random, 10)), ("b", numbers(random, 10))]
}

/// Two columns of numbers, half of which is NULL.
pub(crate) fn two_half_null(random: &mut Random) -> Columns {
    vec![("a", numbers(random, 50)), ("b", numbers(random, 50))]
}

/// Three columns of numbers, a tenth of which is NULL.
pub(crate) fn three_with_nulls(random: &mut Random) -> Columns {
    vec![("a", numbers(random, 10)), ("b", numbers(random, 10)), ("c", numbers(random, 10))]
}

/// A text of 20 to 60 bytes, with spaces at its ends, NULL in a tenth of the rows.
fn texts(random: &mut Random, alphabet: &[char]) -> StringArray {
    (0..ROWS).map(|_| present(random, 10).then(|| padded(random, alphabet))).collect()
}

fn padded(random: &mut Random, alphabet: &[char]) -> String {
    let word: String = (0..random.usize(18..56))
        .map(|_| random.choice(alphabet.iter().copied()).unwrap_or('a'))
        .collect();
    format!(" {word} ")
}

const LETTERS: [char; 8] = ['a', 'b', 'c', 'x', 'y', 'z', 'Q', ' '];
const UNICODE: [char; 8] = ['a', 'b', 'é', 'x', 'ß', '漢', 'Q', ' '];

/// Texts in ASCII.
pub(crate) fn ascii(random: &mut Random) -> Columns {
    vec![("s", Arc::new(texts(random, &LETTERS)))]
}

/// Texts in which characters of several bytes occur.
pub(crate) fn unicode(random: &mut Random) -> Columns {
    vec![("s", Arc::new(texts(random, &UNICODE)))]
}

/// The texts of [`ascii`] as views.
pub(crate) fn ascii_views(random: &mut Random) -> Columns {
    let texts = texts(random, &LETTERS);
    vec![("s", Arc::new(texts.iter().collect::<StringViewArray>()))]
}

fn dictionary(random: &mut Random, distinct: usize) -> Columns {
    let values: StringArray = (0..distinct).map(|_| Some(padded(random, &LETTERS))).collect();
    let last = i32::try_from(distinct).unwrap_or(i32::MAX);
    let keys: Int32Array =
        (0..ROWS).map(|_| present(random, 10).then(|| random.i32(0..last))).collect();
    vec![("s", Arc::new(DictionaryArray::<Int32Type>::new(keys, Arc::new(values))))]
}

/// A dictionary of 16 texts.
pub(crate) fn dictionary_16(random: &mut Random) -> Columns {
    dictionary(random, 16)
}

/// A dictionary of 256 texts.
pub(crate) fn dictionary_256(random: &mut Random) -> Columns {
    dictionary(random, 256)
}

/// A dictionary of 4,096 texts.
pub(crate) fn dictionary_4096(random: &mut Random) -> Columns {
    dictionary(random, 4_096)
}

/// Lists of up to 16 numbers, none of them NULL; a tenth of the lists is.
pub(crate) fn lists(random: &mut Random) -> Columns {
    vec![("l", list_of(random, 0))]
}

/// Lists of up to 16 numbers, a tenth of which is NULL.
pub(crate) fn lists_with_nulls(random: &mut Random) -> Columns {
    vec![("l", list_of(random, 10))]
}

fn list_of(random: &mut Random, nulls: u8) -> ArrayRef {
    let mut lists = ListBuilder::new(Int64Builder::new());
    for _ in 0..ROWS {
        for _ in 0..random.usize(0..16) {
            let value = present(random, nulls).then(|| random.i64(0..32));
            lists.values().append_option(value);
        }
        lists.append(present(random, 10));
    }
    Arc::new(lists.finish())
}

/// Maps of 4 to 8 names to numbers; the last of their keys is the one that is looked for, in half
/// of them.
pub(crate) fn maps(random: &mut Random) -> Columns {
    let mut maps = MapBuilder::new(None, StringBuilder::new(), Int64Builder::new());
    for _ in 0..ROWS {
        for key in 0..random.usize(4..8) {
            maps.keys().append_value(format!("name_{key}"));
            maps.values().append_value(random.i64(0..100));
        }
        maps.keys().append_value(if random.bool() { "wanted" } else { "other" });
        maps.values().append_value(random.i64(0..100));
        // Keys and values have the same length by construction.
        let _ = maps.append(true);
    }
    vec![("m", Arc::new(maps.finish()))]
}

/// Two spans in bytes.
pub(crate) fn spans(random: &mut Random) -> Columns {
    vec![("x", span(random)), ("y", span(random))]
}

fn span(random: &mut Random) -> ArrayRef {
    let starts: Int64Array = (0..ROWS).map(|_| Some(random.i64(0..1_000))).collect();
    let ends: Int64Array =
        starts.values().iter().map(|start| Some(start + random.i64(0..200))).collect();
    let fields = Fields::from(vec![
        Field::new("bstart", DataType::Int64, false),
        Field::new("bend", DataType::Int64, false),
        Field::new("line_base", DataType::Int32, false),
        Field::new("col_unit", DataType::Utf8, false),
        Field::new("end_exclusive", DataType::Boolean, false),
    ]);
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(starts),
        Arc::new(ends),
        Arc::new(Int32Array::from(vec![0; ROWS])),
        Arc::new(StringArray::from(vec!["byte"; ROWS])),
        Arc::new(BooleanArray::from(vec![true; ROWS])),
    ];
    Arc::new(StructArray::new(fields, arrays, None))
}
