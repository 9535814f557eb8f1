//! Small tables, and views over them from text to rows.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, LazyLock};

use arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::SchemaRef;
use arrow::json::ReaderBuilder;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use belvedere::session::Runtime;
use belvedere::udf::{Function, registered};
use belvedere::view::{
    Input, Relation as Linked, RelationKind, ViewError, arrow_schema, lower, plan,
};
use belvedere_lang::sink::{Diagnostic, Sink};
use belvedere_lang::types::{parse_columns, path_text};
use belvedere_lang::view::env::{Env, Relation};
use belvedere_lang::view::signature::Signature;
use belvedere_lang::view::template::Bundle;
use belvedere_lang::view::{check_view, model, parse_view, parse_view_with, syntax};
use datafusion::common::TableReference;
use datafusion::datasource::{MemTable, ViewTable, provider_as_source};
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use proc_macro2::TokenStream;

use belvedere::testing::agreement::Named;

/// A test's result: whatever goes wrong is shown.
pub(super) type Tested = Result<(), Box<dyn Error>>;

const FILES: &str = "file_id: String, path: String, lang: Option<String>, size: Option<i64>";

const FILE_ROWS: &str = r#"
    {"file_id": "f1", "path": "a.rs", "lang": "rust", "size": 10}
    {"file_id": "f2", "path": "b.py", "lang": "python"}
    {"file_id": "f3", "path": "c.txt", "size": 0}
"#;

const CALLS: &str = "call_id: String, file_id: String, callee: String, bstart: i64, bend: i64, \
     small: i32, weight: Option<f64>, tags: Option<List<String>>, \
     pos: Option<{ line: i64, col: i32 }>, args: List<{ name: Option<String>, value: String }>, \
     at: { line: i64, col: i32 }, flag: Option<bool>, attrs: Map<String, Option<String>>, \
     fixed: Option<Map<String, i64>>";

const CALL_ROWS: &str = r#"
    {"call_id": "c1", "file_id": "f1", "callee": "open", "bstart": 0, "bend": 10, "small": 7,
     "weight": 1.5, "tags": ["x", "y"], "pos": {"line": 1, "col": 2},
     "args": [{"name": "a", "value": "1"}, {"value": "2"}], "at": {"line": 1, "col": 0},
     "flag": true, "attrs": {"k": "v"}, "fixed": {"n": 1}}
    {"call_id": "c2", "file_id": "f1", "callee": "close", "bstart": 10, "bend": 20, "small": -7,
     "tags": [], "pos": {"line": 9, "col": 9}, "args": [], "at": {"line": 2, "col": 0},
     "flag": false, "attrs": {}}
    {"call_id": "c3", "file_id": "f2", "callee": "open", "bstart": 5, "bend": 6, "small": 0,
     "weight": 0.5, "pos": {"line": 3, "col": 4}, "args": [{"name": "b", "value": "3"}],
     "at": {"line": 3, "col": 0}, "attrs": {"j": "w", "k": null}}
    {"call_id": "c4", "file_id": "f9", "callee": "lo%st", "bstart": 7, "bend": 9, "small": 1,
     "weight": 2.0, "tags": ["z"], "pos": {"line": 5, "col": 6}, "args": [],
     "at": {"line": 4, "col": 0}, "flag": true, "attrs": {}, "fixed": {}}
"#;

/// A column of each type that the others have not.
const EVENTS: &str = "event_id: String, file_id: Option<String>, tiny: i8, short: Option<i16>, \
     ratio: Option<f32>, price: Decimal<10, 2>, cost: Option<Decimal<5, 1>>, raw: Option<Bytes>, \
     doc: Option<Json>, day: Date, until: Option<Date>, seen: Timestamp, \
     clock: Option<LocalTimestamp>, counts: List<i64>, points: Option<List<f64>>";

const EVENT_ROWS: &str = r#"
    {"event_id": "e1", "file_id": "f1", "tiny": 1, "short": 7, "ratio": 0.5, "price": "12.50",
     "cost": "1.5", "raw": "6162", "doc": "{\"a\": 1}", "day": "2024-02-29", "until": "2024-03-01",
     "seen": "2024-02-29T10:30:00Z", "clock": "2024-02-29T10:30:00", "counts": [1, 2],
     "points": [0.5, 1.5]}
    {"event_id": "e2", "file_id": "f2", "tiny": -1, "price": "0.00", "day": "1969-12-31",
     "seen": "1969-12-31T23:59:59.5Z", "counts": []}
    {"event_id": "e3", "tiny": 0, "short": -3, "ratio": -1.25, "price": "-3.25", "cost": "99.5",
     "raw": "", "doc": "[]", "day": "2031-07-01", "seen": "2031-07-01T00:00:00Z",
     "clock": "1969-12-31T23:59:59", "counts": [3], "points": []}
