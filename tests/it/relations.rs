//! Table functions over a plan: what reaches the tables that it reads, and what is no plan of theirs.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::util::pretty::pretty_format_batches;
use belvedere::testing::check_table;
use belvedere::{ArrowType, Relation, Runtime, udtf};
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::datasource::MemTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{LogicalPlanBuilder, col, lit};
use datafusion::physical_plan::displayable;
use datafusion::prelude::SessionContext;

/// What was measured somewhere.
#[derive(ArrowType)]
struct Measured {
    at: i64,
    place: Option<String>,
}

fn measured() -> Arc<Schema> {
    let place = Field::new("place", DataType::Utf8, true);
    Arc::new(Schema::new(vec![Field::new("at", DataType::Int64, false), place]))
}

fn batch() -> RecordBatch {
    let places: StringArray = (0..9).map(|at| (at % 4 != 3).then(|| format!("p{at}"))).collect();
    let columns: [ArrayRef; 2] = [Arc::new(Int64Array::from_iter_values(0..9)), Arc::new(places)];
    RecordBatch::try_new(measured(), columns.to_vec()).unwrap()
}

/// The measures of a folder of Parquet files, from a number on.
#[udtf]
fn it_measured(
    folder: String,
    #[default = 0] first: i64,
) -> Result<Relation<Measured>, DataFusionError> {
    let files = ListingTableConfig::new(ListingTableUrl::parse(&folder)?)
        .with_listing_options(ListingOptions::new(Arc::new(ParquetFormat::default())))
        .with_schema(measured());
    let all = Relation::<Measured>::of(Arc::new(ListingTable::try_new(files)?))?.into_plan();
    let plan = LogicalPlanBuilder::from(all).filter(col("at").gt_eq(lit(first)))?;
    Ok(plan.build()?.into())
}

/// Measures in memory, of one place.
///
/// ```sql
/// SELECT at FROM it_measured_at('p1');
/// ----
/// 1
/// ```
#[udtf]
fn it_measured_at(place: Option<String>) -> Relation<Measured> {
    let table = MemTable::try_new(measured(), vec![vec![batch()]]).unwrap();
    let all = Relation::<Measured>::of(Arc::new(table)).unwrap().into_plan();
    let there = place.map_or_else(|| col("place").is_null(), |place| col("place").eq(lit(place)));
    let plan = LogicalPlanBuilder::from(all).filter(there).unwrap().build().unwrap();
    Relation::from(plan)
}

/// Another table than it says.
#[udtf]
fn it_mistaken(kind: String) -> Relation<Measured> {
    let values = |row| LogicalPlanBuilder::values(vec![row]).unwrap();
    let plan = match kind.as_str() {
        "names" => values(vec![lit(1_i64), lit("a")]).build(),
        "ddl" => {
            let input = values(vec![lit(1_i64)]).build().unwrap();
            let name = "taken".into();
            Ok(datafusion::logical_expr::LogicalPlan::Ddl(
                datafusion::logical_expr::DdlStatement::CreateView(
                    datafusion::logical_expr::CreateView {
                        name,
                        input: Arc::new(input),
                        or_replace: false,
                        definition: None,
                        temporary: false,
                    },
                ),
            ))
        }
        _ => panic!("no such kind"),
    };
    Relation::from(plan.unwrap())
}

fn session() -> SessionContext {
    Runtime::builder().threads(1).build().unwrap().session()
}

async fn rows(session: &SessionContext, sql: &str) -> Result<String, String> {
    let told = |error: DataFusionError| error.strip_backtrace();
    let batches = session.sql(sql).await.map_err(told)?.collect().await.map_err(told)?;
    let table = pretty_format_batches(&batches).unwrap().to_string();
    let lines = table.lines().skip(3).filter(|line| line.starts_with('|'));
    let cells = |line: &str| line.trim_matches('|').replace(' ', "").replace('|', " ");
    Ok(lines.map(cells).collect::<Vec<_>>().join("; "))
}

