//! The same question in the language of views over stored tables, which have NULLs, NaN, signed zeros, equal
//! rows, empty lists, partitions and no rows at all, and in SQL over their rows in memory. Both give the same
//! rows.
//!
//! A pair is text in a file below `pairs/`, so that a new one builds nothing: a view, `===`, a query of
//! SQL, with `---` between pairs. Rows are compared sorted, behind `=== in order` as they come.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::json::ReaderBuilder;
use belvedere::Runtime;
use belvedere::refresh::source::{
    Emit, Input, Listing, Source, SourceError, SourceKind, SourceOptions,
};
use belvedere::view::{Relation, ViewText};
use datafusion::datasource::MemTable;
use datafusion::prelude::SessionContext;

use crate::support::warehouse::{Lab, cells};

static FACTS: Relation = Relation::table(
    "facts",
    "it::pairs",
    "file: String, id: i64, g: Option<String>, n: Option<i64>, m: i64, i: Option<i32>, s: i8, \
     f: Option<f64>, h: f64, e: Option<f32>, d: Option<Decimal<12, 2>>, q: Decimal<9, 4>, \
     b: Option<bool>, at: Option<Timestamp>, loc: Option<LocalTimestamp>, day: Option<Date>, \
     text: Option<String>, word: String, blob: Option<Bytes>, tags: Option<List<Option<String>>>, \
     nums: List<i64>, pos: Option<{ line: i64, col: Option<i32> }>, \
     items: Option<List<{ k: String, v: Option<f64> }>>, attrs: Option<Map<String, Option<i64>>>",
);

static OTHERS: Relation = Relation::table(
    "others",
    "it::pairs",
    "file: String, oid: i64, g: Option<String>, n: Option<i64>, m: i64, f: Option<f64>, \
     d: Option<Decimal<12, 2>>, text: Option<String>, day: Option<Date>, at: Option<Timestamp>, \
     pos: Option<{ line: i64, col: Option<i32> }>, tags: Option<List<Option<String>>>",
);

static NOTHING: Relation = Relation::table(
    "nothing",
    "it::pairs",
    "file: String, id: i64, g: Option<String>, n: i64, f: Option<f64>, tags: List<String>",
);

static TRADES: Relation = Relation::table(
    "trades",
    "it::pairs",
    "file: String, tid: i64, sym: Option<String>, at: Option<Timestamp>, size: i64, f: Option<f64>",
);

static QUOTES: Relation = Relation::table(
    "quotes",
    "it::pairs",
    "file: String, qid: i64, sym: Option<String>, at: Option<Timestamp>, \
     bid: Option<Decimal<12, 2>>, f: Option<f64>",
);

/// The rows of `facts` in another layout.
static LAID: Relation = Relation::view(
    "laid",
    "it::pairs",
    "id: i64, g: Option<String>, n: Option<i64>, f: Option<f64>, b: Option<bool>, \
     day: Option<Date>, at: Option<Timestamp>, text: Option<String>, nums: List<i64>",
    ViewText::new(
        "#[view(partition_by = [g, b], cluster_by = [n])] pub laid = from facts \
         select { id, g, n, f, b, day, at, text, nums }",
        &[&FACTS],
    ),
);

/// The same, computed where it is read.
static COMPUTED: Relation = Relation::view(
    "computed",
    "it::pairs",
    "id: i64, g: Option<String>, n: Option<i64>, total: Option<i64>",
    ViewText::new(
        "#[view(materialize = view)] pub computed = from laid where n is not null or id > 20 \
         derive { total: sum(n) over (partition by g order by id rows 1 preceding) } \
         select { id, g, n, total }",
        &[&LAID],
    ),
);

const TABLES: [&Relation; 5] = [&FACTS, &OTHERS, &NOTHING, &TRADES, &QUOTES];

static KIND: SourceKind = SourceKind {
    name: "rows of pairs",
    tables: &TABLES,
    key_column: "file",
    version: "1",
    open: |root, _: &SourceOptions| Ok(Box::new(Rows(root.to_owned()))),
};

/// A folder of files `TABLE.NUMBER.jsonl`, each an input of its own.
struct Rows(PathBuf);

impl Source for Rows {
    fn list(&self, _: &(dyn Fn(u64) + Sync)) -> Result<Listing, SourceError> {
        let mut listing = Listing::default();
        for entry in fs::read_dir(&self.0)? {
            let path = entry?.path();
            let name = path.file_name().ok_or("a name")?.to_string_lossy().into_owned();
            listing.inputs.push(Input::of_content(name, &fs::read(&path)?));
        }
        Ok(listing)
    }

    fn extract(&self, input: &Input, emit: Emit<'_>) -> Result<Input, SourceError> {
        let table = input.key.split('.').next().unwrap_or_default();
        let table = TABLES.iter().position(|it| it.name == table).ok_or("no such table")?;
        for batch in read(TABLES[table], &self.0.join(&input.key))? {
            emit(table, batch)?;
        }
        Ok(input.clone())
    }
}

/// The rows of a file, with its name as the column `file`.
fn read(table: &Relation, path: &Path) -> Result<Vec<RecordBatch>, SourceError> {
    let name = path.file_name().ok_or("a name")?.to_string_lossy();
    let text = fs::read_to_string(path)?;
    let rows = text.lines().map(|row| format!("{{\"file\": \"{name}\", {}\n", &row[1..]));
    let text: String = rows.collect();
    let reader = ReaderBuilder::new(table.arrow_schema()?).build(text.as_bytes())?;
    Ok(reader.collect::<Result<_, _>>()?)
}

struct Pair<'a> {
    view: &'a str,
    sql: &'a str,
    in_order: bool,
}

