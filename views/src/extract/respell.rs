//! The same program, spelt so that the grammar understands it.
//!
//! The grammars lag behind their languages in some places. A text in which they found errors is
//! parsed a second time with those places written differently: as many bytes, so that everything
//! keeps its place, and with the same definitions and calls. Rows take their texts from the file
//! itself. What is not known here can spoil the second attempt, never the file: the tree with fewer
//! errors is used.

mod python;
mod rust;

use crate::extract::lang::Lang;

/// The text as the grammar of its language understands it better.
pub(crate) fn respell(text: &str, lang: Lang) -> String {
    let mut bytes = text.as_bytes().to_vec();
    match lang {
        Lang::Python => python::respell(&mut bytes),
        Lang::Rust => rust::respell(&mut bytes),
    }
    // ASCII takes the place of ASCII or of whole comments.
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// Whether a byte can be part of a name; those of other letters than ASCII's are.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// The name that begins at `at`, or nothing.
fn name_at(bytes: &[u8], at: usize) -> &[u8] {
    let rest = bytes.get(at..).unwrap_or(&[]);
    let length = rest.iter().position(|byte| !is_name(*byte)).unwrap_or(rest.len());
    &rest[..length]
}

/// The name that ends before `end`, or nothing.
fn name_before(bytes: &[u8], end: usize) -> &[u8] {
    let start = bytes[..end].iter().rposition(|byte| !is_name(*byte)).map_or(0, |at| at + 1);
    &bytes[start..end]
}

/// Where the white space that begins at `at` ends.
fn after_space(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or(&[]);
    at + rest.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(rest.len())
}

/// Where the white space that ends before `end` begins.
fn before_space(bytes: &[u8], end: usize) -> usize {
    bytes[..end].iter().rposition(|byte| !byte.is_ascii_whitespace()).map_or(0, |at| at + 1)
}

/// Puts spaces for all but line ends.
fn blank(bytes: &mut [u8]) {
    for byte in bytes.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')) {
        *byte = b' ';
    }
}
