//! The standard functions of Belvedere: hashes and ids, spans, columns, intervals, text, lists and
//! maps, changes, aggregates, graphs, windows, tables, and templates of views.
//!
//! One family a file, each function an annotated Rust function, its semantics in its doc comment
//! and its examples run as tests. They are reached by path, so that views and other functions can
//! name them (`use belvedere_udfs::span_len;`), and register themselves in every program that
//! links this crate: name it once (`use belvedere_udfs as _;`) if nothing else does.

mod aggregates;
mod cdf;
mod engine;
mod graph;
mod hash;
mod interval;
mod nested;
mod position;
mod span;
mod tables;
mod templates;
mod text;
mod windows;

pub use aggregates::{
    arg_max, arg_min, count_distinct_agg, count_if, first_value, last_value, list_unique,
    string_agg,
};
pub use cdf::{cdf_change_rank, cdf_is_delete, cdf_is_upsert};
pub use engine::{arrow_metadata, list_extract, map_keys, map_values};
pub use graph::{InComponent, Reached, reachable, strong_components};
pub use hash::{
    TooFewParts, prefixed_hash_parts64, prefixed_hash_parts64_required, prefixed_hash64,
    semantic_tag, span_id, span_id_required, stable_hash_any, stable_hash64, stable_hash128,
    stable_id, stable_id_parts, stable_id_parts_required, try_stable_id_parts_required,
};
pub use interval::interval_align_score;
pub use nested::{
    Entry, KeyCase, UnknownCase, list_compact, list_unique_sorted, map_entries, map_extract,
    map_get_default, map_normalize, struct_pick,
};
pub use position::{
    ByteSpan, ColumnUnit, InsideCharacter, NoBound, UnknownUnit, canonicalize_byte_span,
    col_to_byte, try_canonicalize_byte_span, try_col_to_byte,
};
pub use span::{
    EndsBeforeStart, Incomparable, Span, span_contains, span_len, span_make, span_overlaps,
    try_span_contains, try_span_make, try_span_overlaps,
};
pub use tables::{DocsRow, RegistryRow, range, range_table, udf_docs, udf_registry};
pub use templates::{canonicalize, identify, latest, with_span};
pub use text::{Form, UnknownForm, qname_normalize, utf8_normalize, utf8_null_if_blank};
pub use windows::{lag, lead, row_index, row_number, running_count, running_total};
