//! Column units against a table of lines, and the rules for columns that fit no character.

use proptest::prelude::*;

use super::{ByteSpan, ColumnUnit, canonicalize_byte_span, col_to_byte};

/// Every unit, under the first of its spellings.
const UNITS: [ColumnUnit; 4] =
    [ColumnUnit::Byte, ColumnUnit::Utf8, ColumnUnit::Utf16, ColumnUnit::Utf32];

fn unit(text: &str) -> ColumnUnit {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_spelling_names_a_unit_in_any_case() {
    for (unit, spellings) in [
        (ColumnUnit::Byte, &["byte", "BYTE", "Byte"][..]),
        (ColumnUnit::Utf8, &["utf8", "utf-8", "UTF-8", "Utf8", "1"]),
        (ColumnUnit::Utf16, &["utf16", "utf-16", "UTF16", "2"]),
        (ColumnUnit::Utf32, &["utf32", "utf-32", "UTF-32", "3"]),
    ] {
        for spelling in spellings {
            assert_eq!(spelling.parse(), Ok(unit), "{spelling}");
        }
        assert_eq!(unit.as_str().parse(), Ok(unit));
    }
}

#[test]
fn an_unknown_unit_lists_the_accepted_ones() {
    for text in ["", "bytes", "utf_8", "utf-7", "0", "4", "byte "] {
        let error = text.parse::<ColumnUnit>().unwrap_err().to_string();
        assert_eq!(
            error,
            format!(
                "unknown column unit `{text}`: use `byte`, `utf8`, `utf-8`, `utf16`, `utf-16`, \
                 `utf32`, `utf-32`, `1`, `2`, `3`"
            )
        );
    }
}

#[test]
fn columns_become_bytes() {
    for (line, col, spelling, byte) in [
        ("abcdef", 3, "BYTE", 3),
        ("éclair", 2, "UTF8", 2),
        ("éclair", 2, "UTF32", 3),
        ("a😀b", 3, "UTF16", 5),
        ("a😀b", 2, "utf-32", 5),
        ("a😀b", 5, "1", 5),
        ("a😀b", 4, "2", 6),
        ("a😀b", 3, "3", 6),
        ("é", 1, "utf16", 2),
        ("e\u{301}x", 1, "utf32", 1),
        ("", 0, "utf16", 0),
    ] {
        assert_eq!(col_to_byte(line, col, unit(spelling)), Ok(byte), "{line} {col} {spelling}");
    }
}

#[test]
fn columns_outside_the_line_clamp() {
    for unit in UNITS {
        for line in ["", "abc", "é😀"] {
            let end = i64::try_from(line.len()).unwrap();
            assert_eq!(col_to_byte(line, -1, unit), Ok(0));
            assert_eq!(col_to_byte(line, i64::MIN, unit), Ok(0));
            assert_eq!(col_to_byte(line, 100, unit), Ok(end));
            assert_eq!(col_to_byte(line, i64::MAX, unit), Ok(end));
        }
    }
}

#[test]
fn a_column_inside_a_character_is_an_error() {
    for (line, col, spelling) in
        [("éclair", 1, "utf8"), ("éclair", 1, "byte"), ("a😀b", 2, "utf16"), ("a😀b", 4, "utf8")]
    {
        let error = col_to_byte(line, col, unit(spelling)).unwrap_err().to_string();
        assert_eq!(
            error,
            format!(
                "column {col} in units of `{spelling}` lies inside a character: check the unit, \
                 or use `try_col_to_byte`, which gives NULL"
            )
        );
    }
}

#[test]
fn a_range_is_found_bound_by_bound() {
    let unit = ColumnUnit::Byte;
    let (text, col) = (Some("abcdef".into()), Some(3));
    let bounds = |start: Option<i64>, end: Option<i64>| {
        canonicalize_byte_span(start, text, col, end, Some("ghijkl".into()), Some(2), unit)
    };
    for (start, end, bstart, bend) in [
        (Some(10), Some(20), Some(13), Some(22)),
        (None, Some(20), None, Some(22)),
        (Some(10), None, Some(13), None),
        (None, None, None, None),
        (Some(i64::MAX - 3), Some(-2), Some(i64::MAX), Some(0)),
    ] {
        assert_eq!(bounds(start, end), Ok(ByteSpan { bstart, bend }), "{start:?} {end:?}");
    }
    assert_eq!(
        bounds(Some(i64::MAX - 2), None).unwrap_err().to_string(),
        "`start_col` is byte 3 of a line that starts at byte 9223372036854775805, which lies behind \
         the largest BIGINT: check where the line starts, or use `try_canonicalize_byte_span`, which \
         gives NULL"
    );
    let inside =
        canonicalize_byte_span(Some(1), text, None, Some(1), Some("😀".into()), Some(1), unit);
    assert!(inside.is_err(), "a bound that is NULL hides no error of the other");
    let without_line = canonicalize_byte_span(Some(1), None, col, Some(1), text, None, unit);
    assert_eq!(without_line, Ok(ByteSpan { bstart: None, bend: None }));
}

#[test]
fn a_bound_inside_a_character_is_named() {
    let range = |start_col, end_col| {
        let line = Some("a😀b".into());
        let unit = ColumnUnit::Utf16;
        canonicalize_byte_span(Some(7), line, Some(start_col), Some(7), line, Some(end_col), unit)
    };
    assert_eq!(range(1, 3), Ok(ByteSpan { bstart: Some(8), bend: Some(12) }));
    for (start_col, end_col, param) in [(2, 3, "start_col"), (1, 2, "end_col")] {
        assert_eq!(
            range(start_col, end_col).unwrap_err().to_string(),
            format!(
                "`{param}` is 2, which in units of `utf16` lies inside a character: check the \
                 unit, or use `try_canonicalize_byte_span`, which gives NULL"
            )
        );
    }
}

proptest! {
    /// Counting the units before each character and converting back finds that character.
    #[test]
    fn every_character_boundary_is_reached(line in any::<String>()) {
        for (byte, _) in line.char_indices().chain([(line.len(), ' ')]) {
            let before = &line[..byte];
            let cols = [
                (ColumnUnit::Byte, before.len()),
                (ColumnUnit::Utf8, before.len()),
                (ColumnUnit::Utf16, before.encode_utf16().count()),
                (ColumnUnit::Utf32, before.chars().count()),
            ];
            for (unit, col) in cols {
                let col = i64::try_from(col).unwrap();
                prop_assert_eq!(col_to_byte(&line, col, unit), Ok(byte as i64));
            }
        }
    }

    /// A later column never stands for an earlier byte, and every answer is a boundary.
    #[test]
    fn answers_grow_with_the_column(line in any::<String>(), col in -2_i64..40) {
        for unit in UNITS {
            if let (Ok(here), Ok(next)) =
                (col_to_byte(&line, col, unit), col_to_byte(&line, col + 1, unit))
            {
                prop_assert!(here <= next);
                prop_assert!(line.is_char_boundary(usize::try_from(here).unwrap()));
            }
        }
    }
}