fn pairs(text: &str) -> Vec<Pair<'_>> {
    let pair = |text| {
        let split = |mark| str::split_once(text, mark);
        let (view, sql, in_order) = match split("\n=== in order\n") {
            Some((view, sql)) => (view, sql, true),
            None => split("\n===\n").map(|(view, sql)| (view, sql, false)).unwrap(),
        };
        Pair { view: view.trim(), sql: sql.trim(), in_order }
    };
    text.split("\n---\n").map(pair).collect()
}

/// Names of columns, then rows.
fn answer(batches: &[RecordBatch], in_order: bool) -> Vec<String> {
    let mut rows = cells(batches);
    if !in_order {
        rows.sort();
    }
    let names = batches.first().map(|batch| batch.schema());
    let names = names.iter().flat_map(|schema| schema.fields()).map(|field| field.name().as_str());
    if !rows.is_empty() {
        rows.insert(0, names.collect::<Vec<_>>().join("|"));
    }
    rows
}

async fn by_sql(session: &SessionContext, pair: &Pair<'_>) -> Result<Vec<String>, String> {
    let frame = session.sql(pair.sql).await.map_err(|error| error.to_string())?;
    let batches = frame.collect().await.map_err(|error| error.to_string())?;
    Ok(answer(&batches, pair.in_order))
}

async fn by_view(runtime: &Runtime, pair: &Pair<'_>) -> Result<Vec<String>, String> {
    let rows = runtime.query(pair.view).collect().await;
    Ok(answer(&rows.map_err(|error| error.to_string())?, pair.in_order))
}

/// The stored tables in memory.
async fn in_memory(stored: &SessionContext, lab: &Lab) -> SessionContext {
    let memory = crate::support::warehouse::runtime().session();
    for relation in &lab.relations {
        let rows = stored.table(relation.name).await.unwrap().collect().await.unwrap();
        let schema = relation.arrow_schema().unwrap();
        let rows: Vec<_> = rows.iter().map(|batch| batch.columns().to_vec()).collect();
        let rows = rows.into_iter().map(|columns| {
            let fields = schema.fields().iter().zip(&columns);
            let columns = fields
                .map(|(field, column)| arrow::compute::cast(column, field.data_type()).unwrap());
            RecordBatch::try_new(Arc::clone(&schema), columns.collect()).unwrap()
        });
        let rows: Vec<_> = rows.collect();
        let table = MemTable::try_new(schema, vec![rows]).unwrap();
        memory.register_table(relation.name, Arc::new(table)).unwrap();
    }
    memory
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pairs")
}

async fn published() -> Lab {
    let mut lab = Lab::new();
    lab.kind = &KIND;
    lab.relations = [&TABLES[..], &[&LAID, &COMPUTED]].concat();
    lab.source = folder().join("rows");
    lab.run().await;
    lab
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_is_what_was_read() {
    let lab = published().await;
    let stored = lab.session().await;
    for table in TABLES {
        let schema = table.arrow_schema().unwrap();
        let files = fs::read_dir(folder().join("rows")).unwrap();
        let files = files.map(|file| file.unwrap().path()).filter(|path| {
            path.file_name().unwrap().to_string_lossy().starts_with(&format!("{}.", table.name))
        });
        let batches: Vec<_> = files.flat_map(|path| read(table, &path).unwrap()).collect();
        let rows = stored.table(table.name).await.unwrap().collect().await.unwrap();
        let read = concat_batches(&schema, &batches).unwrap();
        assert_eq!(answer(&rows, false), answer(&[read], false), "{}", table.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn views_and_sql_give_the_same_rows() {
    let lab = published().await;
    let stored = lab.session().await;
    let memory = in_memory(&stored, &lab).await;
    let runtime = Runtime::builder().threads(2).warehouse(&lab.warehouse).build().unwrap();
    let only = std::env::var("BELVEDERE_PAIRS").unwrap_or_default();
    let mut wrong = String::new();
    let mut count = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let Some(name) = path.file_name().filter(|_| path.is_file()) else { continue };
        if !name.to_string_lossy().contains(&only) {
            continue;
        }
        for pair in &pairs(&fs::read_to_string(&path).unwrap()) {
            count += 1;
            let (view, sql) = (by_view(&runtime, pair).await, by_sql(&memory, pair).await);
            if view.is_err() || view != sql {
                let differs = difference(&view, &sql);
                writeln!(wrong, "\n{}: {}\n{}\n{differs}", name.display(), pair.view, pair.sql)
                    .unwrap();
            }
        }
    }
    assert!(count > 0, "there are pairs");
    assert!(wrong.is_empty(), "{wrong}");
}

type Answer = Result<Vec<String>, String>;

/// What one answer has and the other has not.
fn difference(view: &Answer, sql: &Answer) -> String {
    let (view, sql) = match (view, sql) {
        (Ok(view), Ok(sql)) => (view, sql),
        (view, sql) => {
            let text = |answer: &Answer| match answer {
                Ok(rows) => format!("{} rows", rows.len().saturating_sub(1)),
                Err(error) => format!("error: {error}"),
            };
            return format!("  the view: {}\n  SQL: {}", text(view), text(sql));
        }
    };
    let lacks = |left: &[String], right: &[String]| {
        let mut right = right.to_vec();
        let mut left = left.to_vec();
        left.retain(|row| match right.iter().position(|it| it == row) {
            Some(at) => {
                right.swap_remove(at);
                false
            }
            None => true,
        });
        left.iter().take(4).map(|row| format!("\n    {row}")).collect::<String>()
    };
    format!(
        "  {} and {} rows\n  only in the view:{}\n  only in SQL:{}",
        view.len().saturating_sub(1),
        sql.len().saturating_sub(1),
        lacks(view, sql),
        lacks(sql, view)
    )
}
