//! The base tables as a list, and their Arrow schemas.

use std::sync::OnceLock;

use arrow_schema::SchemaRef;
use belvedere::view::{Relation, ViewError};

use super::{
    ast_bindings, ast_calls, ast_defs, ast_errors, ast_imports, ast_nodes, ast_refs, ast_scopes,
    extract_errors, manifests, source_files, source_lines,
};

/// How many base tables there are.
pub(crate) const TABLE_COUNT: usize = 13;

/// The base tables, in the order in which the extraction numbers them.
pub(crate) const TABLES: [&Relation; TABLE_COUNT] = [
    &source_files::RELATION,
    &source_lines::RELATION,
    &ast_nodes::RELATION,
    &ast_calls::RELATION,
    &ast_refs::RELATION,
    &ast_scopes::RELATION,
    &ast_bindings::RELATION,
    &ast_defs::RELATION,
    &ast_imports::RELATION,
    &ast_errors::RELATION,
    &extract_errors::RELATION,
    &manifests::packages::RELATION,
    &manifests::package_dependencies::RELATION,
];

/// The Arrow schema of the table at that position of [`TABLES`].
pub(crate) fn schema(table: usize) -> Result<SchemaRef, ViewError> {
    static SCHEMAS: [OnceLock<SchemaRef>; TABLE_COUNT] = [const { OnceLock::new() }; TABLE_COUNT];
    match SCHEMAS[table].get() {
        Some(schema) => Ok(SchemaRef::clone(schema)),
        None => {
            let schema = TABLES[table].arrow_schema()?;
            Ok(SchemaRef::clone(SCHEMAS[table].get_or_init(|| schema)))
        }
    }
}
