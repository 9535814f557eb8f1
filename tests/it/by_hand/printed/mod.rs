//! The functions by hand, one a file, as `cargo xtask expand --by-hand NAME` prints them. They call
//! the functions that stand here.

use belvedere_udfs::{ColumnUnit, col_to_byte, qname_normalize, stable_hash64, utf8_null_if_blank};

#[rustfmt::skip]
#[path = "col_to_byte.rs"]
pub(super) mod column;

#[rustfmt::skip]
#[path = "stable_hash64.rs"]
pub(super) mod hash;

#[rustfmt::skip]
#[path = "utf8_null_if_blank.rs"]
pub(super) mod null_if_blank;

#[rustfmt::skip]
#[path = "qname_normalize.rs"]
pub(super) mod qualified;

#[rustfmt::skip]
#[path = "try_col_to_byte.rs"]
pub(super) mod try_column;
