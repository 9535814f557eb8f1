//! Rows from inputs, in parallel, into files in the staging folder.
//!
//! Each worker has a file of its own for each table, in the streaming form of Arrow IPC: it is
//! written and read batch by batch, so that memory does not grow with the tree.

use std::any::Any;
use std::fs::{self, File};
use std::io::BufWriter;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arrow::array::{AsArray as _, RecordBatch};
use arrow::compute::BatchCoalescer;
use arrow::ipc::CompressionType;
use arrow::ipc::writer::{IpcWriteOptions, StreamWriter};
use arrow_schema::{ArrowError, SchemaRef};

use super::observer::Observer;
use super::source::{Input, Source, SourceError, SourceKind};
use crate::delta::schema::conform;
use crate::delta::{Error, Result};
use crate::plan::plain;
use crate::udf::adapter::panic_text;

/// Rows of a staged batch. Sources emit small batches, one input at a time.
const BATCH_ROWS: usize = 8192;

/// What the workers of one source share.
pub(super) struct Staging {
    pub(super) kind: &'static SourceKind,
    pub(super) source: Arc<dyn Source>,
    /// The schemas of the kind's tables, as stored.
    pub(super) schemas: Vec<SchemaRef>,
    pub(super) warehouse: PathBuf,
    /// The folder of this run; each table has a folder in it.
    pub(super) folder: PathBuf,
    pub(super) observer: Arc<dyn Observer>,
    /// Set when nobody waits for the result.
    pub(super) stop: Arc<AtomicBool>,
}

/// Returns the folder of the staged rows of a table.
pub(super) fn table_folder(folder: &Path, table: &str) -> PathBuf {
    folder.join(table)
}

impl Staging {
    /// Extracts `inputs` with `threads` workers; returns the inputs as they were read, sorted.
    pub(super) fn extract(&self, inputs: &[Input], threads: usize) -> Result<Vec<Input>> {
        for table in self.kind.tables {
            let folder = table_folder(&self.folder, table.name);
            fs::create_dir_all(&folder)
                .map_err(|error| Error::io(&self.warehouse, &folder, error))?;
        }
        let next = AtomicUsize::new(0);
        let done = AtomicUsize::new(0);
        let workers = threads.min(inputs.len());
        let results: Vec<Result<Vec<Input>>> = std::thread::scope(|scope| {
            let worker = |number: usize| {
                let (next, done) = (&next, &done);
                scope.spawn(move || {
                    let result = self.work(number, inputs, next, done);
                    if result.is_err() {
                        // The other workers stop at their next input.
                        next.store(inputs.len(), Ordering::Relaxed);
                    }
                    result
                })
            };
            let workers: Vec<_> = (0..workers).map(worker).collect();
            // The rows of a worker that panicked are incomplete, so they must not be used.
            let end = |panic: Box<dyn Any + Send>| {
                let source =
                    format!("a bug: panic while rows were staged: {}", panic_text(&*panic));
                Err(Error::Source { kind: self.kind.name, source: source.into() })
            };
            workers.into_iter().map(|worker| worker.join().unwrap_or_else(end)).collect()
        });
        let mut read = Vec::with_capacity(inputs.len());
        for result in results {
            read.extend(result?);
        }
        if self.stop.load(Ordering::Relaxed) {
            return Err(Error::Stopped);
        }
        read.sort_unstable();
        Ok(read)
    }

    fn work(
        &self,
        number: usize,
        inputs: &[Input],
        next: &AtomicUsize,
        done: &AtomicUsize,
    ) -> Result<Vec<Input>> {
        let mut files: Vec<_> = (0..self.schemas.len())
            .map(|table| StagedFile::new(&self.schemas[table], self.file(table, number)))
            .collect();
        let mut read = Vec::new();
        while !self.stop.load(Ordering::Relaxed) {
            let Some(input) = inputs.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
            let mut emit = |table: usize, batch: RecordBatch| -> Result<(), SourceError> {
                let file = files.get_mut(table).ok_or_else(|| self.no_table(table))?;
                self.check_key(table, &batch, input)?;
                file.push(&batch).map_err(|error| self.emit_error(table, error))?;
                Ok(())
            };
            let extract = || self.source.extract(input, &mut emit);
            let result = catch_unwind(AssertUnwindSafe(extract)).map_err(|panic| {
                let text = panic_text(&*panic);
                self.error(format!("a bug: panic while reading `{}`: {text}", input.key))
            })?;
            read.push(result.map_err(|error| self.input_error(input, error))?);
            self.observer.extracted(done.fetch_add(1, Ordering::Relaxed) + 1, inputs.len());
        }
        for (table, file) in files.into_iter().enumerate() {
            file.finish().map_err(|error| self.own_or(self.emit_error(table, error), |e| e))?;
        }
        Ok(read)
    }

