//! The functions of the benches under `arrow-udf`, over the rows that `belvedere-benches data` has
//! written. What it prints has the form of that program.
//!
//! Its functions are called directly, without an engine around them, which costs less than what
//! the others are measured with. What it has no types for (views, dictionaries, maps, structs as
//! arguments) is not here.

mod functions;
#[path = "../../src/measure.rs"]
mod measure;

use std::fs::File;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::ipc::reader::FileReader;
use clap::Parser;

use self::measure::{Contestant, contest};

/// The allocator of the contestants in the other program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// As many batches as the other program measures functions over.
const BATCHES: usize = 16;

#[derive(Parser)]
struct Options {
    /// The folder that `belvedere-benches data` has filled.
    folder: PathBuf,
    /// Only benches whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// How many turns each contestant has; the fastest counts.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let benches = functions::benches();
    for bench in benches.iter().filter(|bench| bench.name.contains(&options.only)) {
        let (batches, expected) = read(&options.folder, bench)?;
        agree(bench, &(bench.function)(&batches[0])?, &expected)?;
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        let run = Box::new(|| {
            batches.iter().try_for_each(|batch| {
                black_box((bench.function)(black_box(batch))?);
                Ok(())
            })
        });
        let mut contestants = [Contestant { name: "arrow-udf", run }];
        contest(bench.name, "rows", rows, options.rounds, &mut contestants)?;
    }
    Ok(())
}

/// A bench that this framework can hold.
struct Bench {
    name: &'static str,
    function: arrow_udf::ScalarFunction,
    /// A constant, which is a column here as any other argument is.
    constant: Option<&'static str>,
}

/// The arguments of the first batches, and the results for the very first.
fn read(folder: &Path, bench: &Bench) -> Result<(Vec<RecordBatch>, ArrayRef)> {
    let path = folder.join(format!("{}.arrow", bench.name));
    let file = File::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
    let batches: Vec<RecordBatch> = FileReader::try_new(file, None)?
        .take(BATCHES)
        .collect::<Result<_, _>>()
        .with_context(|| format!("cannot read {}", path.display()))?;
    let first = batches.first().context("the file has no rows")?;
    let expected = Arc::clone(first.column_by_name("expected").context("there are no results")?);
    let arguments = batches.iter().map(|batch| arguments(batch, bench)).collect::<Result<_>>()?;
    Ok((arguments, expected))
}

fn arguments(batch: &RecordBatch, bench: &Bench) -> Result<RecordBatch> {
    let columns = batch.num_columns() - 1;
    let mut arrays: Vec<ArrayRef> = batch.columns()[..columns].to_vec();
    let mut fields: Vec<Field> =
        batch.schema().fields()[..columns].iter().map(|field| field.as_ref().clone()).collect();
    if let Some(text) = bench.constant {
        arrays.push(Arc::new(StringArray::from(vec![text; batch.num_rows()])));
        fields.push(Field::new("constant", DataType::Utf8, false));
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
}

fn agree(bench: &Bench, result: &RecordBatch, expected: &ArrayRef) -> Result<()> {
    let same = result.column(0).to_data() == expected.to_data();
    ensure!(same, "arrow-udf gives other results than belvedere in {}", bench.name);
    Ok(())
}
