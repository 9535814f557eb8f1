//! An aggregate in queries, through DataFusion's optimizer and its plans of two stages.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Int64Array, RecordBatch};
use arrow_schema::{Field, Schema};
use datafusion::common::{Column, Result as EngineResult, ScalarValue};
use datafusion::datasource::MemTable;
use datafusion::logical_expr::expr::{AggregateFunction, NullTreatment};
use datafusion::logical_expr::{Expr, col};

use super::call::Call;
use super::laws::{Broken, Kept, agree, by_group, distinct_rows, group_of};
use crate::session::Runtime;
use crate::testing::apart;
use crate::udf::EngineFunction;

/// How many partitions are aggregated apart before their states meet.
const PARTITIONS: usize = 3;

/// Plain, with FILTER, with DISTINCT, with IGNORE and RESPECT NULLS, each beside the others.
pub(super) fn queries(call: &Call) -> Kept {
    let rows: Vec<usize> = (0..call.rows()).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let sees_null = call.function().params.iter().any(|param| param.value.nullable);
    let kept: Vec<usize> = rows.iter().copied().filter(|row| keeps(*row)).collect();
    let mut ways: Vec<(&str, Expr, Vec<ScalarValue>)> = vec![
        ("", expr(call, false, None, None)?, by_group(call, &rows)?),
        ("FILTER", expr(call, false, Some(col("keep")), None)?, by_group(call, &kept)?),
        ("DISTINCT", expr(call, true, None, None)?, by_group(call, &distinct_rows(call, &rows)?)?),
    ];
    if sees_null {
        let there: Vec<usize> = rows.iter().copied().filter(|row| call.is_there(*row)).collect();
        let (respect, ignore) = (NullTreatment::RespectNulls, NullTreatment::IgnoreNulls);
        ways.push((
            "RESPECT NULLS",
            expr(call, false, None, Some(respect))?,
            by_group(call, &rows)?,
        ));
        ways.push((
            "IGNORE NULLS",
            expr(call, false, None, Some(ignore))?,
            by_group(call, &there)?,
        ));
    }
    let exprs =
        ways.iter().enumerate().map(|(i, (_, expr, _))| expr.clone().alias(format!("way{i}")));
    let exprs: Vec<Expr> = exprs.collect();
    let batches = apart(|| run(call, exprs))?;
    for batch in &batches {
        for row in 0..batch.num_rows() {
            let group = ScalarValue::try_from_array(batch.column(0), row)?;
            let ScalarValue::Int64(Some(group)) = group else { continue };
            for ((name, _, expected), column) in ways.iter().zip(&batch.columns()[1..]) {
                let expected = usize::try_from(group).ok().and_then(|group| expected.get(group));
                let found = ScalarValue::try_from_array(column, row)?;
                let Some(expected) = expected else { continue };
                agree(expected, &found, &format!(" for a group of a query {name}"))?;
            }
        }
    }
    Ok(())
}

fn keeps(row: usize) -> bool {
    !row.is_multiple_of(3)
}

fn expr(
    call: &Call,
    distinct: bool,
    filter: Option<Expr>,
    nulls: Option<NullTreatment>,
) -> Result<Expr, Broken> {
    let EngineFunction::Aggregate(udaf) = call.function().to_engine() else {
        return Err(Broken::Law("it is no aggregate".to_owned()));
    };
    let names = call.function().params.iter();
    let args = names.map(|param| Expr::Column(Column::from_name(param.name))).collect();
    let filter = filter.map(Box::new);
    let call = AggregateFunction::new_udf(udaf, args, distinct, filter, Vec::new(), nulls);
    Ok(Expr::AggregateFunction(call))
}

/// The results for each group, over partitions.
fn run(call: &Call, exprs: Vec<Expr>) -> EngineResult<Vec<RecordBatch>> {
    let session = Runtime::builder().threads(PARTITIONS).build()?.session();
    let executor = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let groups = Int64Array::from_iter_values((0..call.rows()).map(|row| group_of(row) as i64));
    let keep: BooleanArray = (0..call.rows()).map(|row| Some(keeps(row))).collect();
    let names = call.function().params.iter().map(|param| param.name).chain(["keep", "grouped"]);
    let extra: [ArrayRef; 2] = [Arc::new(keep), Arc::new(groups)];
    let columns: Vec<ArrayRef> = call.columns().iter().cloned().chain(extra).collect();
    let fields: Vec<Field> = names
        .zip(&columns)
        .map(|(name, column)| Field::new(name, column.data_type().clone(), true))
        .collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?;
    let cut = |part: usize| batch.num_rows() * part / PARTITIONS;
    let parts = (0..PARTITIONS).map(|i| vec![batch.slice(cut(i), cut(i + 1) - cut(i))]);
    let table = MemTable::try_new(batch.schema(), parts.collect())?;
    let query = session.read_table(Arc::new(table))?.aggregate(vec![col("grouped")], exprs)?;
    executor.block_on(query.collect())
}
