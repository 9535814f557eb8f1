//! Views that call the standard functions, over a table with spans and maps: what the checker makes
//! of their signatures, what the engine plans, and which rows come.

use std::error::Error;
use std::sync::Arc;

use arrow::array::{Array as _, AsArray as _, MapArray, RecordBatch};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType;
use arrow::json::ReaderBuilder;
use belvedere::Runtime;
use belvedere::view::{
    Relation, RelationKind, ViewError, ViewText, arrow_schema, columns, facts, model, plan,
};
use datafusion::common::TableReference;
use datafusion::datasource::{MemTable, provider_as_source};

use super::fixture::{Tested, lines};
use belvedere::testing::agreement::{Named, agrees};

/// The relations of these tests are written by hand: those that the macros write register
/// themselves, and every run of this program would plan them.
static PLACES: Relation = Relation::table(
    "places",
    "it::views::functions",
    "id: i64, path: String, line: String, col: i64, span: Option<Span { bstart: i64, \
              bend: i64, line_base: i32, col_unit: String, end_exclusive: bool }>, attrs: \
              Map<String, Option<String>>, counts: Option<Map<String, i64>>, name: String, \
              lang: Option<String>",
)
.with_doc("Places in files.");

const ROWS: &str = r#"
    {"id": 1, "path": "p.py", "line": "éclair", "col": 2, "name": "Foo", "lang": "python",
     "span": {"bstart": 1, "bend": 5, "line_base": 0, "col_unit": "byte", "end_exclusive": true},
     "attrs": {"a": "x", "b": null}, "counts": {"n": 7}}
    {"id": 2, "path": "q.rs", "line": "a😀b", "col": 2, "name": "Foo", "lang": "rust",
     "span": {"bstart": 9, "bend": 9, "line_base": 0, "col_unit": "byte", "end_exclusive": false},
     "attrs": {}, "counts": {}}
    {"id": 3, "path": "r.sql", "line": "", "col": 0, "name": " ", "attrs": {"c": "y"},
     "counts": {"r.sql": 9}}
"#;