#[tokio::test]
async fn columns_filters_and_limits_reach_the_files() {
    let (session, folder) = (session(), tempfile::tempdir().unwrap());
    let path = folder.path().to_str().unwrap();
    let frame = session.read_batch(batch()).unwrap();
    let file = format!("{path}/part.parquet");
    frame.write_parquet(&file, DataFrameWriteOptions::new(), None).await.unwrap();
    let sql = format!("SELECT place FROM it_measured('{path}', first => 2) WHERE at < 6 LIMIT 2");
    let frame = session.sql(&sql).await.unwrap();
    let plan = frame.create_physical_plan().await.unwrap();
    let text = displayable(plan.as_ref()).indent(false).to_string();
    let scan = text.lines().find(|line| line.contains("DataSourceExec")).unwrap();
    assert!(
        scan.contains("projection=[place]") || scan.contains("projection=[at, place]"),
        "{text}"
    );
    assert!(scan.contains("predicate=at") && scan.contains(">= 2"), "the function's: {text}");
    assert!(scan.contains("< 6"), "the query's: {text}");
    assert!(text.contains("fetch=2") || scan.contains("limit=2"), "{text}");
    assert_eq!(rows(&session, &sql).await.as_deref(), Ok("p2; "));
    let all = format!("SELECT count(*), sum(at) FROM it_measured('{path}')");
    assert_eq!(rows(&session, &all).await.as_deref(), Ok("9 36"));
    let none = "SELECT * FROM it_measured(CAST(NULL AS VARCHAR))";
    assert_eq!(rows(&session, none).await.as_deref(), Ok(""), "NULL gives no rows");
}

#[tokio::test]
async fn a_plan_is_a_part_of_the_query() {
    let session = session();
    let sql = "SELECT m.at FROM it_measured_at('p1') m JOIN it_measured_at(NULL) n ON m.at < n.at";
    assert_eq!(rows(&session, sql).await.as_deref(), Ok("1; 1"));
    let sql = "SELECT place FROM it_measured_at('p2') WHERE at > 1";
    let plan = session.sql(sql).await.unwrap().into_optimized_plan().unwrap();
    let text = plan.display_indent().to_string();
    let filter = "Filter: table.place = Utf8(\"p2\") AND table.at > Int64(1)";
    assert!(text.contains(filter), "one filter: {text}");
}

#[tokio::test]
async fn what_is_no_plan_of_its_rows_is_refused() {
    let session = session();
    for (kind, expected) in [
        (
            "names",
            "it has the columns (column1: Int64, column2: Utf8), not (at: Int64, place: Utf8 or NULL)",
        ),
        ("ddl", "DDL not supported"),
    ] {
        let error =
            rows(&session, &format!("SELECT * FROM it_mistaken('{kind}')")).await.unwrap_err();
        assert!(error.contains("`it_mistaken` gives a plan that is none of its rows"), "{error}");
        assert!(error.contains(expected), "{error}");
    }
    let panicked = rows(&session, "SELECT * FROM it_mistaken('other')").await.unwrap_err();
    assert!(panicked.contains("`it_mistaken` panicked: no such kind"), "{panicked}");
    let missing = rows(&session, "SELECT * FROM it_measured('https://[')").await.unwrap_err();
    assert!(missing.contains("`it_measured`"), "{missing}");
}

/// A filter that is written into the plan behind a limit is another query.
#[udtf]
fn it_first_measured(n: i64) -> Relation<Measured> {
    let table = MemTable::try_new(measured(), vec![vec![batch()]]).unwrap();
    let all = Relation::<Measured>::of(Arc::new(table)).unwrap().into_plan();
    let first = usize::try_from(n).unwrap_or(0);
    Relation::from(LogicalPlanBuilder::from(all).limit(0, Some(first)).unwrap().build().unwrap())
}

#[test]
fn they_keep_the_laws() {
    assert_eq!(check_table(&it_measured_at::DESCRIPTOR).unwrap(), []);
    assert_eq!(check_table(&it_first_measured::DESCRIPTOR).unwrap(), []);
}
