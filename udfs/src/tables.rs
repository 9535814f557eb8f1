//! Table functions: numbers in a row, and what is known of the functions of the program.

use belvedere::udf::{Function, Kind, Param, Volatility, registered};
use belvedere::{ArrowType, udtf};

/// The integers from `start` on, up to **and without** `end`.
///
/// The end is excluded, as in Rust's `start..end` and in DataFusion's `range`: `range_table(1, 4)` is 1, 2
/// and 3. An end that is not behind the start gives no rows. `generate_series` includes its end.
///
/// ```sql
/// SELECT value FROM range_table(1, 4) ORDER BY value
/// ----
/// 1
/// 2
/// 3
/// ```
///
/// ```sql
/// SELECT count(*) FROM range_table(end => 5, start => 5)
/// ----
/// 0
/// ```
#[udtf(tags = [number])]
pub fn range_table(start: i64, end: i64) -> impl Iterator<Item = i64> {
    start..end
}

belvedere::reexport! {
    /// The integers from `start` on, up to and without `end`, in steps.
    ///
    /// DataFusion's own, which takes dates and timestamps too, with an interval for a step; its arguments
    /// have no names in SQL. `range_table` takes them by name.
    ///
    /// ```sql
    /// SELECT value FROM range(1, 10, 4) ORDER BY value
    /// ----
    /// 1
    /// 5
    /// 9
    /// ```
    #[tags = [number]]
    pub table range(start: i64, end: i64, step: i64 = 1) -> i64;
}

/// What the program knows of a function.
#[derive(ArrowType)]
pub struct RegistryRow {
    name: String,
    kind: String,
    rust_path: String,
    signature: String,
    aliases: Vec<String>,
    parameter_names: Vec<String>,
    parameter_types: Vec<String>,
    parameter_defaults: Vec<Option<String>>,
    returns: String,
    volatility: String,
    calls: Option<String>,
    strict: bool,
    fallible: bool,
    twin_of: Option<String>,
    tags: Vec<String>,
    hooks: Vec<String>,
    simplify: bool,
    coerce_types: bool,
    short_circuits: bool,
    since: Option<String>,
    deprecated: Option<String>,
    version: i64,
}

/// The functions of the program, computed when it is asked.
///
/// A row for each function that is linked into the program, ours, yours and those of DataFusion that are
/// re-exported, sorted by name; `information_schema.routines` has all of DataFusion's. `hooks` are the methods
/// of DataFusion's traits that have an answer of their own for it; `simplify` is one of them: calls are looked
/// at again when a query is optimized. `coerce_types` says whether the function accepts its types itself,
/// `calls` what bounds the calls of an async function.
///
/// ```sql
/// SELECT name, kind, parameter_names, volatility FROM udf_registry() WHERE name = 'range_table'
/// ----
/// range_table table [start, end] immutable
/// ```
///
/// ```sql
/// SELECT hooks FROM udf_registry() WHERE name = 'stable_hash64'
/// ----
/// [evaluate_bounds, is_strict]
/// ```
#[udtf]
pub fn udf_registry() -> impl Iterator<Item = RegistryRow> {
    registered().into_iter().map(|function| {
        let params = function.params;
        let ours = function.source_hash.is_some();
        let hooks = function.hooks();
        RegistryRow {
            name: function.name.to_owned(),
            kind: function.kind().to_string(),
            rust_path: function.path.to_owned(),
            signature: function.signature.to_owned(),
            aliases: owned(function.aliases),
            parameter_names: params.iter().map(|param| param.name.to_owned()).collect(),
            parameter_types: params.iter().map(|param| type_of(function, param)).collect(),
            parameter_defaults: params
                .iter()
                .map(|param| param.default.as_ref().map(ToString::to_string))
                .collect(),
            returns: function.returns.named(function.type_params).to_string(),
            volatility: volatility(function).to_owned(),
            calls: function.as_async().map(|awaited| awaited.limits.to_string()),
            strict: function.is_strict(),
            fallible: function.fallible,
            twin_of: function.twin_of.map(str::to_owned),
            tags: owned(function.tags),
            simplify: hooks.contains(&"simplify"),
            hooks: owned(&hooks),
            coerce_types: ours && function.kind() != Kind::Table && function.as_async().is_none(),
            short_circuits: false,
            since: function.since.map(str::to_owned),
            deprecated: function.deprecated.map(str::to_owned),
            version: i64::from(function.version),
        }
    })
}

/// What documents say of a function.
#[derive(ArrowType)]
pub struct DocsRow {
    name: String,
    kind: String,
    section: String,
    description: String,
    syntax: String,
    sql_example: Option<String>,
    argument_names: Vec<String>,
    argument_descriptions: Vec<String>,
    alternative_syntax: Vec<String>,
    related_udfs: Vec<String>,
    tags: Vec<String>,
    since: Option<String>,
    deprecated: Option<String>,
}

