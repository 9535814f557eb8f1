//! The names that DataFusion owns, and those among them that may be replaced.

use std::collections::BTreeSet;

use datafusion::execution::SessionStateDefaults;

/// Names of DataFusion that may be replaced, each with the reason.
pub(super) const REPLACED: [(&str, &str); 4] = [
    ("array_compact", "DataFusion's loses the metadata of the list"),
    ("list_compact", "DataFusion's loses the metadata of the list"),
    ("map_extract", "DataFusion's finds keys in what lies beneath a NULL map"),
    ("map_entries", "DataFusion's panics on maps whose values are not nullable"),
];

/// Every name and alias of DataFusion's own functions.
pub(super) fn names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut add = |name: &str, aliases: &[String]| {
        names.insert(name.to_owned());
        names.extend(aliases.iter().cloned());
    };
    for function in SessionStateDefaults::default_scalar_functions() {
        add(function.name(), function.aliases());
    }
    for function in SessionStateDefaults::default_higher_order_functions() {
        add(function.name(), function.aliases());
    }
    for function in SessionStateDefaults::default_aggregate_functions() {
        add(function.name(), function.aliases());
    }
    for function in SessionStateDefaults::default_window_functions() {
        add(function.name(), function.aliases());
    }
    for function in SessionStateDefaults::default_table_functions() {
        add(function.name(), &[]);
    }
    names
}
