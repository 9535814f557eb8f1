//! The checker against the engine: every built-in over every kind of argument that it takes, every
//! cast, and the operators over all pairs of types that meet.
//!
//! A view is checked, lowered, analysed and executed. The engine has to agree on the type, find
//! nothing to coerce, and give no NULL where the checker promises none.

use std::error::Error;
use std::str::FromStr as _;
use std::sync::Arc;

use arrow::array::{Array as _, RecordBatch};
use arrow::datatypes::SchemaRef;
use belvedere::view::{Input, arrow_schema, lower, same_values};
use belvedere_lang::sink::Sink;
use belvedere_lang::types::{IntType, Type, parse_columns};
use belvedere_lang::view::builtins::{self, Bound, Builtin};
use belvedere_lang::view::env::{Env, Relation};
use belvedere_lang::view::signature::FunctionKind;
use belvedere_lang::view::{check_view, model, parse_view};
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::SessionContext;

/// The columns, each with a nullable twin, whose name ends in `_o`.
const COLUMNS: [(&str, &str); 21] = [
    ("b", "bool"),
    ("tiny", "i8"),
    ("i", "i32"),
    ("l", "i64"),
    ("f", "f32"),
    ("d", "f64"),
    ("price", "Decimal<12, 2>"),
    ("wide", "Decimal<38, 20>"),
    ("s", "String"),
    ("json", "Json"),
    ("raw", "Bytes"),
    ("day", "Date"),
    ("at", "Timestamp"),
    ("local", "LocalTimestamp"),
    ("list", "List<String>"),
    ("numbers", "List<i64>"),
    ("floats", "List<f64>"),
    ("holes", "List<Option<i64>>"),
    ("nested", "List<List<i64>>"),
    ("map", "Map<String, i64>"),
    ("pos", "{ line: i64, col: Option<i32> }"),
];

/// Arguments for functions that do not take every value of their types.
const ARGUMENTS: [(&str, &[&str]); 15] = [
    (
        "array_position",
        &["t.list, t.s", "t.list_o, t.s", "t.list, t.s_o", "make_array(t.s), t.s, 1"],
    ),
    ("array_resize", &["t.list, 2", "t.holes, t.l", "t.list_o, 1, t.s", "t.list, 5, t.s_o"]),
    ("chr", &["t.l", "t.l_o"]),
    ("decode", &["encode(t.s, \"hex\"), \"hex\"", "encode(t.s_o, \"base64\"), \"base64\""]),
    ("map", &["t.list, t.list", "t.list_o, t.list_o", "make_array(t.l), make_array(t.holes)"]),
    ("regexp_count", &["t.s, \"a\"", "t.s_o, \"a\", t.l", "t.s, t.s_o, 1, \"i\""]),
    (
        "regexp_instr",
        &["t.s, \"a\"", "t.s_o, \"a\", t.l", "t.s, t.s_o, 1, 1, \"i\"", "t.s, \"(a)\", group => 1"],
    ),
    ("regexp_like", &["t.s, \"a\"", "t.s_o, \"a\"", "t.s, \"a\", \"i\""]),
    ("regexp_match", &["t.s, \"a\"", "t.s_o, \"(a)|(b)\"", "t.s, \"a\", \"i\"", "t.s, t.s_o"]),
    ("regexp_replace", &["t.s, \"a\", t.s", "t.s_o, \"a\", t.s", "t.s, \"a\", \"b\", \"g\""]),
    ("sqrt", &["t.l", "t.tiny_o", "abs(t.d)", "abs(t.f)", "t.d_o", "t.f_o"]),
    ("to_date", &[DATE, MAYBE_DATE, "\"21.11.2026\", \"%Y-%m-%d\", \"%d.%m.%Y\""]),
    ("to_time", &[CLOCK, "case when t.b_o then \"12:30:45\" end", "\"12.30\", \"%H.%M\""]),
    ("to_timestamp", &[DATE, MAYBE_DATE, "\"21.11.2026\", \"%d.%m.%Y\"", "t.l", "t.l_o"]),
    ("to_unixtime", &["t.at", "t.day_o", "t.local", DATE, MAYBE_DATE]),
];

