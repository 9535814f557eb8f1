//! Extension types: what the metadata of a field says of its values beyond their Arrow type.
//!
//! Only the field of a column is marked, not those inside of lists, maps and structs: Delta Lake
//! keeps no metadata there, and Arrow types that differ in metadata are different types.

use arrow_schema::extension::{EXTENSION_TYPE_METADATA_KEY, EXTENSION_TYPE_NAME_KEY};

use super::types::Type;

/// Entries of a field's metadata.
pub(crate) type Marks = &'static [(&'static str, &'static str)];

/// Arrow's canonical `arrow.uuid`.
pub(crate) const UUID: Marks = &[(EXTENSION_TYPE_NAME_KEY, "arrow.uuid")];

/// Arrow's canonical `arrow.json`, which has parameters and none of them.
pub(crate) const JSON: Marks =
    &[(EXTENSION_TYPE_NAME_KEY, "arrow.json"), (EXTENSION_TYPE_METADATA_KEY, "")];

impl Type {
    /// What a field of this type says of its values.
    #[cfg_attr(
        not(feature = "engine"),
        allow(dead_code, reason = "fields of results are planned by an engine")
    )]
    pub(crate) const fn marks(self) -> Marks {
        match self {
            Self::Uuid => UUID,
            Self::Json => JSON,
            _ => &[],
        }
    }
}
