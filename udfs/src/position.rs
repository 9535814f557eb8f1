//! Columns within a line: what unit they count in, and the byte offset that they stand for.
//!
//! Editors, compilers and language servers count columns in bytes, UTF-16 code units or code
//! points. Everything else in this crate speaks of bytes, and this is where the two meet.

use std::fmt;
use std::str::FromStr;

use belvedere::{ArrowType, udf};

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
#[udf(tags = [position_encoding, span])]
pub fn col_to_byte(
    line: &str,
    col: i64,
    #[literal(
        values = ["byte", "utf8", "utf-8", "utf16", "utf-16", "utf32", "utf-32", "1", "2", "3"]
    )]
    unit: ColumnUnit,
) -> Result<i64, InsideCharacter> {
    let units = usize::try_from(col.max(0)).unwrap_or(usize::MAX);
    let byte = match unit {
        // One unit is one byte in every encoding of ASCII, which most lines are.
        _ if line.is_ascii() => Some(units.min(line.len())),
        ColumnUnit::Byte | ColumnUnit::Utf8 => {
            Some(units.min(line.len())).filter(|&byte| line.is_char_boundary(byte))
        }
        ColumnUnit::Utf16 => utf16_to_byte(line, units),
        ColumnUnit::Utf32 => Some(line.char_indices().nth(units).map_or(line.len(), |(at, _)| at)),
    };
    byte.and_then(|byte| i64::try_from(byte).ok()).ok_or(InsideCharacter { col, unit })
}

/// Two positions as byte offsets into a text, each from the byte where its line starts, the line, and
/// a column as `col_to_byte` takes it. A side of which something is NULL is NULL.
///
/// ```sql
/// SELECT canonicalize_byte_span(10, 'abcdef', 3, 20, 'ghijkl', 2, 'byte');
/// ----
/// {bstart: 13, bend: 22}
/// ```
#[udf(tags = [position_encoding, span])]
pub fn canonicalize_byte_span(
    start_line_start_byte: Option<i64>,
    start_line_text: Option<&str>,
    start_col: Option<i64>,
    end_line_start_byte: Option<i64>,
    end_line_text: Option<&str>,
    end_col: Option<i64>,
    #[literal] col_unit: ColumnUnit,
) -> Result<ByteSpan, InsideCharacter> {
    let side = |line_start: Option<i64>, line: Option<&str>, col: Option<i64>| {
        let (Some(line_start), Some(line), Some(col)) = (line_start, line, col) else {
            return Ok(None);
        };
        col_to_byte(line, col, col_unit).map(|byte| Some(line_start.saturating_add(byte)))
    };
    Ok(ByteSpan {
        bstart: side(start_line_start_byte, start_line_text, start_col)?,
        bend: side(end_line_start_byte, end_line_text, end_col)?,
    })
}

/// Byte offsets into a text.
#[derive(ArrowType, Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteSpan {
    /// Where it starts.
    pub bstart: Option<i64>,
    /// Where it ends.
    pub bend: Option<i64>,
}

/// How well the interval on the right fits the one on the left: the shorter, the better.
///
/// The score is the length of the right one, negative, so that the largest is the best. Whether the
/// two meet is for the join to say.
///
/// ```sql
/// SELECT interval_align_score(0, 5, 10, 20);
/// ----
/// -10.0
/// ```
#[udf(tags = [interval, alignment, score])]
pub fn interval_align_score(
    left_start: i64,
    left_end: i64,
    right_start: i64,
    right_end: i64,
) -> f64 {
    let _ = (left_start, left_end);
    right_start.saturating_sub(right_end) as f64
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
        write!(
            f,
            "unknown column unit `{text}`: use `byte`, `utf8`, `utf-8`, `utf16`, `utf-16`, \
             `utf32`, `utf-32`, `1`, `2` or `3`"
        )
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