const DATE: &str = "\"2026-11-21\"";
const MAYBE_DATE: &str = "case when t.b_o then \"2026-11-21\" end";
const CLOCK: &str = "\"12:30:45\"";

/// The steps in which a call of an aggregate stands: one group, several, and no row at all.
const GROUPINGS: [&str; 3] =
    ["aggregate", "group by { t.s } aggregate", "where t.l > 100 aggregate"];

/// How many expressions one view computes: planning a view costs more than an expression.
const BATCH: usize = 40;

#[tokio::test]
async fn every_builtin_is_what_the_engine_has() {
    let engine = Engine::new();
    let (mut scalars, mut aggregates) = (Vec::new(), Vec::new());
    for builtin in builtins::all() {
        let calls = match builtin.kind() {
            FunctionKind::Aggregate => &mut aggregates,
            // They stand over windows: `views::windows` has them.
            FunctionKind::Window => continue,
            _ => &mut scalars,
        };
        if builtin.constant {
            continue;
        }
        for mut arguments in arguments(builtin) {
            if matches!(builtin.name, "first_value" | "last_value" | "nth_value") {
                arguments.push_str(" order by t.l");
            }
            let call = format!("{}({arguments})", builtin.name);
            // No relation stores a time of the day.
            calls.push(match builtin.signature.returns.ty {
                Type::Time => format!("cast({call} as String)"),
                _ => call,
            });
            if builtin.distinct && !arguments.is_empty() {
                calls.push(format!("{}(distinct {arguments})", builtin.name));
            }
        }
    }
    let mut wrong = engine.check_all("select", &scalars).await;
    for grouping in GROUPINGS {
        wrong.extend(engine.check_all(grouping, &aggregates).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A bare name of a built-in takes over a user's call, so standard functions keep theirs unless they
/// are the engine's own.
#[test]
fn standard_functions_keep_their_bare_names() {
    const SAME: [&str; 10] = [
        "first_value",
        "lag",
        "last_value",
        "lead",
        "list_extract",
        "map_keys",
        "map_values",
        "range",
        "row_number",
        "string_agg",
    ];
    let standard = belvedere::udf::registered();
    let standard = standard.iter().filter(|function| function.path.starts_with("belvedere_udfs"));
    let taken = standard.map(|function| function.name);
    let mut taken: Vec<&str> = taken.filter(|name| builtins::is_builtin(name)).collect();
    taken.sort_unstable();
    taken.dedup();
    assert_eq!(taken, SAME);
}

#[tokio::test]
async fn every_cast_and_operator_is_what_the_engine_does() {
    const COLUMNS: [&str; 14] =
        ["b", "tiny", "i", "l", "f", "d", "price", "wide", "s", "day", "at", "raw", "list", "map"];
    let engine = Engine::new();
    let mut exprs = Vec::new();
    for left in COLUMNS {
        let targets = ["bool", "i8", "i16", "i32", "i64", "u8", "u64", "f32", "f64", "String"];
        let others = ["Decimal<12, 2>", "Date", "Timestamp", "Bytes", "[u8; 4]", "Uuid", "Json"];
        for to in targets.into_iter().chain(others) {
            // An unsigned value cannot be a column.
            exprs.push(format!("try_cast(t.{left} as {to}) is null"));
            exprs.push(format!("t.b_o and cast(t.{left} as {to}) == cast(t.{left} as {to})"));
        }
        for right in COLUMNS.into_iter().chain(["l_o", "s_o", "d_o", "price_o"]) {
            for op in ["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">="] {
                exprs.push(format!("t.{left} {op} t.{right}"));
            }
            exprs.push(format!("t.{left} in (t.{right}, t.{left})"));
            exprs.push(format!("case when t.b then t.{left} else t.{right} end"));
            exprs.push(format!("case when t.b then t.{left} when t.b_o then t.{right} end"));
            exprs.push(format!("coalesce(t.{left}, t.{right})"));
            exprs.push(format!("t.{left} like t.{right}"));
        }
        for literal in ["1", "-1", "300", "1.5", "\"a\"", "true"] {
            exprs.push(format!("t.{left} == {literal}"));
            exprs.push(format!("t.{left} * {literal}"));
            exprs.push(format!("t.{left} in ({literal}, {literal})"));
        }
        exprs.push(format!("-t.{left}"));
        exprs.push(format!("not t.{left}"));
    }
    // No row passes: the values are not the matter here, and some of them do not convert.
    let step = "where t.l > 100 select";
    exprs.retain(|expr| engine.model(&view(step, std::slice::from_ref(expr))).is_ok());
    assert!(exprs.len() > 500, "only {} expressions are in the language", exprs.len());
    let wrong = engine.check_all(step, &exprs).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn times_are_computed_as_the_engine_does() {
    const UNITS: [&str; 10] = [
        "year",
        "month",
        "week",
        "day",
        "hour",
        "minute",
        "second",
        "millisecond",
        "microsecond",
        "nanosecond",
    ];
    let mut exprs = Vec::new();
    for unit in UNITS {
        for length in [format!("1 {unit}"), format!("-2 {unit}s")] {
            for time in ["at", "local_o", "day", "day_o"] {
                exprs.push(format!("t.{time} + interval(\"{length}\")"));
                exprs.push(format!("t.{time} - interval(\"{length}\")"));
                exprs.push(format!("interval(\"{length}\") + t.{time}"));
            }
            exprs.push(format!("cast(cast(t.l as Time) + interval(\"{length}\") as String)"));
        }
    }
    for time in ["at", "local", "at_o", "local_o"] {
        exprs.push(format!("t.{time} + duration(\"1 day -3 microseconds\")"));
        exprs.push(format!("duration(\"1 week\") + t.{time}"));
        exprs.push(format!("cast(t.{time} - t.{time} as i64)"));
        exprs.push(format!("t.{time} - t.{time} > duration(\"1 second\") - duration(\"1 hour\")"));
    }
    exprs.push("t.day - t.day_o".to_owned());
    exprs.push("t.at + interval(\"1 year -2 months 3 days 4 hours -5 milliseconds\")".to_owned());
    exprs.push("t.at + (interval(\"1 day\") - interval(\"1 hour\"))".to_owned());
    exprs.push("date_bin(interval(\"15 minutes\"), t.at)".to_owned());
    let engine = Engine::new();
    let wrong = engine.check_all("select", &exprs).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn lists_are_what_the_engine_makes() {
    const EXPRS: [&str; 13] = [
        "[t.l, 1]",
        "[t.tiny, t.l_o]",
        "[t.s, null, t.s_o]",
        "[t.list, t.list_o]",
        "[t.pos, t.pos_o]",
        "[[t.day], [t.day_o]]",
        "[t.l, 5][2]",
        "t.list[1]",
        "t.list_o[-1]",
        "t.holes[t.l]",
        "t.nested[1][1]",
        "t.numbers[t.l_o]",
        "[t.pos][t.l].line",
    ];
    let engine = Engine::new();
    let wrong = engine.check_all("select", &EXPRS.map(str::to_owned)).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A view that computes these expressions.
fn view(step: &str, exprs: &[String]) -> String {
    let items = exprs.iter().enumerate().map(|(i, expr)| format!("x{i}: {expr}"));
    format!("pub v = from t as t {step} {{ {} }}", items.collect::<Vec<_>>().join(", "))
}

/// Every list of arguments to try.
fn arguments(builtin: &Builtin) -> Vec<String> {
    if let Some((_, arguments)) = ARGUMENTS.iter().find(|(name, _)| *name == builtin.name) {
        return arguments.iter().map(|text| (*text).to_owned()).collect();
    }
    let mut lists = Vec::new();
    let params = builtin.params();
    let least = builtin.required();
    let most = params.len() + usize::from(builtin.variadic());
    for count in least..=most {
        for variable in variables(builtin) {
            let last = params.len().saturating_sub(1);
            let plain: Vec<String> =
                (0..count).map(|at| argument(builtin, at.min(last), variable)).collect();
            lists.push(plain.join(", "));
            for nullable in (0..count).filter(|at| plain[*at].starts_with("t.")) {
                let mut with_null = plain.clone();
                with_null[nullable].push_str("_o");
                lists.push(with_null.join(", "));
            }
        }
    }
    lists
}

/// The types that the function's first type parameter can stand for, by columns.
fn variables(builtin: &Builtin) -> &'static [&'static str] {
    let listed = builtin.params().iter().any(|param| matches!(param.ty.ty, Type::List(_)));
    let Some(bound) = builtin.bounds.first() else { return &["s"] };
    match bound {
        _ if listed => &["s", "l"],
        Bound::Any => &["b", "tiny", "i", "l", "f", "d", "price", "s", "list", "at", "day", "pos"],
        Bound::Ordered => &["b", "tiny", "i", "l", "f", "d", "price", "s", "at", "day"],
        Bound::Exact => &["b", "tiny", "i", "l", "s", "at", "day", "raw"],
        Bound::Plain => &["b", "tiny", "i", "l", "f", "d", "price", "s"],
        Bound::Float => &["tiny", "i", "l", "f", "d"],
        Bound::Number | Bound::Widest => &["tiny", "i", "l", "f", "d", "price"],
        Bound::Integer => &["tiny", "i", "l"],
        Bound::Bytes => &["s", "raw"],
        Bound::Moment | Bound::Stamp => &["at", "local", "day"],
    }
}

/// An argument for a parameter: a column, or a constant where it has to be one.
fn argument(builtin: &Builtin, position: usize, variable: &str) -> String {
    let param = &builtin.params()[position];
    if let Some(word) = builtin.words(position).first() {
        return format!("\"{word}\"");
    }
    match &param.ty.ty {
        Type::String if param.literal => "\",\"".to_owned(),
        Type::F64 if param.literal => "0.5".to_owned(),
        Type::Param(_) if param.literal && variable == "at" => {
            "cast(\"2026-01-31\" as Timestamp)".to_owned()
        }
        Type::Param(_) if param.literal => "cast(\"2026-01-31\" as LocalTimestamp)".to_owned(),
        Type::Interval => "cast(\"1 day\" as Interval)".to_owned(),
        _ if param.literal => "2".to_owned(),
        ty => column(ty, variable),
    }
}

fn column(ty: &Type, variable: &str) -> String {
    let name = match ty {
        Type::Bool => "b",
        Type::Int(IntType::I32) => "i",
        Type::Int(_) => "l",
        Type::F64 => "d",
        Type::Timestamp => "at",
        Type::Time => return "cast(t.l as Time)".to_owned(),
        Type::Duration => return "t.at - t.at".to_owned(),
        Type::Interval => return "interval(\"14 months 3 days\")".to_owned(),
        Type::Param(_) => variable,
        Type::List(item) => match &item.ty {
            Type::List(_) => "nested",
            Type::F64 => "floats",
            _ if variable == "l" => "numbers",
            _ => "list",
        },
        Type::Map(..) => "map",
        _ => "s",
    };
    format!("t.{name}")
}

struct Engine {
    context: SessionContext,
    env: Env,
    input: Input,
}

impl Engine {
    fn new() -> Self {
        let state = SessionStateBuilder::new().with_default_features().build();
        let twins = COLUMNS.map(|(name, ty)| format!("{name}: {ty}, {name}_o: Option<{ty}>"));
        let columns = parse_columns(&twins.join(", ")).unwrap();
        let schema = arrow_schema(&columns).unwrap();
        let table = MemTable::try_new(Arc::clone(&schema), vec![vec![batch(schema)]]).unwrap();
        let relation = Relation { name: "t".to_owned(), columns: Some(columns.clone()) };
        Self {
            context: SessionContext::new_with_state(state),
            env: Env { relations: vec![relation], ..Env::default() },
            input: Input { name: "t".into(), columns, source: provider_as_source(Arc::new(table)) },
        }
    }

    /// What is wrong with which of the expressions.
    async fn check_all(&self, step: &str, exprs: &[String]) -> Vec<String> {
        let mut wrong = Vec::new();
        for batch in exprs.chunks(BATCH) {
            if self.check(&view(step, batch)).await.is_ok() {
                continue;
            }
            for expr in batch {
                let text = view(step, std::slice::from_ref(expr));
                if let Err(error) = self.check(&text).await {
                    wrong.push(format!("{text}: {error}"));
                }
            }
        }
        wrong
    }

    async fn check(&self, text: &str) -> Result<(), Box<dyn Error>> {
        let view = self.model(text)?;
        let plan = lower(&view, std::slice::from_ref(&self.input), &[])?;
        let state = self.context.state();
        let options = state.config_options();
        let analysed = state.analyzer().execute_and_check(plan.clone(), options, |_, _| {})?;
        if plan != analysed {
            return Err(format!("the engine coerces to {analysed}").into());
        }
        let declared = arrow_schema(&view.columns)?;
        for (given, declared) in plan.schema().fields().iter().zip(declared.fields()) {
            if !same_values(given.data_type(), declared.data_type()) {
                return Err(format!("{given} is not {declared}").into());
            }
        }
        for batch in self.context.execute_logical_plan(plan).await?.collect().await? {
            for (column, declared) in batch.columns().iter().zip(declared.fields()) {
                if !declared.is_nullable() && column.null_count() > 0 {
                    return Err(format!("NULL in {declared}").into());
                }
            }
        }
        Ok(())
    }

    fn model(&self, text: &str) -> Result<model::View, Box<dyn Error>> {
        let sink = Sink::new();
        let tokens = proc_macro2::TokenStream::from_str(text);
        let view = tokens.ok().and_then(|tokens| parse_view(tokens, &sink));
        let checked = view.and_then(|view| check_view(&view, &self.env, &sink));
        if let Err(errors) = sink.finish() {
            return Err(errors[0].message.to_string().into());
        }
        checked.ok_or_else(|| "it has no columns".into())
    }
}

/// Values with corners: empty, negative, not ASCII, NULL as an item; NULL in the nullable twins.
fn batch(schema: SchemaRef) -> RecordBatch {
    const ROWS: [&str; 3] = [
        r#"{"b": true, "tiny": 1, "i": 1, "l": 1, "f": -1.5, "d": -1.5, "price": -1.5, "wide": 1,
            "s": "", "json": "1", "raw": "", "day": "1970-01-01", "at": "1970-01-01T00:00:00Z",
            "local": "1970-01-01T00:00:00", "list": ["a"], "numbers": [1], "floats": [1.5],
            "holes": [null], "nested": [[1], []], "map": {"k": 1}, "pos": {"line": 1}}"#,
        r#"{"b": false, "tiny": 2, "i": 2, "l": 2, "f": 0, "d": 0, "price": 0, "wide": -1,
            "s": "a", "json": "{}", "raw": "61", "day": "2026-11-21",
            "at": "2026-11-21T12:30:45.123456Z", "local": "2026-11-21T12:30:45.123456",
            "list": ["", "b"], "numbers": [2, 3], "floats": [0.0], "holes": [1, null],
            "nested": [], "map": {}, "pos": {"line": 2, "col": 3}}"#,
        r#"{"b": true, "tiny": 3, "i": 3, "l": 3, "f": "NaN", "d": "NaN", "price": 0.01, "wide": 0,
            "s": "é x,a", "json": "[]", "raw": "ff", "day": "1969-12-31",
            "at": "1969-12-31T23:59:59.999999Z", "local": "1969-12-31T23:59:59.999999",
            "list": [], "numbers": [], "floats": [], "holes": [], "nested": [[2, 3]], "map": {},
            "pos": {"line": -1}}"#,
    ];
    let rows = ROWS.into_iter().enumerate().map(|(number, row)| {
        let mut row: serde_json::Value = serde_json::from_str(row).unwrap();
        let columns = row.as_object_mut().unwrap();
        for (name, _) in COLUMNS {
            // A twin is NULL but in one row.
            let twin = if number == 1 { columns[name].clone() } else { serde_json::Value::Null };
            columns.insert(format!("{name}_o"), twin);
        }
        row
    });
    let mut decoder = arrow::json::ReaderBuilder::new(schema).build_decoder().unwrap();
    decoder.serialize(&rows.collect::<Vec<_>>()).unwrap();
    decoder.flush().unwrap().unwrap()
}