"#;

/// The templates of the views, by their names.
const TEMPLATES: [(&str, &str); 2] = [
    (
        "counted",
        "pub counted<R: Relation>(key, least: i64 = 1) = \
         from R as r group by { r.key } aggregate { n: count() } where n >= least",
    ),
    (
        "newest",
        "pub newest<R: Relation>(key, order) = \
         from R as r distinct on { r.key } order by r.order desc",
    ),
];

/// The tables, by the names under which views read them.
pub(super) struct Fixture {
    runtime: Runtime,
    tables: Vec<Table>,
}

struct Table {
    name: &'static str,
    columns: &'static str,
    batch: RecordBatch,
}

/// What the checker says against a view.
#[derive(Debug)]
pub(super) struct Refused(pub(super) Vec<Diagnostic>);

impl Error for Refused {}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors: Vec<_> = self.0.iter().map(|error| error.message.to_string()).collect();
        write!(f, "{}", errors.join("\n"))
    }
}

/// A view, checked and lowered.
pub(super) struct Lowered {
    pub(super) model: model::View,
    pub(super) plan: LogicalPlan,
    /// How many columns each source has.
    pub(super) widths: Vec<usize>,
    /// The functions that it calls.
    pub(super) functions: Vec<&'static Function>,
}

impl Lowered {
    /// What the view names.
    pub(super) fn named(&self) -> Named<'_> {
        Named { widths: &self.widths, functions: &self.functions }
    }
}

impl Fixture {
    pub(super) fn new() -> Result<Self, Box<dyn Error>> {
        let files = Table::read("files", FILES, FILE_ROWS)?;
        let mut calls = Table::read("calls", CALLS, CALL_ROWS)?;
        calls.batch = hide_struct(&calls.batch, "pos", 1)?;
        let events = Table::read("events", EVENTS, EVENT_ROWS)?;
        let runtime = Runtime::builder().threads(2).build()?;
        Ok(Self { runtime, tables: vec![files, calls, events] })
    }

    pub(super) fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Checks `pub v = …`.
    pub(super) fn check(&self, steps: &str) -> Result<(syntax::View, model::View), Refused> {
        let text = format!("pub v = {steps}");
        let tokens: TokenStream = text.parse().map_err(|_| Refused(Vec::new()))?;
        let sink = Sink::new();
        let mentioned = parse_view(tokens.clone(), &sink);
        let checked = mentioned.and_then(|syntax| {
            let env = self.env(&syntax);
            // The text of a template is known when the use of it is read.
            let syntax = match syntax.templates() {
                [] => syntax,
                _ => parse_view_with(tokens, env.known(&sink), &sink)?,
            };
            check_view(&syntax, &env, &sink).map(|model| (syntax, model))
        });
        let errors = sink.into_diagnostics();
        checked.filter(|_| errors.is_empty()).ok_or(Refused(errors))
    }

    /// What a view mentions.
    fn env(&self, syntax: &syntax::View) -> Env {
        let relation = |path: &_| {
            let name = path_text(path);
            let table = self.tables.iter().find(|table| table.name == name);
            let columns = table.and_then(|table| parse_columns(table.columns).ok());
            Relation { name, columns }
        };
        let relations = syntax.sources().iter().map(relation).collect();
        let functions = syntax
            .functions()
            .iter()
            .map(|path| Signature::parse_carrier(function(&path_text(path))?.signature).ok()?);
        let templates = syntax.templates().iter().map(|path| template(&path_text(path)));
        let templates = templates.collect();
        let env = Env { relations, functions: functions.collect(), ..Env::default() };
        env.with(templates)
    }

    /// Checks and lowers `pub v = …`.
    pub(super) fn lower(&self, steps: &str) -> Result<Lowered, Box<dyn Error>> {
        let (syntax, model) = self.check(steps)?;
        let inputs = syntax.sources().iter().map(|path| {
            let name = path_text(path);
            let table = self.tables.iter().find(|table| table.name == name);
            table.ok_or_else(|| format!("no table `{name}`").into()).and_then(Table::input)
        });
        let inputs = inputs.collect::<Result<Vec<_>, Box<dyn Error>>>()?;
        let functions = syntax.functions().iter();
        let functions = functions.map(|path| function(&path_text(path)).ok_or("no such function"));
        let functions = functions.collect::<Result<Vec<_>, _>>()?;
        let engine: Vec<_> = functions.iter().map(|function| function.to_engine()).collect();
        let plan = lower(&model, &inputs, &engine)?;
        let widths = inputs.iter().map(|input| input.columns.len()).collect();
        Ok(Lowered { model, plan, widths, functions })
    }

