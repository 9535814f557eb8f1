//! Whoever stops a query gets the processor back, whatever join is computing: between two rows of its
//! result there may be more pairs than anybody waits for.
//!
//! A query of each kind of join has more pairs than can be looked at, takes none of them, and counts
//! those that it looks at. It is polled by hand: a poll comes back, and behind the end of the query no
//! pair is looked at.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch};
use arrow::datatypes::DataType;
use datafusion::datasource::MemTable;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::{ColumnarValue, Volatility, create_udf};
use datafusion::prelude::SessionContext;
use futures::{StreamExt as _, poll};

/// The rows of each side, so that there are a million times as many pairs.
const ROWS: i64 = 1 << 20;
const BATCH: i64 = 8192;
/// How many pairs are looked at until the test has failed: without an end it would not fail.
const TOO_MANY: usize = 1 << 29;
const POLLS: usize = 5;

/// Joins with conditions on pairs, and what reads all pairs of a join.
const QUERIES: [(&str, &str, &str); 6] = [
    ("NestedLoopJoinExec", "", "select count(*) from a join b on looked_at(a.x, b.x)"),
    ("NestedLoopJoinExec", "", "select a.x from a full join b on looked_at(a.x, b.x)"),
    ("CrossJoinExec", "", "select bool_or(looked_at(a.x, b.x)) from a cross join b"),
    ("HashJoinExec", "", "select count(*) from a join b on a.k = b.k and looked_at(a.x, b.x)"),
    ("HashJoinExec", "", "select bool_or(looked_at(a.x, b.x)) from a join b on a.k = b.k"),
    (
        "SortMergeJoin",
        "set datafusion.optimizer.prefer_hash_join = false",
        "select count(*) from a left join b on a.k = b.k and looked_at(a.x, b.x)",
    ),
];

struct Lab {
    session: SessionContext,
    looked_at: Arc<AtomicUsize>,
}

impl Lab {
    fn new(threads: usize) -> Self {
        let runtime = belvedere::Runtime::builder().threads(threads).build().unwrap();
        let (session, looked_at) = (runtime.session(), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&looked_at);
        let types = vec![DataType::Int64, DataType::Int64];
        let look = move |args: &[ColumnarValue]| {
            let rows = ColumnarValue::values_to_arrays(args)?[0].len();
            if count.fetch_add(rows, Ordering::Relaxed) > TOO_MANY {
                return Err(DataFusionError::Execution("nobody can stop this".to_owned()));
            }
            let no: ArrayRef = Arc::new(BooleanArray::from(vec![false; rows]));
            Ok(ColumnarValue::Array(no))
        };
        let immutable = Volatility::Immutable;
        let look = create_udf("looked_at", types, DataType::Boolean, immutable, Arc::new(look));
        session.register_udf(look);
        for table in ["a", "b"] {
            let batch = |from: i64| {
                let x: ArrayRef = Arc::new(Int64Array::from_iter_values(from..from + BATCH));
                let k: ArrayRef = Arc::new(Int64Array::from_value(1, BATCH as usize));
                RecordBatch::try_from_iter([("x", x), ("k", k)]).unwrap()
            };
            let rows: Vec<_> = (0..ROWS / BATCH).map(|i| batch(i * BATCH)).collect();
            let rows = MemTable::try_new(rows[0].schema(), vec![rows]).unwrap();
            session.register_table(table, Arc::new(rows)).unwrap();
        }
        Self { session, looked_at }
    }

    fn looked_at(&self) -> usize {
        self.looked_at.load(Ordering::Relaxed)
    }

    async fn begin(&self, join: &str, setting: &str, query: &str) -> SendableRecordBatchStream {
        if !setting.is_empty() {
            self.session.sql(setting).await.unwrap();
        }
        let plan = self.session.sql(query).await.unwrap().create_physical_plan().await.unwrap();
        let shown = datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string();
        assert!(shown.contains(join), "{query} is to be a {join}:\n{shown}");
        datafusion::physical_plan::execute_stream(plan, self.session.task_ctx()).unwrap()
    }
}

/// One thread does all, so that a poll which does not come back stops everything.
#[tokio::test]
async fn a_poll_comes_back_while_a_join_has_pairs() {
    // Without partitions there is no join of sorted sides.
    for (join, setting, query) in QUERIES.into_iter().filter(|(_, setting, _)| setting.is_empty()) {
        let lab = Lab::new(1);
        let mut rows = lab.begin(join, setting, query).await;
        let mut polls = 0;
        while polls < POLLS {
            let before = lab.looked_at();
            let row = poll!(rows.next());
            assert!(row.is_pending(), "{query}: {row:?}");
            // At first both sides are read.
            polls += usize::from(lab.looked_at() > before);
            tokio::task::yield_now().await;
        }
        let stopped = lab.looked_at();
        drop(rows);
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert_eq!(lab.looked_at(), stopped, "{query}");
    }
}

/// Tasks of their own compute the partitions: they end when the query is dropped.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_computes_elsewhere_ends_with_the_query() {
    for (join, setting, query) in QUERIES {
        let lab = Lab::new(2);
        let mut rows = lab.begin(join, setting, query).await;
        while lab.looked_at() == 0 {
            let row = poll!(rows.next());
            assert!(row.is_pending(), "{query}: {row:?}");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        drop(rows);
        // A task hears of it at its next pause.
        let mut at = lab.looked_at();
        loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            match lab.looked_at() {
                now if now == at => break,
                now => at = now,
            }
            assert!(at < TOO_MANY, "{query}");
        }
    }
}
