//! What fills base tables: a source lists its inputs, and extracts rows from one input at a time.

use std::path::Path;

use arrow_array::RecordBatch;

use crate::view::Relation;

/// An error of a source: what went wrong and what to do next, in one text.
pub type SourceError = Box<dyn std::error::Error + Send + Sync>;

/// Opens a source at a path.
pub type OpenSource = fn(&Path, &SourceOptions) -> Result<Box<dyn Source>, SourceError>;

/// A kind of source, registered by the crate that defines it.
#[derive(Debug)]
pub struct SourceKind {
    /// The name that errors use.
    pub name: &'static str,
    /// The base tables, in the order in which they are written.
    pub tables: &'static [&'static Relation],
    /// The column that every table has and that holds [`Input::key`].
    pub key_column: &'static str,
    /// The version of the extraction: a new one makes every input new.
    pub version: &'static str,
    /// Opens the source at a path.
    pub open: OpenSource,
}

/// What every source is told.
#[derive(Clone, Debug, Default)]
pub struct SourceOptions {
    /// Paths that are never inputs, the warehouse among them.
    pub exclude: Vec<std::path::PathBuf>,
}

/// One input: a file, say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    /// The name, unique and stable: a path relative to the root, with `/`.
    pub key: String,
    /// The hash of its content; equal hashes mean equal rows.
    pub content_hash: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// The inputs of a source at one moment.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Sorted by key.
    pub inputs: Vec<Input>,
    /// How many were left out by ignore rules.
    pub ignored: u64,
}

/// An open source. Methods are called from several threads at once.
pub trait Source: Send + Sync {
    /// Reads and hashes every input. `progress` is told the bytes read, as they are read.
    ///
    /// # Errors
    ///
    /// When the root itself cannot be read; a single bad input is no error but part of the listing.
    fn list(&self, progress: &(dyn Fn(u64) + Sync)) -> Result<Listing, SourceError>;

    /// Extracts the rows of `input`: `emit(table, batch)` takes rows for the table at that position
    /// of [`SourceKind::tables`]. A bad input gives rows in an error table, not an error.
    ///
    /// Returns the input as it was read: its hash differs from the listing's if it was changed in
    /// between, and the rows are those of the returned hash.
    ///
    /// # Errors
    ///
    /// What `emit` returned.
    fn extract(
        &self,
        input: &Input,
        emit: &mut dyn FnMut(usize, RecordBatch) -> Result<(), SourceError>,
    ) -> Result<Input, SourceError>;
}

inventory::collect!(SourceKind);
