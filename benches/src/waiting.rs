//! Async functions: look-ups that take a millisecond, and what else a thread does beside them.
//!
//! By hand is an `AsyncScalarUDFImpl` whose calls wait together in the task of the query, DataFusion one
//! that waits for one row after the other, as a loop does.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use arrow::array::{ArrayRef, AsArray as _, Int64Array};
use arrow::datatypes::{DataType, Field, Int64Type};
use async_trait::async_trait;
use belvedere::udf;
use datafusion::error::Result as EngineResult;
use datafusion::logical_expr::async_udf::{AsyncScalarUDF, AsyncScalarUDFImpl};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use futures::{StreamExt as _, stream};
use tokio::runtime::{Builder, Runtime};

use crate::measure::{Contestant, contest};

/// Rows of a batch: each is waited for.
const ROWS: usize = 512;

/// Different keys where keys repeat.
const KEYS: usize = 16;

/// How often a thread looks whether it may go on.
const TICKS: usize = 50;

/// How long a look-up takes.
const WAIT: Duration = Duration::from_millis(1);

async fn look_up(key: i64) -> i64 {
    tokio::time::sleep(WAIT).await;
    2 * key
}

/// A look-up, one at a time.
#[udf(concurrency = 1)]
pub(crate) async fn bench_look_up_1(key: i64) -> i64 {
    look_up(key).await
}

/// A look-up, eight at once.
#[udf(concurrency = 8)]
pub(crate) async fn bench_look_up_8(key: i64) -> i64 {
    look_up(key).await
}

/// A look-up, sixty-four at once.
#[udf(concurrency = 64)]
pub(crate) async fn bench_look_up_64(key: i64) -> i64 {
    look_up(key).await
}

/// A look-up of each key once.
#[udf(concurrency = 64, dedupe)]
pub(crate) async fn bench_look_up_once(key: i64) -> i64 {
    look_up(key).await
}

/// A look-up that holds its thread.
#[udf(concurrency = 64)]
pub(crate) async fn bench_blocking(key: i64) -> i64 {
    std::thread::sleep(10 * WAIT);
    key
}

/// What somebody would write for DataFusion.
#[derive(Debug, PartialEq, Eq, Hash)]
struct ByHand {
    at_once: usize,
    once: bool,
    signature: Signature,
}

impl ByHand {
    fn udf(at_once: usize, once: bool) -> Arc<ScalarUDF> {
        let signature = Signature::exact(vec![DataType::Int64], Volatility::Volatile);
        let by_hand = Self { at_once, once, signature };
        Arc::new(AsyncScalarUDF::new(Arc::new(by_hand)).into_scalar_udf())
    }
}

impl ScalarUDFImpl for ByHand {
    fn name(&self) -> &'static str {
        "by_hand"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> EngineResult<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> EngineResult<ColumnarValue> {
        datafusion::common::internal_err!("it is waited for")
    }
}

#[async_trait]
impl AsyncScalarUDFImpl for ByHand {
    async fn invoke_async_with_args(
        &self,
        args: ScalarFunctionArgs,
    ) -> EngineResult<ColumnarValue> {
        let keys = args.args[0].to_array(args.number_rows)?;
        let keys: Vec<i64> = keys.as_primitive::<Int64Type>().values().to_vec();
        let answers: Int64Array = if self.once {
            let distinct: HashSet<i64> = keys.iter().copied().collect();
            let calls = stream::iter(distinct).map(|key| async move { (key, look_up(key).await) });
            let known: HashMap<i64, i64> = calls.buffered(self.at_once).collect().await;
            keys.iter().map(|key| known.get(key).copied()).collect()
        } else {
            let calls = stream::iter(keys).map(look_up).buffered(self.at_once);
            Int64Array::from(calls.collect::<Vec<_>>().await)
        };
        Ok(ColumnarValue::Array(Arc::new(answers)))
    }
}

/// Measures the benches whose name contains `only`.
pub(crate) fn measure(only: &str, rounds: usize) -> Result<()> {
    let thread = Builder::new_current_thread().enable_all().build()?;
    let each: ArrayRef = Arc::new((0..ROWS as i64).collect::<Int64Array>());
    let repeated = (0..ROWS).map(|row| (row % KEYS) as i64);
    let repeated: ArrayRef = Arc::new(repeated.collect::<Int64Array>());
    for (name, ours, (at_once, once), keys) in [
        ("look up, 1 at once", bench_look_up_1::udf(), (1, false), &each),
        ("look up, 8 at once", bench_look_up_8::udf(), (8, false), &each),
        ("look up, 64 at once", bench_look_up_64::udf(), (64, false), &each),
        ("look up, 16 keys", bench_look_up_once::udf(), (64, true), &repeated),
    ] {
        if !name.contains(only) {
            continue;
        }
        let contestants = [
            ("belvedere", ours),
            ("by hand", ByHand::udf(at_once, once)),
            ("built-in", ByHand::udf(1, false)),
        ];
        let expected = thread.block_on(answers(&contestants[0].1, keys))?;
        let mut running = Vec::new();
        for (name, udf) in &contestants {
            ensure!(
                *thread.block_on(answers(udf, keys))? == *expected,
                "{name} answers something else"
            );
            let run = Box::new(|| thread.block_on(answers(udf, keys)).map(drop));
            running.push(Contestant { name, run });
        }
        contest(name, "rows", ROWS, rounds, &mut running)?;
    }
    let name = "thread beside look-ups";
    if name.contains(only) {
        beside(name, rounds, &thread, &each)?;
    }
    Ok(())
}

/// The answers for a batch.
async fn answers(udf: &ScalarUDF, keys: &ArrayRef) -> Result<ArrayRef> {
    let field = Arc::new(Field::new("key", DataType::Int64, false));
    let args = ScalarFunctionArgs {
        args: vec![ColumnarValue::Array(Arc::clone(keys))],
        arg_fields: vec![field],
        number_rows: keys.len(),
        return_field: Arc::new(Field::new("answer", DataType::Int64, true)),
        config_options: Arc::default(),
    };
    let udf = udf.as_async().context("it is not waited for")?;
    Ok(udf.invoke_async_with_args(args).await?.into_array(keys.len())?)
}

/// The only thread of a query while calls hold theirs, and the same thread alone: a row is a tick.
fn beside(name: &str, rounds: usize, thread: &Runtime, keys: &ArrayRef) -> Result<()> {
    let ticks = async || {
        for _ in 0..TICKS {
            tokio::time::sleep(WAIT).await;
        }
    };
    let udf = bench_blocking::udf();
    let beside = || {
        thread.block_on(async {
            tokio::select! {
                answers = answers(&udf, keys) => answers.map(drop).and_then(|()| {
                    anyhow::bail!("the look-ups end before the ticks")
                }),
                () = ticks() => Ok(()),
            }
        })
    };
    let alone = || {
        thread.block_on(ticks());
        Ok(())
    };
    let mut contestants = [
        Contestant { name: "belvedere", run: Box::new(beside) },
        Contestant { name: "by hand", run: Box::new(alone) },
    ];
    contest(name, "rows", TICKS, rounds, &mut contestants)
}
