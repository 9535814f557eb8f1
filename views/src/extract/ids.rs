//! Identifiers: those that the standard functions give, so that a query can compute them again.
//!
//! `stable_id('file', path)` for a file, `span_id('call', path, bstart, bend)` for what lies in
//! one. The path is part of each, so equal content at two paths has different ids.

use belvedere::Text;
use belvedere_udfs::{span_id, stable_id};

/// The id of a file.
pub(crate) fn file_id(path: &str) -> String {
    Text::of(|out| stable_id("file", path, out))
}

/// The id of the package of a manifest.
pub(crate) fn package_id(path: &str) -> String {
    Text::of(|out| stable_id("package", path, out))
}

/// The id of a place in a file: `prefix` says what is there, `kind` tells places apart that begin
/// and end together.
pub(crate) fn place_id(prefix: &str, path: &str, span: (i64, i64), kind: Option<&str>) -> String {
    let kind: &[Option<&str>] = if kind.is_some() { &[kind] } else { &[] };
    Text::of(|out| span_id(prefix, Some(path), Some(span.0), Some(span.1), kind, out))
}
