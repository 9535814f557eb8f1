//! Two small tables, and views over them from text to rows.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, SchemaRef};
use arrow::json::ReaderBuilder;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use belvedere::session::Runtime;
use belvedere::udf::Function;
use belvedere::view::{
    Input, Relation as Linked, RelationKind, ViewError, arrow_schema, lower, plan,
};
use belvedere_lang::sink::{Diagnostic, Sink};
use belvedere_lang::types::{parse_columns, path_text};
use belvedere_lang::view::env::{Env, Relation};
use belvedere_lang::view::signature::Signature;
use belvedere_lang::view::{check_view, model, parse_view, syntax};
use datafusion::common::TableReference;
use datafusion::datasource::{MemTable, ViewTable, provider_as_source};
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;

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
}

impl Fixture {
    pub(super) fn new() -> Result<Self, Box<dyn Error>> {
        let files = Table::read("files", FILES, FILE_ROWS)?;
        let mut calls = Table::read("calls", CALLS, CALL_ROWS)?;
        calls.batch = hide_struct(&calls.batch, "pos", 1)?;
        let runtime = Runtime::builder().threads(2).build()?;
        Ok(Self { runtime, tables: vec![files, calls] })
    }

    pub(super) fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Checks `pub v = …`.
    pub(super) fn check(&self, steps: &str) -> Result<(syntax::View, model::View), Refused> {
        let sink = Sink::new();
        let text = format!("pub v = {steps}");
        let tokens = text.parse().map_err(|_| Refused(Vec::new()))?;
        let checked = parse_view(tokens, &sink).and_then(|syntax| {
            let relation = |path: &_| {
                let name = path_text(path);
                let table = self.tables.iter().find(|table| table.name == name);
                let columns = table.and_then(|table| parse_columns(table.columns).ok());
                Relation { name, columns }
            };
            let relations = syntax.sources().iter().map(relation).collect();
            let functions = syntax.functions().iter().map(|path| {
                Signature::parse_carrier(function(&path_text(path))?.signature).ok()?
            });
            let env = Env { relations, functions: functions.collect(), ..Env::default() };
            check_view(&syntax, &env, &sink).map(|model| (syntax, model))
        });
        let errors = sink.into_diagnostics();
        checked.filter(|_| errors.is_empty()).ok_or(Refused(errors))
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
        let functions = syntax.functions().iter().map(|path| {
            function(&path_text(path))
                .map(|function| function.to_engine())
                .ok_or("no such function")
        });
        let plan = lower(&model, &inputs, &functions.collect::<Result<Vec<_>, _>>()?)?;
        let widths = inputs.iter().map(|input| input.columns.len()).collect();
        Ok(Lowered { model, plan, widths })
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

/// The standard functions that views of the tests call.
fn function(path: &str) -> Option<&'static Function> {
    let functions = [
        &belvedere_udfs::arg_max::DESCRIPTOR,
        &belvedere_udfs::map_entries::DESCRIPTOR,
        &belvedere_udfs::row_index::DESCRIPTOR,
        &belvedere_udfs::span_len::DESCRIPTOR,
        &belvedere_udfs::span_make::DESCRIPTOR,
    ];
    functions.into_iter().find(|function| function.name == path)
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

/// Whether a type has text in another encoding than Utf8 anywhere.
pub(super) fn has_views(ty: &DataType) -> bool {
    match ty {
        DataType::Utf8View | DataType::BinaryView | DataType::LargeUtf8 => true,
        DataType::List(field) | DataType::Map(field, _) => has_views(field.data_type()),
        DataType::Struct(fields) => fields.iter().any(|field| has_views(field.data_type())),
        _ => false,
    }
}
