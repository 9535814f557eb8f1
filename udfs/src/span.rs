//! Spans: half-open or closed ranges of a text, in a unit, from a base.
//!
//! A span is one struct value, so that a table stores the whole of it in one column and no join
//! can mix the start of one with the end of another.

use std::fmt;

use belvedere::udf::{Entries, Planned};
use belvedere::{ArrowType, udf};

use crate::position::{ColumnUnit, UnknownUnit};

#[cfg(test)]
mod tests;

/// The key of a field's metadata for the unit of all its spans, and the parameter that gives it.
const COL_UNIT: &str = "col_unit";

/// The same for the line base.
const LINE_BASE: &str = "line_base";

/// A range of positions.
#[derive(ArrowType, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span<'a> {
    /// The first position.
    pub bstart: i64,
    /// The position after the last one, or the last one where `end_exclusive` is false.
    pub bend: i64,
    /// What the first line of the text is called, 0 or 1.
    pub line_base: i32,
    /// What positions count: the text of a [`ColumnUnit`].
    pub col_unit: &'a str,
    /// Whether `bend` itself lies outside.
    pub end_exclusive: bool,
}

impl Span<'_> {
    /// The position after the last one, which a closed span may have behind the largest `i64`.
    #[must_use]
    pub fn end(&self) -> i128 {
        i128::from(self.bend) + i128::from(!self.end_exclusive)
    }

    /// Whether no position lies inside.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.end() <= i128::from(self.bstart)
    }
}

/// A span from its bounds, which may be equal; NULL where one of them is NULL.
///
/// Columns count in `col_unit`, one of those that `col_to_byte` knows. `end_exclusive` says whether
/// `bend` itself lies outside. Bounds in the wrong order are an error.
///
/// ```sql
/// SELECT span_make(3, 10, 0, 'UTF-16');
/// ----
/// {bstart: 3, bend: 10, line_base: 0, col_unit: utf16, end_exclusive: true}
/// ```
#[udf(tags = [span, position_encoding], aliases = [span], planned = constants)]
pub fn span_make(
    bstart: i64,
    bend: i64,
    #[setting("belvedere.span.line_base")]
    #[default = 0]
    line_base: i32,
    #[setting("belvedere.span.col_unit")]
    #[literal(default = "byte", values = ColumnUnit::VALUES)]
    col_unit: ColumnUnit,
    #[setting("belvedere.span.end_exclusive")]
    #[default = true]
    end_exclusive: bool,
) -> Result<Span<'static>, EndsBeforeStart> {
    if bend < bstart {
        return Err(EndsBeforeStart { bstart, bend });
    }
    Ok(Span { bstart, bend, line_base, col_unit: col_unit.as_str(), end_exclusive })
}

/// What every span of a call has in common, for plans: its unit, line base and kind of end where
/// they are constants.
fn constants(call: &Planned<'_>) -> udf::Result<Entries> {
    let mut entries = Entries::new();
    if let Some(unit) = call.argument(COL_UNIT)?.constant() {
        let unit: ColumnUnit = unit.parse().map_err(|error: UnknownUnit| error.to_string())?;
        entries.push((COL_UNIT, unit.to_string()));
    }
    for key in [LINE_BASE, "end_exclusive"] {
        if let Some(value) = call.argument(key)?.constant() {
            entries.push((key, value.to_owned()));
        }
    }
    Ok(entries)
}