static VALUES: Relation = Relation::view(
    "place_values",
    "it::views::functions",
    "id: i64, place: String, span_id: String, byte: Option<i64>, len: Option<i64>, made: \
              Span { bstart: i64, bend: i64, line_base: i32, col_unit: String, end_exclusive: bool \
              }, inside: Option<bool>, path: String, name: Option<String>, hash: i64",
    ViewText::new(
        "pub place_values = from places as p
               select {
                   p.id,
                   place: stable_id_parts(\"place\", p.path, p.col, p.span.bstart),
                   span_id: span_id(\"span\", p.path, p.span.bstart, p.span.bend),
                   byte: try_col_to_byte(p.line, p.col, \"utf16\"),
                   len: span_len(p.span),
                   made: span_make(p.col, p.col + 1),
                   inside: span_contains(span_make(0, 8), p.span),
                   path: utf8_normalize(p.path, casefold => false),
                   name: qname_normalize(p.name, p.path, lang => p.lang),
                   hash: stable_hash64(p.path),
               }",
        &[&PLACES],
    )
    .calling(&[
        &belvedere_udfs::stable_id_parts::DESCRIPTOR,
        &belvedere_udfs::span_id::DESCRIPTOR,
        &belvedere_udfs::try_col_to_byte::DESCRIPTOR,
        &belvedere_udfs::span_len::DESCRIPTOR,
        &belvedere_udfs::span_make::DESCRIPTOR,
        &belvedere_udfs::span_contains::DESCRIPTOR,
        &belvedere_udfs::utf8_normalize::DESCRIPTOR,
        &belvedere_udfs::qname_normalize::DESCRIPTOR,
        &belvedere_udfs::stable_hash64::DESCRIPTOR,
    ]),
);

static ATTRS: Relation = Relation::view(
    "place_attrs",
    "it::views::functions",
    "id: i64, key: String, value: Option<String>",
    ViewText::new(
        "pub place_attrs = from places as p unnest map_entries(p.attrs) as kv
               select { p.id, kv.key, kv.value }",
        &[&PLACES],
    )
    .calling(&[&belvedere_udfs::map_entries::DESCRIPTOR]),
);

static COUNTS: Relation = Relation::view(
    "place_counts",
    "it::views::functions",
    "id: i64, key: Option<String>, value: Option<i64>",
    ViewText::new(
        "pub place_counts = from places as p unnest map_entries(p.counts) outer as kv
               select { p.id, kv.key, kv.value }",
        &[&PLACES],
    )
    .calling(&[&belvedere_udfs::map_entries::DESCRIPTOR]),
);

static ENTRIES: Relation = Relation::view(
    "place_entries",
    "it::views::functions",
    "id: i64, entries: Option<List<{ key: String, value: i64 }>>",
    ViewText::new(
        "pub place_entries = from places as p
               select { p.id, entries: map_entries(p.counts) }",
        &[&PLACES],
    )
    .calling(&[&belvedere_udfs::map_entries::DESCRIPTOR]),
);

/// DataFusion's own functions under typed signatures, some of whose names are built-ins too.
static LOOKUPS: Relation = Relation::view(
    "place_lookups",
    "it::views::functions",
    "id: i64, keys: List<Option<String>>, values: Option<List<i64>>, found: \
              List<Option<String>>, counted: List<Option<i64>>, first: Option<String>, bytes: \
              Option<ByteSpan { bstart: Option<i64>, bend: Option<i64> }>, score: Option<f64>, kind: \
              Option<String>",
    ViewText::new(
        "pub place_lookups = from places as p
               select {
                   p.id,
                   keys: belvedere_udfs::map_keys(p.attrs),
                   values: belvedere_udfs::map_values(p.counts),
                   found: map_extract(p.attrs, \"a\"),
                   counted: map_extract(p.counts, p.path),
                   first: list_extract(map_extract(p.attrs, \"a\"), 1),
                   bytes: try_canonicalize_byte_span(
                       p.id, p.line, p.col, p.span.bstart, p.line, p.col, \"utf32\"
                   ),
                   score: interval_align_score(p.id, p.id, p.span.bstart, p.span.bend),
                   kind: arrow_metadata(stable_id(\"node\", p.path), \"semantic_type\"),
               }",
        &[&PLACES],
    )
    .calling(&[
        &belvedere_udfs::map_keys::DESCRIPTOR,
        &belvedere_udfs::map_values::DESCRIPTOR,
        &belvedere_udfs::map_extract::DESCRIPTOR,
        &belvedere_udfs::try_canonicalize_byte_span::DESCRIPTOR,
        &belvedere_udfs::interval_align_score::DESCRIPTOR,
        &belvedere_udfs::arrow_metadata::DESCRIPTOR,
        &belvedere_udfs::stable_id::DESCRIPTOR,
    ]),
);

static GROUPS: Relation = Relation::view(
    "place_groups",
    "it::views::functions",
    "python: Option<bool>, last: Option<String>, span: Option<Span { bstart: i64, bend: \
              i64, line_base: i32, col_unit: String, end_exclusive: bool }>, names: \
              List<Option<String>>, langs: i64, far: i64, once: i64, paths: Option<String>",
    ViewText::new(
        "pub place_groups = from places as p
               group by { python: p.lang == \"python\" }
               aggregate {
                   last: arg_max(p.path, p.id),
                   span: arg_max(p.span, key => p.col),
                   names: list_unique(p.name),
                   langs: count_distinct_agg(p.lang) + 0,
                   far: count_if(p.col > 1),
                   once: count_if(distinct p.col > 1),
                   paths: belvedere_udfs::string_agg(p.path, \"+\"),
               }",
        &[&PLACES],
    )
    .calling(&[
        &belvedere_udfs::arg_max::DESCRIPTOR,
        &belvedere_udfs::list_unique::DESCRIPTOR,
        &belvedere_udfs::count_distinct_agg::DESCRIPTOR,
        &belvedere_udfs::count_if::DESCRIPTOR,
        &belvedere_udfs::string_agg::DESCRIPTOR,
    ]),
);

/// The columns and the rows of a view over [`PLACES`].
async fn check(view: &'static Relation, expected: &[&str]) -> Tested {
    facts(view)?;
    let schema = arrow_schema(&columns(&PLACES)?)?;
    let mut reader = ReaderBuilder::new(Arc::clone(&schema)).build(ROWS.as_bytes())?;
    let batch = hide_last_map(&reader.next().ok_or("no rows")??, "counts")?;
    let table = provider_as_source(Arc::new(MemTable::try_new(schema, vec![vec![batch]])?));
    let mut source = |relation: &'static Relation| {
        Ok::<_, ViewError>((TableReference::bare(relation.name), Arc::clone(&table)))
    };
    let plan = plan(view, &mut source)?;
    let runtime = Runtime::builder().threads(2).build()?;
    let RelationKind::View(text) = &view.kind else { return Err("a view".into()) };
    let named = Named { widths: &[columns(&PLACES)?.len()], functions: text.functions };
    agrees(&runtime, &model(view)?, named, &plan)?;
    let batches = runtime.session().execute_logical_plan(plan).await?.collect().await?;
    let mut rows = Vec::new();
    for batch in &batches {
        rows.extend(lines(batch)?);
    }
    rows.sort();
    assert_eq!(rows, expected, "{}", view.name);
    Ok(())
}

/// Makes the map of the last row NULL and leaves what lies under it.
fn hide_last_map(batch: &RecordBatch, column: &str) -> Result<RecordBatch, Box<dyn Error>> {
    let position = batch.schema().index_of(column)?;
    let map = batch.column(position).as_map();
    let last = map.len() - 1;
    assert!(map.is_valid(last) && map.value_length(last) > 0, "there is something to hide");
    let DataType::Map(field, sorted) = map.data_type() else { return Err("a map".into()) };
    let nulls = NullBuffer::from((0..map.len()).map(|row| row != last).collect::<Vec<_>>());
    let (offsets, entries) = (map.offsets().clone(), map.entries().clone());
    let hidden = MapArray::try_new(Arc::clone(field), offsets, entries, Some(nulls), *sorted)?;
    let mut columns = batch.columns().to_vec();
    columns[position] = Arc::new(hidden);
    Ok(RecordBatch::try_new(batch.schema(), columns)?)
}

/// Ids and hashes are what Python's `hashlib` gives.
#[tokio::test]
async fn standard_functions_take_columns_structs_and_defaults() -> Tested {
    check(
        &VALUES,
        &[
            "1 | place:a1941e2105b7cadec89c60cab8f82340 | span:70c0a8b13ffc3f31e7556a5a9e257627 | \
             3 | 4 | {bstart: 2, bend: 3, line_base: 0, col_unit: byte, end_exclusive: true} | \
             true | p.py | p.py.Foo | 828954838223831519",
            "2 | place:0dbd76312dd2b3ea21ac090d42844ec3 | span:a3e6821836ac91101b85f84cfcda8f55 | \
             NULL | 1 | {bstart: 2, bend: 3, line_base: 0, col_unit: byte, end_exclusive: true} | \
             false | q.rs | q.rs::Foo | 6414905327992714893",
            "3 | place:bc69339a538636ab5df5c378b0727bcb | span:792ed825f7c401ad01516c558970b4e9 | \
             0 | NULL | {bstart: 0, bend: 1, line_base: 0, col_unit: byte, end_exclusive: true} | \
             NULL | r.sql | NULL | 3433272671675713527",
        ],
    )
    .await
}

#[tokio::test]
async fn entries_of_a_map_are_unnested() -> Tested {
    check(&ATTRS, &["1 | a | x", "1 | b | NULL", "3 | c | y"]).await
}

#[tokio::test]
async fn entries_of_a_map_whose_values_are_never_null_are_unnested() -> Tested {
    check(&COUNTS, &["1 | n | 7", "2 | NULL | NULL", "3 | NULL | NULL"]).await
}

#[tokio::test]
async fn entries_can_be_a_column() -> Tested {
    check(&ENTRIES, &["1 | [{key: n, value: 7}]", "2 | []", "3 | NULL"]).await
}

#[tokio::test]
async fn functions_of_the_engine_have_the_types_that_their_signatures_say() -> Tested {
    check(
        &LOOKUPS,
        &[
            "1 | [a, b] | [7] | [x] | [NULL] | x | {bstart: 4, bend: 4} | -4.0 | NodeId",
            "2 | [] | [] | [NULL] | [NULL] | NULL | {bstart: 7, bend: 14} | 0.0 | NodeId",
            "3 | [c] | NULL | [NULL] | [NULL] | NULL | {bstart: 3, bend: NULL} | NULL | NodeId",
        ],
    )
    .await
}

#[tokio::test]
async fn aggregates_take_any_type_and_keep_it() -> Tested {
    check(
        &GROUPS,
        &[
            "NULL | r.sql | NULL | [ ] | 1 | 0 | 0 | r.sql",
            "false | q.rs | {bstart: 9, bend: 9, line_base: 0, col_unit: byte, end_exclusive: \
             false} | [Foo] | 1 | 1 | 1 | q.rs",
            "true | p.py | {bstart: 1, bend: 5, line_base: 0, col_unit: byte, end_exclusive: true} \
             | [Foo] | 1 | 1 | 1 | p.py",
        ],
    )
    .await
}
