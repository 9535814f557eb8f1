//! Memory: what does not fit is joined on disk.

use std::sync::Arc;

use belvedere::Runtime;
use belvedere::refresh::{Silent, run};
use belvedere::view::{Relation, ViewText};

use crate::support::lines;
use crate::support::warehouse::Lab;

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
