//! The settings of a session, each said aloud: what is left to a default changes with the machine
//! or with the next version of the engine.

use datafusion::common::config_err;
use datafusion::config::Dialect;
use datafusion::error::Result;
use datafusion::prelude::SessionConfig;

use crate::udf::adapter::Settings;

/// The catalog in which names are looked up.
pub const CATALOG: &str = "warehouse";
/// The schema of published tables and views.
pub const SCHEMA: &str = "public";

/// What the names of defaults of functions begin with.
const PREFIX: &str = "belvedere.";

/// How many rows operators hand on at once.
const BATCH_ROWS: usize = 8192;

/// The settings with what is `set` of the defaults of functions; nothing else can be.
pub(super) fn session_config(threads: usize, set: &[(String, String)]) -> Result<SessionConfig> {
    let mut config = SessionConfig::new()
        .with_default_catalog_and_schema(CATALOG, SCHEMA)
        .with_create_default_catalog_and_schema(true)
        .with_information_schema(true)
        .with_target_partitions(threads)
        .with_batch_size(BATCH_ROWS);
    let options = config.options_mut();
    options.extensions.insert(Settings::default());

    // SQL as its users know it: names fold to lower case unless they are quoted.
    options.sql_parser.dialect = Dialect::Generic;
    options.sql_parser.enable_ident_normalization = true;
    // Positions of names, so that an error can point at them.
    options.sql_parser.collect_spans = true;

    // Text is Utf8 everywhere: one encoding means that the planner never inserts a coercion between
    // a stored column, a literal and a function's result.
    options.sql_parser.map_string_types_to_utf8view = false;
    options.execution.parquet.schema_force_view_types = false;

    // delta-rs sets these for its own sessions: an IN list pushed into a scan by a hash join panics
    // where the join key is a dictionary.
    options.optimizer.hash_join_inlist_pushdown_max_size = 0;
    options.optimizer.hash_join_inlist_pushdown_max_distinct_values = 0;
    for (name, value) in set {
        match name.starts_with(PREFIX) {
            true => options.set(name, value)?,
            false => {
                return config_err!("`{name}` is no default of functions: those are `{PREFIX}…`");
            }
        }
    }
    Ok(config)
}
