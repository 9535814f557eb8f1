//! Window functions and table functions: Belvedere's beside DataFusion's own with the same meaning, as
//! whole queries on one thread.

use anyhow::{Result, ensure};
use arrow::array::RecordBatch;

use crate::groups::batches;
use crate::measure::{Contestant, contest};
use crate::queries::{query, runtime, session, table};

/// Groups of the table, which no statement asks for.
const GROUPS: i64 = 100;

/// Two sources of the same values, in a column `x`. Rows come as the table has them: a sort would be
/// most of what is measured.
struct Pair {
    name: &'static str,
    ours: &'static str,
    built_in: &'static str,
}

const WINDOWS: [Pair; 4] = [
    Pair {
        name: "row_index",
        ours: "SELECT row_index() OVER () AS x FROM t",
        built_in: "SELECT row_number() OVER () AS x FROM t",
    },
    Pair {
        name: "running_total",
        ours: "SELECT running_total(k) OVER () AS x FROM t",
        built_in: "SELECT sum(k) OVER (ROWS UNBOUNDED PRECEDING) AS x FROM t",
    },
    Pair {
        name: "lag",
        ours: "SELECT bench_lag(k) OVER () AS x FROM t",
        built_in: "SELECT lag(k) OVER () AS x FROM t",
    },
    Pair {
        name: "sum of frames of ten",
        ours: "SELECT bench_frame_sum(k) OVER (ROWS 9 PRECEDING) AS x FROM t",
        built_in: "SELECT sum(k) OVER (ROWS 9 PRECEDING) AS x FROM t",
    },
];

/// Rows of the table functions.
const RANGE: usize = 1_000_000;

const TABLES: [Pair; 1] = [Pair {
    name: "range_table",
    ours: "SELECT value AS x FROM range_table(0, 1000000)",
    built_in: "SELECT value AS x FROM range(0, 1000000)",
}];

/// Measures the benches whose name contains `only`.
pub(crate) fn measure(only: &str, rounds: usize) -> Result<()> {
    let is_asked = |pair: &&Pair| pair.name.contains(only);
    if WINDOWS.iter().chain(&TABLES).any(|pair| is_asked(&pair)) {
        let batches = batches(GROUPS)?;
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        let windows = WINDOWS.iter().filter(is_asked).map(|pair| (pair, rows));
        let tables = TABLES.iter().filter(is_asked).map(|pair| (pair, RANGE));
        let (runtime, session) = (runtime()?, session()?);
        table(&session, batches)?;
        for (pair, rows) in windows.chain(tables) {
            let statements = [pair.ours, pair.built_in].map(statement);
            let [ours, theirs] = [0, 1].map(|at| query(&runtime, &session, &statements[at]));
            ensure!(ours? == theirs?, "the built-in gives other values than {}", pair.name);
            let mut contestants = Vec::new();
            for (name, statement) in ["belvedere", "built-in"].into_iter().zip(&statements) {
                let (runtime, session) = (&runtime, &session);
                let run = Box::new(move || query(runtime, session, statement).map(drop));
                contestants.push(Contestant { name, run });
            }
            contest(pair.name, "statement", rows, rounds, &mut contestants)?;
        }
    }
    Ok(())
}

/// All values are computed and none is sent anywhere; what is sent tells whether they are the same.
fn statement(source: &str) -> String {
    format!("SELECT count(x), bit_xor(CAST(x AS BIGINT)) FROM ({source})")
}