    /// A session of the engine alone that has the tables.
    #[expect(
        clippy::disallowed_methods,
        reason = "what is asked is what the engine alone would do"
    )]
    pub(super) fn sql_session(&self) -> Result<SessionContext, Box<dyn Error>> {
        let session = SessionContext::new();
        for table in &self.tables {
            session.register_batch(table.name, table.batch.clone())?;
        }
        Ok(session)
    }

    /// The rows of a linked view over the table of files, a line each, sorted.
    pub(super) async fn rows_of(&self, view: &Linked) -> Result<Vec<String>, Box<dyn Error>> {
        let plan = self.plan_of(view)?;
        self.rows_of_plan(plan).await
    }

    fn plan_of(&self, view: &Linked) -> Result<LogicalPlan, ViewError> {
        plan(view, &mut |source| {
            let name = TableReference::bare(source.name);
            let stands_for_files = source.name == "it_template_files";
            if matches!(source.kind, RelationKind::View(_)) && !stands_for_files {
                let table = ViewTable::new(self.plan_of(source)?, None);
                return Ok((name, provider_as_source(Arc::new(table))));
            }
            let files = self.tables[0].batch.clone();
            let table = MemTable::try_new(files.schema(), vec![vec![files]])?;
            Ok((name, provider_as_source(Arc::new(table))))
        })
    }

    /// The rows of a view, a line each, sorted: `value | value`.
    pub(super) async fn rows(&self, steps: &str) -> Result<Vec<String>, Box<dyn Error>> {
        let Lowered { plan, .. } = self.lower(steps)?;
        self.rows_of_plan(plan).await
    }

    async fn rows_of_plan(&self, plan: LogicalPlan) -> Result<Vec<String>, Box<dyn Error>> {
        let batches = self.runtime.session().execute_logical_plan(plan).await?.collect().await?;
        let mut rows = Vec::new();
        for batch in &batches {
            rows.extend(lines(batch)?);
        }
        rows.sort();
        Ok(rows)
    }
}

/// The standard functions, by their names.
fn function(path: &str) -> Option<&'static Function> {
    static FUNCTIONS: LazyLock<HashMap<&str, &Function>> = LazyLock::new(|| {
        let standard = registered().into_iter();
        let standard = standard.filter(|function| function.path.starts_with("belvedere_udfs"));
        standard.map(|function| (function.name, function)).collect()
    });
    FUNCTIONS.get(path).copied()
}

fn template(path: &str) -> Bundle {
    let text = TEMPLATES.iter().find(|(name, _)| *name == path).map_or("", |(_, text)| text);
    Bundle { place: "fixture.rs".to_owned(), text: text.to_owned(), ..Bundle::default() }
}

impl Table {
    fn read(name: &'static str, columns: &'static str, rows: &str) -> Result<Self, Box<dyn Error>> {
        let schema = arrow_schema(&parse_columns(columns)?)?;
        let mut reader = ReaderBuilder::new(Arc::clone(&schema)).build(rows.as_bytes())?;
        let batch = reader.next().ok_or("no rows")??;
        Ok(Self { name, columns, batch })
    }

    fn input(&self) -> Result<Input, Box<dyn Error>> {
        let schema: SchemaRef = self.batch.schema();
        let table = MemTable::try_new(schema, vec![vec![self.batch.clone()]])?;
        Ok(Input {
            name: TableReference::bare(self.name),
            columns: parse_columns(self.columns)?,
            source: provider_as_source(Arc::new(table)),
        })
    }
}

/// Makes a struct NULL and leaves what lies under it.
fn hide_struct(
    batch: &RecordBatch,
    column: &str,
    row: usize,
) -> Result<RecordBatch, Box<dyn Error>> {
    let position = batch.schema().index_of(column)?;
    let array = batch.column(position).as_any().downcast_ref::<StructArray>().ok_or("a struct")?;
    let valid: Vec<bool> = (0..array.len()).map(|i| i != row).collect();
    let hidden = StructArray::try_new(
        array.fields().clone(),
        array.columns().to_vec(),
        Some(NullBuffer::from(valid)),
    )?;
    let lines = hidden.column(0).as_any().downcast_ref::<Int64Array>().ok_or("numbers")?;
    assert!(lines.is_valid(row), "there is something to hide");
    let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
    columns[position] = Arc::new(hidden);
    Ok(RecordBatch::try_new(batch.schema(), columns)?)
}

pub(super) fn lines(batch: &RecordBatch) -> Result<Vec<String>, Box<dyn Error>> {
    let options = FormatOptions::default().with_null("NULL");
    let columns = batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let row = |row: usize| {
        let values = columns.iter().map(|column| column.value(row).to_string());
        values.collect::<Vec<_>>().join(" | ")
    };
    Ok((0..batch.num_rows()).map(row).collect())
}
