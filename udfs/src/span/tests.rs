//! Spans: tables of cases, and the laws that relate length, overlap and containment.

use std::collections::HashMap;

use belvedere::udf::Planned;
use belvedere::udf::planned::Argument;
use proptest::prelude::*;

use super::{
    COL_UNIT, LINE_BASE, Span, constants, containment_is_planned, overlap_is_planned,
    span_contains, span_len, span_make, span_overlaps,
};
use crate::position::ColumnUnit;

fn span(bstart: i64, bend: i64, end_exclusive: bool) -> Span<'static> {
    span_make(bstart, bend, 0, ColumnUnit::Byte, end_exclusive).unwrap()
}

/// `[bstart, bend)`
fn open(bstart: i64, bend: i64) -> Span<'static> {
    span(bstart, bend, true)
}

/// `[bstart, bend]`
fn closed(bstart: i64, bend: i64) -> Span<'static> {
    span(bstart, bend, false)
}

#[test]
fn a_span_holds_what_it_was_made_of() {
    let made = span_make(1, 5, 1, "UTF-16".parse().unwrap(), false).unwrap();
    let expected =
        Span { bstart: 1, bend: 5, line_base: 1, col_unit: "utf16", end_exclusive: false };
    assert_eq!(made, expected);
    assert_eq!(open(4, 4).bend, 4);
    assert_eq!(
        span_make(5, 4, 0, ColumnUnit::Byte, true).unwrap_err().to_string(),
        "`bend` is 4, before `bstart` 5: swap them, or use `try_span_make`, which gives NULL"
    );
}

#[test]
fn length_counts_the_positions_inside() {
    for (span, len) in [
        (open(10, 25), 15),
        (closed(10, 25), 16),
        (open(5, 5), 0),
        (closed(5, 5), 1),
        (open(i64::MIN, i64::MAX), i64::MAX),
        (closed(i64::MAX, i64::MAX), 1),
        (closed(i64::MIN, i64::MAX), i64::MAX),
        (open(i64::MAX, i64::MAX), 0),
    ] {
        assert_eq!(span_len(span), len, "{span:?}");
    }
}

#[test]
fn spans_overlap_where_they_share_a_position() {
    for (a, b, expected) in [
        (open(1, 5), open(5, 9), false),
        (closed(1, 5), open(5, 9), true),
        (open(1, 5), open(4, 9), true),
        (open(1, 9), open(3, 4), true),
        (open(5, 5), open(1, 9), false),
        (open(5, 5), open(5, 5), false),
        (closed(5, 5), closed(5, 5), true),
        (closed(i64::MAX, i64::MAX), closed(i64::MAX, i64::MAX), true),
        (closed(i64::MAX, i64::MAX), open(i64::MIN, i64::MAX), false),
    ] {
        assert_eq!(span_overlaps(a, b), Ok(expected), "{a:?} {b:?}");
    }
}

#[test]
fn a_span_contains_what_lies_inside_and_at_its_edges() {
    for (outer, inner, expected) in [
        (open(1, 9), open(1, 9), true),
        (open(2, 9), open(1, 9), false),
        (open(1, 9), closed(1, 8), true),
        (open(1, 9), closed(1, 9), false),
        (open(1, 9), open(9, 9), true),
        (open(1, 9), open(1, 1), true),
        (open(1, 9), open(5, 5), true),
        (open(1, 9), open(10, 10), false),
        (open(5, 5), open(5, 5), true),
        (open(5, 5), closed(5, 5), false),
        (closed(0, i64::MAX), closed(i64::MAX, i64::MAX), true),
        (open(0, i64::MAX), closed(i64::MAX, i64::MAX), false),
    ] {
        assert_eq!(span_contains(outer, inner), Ok(expected), "{outer:?} {inner:?}");
    }
}

/// No function makes such a span, but any struct of the same fields is one.
#[test]
fn a_span_that_ends_before_it_starts_is_nowhere() {
    let backward = Span { bstart: 9, bend: 1, ..open(0, 0) };
    assert_eq!(span_len(backward), -8);
    assert_eq!(span_overlaps(backward, open(0, 20)), Ok(false));
    assert_eq!(span_contains(open(0, 20), backward), Ok(false));
}

