//! Memory: what does not fit is joined on disk.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use belvedere::Runtime;
use belvedere::refresh::{Silent, run};
use belvedere::view::{Relation, ViewText};
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;

use crate::support::lines;
use crate::support::warehouse::{Lab, cells};

const LINE_COUNT: usize = 400_000;

/// A view whose join has to keep all lines of one side.
static PAIRS: Relation = Relation::view(
    "pairs",
    "it::memory",
    "path: String, number: i64, text: Option<String>",
    ViewText::new(
        "pub pairs = from lines as a join lines as b on b.path == a.path and b.number == a.number \
         select { a.path, a.number, b.text }",
        &[&lines::LINES],
    ),
);

/// What is unnested comes in slices of one piece of 24 MB: each has memory of its own.
#[tokio::test(flavor = "multi_thread")]
async fn the_rows_of_one_list_count_once() {
    const NUMBERS: &str = "from one unnest range(0, 3000000) as i";
    let row: ArrayRef = Arc::new(Int64Array::from(vec![7]));
    let rows = RecordBatch::try_from_iter([("x", row)]).unwrap();
    let one = MemTable::try_new(rows.schema(), vec![vec![rows]]).unwrap();
    let one: Arc<dyn TableProvider> = Arc::new(one);
    let folder = tempfile::tempdir().unwrap();
    let runtime =
        Runtime::builder().threads(2).memory(256 << 20).warehouse(folder.path()).build().unwrap();
    for (text, expected) in [
        (format!("{NUMBERS} aggregate {{ n: count(), s: sum(i) }}"), "3000000|4499998500000"),
        (
            format!("{NUMBERS} cross join (from one) as o aggregate {{ n: count(), s: sum(o.x) }}"),
            "3000000|21000000",
        ),
        (
            format!(
                "from one as o cross join ({NUMBERS} select {{ i }}) as n where n.i % 2 == o.x - 7
                 aggregate {{ n: count(), s: sum(n.i) }}"
            ),
            "1500000|2249998500000",
        ),
        (
            format!(
                "{NUMBERS} where i > 2999990 join ({NUMBERS} select {{ j: i }}) as b on b.j == i
                 aggregate {{ n: count(), s: sum(b.j) }}"
            ),
            "9|26999955",
        ),
        (format!("{NUMBERS} order by i desc limit 1 select {{ i, x }}"), "2999999|7"),
    ] {
        let query = runtime.query(text.as_str()).table("one", Arc::clone(&one));
        let rows = query.collect().await.unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(cells(&rows), [expected], "{text}");
    }
}

/// The lines alone take more than the memory that is allowed.
#[tokio::test(flavor = "multi_thread")]
async fn a_join_that_does_not_fit_is_sorted_on_disk() {
    let mut lab = Lab::new();
    lab.relations = vec![&lines::FILES, &lines::LINES, &PAIRS];
    let line = format!("{}\n", "x".repeat(100));
    lab.write("a.txt", &line.repeat(LINE_COUNT));
    let runtime = Runtime::builder().threads(1).memory(32 << 20).build().unwrap();
    let report = run(&runtime, &lab.request(), Arc::new(Silent)).await.unwrap();
    assert!(report.published);
    let sums = "select count(*), sum(number), max(length(text)) from pairs";
    let total = LINE_COUNT * (LINE_COUNT + 1) / 2;
    assert_eq!(lab.query(sums).await, [format!("{LINE_COUNT}|{total}|100")]);
}
