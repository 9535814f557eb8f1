//! The checker against the engine: every built-in over every kind of argument that it takes, every
//! cast, and the operators over all pairs of types that meet.
//!
//! A view is checked, lowered, analysed and executed. The engine has to agree on the type, find
//! nothing to coerce, and give no NULL where the checker promises none.

use std::error::Error;
use std::str::FromStr as _;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array, Float64Array,
    Int8Array, Int32Array, Int64Array, ListBuilder, MapBuilder, MapFieldNames, RecordBatch,
    StringArray, StringBuilder, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, SchemaRef};
use belvedere::view::{Input, arrow_schema, lower, same_values};
use belvedere_lang::sink::Sink;
use belvedere_lang::types::{IntType, parse_columns};
use belvedere_lang::view::builtins::{self, Bound, Builtin, Kind, Shape};
use belvedere_lang::view::env::{Env, Relation};
use belvedere_lang::view::{check_view, model, parse_view};
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::SessionContext;

/// Columns whose names end in `_o` are nullable twins.
const COLUMNS: &str = "b: bool, tiny: i8, i: i32, l: i64, f: f32, d: f64, price: Decimal<12, 2>, s: String, list: \
     List<String>, numbers: List<i64>, map: Map<String, i64>, day: Date, at: Timestamp, raw: \
     Bytes, wide: Decimal<38, 20>, json: Json, b_o: Option<bool>, tiny_o: \
     Option<i8>, i_o: Option<i32>, l_o: Option<i64>, f_o: Option<f32>, d_o: Option<f64>, price_o: Option<Decimal<12, 2>>, s_o: \
     Option<String>, list_o: Option<List<String>>, numbers_o: Option<List<i64>>, map_o: \
     Option<Map<String, i64>>";

/// Arguments for functions that do not take every value of their types.
const ARGUMENTS: [(&str, &[&str]); 4] = [
    ("regexp_like", &["t.s, \"a\"", "t.s_o, \"a\"", "t.s, \"a\", \"i\""]),
    ("regexp_replace", &["t.s, \"a\", t.s", "t.s_o, \"a\", t.s", "t.s, \"a\", \"b\", \"g\""]),
    ("chr", &["t.l", "t.l_o"]),
    ("sqrt", &["t.l", "t.tiny_o", "abs(t.d)", "abs(t.f)", "t.d_o", "t.f_o"]),
];

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
        let calls = match builtin.kind {
            Kind::Scalar => &mut scalars,
            Kind::Aggregate => &mut aggregates,
        };
        for arguments in arguments(builtin) {
            calls.push(format!("{}({arguments})", builtin.name));
            if builtin.distinct() && !arguments.is_empty() {
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
    let least = builtin.params.len() - builtin.optional;
    let most = builtin.params.len() + usize::from(builtin.variadic);
    for count in least..=most {
        for variable in variables(builtin) {
            let column = |position: usize| {
                let last = builtin.params.len() - 1;
                column(builtin.params[position.min(last)].shape, variable)
            };
            let plain: Vec<String> =
                (0..count).map(|position| format!("t.{}", column(position))).collect();
            lists.push(plain.join(", "));
            for nullable in 0..count {
                let mut with_null = plain.clone();
                with_null[nullable].push_str("_o");
                lists.push(with_null.join(", "));
            }
        }
    }
    lists
}

/// The types that the function's type variable can stand for.
fn variables(builtin: &Builtin) -> &'static [&'static str] {
    let bound = builtin.params.iter().find_map(|param| match param.shape {
        Shape::Var(_, bound) | Shape::ListOf(_, bound) => Some(bound),
        _ => None,
    });
    let has_list = builtin.params.iter().any(|param| matches!(param.shape, Shape::ListOf(..)));
    match bound {
        _ if has_list => &["s", "l"],
        None => &["s"],
        Some(Bound::Any) => &["b", "tiny", "i", "l", "f", "d", "price", "s", "list"],
        Some(Bound::Ordered) => &["b", "tiny", "i", "l", "f", "d", "price", "s"],
        Some(Bound::Float) => &["tiny", "i", "l", "f", "d"],
        Some(Bound::Number | Bound::Widest) => &["tiny", "i", "l", "f", "d", "price"],
        Some(Bound::Integer) => &["tiny", "i", "l"],
    }
}