/// The documentation of the functions of the program, computed when it is asked.
///
/// A row for each function, sorted by name, as in `udf_registry()`. `section` is the first tag,
/// `alternative_syntax` has the calls by other names, `related_udfs` the function that fails where this
/// one gives NULL, and the other way around.
///
/// ```sql
/// SELECT syntax, argument_descriptions FROM udf_docs() WHERE name = 'range_table'
/// ----
/// range_table(start, end) [i64, i64]
/// ```
#[udtf]
pub fn udf_docs() -> impl Iterator<Item = DocsRow> {
    let functions = registered();
    let rows: Vec<DocsRow> = functions.iter().map(|function| docs(function, &functions)).collect();
    rows.into_iter()
}

fn docs(function: &Function, all: &[&'static Function]) -> DocsRow {
    let twins = all.iter().filter(|other| other.twin_of == Some(function.name));
    let related = function.twin_of.into_iter().chain(twins.map(|twin| twin.name));
    let examples: Vec<String> = function
        .examples
        .iter()
        .map(|example| format!("{};\n----\n{}", example.sql, example.expected))
        .collect();
    let describe = |param: &Param| {
        let mut text = type_of(function, param);
        if param.value.nullable {
            text.push_str(", may be NULL");
        }
        if let Some(default) = &param.default {
            text.push_str(&format!(", {default} if omitted"));
        }
        text
    };
    DocsRow {
        name: function.name.to_owned(),
        kind: function.kind().to_string(),
        section: function.tags.first().copied().unwrap_or("function").to_owned(),
        description: function.doc.join("\n\n"),
        syntax: syntax(function.name, function),
        sql_example: (!examples.is_empty()).then(|| examples.join("\n\n")),
        argument_names: function.params.iter().map(|param| param.name.to_owned()).collect(),
        argument_descriptions: function.params.iter().map(describe).collect(),
        alternative_syntax: function.aliases.iter().map(|alias| syntax(alias, function)).collect(),
        related_udfs: related.map(str::to_owned).collect(),
        tags: owned(function.tags),
        since: function.since.map(str::to_owned),
        deprecated: function.deprecated.map(str::to_owned),
    }
}

/// A call: `f(a, [b = 1], c...)`, a window function's with `OVER`.
fn syntax(name: &str, function: &Function) -> String {
    let params: Vec<String> = function
        .params
        .iter()
        .map(|param| match &param.default {
            Some(default) => format!("[{} = {default}]", param.name),
            None if param.variadic => format!("{}...", param.name),
            None => param.name.to_owned(),
        })
        .collect();
    let over = if function.kind() == Kind::Window { " OVER (…)" } else { "" };
    format!("{name}({}){over}", params.join(", "))
}

fn type_of(function: &Function, param: &Param) -> String {
    if param.any {
        "any".to_owned()
    } else {
        param.value.ty.named(function.type_params).to_string()
    }
}

fn volatility(function: &Function) -> &'static str {
    match function.volatility {
        Volatility::Immutable => "immutable",
        Volatility::Stable => "stable",
        Volatility::Volatile => "volatile",
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::{range_table, udf_docs, udf_registry};

    #[test]
    fn the_end_is_excluded() {
        assert_eq!(range_table(1, 4).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(range_table(4, 4).count(), 0);
        assert_eq!(range_table(5, 4).count(), 0);
        assert_eq!(range_table(i64::MIN, i64::MAX).next(), Some(i64::MIN));
    }

    #[test]
    fn hooks_are_those_of_what_a_function_says() {
        let hooks = |name: &str| -> Vec<String> {
            udf_registry().find(|row| row.name == name).map(|row| row.hooks).unwrap_or_default()
        };
        assert_eq!(hooks("stable_hash64"), ["evaluate_bounds", "is_strict"]);
        assert_eq!(hooks("list_compact"), ["is_strict", "simplify"]);
        assert_eq!(hooks("utf8_normalize"), ["is_strict", "simplify", "with_updated_config"]);
        assert_eq!(hooks("row_index"), ["limit_effect", "sort_options"]);
        assert_eq!(hooks("range"), [""; 0], "it is DataFusion's own");
        let groups = ["create_groups_accumulator", "create_sliding_accumulator", "retract_batch"];
        assert!(
            hooks("count_if").starts_with(&groups.map(str::to_owned)),
            "{:?}",
            hooks("count_if")
        );
    }

    #[test]
    fn every_function_is_told_of_in_order() {
        let names: Vec<String> = udf_registry().map(|row| row.name).collect();
        assert!(names.is_sorted() && names.contains(&"udf_registry".to_owned()), "{names:?}");
        assert_eq!(udf_docs().map(|row| row.name).collect::<Vec<_>>(), names);
        let twin = udf_docs().find(|row| row.name == "span_make").map(|row| row.related_udfs);
        assert_eq!(twin, Some(vec!["try_span_make".to_owned()]));
        let total = udf_docs().find(|row| row.name == "running_total").map(|row| row.syntax);
        assert_eq!(total.as_deref(), Some("running_total(value) OVER (…)"));
    }
}
