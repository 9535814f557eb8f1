//! The rows of all benches as Arrow files, one each, with what every rival has to give for them.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Field, Schema};
use arrow::ipc::writer::FileWriter;

use crate::case::{BATCHES, Case, plain};
use crate::groups;
use crate::queries::session;
use crate::rows::{cases, expected};

/// Writes all files.
pub(crate) fn write(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let session = session()?;
    for case in cases() {
        let batches: Vec<RecordBatch> = case
            .batches(BATCHES)?
            .iter()
            .map(|batch| with_result(batch, &expected(&session, &case, batch)?))
            .collect::<Result<_>>()?;
        file(&folder.join(file_name(&case)), &batches)?;
    }
    for (size, number) in groups::SIZES {
        file(&folder.join(format!("groups {size}.arrow")), &groups::batches(number)?)?;
    }
    Ok(())
}

fn file_name(case: &Case) -> String {
    format!("{}.arrow", case.name)
}

/// A batch in types that every version of Arrow reads, and a last column `expected`.
fn with_result(batch: &RecordBatch, result: &ArrayRef) -> Result<RecordBatch> {
    let schema = batch.schema();
    let names = schema.fields().iter().map(|field| field.name().as_str()).chain(["expected"]);
    let arrays = batch.columns().iter().chain([result]);
    let columns: Vec<(&str, ArrayRef)> =
        names.zip(arrays).map(|(name, array)| Ok((name, plain(array)?))).collect::<Result<_>>()?;
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, array)| Field::new(*name, array.data_type().clone(), true))
        .collect();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
}

fn file(path: &Path, batches: &[RecordBatch]) -> Result<()> {
    let write = || -> Result<()> {
        let first = batches.first().context("there are no rows")?;
        let mut writer = FileWriter::try_new(File::create(path)?, &first.schema())?;
        batches.iter().try_for_each(|batch| writer.write(batch))?;
        Ok(writer.finish()?)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}
