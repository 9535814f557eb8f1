//! The inputs that the published base tables were made from, kept in `belvedere.inputs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{AsArray as _, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Int64Type;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::MemTable;
use datafusion::datasource::provider_as_source;
use datafusion::error::Result as EngineResult;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};

use super::source::Input;
use crate::delta::publication::{Publication, read_all};
use crate::delta::warehouse::{INPUTS, Warehouse};
use crate::delta::{Error, Result};
use crate::plan::{Key, KeyHasher};
use crate::session::Runtime;

/// The inputs of each source, by the source's name, sorted by key.
pub(super) type Inputs = BTreeMap<String, Vec<Input>>;

/// Returns the key of the table of inputs.
pub(super) fn key(inputs: &Inputs) -> Key {
    let mut hasher = KeyHasher::new("inputs");
    for (source, inputs) in inputs {
        hasher.part(source).part(inputs.len().to_le_bytes());
        for input in inputs {
            hasher.part(&input.key).part(&input.content_hash).part(input.bytes.to_le_bytes());
        }
    }
    hasher.finish()
}

/// Reads the published inputs. Nothing that is published can be reused where they are lost, so
/// that is the same as none.
pub(super) async fn read(
    runtime: &Runtime,
    warehouse: &Warehouse,
    published: &Publication,
) -> Result<Inputs> {
    let pinned = match published.pin_checked(warehouse, INPUTS).await {
        Ok(Some(pinned)) => pinned,
        Ok(None) | Err(Error::Lost { .. }) => return Ok(Inputs::new()),
        Err(error) => return Err(error),
    };
    let damaged = |reason: String| Error::Damaged { path: warehouse.table_folder(INPUTS), reason };
    let batches = match read_all(runtime, warehouse, &pinned).await {
        Err(Error::UnreadableFile { reason, .. }) => return Err(damaged(reason)),
        batches => batches?,
    };
    let mut inputs = decode(&batches).ok_or_else(|| {
        damaged("its columns are not those of this version of Belvedere".to_owned())
    })?;
    inputs.values_mut().for_each(|inputs| inputs.sort_unstable());
    Ok(inputs)
}

/// Returns a plan of the rows of the table of inputs.
pub(super) fn plan(inputs: &Inputs) -> EngineResult<LogicalPlan> {
    let rows: Vec<(&str, &Input)> = inputs
        .iter()
        .flat_map(|(source, inputs)| inputs.iter().map(move |input| (source.as_str(), input)))
        .collect();
    let bytes = rows.iter().map(|(_, input)| i64::try_from(input.bytes).unwrap_or(i64::MAX));
    let hashes = rows.iter().map(|(_, input)| input.content_hash.as_str());
    let batch = RecordBatch::try_new(
        schema(),
        vec![
            Arc::new(StringArray::from_iter_values(rows.iter().map(|(source, _)| source))),
            Arc::new(StringArray::from_iter_values(rows.iter().map(|(_, input)| &input.key))),
            Arc::new(StringArray::from_iter_values(hashes)),
            Arc::new(Int64Array::from_iter_values(bytes)),
        ],
    )?;
    let table = MemTable::try_new(schema(), vec![vec![batch]])?;
    LogicalPlanBuilder::scan(INPUTS, provider_as_source(Arc::new(table)), None)?.build()
}

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("source", DataType::Utf8, false),
        Field::new("input", DataType::Utf8, false),
        Field::new("content_hash", DataType::Utf8, false),
        Field::new("bytes", DataType::Int64, false),
    ]))
}

fn decode(batches: &[RecordBatch]) -> Option<Inputs> {
    let mut inputs = Inputs::new();
    for batch in batches {
        let text = |name| batch.column_by_name(name)?.as_string_opt::<i32>();
        let (sources, keys, hashes) = (text("source")?, text("input")?, text("content_hash")?);
        let bytes = batch.column_by_name("bytes")?.as_primitive_opt::<Int64Type>()?;
        for row in 0..batch.num_rows() {
            let input = Input {
                key: keys.value(row).to_owned(),
                content_hash: hashes.value(row).to_owned(),
                bytes: u64::try_from(bytes.value(row)).ok()?,
            };
            inputs.entry(sources.value(row).to_owned()).or_default().push(input);
        }
    }
    Some(inputs)
}
