//! Aggregates over many groups and over few: Belvedere's beside DataFusion's own, as whole queries
//! on one thread.

use std::sync::Arc;

use anyhow::{Context, Result};
use arrow::array::{BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};

use crate::case::{ROWS, Random};
use crate::measure::{Contestant, contest};
use crate::queries::{query, runtime, session, table};

/// Batches of the table.
const BATCHES: usize = 256;

/// A bench: a name, our aggregate and DataFusion's with the same meaning.
pub(crate) struct Groups {
    pub(crate) name: &'static str,
    pub(crate) ours: &'static str,
    pub(crate) built_in: &'static str,
}

/// All of them.
pub(crate) const GROUPS: [Groups; 6] = [
    Groups { name: "sum", ours: "bench_sum(v)", built_in: "sum(v)" },
    Groups { name: "count_if", ours: "count_if(p)", built_in: "count(*) FILTER (WHERE p)" },
    Groups {
        name: "arg_max",
        ours: "arg_max(v, k)",
        built_in: "first_value(v ORDER BY k DESC, v)",
    },
    Groups {
        name: "arg_max_text",
        ours: "arg_max(s, k)",
        built_in: "first_value(s ORDER BY k DESC, s)",
    },
    Groups { name: "count_distinct", ours: "count_distinct_agg(s)", built_in: "count(DISTINCT s)" },
    Groups {
        name: "list_unique",
        ours: "list_unique(v)",
        built_in: "array_agg(DISTINCT v ORDER BY v)",
    },
];

/// How many groups there are.
pub(crate) const SIZES: [(&str, i64); 2] = [("100", 100), ("1M", 1_000_000)];

/// Measures the benches whose name contains `only`.
pub(crate) fn measure(only: &str, rounds: usize) -> Result<()> {
    let runtime = runtime()?;
    for (size, number) in SIZES {
        let named: Vec<_> = GROUPS
            .iter()
            .map(|groups| (format!("{} of {size} groups", groups.name), groups))
            .filter(|(name, _)| name.contains(only))
            .collect();
        if named.is_empty() {
            continue;
        }
        let session = session()?;
        let batches = batches(number)?;
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        table(&session, batches)?;
        for (name, groups) in named {
            let mut contestants: Vec<_> =
                [("belvedere", groups.ours), ("built-in", groups.built_in)]
                    .map(|(contestant, aggregate)| {
                        let statement = statement(aggregate);
                        let (runtime, session) = (&runtime, &session);
                        let run = Box::new(move || query(runtime, session, &statement).map(drop));
                        Contestant { name: contestant, run }
                    })
                    .into();
            contest(&name, "statement", rows, rounds, &mut contestants)?;
        }
    }
    Ok(())
}

/// All groups are computed and none is sent anywhere.
fn statement(aggregate: &str) -> String {
    format!("SELECT count(x) FROM (SELECT {aggregate} AS x FROM t GROUP BY g)")
}

/// Rows in so many groups: a value, a text, a key without ties that matter, a predicate.
pub(crate) fn batches(groups: i64) -> Result<Vec<RecordBatch>> {
    let mut random = Random::with_seed(1);
    let schema = Arc::new(Schema::new(vec![
        Field::new("g", DataType::Int64, false),
        Field::new("v", DataType::Int64, true),
        Field::new("s", DataType::Utf8, true),
        Field::new("k", DataType::Int64, true),
        Field::new("p", DataType::Boolean, true),
    ]));
    (0..BATCHES)
        .map(|_| {
            let group: Int64Array = (0..ROWS).map(|_| Some(random.i64(0..groups))).collect();
            let value: Int64Array =
                (0..ROWS).map(|_| present(&mut random).then(|| random.i64(0..1_000))).collect();
            let text: StringArray = (0..ROWS)
                .map(|_| present(&mut random).then(|| format!("value {}", random.u32(0..1_000))))
                .collect();
            let key: Int64Array = (0..ROWS).map(|_| Some(random.i64(..))).collect();
            let predicate: BooleanArray =
                (0..ROWS).map(|_| present(&mut random).then(|| random.bool())).collect();
            RecordBatch::try_new(
                Arc::clone(&schema),
                vec![
                    Arc::new(group),
                    Arc::new(value),
                    Arc::new(text),
                    Arc::new(key),
                    Arc::new(predicate),
                ],
            )
            .context("the columns do not fit together")
        })
        .collect()
}

/// Nine of ten values are there.
fn present(random: &mut Random) -> bool {
    random.u8(0..10) != 0
}
