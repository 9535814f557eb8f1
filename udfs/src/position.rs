//! Columns within a line: what unit they count in, and the byte offset that they stand for.
//!
//! Editors, compilers and language servers count columns in bytes, UTF-16 code units or code
//! points. Everything else in this crate speaks of bytes, and this is where the two meet.

use std::fmt;
use std::str::FromStr;

use belvedere::udf::Given;
use belvedere::{ArrowType, Chars, Operand, lit, udf};

#[cfg(test)]
mod tests;

/// The byte offset of a column within its line.
///
/// The unit is `byte`, `utf8` or `utf-8`, `utf16` or `utf-16`, `utf32` or `utf-32`, or 1, 2, 3 for
/// the last three, in any case. A column beyond the line stands for its end, a negative one for
/// its start; one inside a character is an error, for which `try_col_to_byte` gives NULL.
///
/// ```sql
/// SELECT col_to_byte('a😀b', 3, 'utf16'), try_col_to_byte('a😀b', 2, 'utf16');
/// ----
/// 5 NULL
/// ```
#[udf(tags = [position_encoding, span], simplify = at_the_start)]
pub fn col_to_byte(
    line: &str,
    col: i64,
    #[literal(values = ColumnUnit::VALUES)] unit: ColumnUnit,
) -> Result<i64, InsideCharacter> {
    byte_of_column(line.into(), col, unit)
}

fn byte_of_column(line: Chars<'_>, col: i64, unit: ColumnUnit) -> Result<i64, InsideCharacter> {
    let units = usize::try_from(col.max(0)).unwrap_or(usize::MAX);
    let byte = match unit {
        // One unit is one byte in every encoding of ASCII, which most lines are.
        _ if line.is_ascii() => Some(units.min(line.len())),
        ColumnUnit::Byte | ColumnUnit::Utf8 => {
            Some(units.min(line.len())).filter(|&byte| line.is_char_boundary(byte))
        }
        ColumnUnit::Utf16 => utf16_to_byte(&line, units),
        ColumnUnit::Utf32 => Some(line.byte_of(units)),
    };
    byte.and_then(|byte| i64::try_from(byte).ok()).ok_or(InsideCharacter { col, unit })
}

fn at_the_start(_: Given<String>, col: Given<i64>, _: Given<ColumnUnit>) -> Option<Operand> {
    (*col.constant()? <= 0).then(|| lit(0))
}

/// The byte where the `units`th UTF-16 code unit starts, or `None` inside a surrogate pair.
fn utf16_to_byte(line: &str, units: usize) -> Option<usize> {
    let mut seen = 0;
    for (byte, character) in line.char_indices() {
        if units <= seen {
            return (units == seen).then_some(byte);
        }
        seen += character.len_utf16();
    }
    (seen <= units).then_some(line.len())
}

/// A range of bytes; a bound is NULL where its line or column is.
#[derive(ArrowType, Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteSpan {
    /// The first byte.
    pub bstart: Option<i64>,
    /// The byte after the last one.
    pub bend: Option<i64>,
}

/// The bytes of a range that is known by lines and columns.
///
/// Each bound is the byte where its line starts and what `col_to_byte` says of its column, and NULL
/// where one of these three is, whatever the other bound is. A bound behind the largest `BIGINT` is an
/// error, as a column inside a character is; `try_canonicalize_byte_span` gives NULL for both.
///
/// ```sql
/// SELECT canonicalize_byte_span(10, 'abcdef', 3, 20, 'ghijkl', 2, 'byte');
/// ----
/// {bstart: 13, bend: 22}
/// ```
#[udf(tags = [position_encoding, span])]
pub fn canonicalize_byte_span(
    start_line_start_byte: Option<i64>,
    start_line_text: Option<Chars<'_>>,
    start_col: Option<i64>,
    end_line_start_byte: Option<i64>,
    end_line_text: Option<Chars<'_>>,
    end_col: Option<i64>,
    #[literal(values = ColumnUnit::VALUES)] col_unit: ColumnUnit,
) -> Result<ByteSpan, NoBound> {
    let bound = |param, from: Option<i64>, line, col| {
        let (Some(from), Some(line), Some(col)) = (from, line, col) else { return Ok(None) };
        let byte =
            byte_of_column(line, col, col_unit).map_err(|InsideCharacter { col, unit }| {
                NoBound::InsideCharacter { param, col, unit }
            })?;
        from.checked_add(byte).map(Some).ok_or(NoBound::TooLarge { param, from, byte })
    };
    Ok(ByteSpan {
        bstart: bound("start_col", start_line_start_byte, start_line_text, start_col)?,
        bend: bound("end_col", end_line_start_byte, end_line_text, end_col)?,
    })
}

