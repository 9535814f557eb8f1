//! Names that are no built-in's: which built-in is meant by one, or how its work is done here.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::{NOT_EXPRESSIBLE, find, is_builtin, names};
use crate::suggest::distance;

/// The built-in that a name means which is none: one that other languages call so, one of a family
/// that adds a prefix, or one that is written nearly so.
#[must_use]
pub fn meant(name: &str) -> Option<&'static str> {
    if is_builtin(name) {
        return None;
    }
    let lower = name.to_lowercase();
    let other = OTHER_NAMES.iter().find(|(other, _)| *other == lower);
    other.map(|(_, name)| *name).or_else(|| family(&lower)).or_else(|| near(&lower))
}

/// What to say of a function that is nowhere and has the name of a built-in, nearly or in another
/// language, or of something that is no function here.
#[must_use]
pub fn advice(name: &str) -> Option<String> {
    if is_builtin(name) {
        return None;
    }
    let lower = name.to_lowercase();
    let told = NO_FUNCTIONS.iter().find(|(names, _)| names.contains(&lower.as_str()));
    let told = told.map(|(_, advice)| *advice).or_else(|| {
        let known = NOT_EXPRESSIBLE.iter().find(|function| function.name == lower);
        known.map(|function| function.reason)
    });
    let meant = || meant(name).map(|name| format!("did you mean `{name}`?"));
    told.map(str::to_owned).or_else(meant)
}

/// `array_sort` for `sort`.
fn family(name: &str) -> Option<&'static str> {
    let whole = |prefix: &&str| find(&format!("{prefix}{name}")).first().map(|form| form.name);
    ["array_", "date_", "to_", "regexp_", "map_"].iter().find_map(whole)
}

/// The built-in whose name differs by a slip or, if it is long, by two. With so many names, more
/// slips lead to a function of the user's that is called similarly.
///
/// Every call of a user's function asks, and they are few, so answers are kept.
fn near(name: &str) -> Option<&'static str> {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(answer) = known.get(name) {
        return *answer;
    }
    let answer = nearest(name);
    known.insert(name.to_owned(), answer);
    answer
}

/// The answers of [`near`].
static KNOWN: LazyLock<Mutex<HashMap<String, Option<&'static str>>>> =
    LazyLock::new(Mutex::default);

fn nearest(name: &str) -> Option<&'static str> {
    let limit = if name.len() < 7 { 1 } else { 2 };
    let letters = letters(name);
    let similar = NAMES.iter().filter(|(known, theirs)| {
        // What is too different is not compared. A slip changes at most two letters.
        let differing = (letters ^ theirs).count_ones() as usize;
        // A word of three letters is near to many.
        let swapped = name.len() > 3 || differing == 0;
        known.len().abs_diff(name.len()) <= limit && differing <= 2 * limit && swapped
    });
    // Of several that are as near the one that is written most is meant: `cout` is no `cot`.
    let rank = |known: &str| COMMON.iter().position(|common| *common == known);
    let measured = similar
        .map(|(known, _)| (distance(name, known), rank(known).unwrap_or(COMMON.len()), *known));
    let whole = |known: &str, slips: usize| slips * 2 > known.len();
    let near = measured.filter(|(slips, _, known)| *slips <= limit && !whole(known, *slips));
    near.min().map(|(_, _, known)| known)
}

/// What is called most.
const COMMON: [&str; 16] = [
    "count",
    "sum",
    "min",
    "max",
    "avg",
    "round",
    "coalesce",
    "length",
    "lower",
    "upper",
    "concat",
    "substr",
    "abs",
    "trim",
    "date_trunc",
    "lag",
];