/// How many positions lie inside a span, in its own unit.
///
/// A span of more positions than the largest `BIGINT` has this number of them.
///
/// ```sql
/// SELECT span_len(span_make(10, 25)), span_len(span_make(10, 25, 0, 'byte', false));
/// ----
/// 15 16
/// ```
#[udf(tags = [span], aliases = [span_length])]
pub fn span_len(span: Span<'_>) -> i64 {
    let len = span.end() - i128::from(span.bstart);
    len.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

/// Whether some position lies inside both spans, which must be of one unit and line base.
/// ```sql
/// SELECT span_overlaps(span_make(1, 5), span_make(4, 9)), span_overlaps(span_make(1, 5), span_make(5, 9));
/// ----
/// true false
/// ```
#[udf(tags = [span], planned = overlap_is_planned, commutative, operator = "&&")]
pub fn span_overlaps(a: Span<'_>, b: Span<'_>) -> Result<bool, Incomparable> {
    check_comparable(&a, &b)?;
    let starts_before = |a: &Span<'_>, b: &Span<'_>| i128::from(a.bstart) < b.end();
    Ok(!a.is_empty() && !b.is_empty() && starts_before(&a, &b) && starts_before(&b, &a))
}

/// Whether all of `inner` lies within `outer`; an empty span does at an edge too.
/// ```sql
/// SELECT span_contains(span_make(1, 9), span_make(2, 9)), span_contains(span_make(1, 9), span_make(9, 10));
/// ----
/// true false
/// ```
#[udf(tags = [span], planned = containment_is_planned, operator = "@>")]
pub fn span_contains(outer: Span<'_>, inner: Span<'_>) -> Result<bool, Incomparable> {
    check_comparable(&outer, &inner)?;
    let in_order = i128::from(inner.bstart) <= inner.end();
    Ok(in_order && outer.bstart <= inner.bstart && inner.end() <= outer.end())
}

fn overlap_is_planned(call: &Planned<'_>) -> udf::Result<Entries> {
    check_comparable_in(call, ["a", "b"])
}

fn containment_is_planned(call: &Planned<'_>) -> udf::Result<Entries> {
    check_comparable_in(call, ["outer", "inner"])
}

/// The same as [`check_comparable`] before any row is read, where the metadata of both columns tells.
fn check_comparable_in(call: &Planned<'_>, params: [&str; 2]) -> udf::Result<Entries> {
    let [a, b] = [call.argument(params[0])?, call.argument(params[1])?];
    let both = |key| a.metadata(key).zip(b.metadata(key)).filter(|(a, b)| a != b);
    if let Some((a, b)) = both(COL_UNIT) {
        return Err(Incomparable::Unit(a.to_owned(), b.to_owned()).to_string().into());
    }
    let number = |text: &str| text.parse::<i32>().ok();
    if let Some((a, b)) = both(LINE_BASE)
        && let Some((a, b)) = number(a).zip(number(b))
    {
        return Err(Incomparable::LineBase(a, b).to_string().into());
    }
    Ok(Entries::new())
}

/// Positions that count different things cannot be held against each other.
fn check_comparable(a: &Span<'_>, b: &Span<'_>) -> Result<(), Incomparable> {
    if a.col_unit != b.col_unit {
        return Err(Incomparable::Unit(a.col_unit.to_owned(), b.col_unit.to_owned()));
    }
    if a.line_base != b.line_base {
        return Err(Incomparable::LineBase(a.line_base, b.line_base));
    }
    Ok(())
}

/// Bounds that make no span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndsBeforeStart {
    bstart: i64,
    bend: i64,
}

impl fmt::Display for EndsBeforeStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bstart, bend } = self;
        write!(
            f,
            "`bend` is {bend}, before `bstart` {bstart}: swap them, or use `try_span_make`, which \
             gives NULL"
        )
    }
}

impl std::error::Error for EndsBeforeStart {}

/// Two spans whose positions mean different things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incomparable {
    /// They count in these two units.
    Unit(String, String),
    /// Their lines are counted from these two bases.
    LineBase(i32, i32),
}

impl fmt::Display for Incomparable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unit(a, b) => write!(f, "spans in units of `{a}` and of `{b}`")?,
            Self::LineBase(a, b) => write!(f, "spans with line bases {a} and {b}")?,
        }
        f.write_str(" cannot be compared: convert one of them first")
    }
}

impl std::error::Error for Incomparable {}