/// What the columns of a position count.
///
/// Written as `byte`, `utf8` or `utf-8`, `utf16` or `utf-16`, `utf32` or `utf-32`, or as the
/// numbers 1, 2 and 3 of the SCIP protocol for the last three, in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnUnit {
    /// Bytes of the UTF-8 text.
    Byte,
    /// UTF-8 code units, which are the same bytes under another name.
    Utf8,
    /// UTF-16 code units, as in the language server protocol.
    Utf16,
    /// Unicode code points, as in Python.
    Utf32,
}

impl ColumnUnit {
    /// How units are written.
    pub const VALUES: &[&str] =
        &["byte", "utf8", "utf-8", "utf16", "utf-16", "utf32", "utf-32", "1", "2", "3"];

    /// The one spelling that spans store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Byte => "byte",
            Self::Utf8 => "utf8",
            Self::Utf16 => "utf16",
            Self::Utf32 => "utf32",
        }
    }
}

impl fmt::Display for ColumnUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ColumnUnit {
    type Err = UnknownUnit;

    fn from_str(text: &str) -> Result<Self, UnknownUnit> {
        Ok(match text.to_ascii_lowercase().as_str() {
            "byte" => Self::Byte,
            "utf8" | "utf-8" | "1" => Self::Utf8,
            "utf16" | "utf-16" | "2" => Self::Utf16,
            "utf32" | "utf-32" | "3" => Self::Utf32,
            _ => return Err(UnknownUnit(text.to_owned())),
        })
    }
}

/// A text that names no [`ColumnUnit`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownUnit(String);

impl fmt::Display for UnknownUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(text) = self;
        let known: Vec<String> =
            ColumnUnit::VALUES.iter().map(|value| format!("`{value}`")).collect();
        write!(f, "unknown column unit `{text}`: use {}", known.join(", "))
    }
}

impl std::error::Error for UnknownUnit {}

/// A column that stands for no byte offset, because it lies inside a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InsideCharacter {
    col: i64,
    unit: ColumnUnit,
}

impl fmt::Display for InsideCharacter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { col, unit } = self;
        write!(
            f,
            "column {col} in units of `{unit}` lies inside a character: check the unit, or use \
             `try_col_to_byte`, which gives NULL"
        )
    }
}

impl std::error::Error for InsideCharacter {}

/// A bound of a range that stands for no byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoBound {
    /// The column lies inside a character.
    InsideCharacter {
        /// The parameter of the column.
        param: &'static str,
        /// The column.
        col: i64,
        /// What it counts.
        unit: ColumnUnit,
    },
    /// The byte lies behind the largest `i64`.
    TooLarge {
        /// The parameter of the column.
        param: &'static str,
        /// Where the line starts.
        from: i64,
        /// The byte of the column within the line.
        byte: i64,
    },
}

impl fmt::Display for NoBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InsideCharacter { param, col, unit } => write!(
                f,
                "`{param}` is {col}, which in units of `{unit}` lies inside a character: check the \
                 unit"
            ),
            Self::TooLarge { param, from, byte } => write!(
                f,
                "`{param}` is byte {byte} of a line that starts at byte {from}, which lies behind \
                 the largest BIGINT: check where the line starts"
            ),
        }?;
        f.write_str(", or use `try_canonicalize_byte_span`, which gives NULL")
    }
}

impl std::error::Error for NoBound {}