/// All names with the letters that each has.
static NAMES: LazyLock<Vec<(&'static str, u64)>> =
    LazyLock::new(|| names().map(|name| (name, letters(name))).collect());

/// A set of letters, a bit each.
fn letters(name: &str) -> u64 {
    name.bytes().fold(0, |letters, byte| letters | 1 << (byte % 64))
}

/// What other languages call the same, functions and methods.
const OTHER_NAMES: [(&str, &str); 54] = [
    ("any", "bool_or"),
    ("approx_count_distinct", "approx_distinct"),
    ("arbitrary", "any_value"),
    ("array_size", "array_length"),
    ("average", "avg"),
    ("ceiling", "ceil"),
    ("char_index", "strpos"),
    ("charindex", "strpos"),
    ("collect_list", "list_of"),
    ("element_at", "array_element"),
    ("every", "bool_and"),
    ("first", "any_value"),
    ("from_hex", "decode"),
    ("group_concat", "string_agg"),
    ("hex", "to_hex"),
    ("index_of", "strpos"),
    ("indexof", "strpos"),
    ("is_nan", "isnan"),
    ("keys", "map_keys"),
    ("list_agg", "list_of"),
    ("list_aggregate", "list_of"),
    ("last", "last_value"),
    ("locate", "strpos"),
    ("lcase", "lower"),
    ("len", "length"),
    ("listagg", "string_agg"),
    ("mid", "substr"),
    ("maximum", "max"),
    ("minimum", "min"),
    ("null_if", "nullif"),
    ("parse_date", "to_date"),
    ("parse_timestamp", "to_timestamp"),
    ("powi", "power"),
    ("quantile", "percentile_cont"),
    ("regexp_extract", "regexp_match"),
    ("regexp_matches", "regexp_like"),
    ("regexp_substr", "regexp_match"),
    ("sign", "signum"),
    ("size", "array_length"),
    ("slice", "array_slice"),
    ("split", "string_to_array"),
    ("startswith", "starts_with"),
    ("endswith", "ends_with"),
    ("std", "stddev"),
    ("str_split", "string_to_array"),
    ("strftime", "to_char"),
    ("strptime", "to_timestamp"),
    ("to_lowercase", "lower"),
    ("to_uppercase", "upper"),
    ("truncate", "trunc"),
    ("ucase", "upper"),
    ("unix_timestamp", "to_unixtime"),
    ("unwrap_or", "coalesce"),
    ("values", "map_values"),
];

/// Functions of other languages whose work is done otherwise.
const NO_FUNCTIONS: [(&[&str], &str); 25] = [
    (
        &[
            "current_timestamp",
            "localtimestamp",
            "localtime",
            "today",
            "rand",
            "getdate",
            "sysdate",
            "gen_random_uuid",
        ],
        "a view follows from its sources: one of them has to write it into a column",
    ),
    (&["extract", "year"], "`date_part(\"year\", …)`"),
    (&["month"], "`date_part(\"month\", …)`"),
    (&["day", "dayofmonth"], "`date_part(\"day\", …)`"),
    (&["hour"], "`date_part(\"hour\", …)`"),
    (&["iff", "iif", "ifelse", "if_else"], "`case when … then … else … end`"),
    (
        &["isnull", "is_null", "isna", "is_none"],
        "`… is null`; another value in its place: `coalesce(…, 0)`",
    ),
    (&["isnotnull", "is_not_null", "notnull", "notna"], "`… is not null`"),
    (&["string", "str", "to_string", "varchar", "text"], "`cast(… as String)`"),
    (&["int", "integer", "bigint", "to_int", "to_integer", "to_number"], "`cast(… as i64)`"),
    (&["float", "double", "real", "to_float", "to_double"], "`cast(… as f64)`"),
    (&["bool", "boolean", "to_bool", "to_boolean"], "`cast(… as bool)`"),
    (&["decimal", "numeric", "to_decimal"], "`cast(… as Decimal<18, 2>)`"),
    (&["safe_cast", "cast_or_null"], "`try_cast(… as …)`"),
    (&["count_distinct", "countd", "nunique"], "`count(distinct …)`"),
    (&["count_if", "countif", "sum_if", "sumif"], "`count() filter (…)`, `sum(…) filter (…)`"),
    (&["datediff", "date_diff", "timestampdiff"], "dates are subtracted: `a - b`"),
    (
        &["date_add", "dateadd", "date_sub", "timestampadd", "add_months"],
        "dates and times are moved by lengths: `… + interval(\"1 day\")`",
    ),
    (&["mode"], "`group by { x } aggregate { n: count() } order by n desc limit 1`"),
    (&["exists"], "`exists (from … where …)` asks whether a query has rows"),
    (&["if", "decode_case", "switch"], "`case when … then … else … end`"),
    (&["row", "tuple"], "a struct is written as `{ a: x, b: y }`, for instance"),
    (&["zeroifnull"], "`coalesce(…, 0)`"),
    (&["convert"], "`cast(… as …)`"),
    (&["unnest", "explode"], "a row for each item is a step: `unnest … as item`"),
];

#[cfg(test)]
mod tests {
    use super::{NO_FUNCTIONS, OTHER_NAMES, advice, meant};
    use crate::view::builtins::{NOT_EXPRESSIBLE, is_builtin};

    #[test]
    fn what_is_meant_exists() {
        for (other, name) in OTHER_NAMES {
            assert!(!is_builtin(other), "{other}");
            assert!(is_builtin(name), "{name}");
        }
        for name in NO_FUNCTIONS.iter().flat_map(|(names, _)| *names) {
            assert!(!is_builtin(name), "{name}");
        }
        for function in NOT_EXPRESSIBLE {
            assert!(!is_builtin(function.name), "{}", function.name);
        }
    }

    #[test]
    fn a_slip_and_a_family_are_seen() {
        assert_eq!(meant("lenght"), Some("length"));
        assert_eq!(meant("cuont"), Some("count"));
        assert_eq!(meant("cout"), Some("count"));
        assert_eq!(meant("COALESC"), Some("coalesce"));
        assert_eq!(meant("date_trunk"), Some("date_trunc"));
        assert_eq!(meant("sort"), Some("array_sort"));
        assert_eq!(meant("bin"), Some("date_bin"));
        assert_eq!(
            advice("now").as_deref(),
            NOT_EXPRESSIBLE.iter().find(|f| f.name == "now").map(|f| f.reason)
        );
    }

    #[test]
    fn functions_of_users_are_left_alone() {
        for name in [
            "span_len",
            "score",
            "norm",
            "stable_id",
            "is_test",
            "f",
            "tax",
            "log_of",
            "mapped",
            "net",
            "qname_normalize",
            "col_to_byte",
            "arg_max",
            "find",
            "hash",
            "parse",
            "clean",
            "total",
        ] {
            assert_eq!(meant(name), None, "{name}");
        }
    }
}