fn column(shape: Shape, variable: &'static str) -> &'static str {
    match shape {
        Shape::Bool => "b",
        Shape::Int(IntType::I32) => "i",
        Shape::Int(_) => "l",
        Shape::F64 => "d",
        Shape::Text => "s",
        Shape::Var(..) | Shape::Total(_) => variable,
        Shape::ListOf(..) | Shape::ListOfNullable(_) if variable == "l" => "numbers",
        Shape::ListOf(..) | Shape::ListOfNullable(_) | Shape::Texts(_) => "list",
        Shape::Map(..) => "map",
    }
}

struct Engine {
    context: SessionContext,
    env: Env,
    input: Input,
}

impl Engine {
    fn new() -> Self {
        let state = SessionStateBuilder::new().with_default_features().build();
        let columns = parse_columns(COLUMNS).unwrap();
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

/// Values with corners: empty, negative, not ASCII; NULL in the nullable twins.
fn batch(schema: SchemaRef) -> RecordBatch {
    let twins = |plain: ArrayRef, nullable: ArrayRef| [plain, nullable];
    let pairs = [
        twins(
            Arc::new(BooleanArray::from(vec![true, false, true])),
            Arc::new(BooleanArray::from(vec![None, Some(false), Some(true)])),
        ),
        twins(
            Arc::new(Int8Array::from(vec![1, 2, 3])),
            Arc::new(Int8Array::from(vec![None, Some(2), None])),
        ),
        twins(
            Arc::new(Int32Array::from(vec![1, 2, 3])),
            Arc::new(Int32Array::from(vec![None, Some(2), None])),
        ),
        twins(
            Arc::new(Int64Array::from(vec![1, 2, 3])),
            Arc::new(Int64Array::from(vec![None, Some(2), None])),
        ),
        twins(
            Arc::new(Float32Array::from(vec![-1.5, 0.0, f32::NAN])),
            Arc::new(Float32Array::from(vec![None, Some(0.5), None])),
        ),
        twins(
            Arc::new(Float64Array::from(vec![-1.5, 0.0, f64::NAN])),
            Arc::new(Float64Array::from(vec![None, Some(0.5), None])),
        ),
        twins(
            decimals(12, 2, [Some(-150), Some(0), Some(1)]),
            decimals(12, 2, [None, Some(5), None]),
        ),
        twins(
            Arc::new(StringArray::from(vec!["", "a", "é x,a"])),
            Arc::new(StringArray::from(vec![None, Some("a"), None])),
        ),
        twins(lists(&schema, "list", false), lists(&schema, "list_o", true)),
        twins(numbers(&schema, "numbers", false), numbers(&schema, "numbers_o", true)),
        twins(maps(&schema, "map", false), maps(&schema, "map_o", true)),
    ];
    let others: [ArrayRef; 5] = [
        Arc::new(Date32Array::from(vec![0, 1, 20_000])),
        Arc::new(TimestampMicrosecondArray::from(vec![0, 1, -1]).with_timezone("UTC")),
        Arc::new(BinaryArray::from_vec(vec![b"", b"a", b"\xff"])),
        decimals(38, 20, [Some(1), Some(10_i128.pow(20)), Some(-1)]),
        Arc::new(StringArray::from(vec!["1", "{}", "[]"])),
    ];
    let plain = pairs.iter().map(|[plain, _]| Arc::clone(plain)).chain(others);
    let nullable = pairs.iter().map(|[_, nullable]| Arc::clone(nullable));
    let columns = plain.chain(nullable).collect();
    RecordBatch::try_new(schema, columns).unwrap()
}

fn decimals(precision: u8, scale: i8, values: [Option<i128>; 3]) -> ArrayRef {
    let decimals = Decimal128Array::from(values.to_vec());
    Arc::new(decimals.with_precision_and_scale(precision, scale).unwrap())
}

fn item(schema: &SchemaRef, name: &str) -> Arc<Field> {
    match schema.field_with_name(name).unwrap().data_type() {
        DataType::List(item) | DataType::Map(item, _) => Arc::clone(item),
        other => panic!("{other} has no items"),
    }
}

fn lists(schema: &SchemaRef, name: &str, nulls: bool) -> ArrayRef {
    let mut list = ListBuilder::new(StringBuilder::new()).with_field(item(schema, name));
    list.append(!nulls);
    list.values().append_value("a");
    list.append(true);
    list.values().append_value("");
    list.values().append_value("b");
    list.append(true);
    Arc::new(list.finish())
}

fn numbers(schema: &SchemaRef, name: &str, nulls: bool) -> ArrayRef {
    let values = arrow::array::Int64Builder::new();
    let mut list = ListBuilder::new(values).with_field(item(schema, name));
    list.append(!nulls);
    list.values().append_value(1);
    list.append(true);
    list.values().append_value(2);
    list.values().append_value(3);
    list.append(true);
    Arc::new(list.finish())
}

fn maps(schema: &SchemaRef, name: &str, nulls: bool) -> ArrayRef {
    let DataType::Struct(fields) = item(schema, name).data_type().clone() else {
        panic!("a map has entries")
    };
    let names = MapFieldNames {
        entry: item(schema, name).name().clone(),
        key: fields[0].name().clone(),
        value: fields[1].name().clone(),
    };
    let mut map =
        MapBuilder::new(Some(names), StringBuilder::new(), arrow::array::Int64Builder::new())
            .with_keys_field(Arc::clone(&fields[0]))
            .with_values_field(Arc::clone(&fields[1]));
    map.append(!nulls).unwrap();
    map.keys().append_value("k");
    map.values().append_value(1);
    map.append(true).unwrap();
    map.append(true).unwrap();
    Arc::new(map.finish())
}
