//! Names that are no built-in's: which built-in is meant by one, or how its work is done here.

use super::{all, is_builtin};
use crate::suggest::{distance, nearest};

/// The built-in that a name means which is none: one that other languages call so, or one that is
/// written nearly so.
#[must_use]
pub fn meant(name: &str) -> Option<&'static str> {
    if is_builtin(name) {
        return None;
    }
    let lower = name.to_lowercase();
    let other = OTHER_NAMES.iter().find(|(other, _)| *other == lower);
    // Three slips are a function of the user's that is called similarly. Every call of one comes
    // here, so what is too long or too short is not compared.
    let names = all().map(|builtin| builtin.name);
    let names = names.filter(|known| known.len().abs_diff(name.len()) <= 2);
    let near = || nearest(name, names).filter(|near| distance(&lower, near) <= 2);
    other.map(|(_, name)| *name).or_else(near)
}

/// What to say of a function that is nowhere and has the name of a built-in, nearly or in another
/// language, or of something that is no function here.
#[must_use]
pub fn advice(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let told = NO_FUNCTIONS.iter().find(|(names, _)| names.contains(&lower.as_str()));
    let told = told.map(|(_, advice)| (*advice).to_owned()).filter(|_| !is_builtin(name));
    told.or_else(|| meant(name).map(|name| format!("did you mean `{name}`?")))
}

/// What other languages call the same, functions and methods.
const OTHER_NAMES: [(&str, &str); 30] = [
    ("any", "bool_or"),
    ("arbitrary", "any_value"),
    ("array_agg", "list_of"),
    ("array_contains", "array_has"),
    ("array_join", "array_to_string"),
    ("average", "avg"),
    ("ceiling", "ceil"),
    ("char_length", "length"),
    ("character_length", "length"),
    ("collect_list", "list_of"),
    ("every", "bool_and"),
    ("first", "any_value"),
    ("first_value", "any_value"),
    ("ifnull", "coalesce"),
    ("instr", "strpos"),
    ("is_nan", "isnan"),
    ("lcase", "lower"),
    ("len", "length"),
    ("list_contains", "array_has"),
    ("mean", "avg"),
    ("nvl", "coalesce"),
    ("pow", "power"),
    ("powi", "power"),
    ("split", "string_to_array"),
    ("stddev_samp", "stddev"),
    ("to_lowercase", "lower"),
    ("to_uppercase", "upper"),
    ("ucase", "upper"),
    ("unwrap_or", "coalesce"),
    ("var_samp", "variance"),
];

/// Functions of other languages whose work is done otherwise.
const NO_FUNCTIONS: [(&[&str], &str); 6] = [
    (
        &[
            "row_number",
            "rank",
            "dense_rank",
            "percent_rank",
            "cume_dist",
            "ntile",
            "lag",
            "lead",
            "nth_value",
        ],
        "there are no window functions: aggregate in a view of its own, join it",
    ),
    (
        &["now", "current_timestamp", "current_date", "today", "random", "rand", "uuid"],
        "a view follows from its sources: one of them has to write it into a column",
    ),
    (
        &["date_trunc", "date_part", "extract", "year", "month", "day", "to_date", "to_timestamp"],
        "times are compared and cast; a function of your own can compute with them",
    ),
    (&["iff", "iif", "decode"], "`case when … then … else … end`"),
    (&["count_distinct", "approx_distinct"], "`count(distinct …)`"),
    (&["unnest", "explode", "flatten"], "a row for each item is a step: `unnest … as item`"),
];