    fn no_table(&self, table: usize) -> SourceError {
        let last = self.schemas.len().saturating_sub(1);
        format!("rows for table {table}: the tables of this source are 0 to {last}").into()
    }

    /// Rows under another key than that of their input would stay when the input goes.
    fn check_key(
        &self,
        table: usize,
        batch: &RecordBatch,
        input: &Input,
    ) -> Result<(), SourceError> {
        let column = self.kind.key_column;
        // What is no text, or not there, is refused with all other columns.
        let keys = batch.column_by_name(column).and_then(|keys| keys.as_string_opt::<i32>());
        let other = keys.and_then(|keys| keys.iter().find(|key| *key != Some(&input.key)));
        match other {
            None => Ok(()),
            Some(found) => Err(format!(
                "rows of `{}`: `{column}` must be the key of the input, it is `{}`",
                self.kind.tables[table].name,
                found.unwrap_or("NULL")
            )
            .into()),
        }
    }

    fn file(&self, table: usize, worker: usize) -> PathBuf {
        table_folder(&self.folder, self.kind.tables[table].name).join(format!("{worker}.arrow"))
    }

    /// What a source is told when its rows could not be taken.
    fn emit_error(&self, table: usize, error: ArrowError) -> SourceError {
        let name = self.kind.tables[table].name;
        match error {
            ArrowError::IoError(_, source) => {
                Box::new(Error::io(&self.warehouse, &self.file(table, 0), source))
            }
            error => {
                let text = error.to_string();
                format!("rows of `{name}`: {}", plain(&text)).into()
            }
        }
    }

    /// An error of a source names the input; it may not know which one that was.
    fn input_error(&self, input: &Input, error: SourceError) -> Error {
        self.own_or(error, |error| format!("reading `{}`: {error}", input.key).into())
    }

    /// Our own errors come back from a source as they were.
    fn own_or(&self, error: SourceError, other: impl Fn(SourceError) -> SourceError) -> Error {
        match error.downcast::<Error>() {
            Ok(error) => *error,
            Err(error) => self.error(other(error)),
        }
    }

    fn error(&self, source: impl Into<SourceError>) -> Error {
        Error::Source { kind: self.kind.name, source: source.into() }
    }
}

/// The file of one worker for one table; created with its first rows.
struct StagedFile {
    schema: SchemaRef,
    path: PathBuf,
    rows: BatchCoalescer,
    writer: Option<StreamWriter<BufWriter<File>>>,
}

impl StagedFile {
    fn new(schema: &SchemaRef, path: PathBuf) -> Self {
        let rows = BatchCoalescer::new(SchemaRef::clone(schema), BATCH_ROWS)
            .with_biggest_coalesce_batch_size(Some(BATCH_ROWS));
        Self { schema: SchemaRef::clone(schema), path, rows, writer: None }
    }

    fn push(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        self.rows.push_batch(conform(batch, &self.schema)?)?;
        self.write_completed()
    }

    fn finish(mut self) -> Result<(), ArrowError> {
        self.rows.finish_buffered_batch()?;
        self.write_completed()?;
        match &mut self.writer {
            // Finishing flushes the buffer too.
            Some(writer) => writer.finish(),
            None => Ok(()),
        }
    }

    fn write_completed(&mut self) -> Result<(), ArrowError> {
        while let Some(batch) = self.rows.next_completed_batch() {
            let writer = match &mut self.writer {
                Some(writer) => writer,
                None => {
                    let file = BufWriter::new(File::create(&self.path)?);
                    // Paths and names repeat: a tree's rows would take many times its size.
                    let options = IpcWriteOptions::default()
                        .try_with_compression(Some(CompressionType::LZ4_FRAME))?;
                    let writer = StreamWriter::try_new_with_options(file, &self.schema, options)?;
                    self.writer.insert(writer)
                }
            };
            writer.write(&batch)?;
        }
        Ok(())
    }
}