#[test]
fn spans_of_different_meaning_cannot_be_compared() {
    let bytes = open(1, 5);
    let points = Span { col_unit: "utf32", ..bytes };
    let from_one = Span { line_base: 1, ..bytes };
    for (other, message) in [
        (
            points,
            "spans in units of `byte` and of `utf32` cannot be compared: convert one of them first",
        ),
        (from_one, "spans with line bases 0 and 1 cannot be compared: convert one of them first"),
    ] {
        assert_eq!(span_overlaps(bytes, other).unwrap_err().to_string(), message);
        assert_eq!(span_contains(bytes, other).unwrap_err().to_string(), message);
    }
}

prop_compose! {
    fn spans()(bstart in -9_i64..9, len in 0_i64..9, end_exclusive: bool) -> Span<'static> {
        span(bstart, bstart + len, end_exclusive)
    }
}

/// The positions inside, one by one.
fn positions(span: Span<'_>) -> Vec<i64> {
    (span.bstart..).take_while(|at| i128::from(*at) < span.end()).collect()
}

proptest! {
    #[test]
    fn length_and_overlap_agree_with_the_positions(a in spans(), b in spans()) {
        let (inside_a, inside_b) = (positions(a), positions(b));
        prop_assert_eq!(usize::try_from(span_len(a)), Ok(inside_a.len()));
        prop_assert_eq!(
            span_overlaps(a, b),
            Ok(inside_a.iter().any(|position| inside_b.contains(position)))
        );
        prop_assert_eq!(span_overlaps(a, b), span_overlaps(b, a));
    }

    #[test]
    fn containment_agrees_with_the_positions(outer in spans(), inner in spans()) {
        let contains = span_contains(outer, inner).unwrap();
        if !inner.is_empty() {
            let inside = positions(outer);
            prop_assert_eq!(contains, positions(inner).iter().all(|at| inside.contains(at)));
            prop_assert!(!contains || span_overlaps(outer, inner).unwrap());
        }
        prop_assert!(span_contains(outer, outer).unwrap());
        prop_assert!(!contains || span_len(inner) <= span_len(outer));
    }
}

/// A call whose arguments are spans with this metadata.
fn compared<'a>(
    params: [&'static str; 2],
    metadata: [&'a HashMap<String, String>; 2],
) -> Planned<'a> {
    let argument = |metadata| Argument::new(None, Some(metadata));
    Planned::new(params.into_iter().zip(metadata.map(argument)).collect())
}

#[test]
fn plans_compare_what_metadata_tells() {
    let of = |key: &str, value: &str| HashMap::from([(key.to_owned(), value.to_owned())]);
    let (bytes, utf16, base) = (of(COL_UNIT, "byte"), of(COL_UNIT, "utf16"), of(LINE_BASE, "1"));
    let refused =
        |a, b| overlap_is_planned(&compared(["a", "b"], [a, b])).map_err(|e| e.to_string());
    assert_eq!(refused(&bytes, &bytes), Ok(Vec::new()));
    assert_eq!(refused(&bytes, &base), Ok(Vec::new()), "what is not known is left to the rows");
    let text =
        "spans in units of `byte` and of `utf16` cannot be compared: convert one of them first";
    assert_eq!(refused(&bytes, &utf16), Err(text.to_owned()));
    let zero = of(LINE_BASE, "0");
    let text = "spans with line bases 1 and 0 cannot be compared: convert one of them first";
    assert_eq!(refused(&base, &zero), Err(text.to_owned()));
    let contained = compared(["outer", "inner"], [&bytes, &utf16]);
    assert!(containment_is_planned(&contained).is_err());
}

#[test]
fn constants_are_told_in_one_spelling() {
    let of = |unit: Option<&str>| {
        let text = |text: &str| Argument::new(Some(text.to_owned()), None);
        constants(&Planned::new(vec![
            (COL_UNIT, Argument::new(unit.map(str::to_owned), None)),
            (LINE_BASE, text("1")),
            ("end_exclusive", Argument::new(None, None)),
        ]))
    };
    let base = (LINE_BASE, "1".to_owned());
    assert_eq!(of(Some("UTF-16")), Ok(vec![(COL_UNIT, "utf16".to_owned()), base.clone()]));
    assert_eq!(of(None), Ok(vec![base]), "a unit of each row is told by no plan");
}
