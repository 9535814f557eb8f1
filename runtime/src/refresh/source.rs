//! What fills base tables: a source lists its inputs, and extracts rows from one input at a time.
//!
//! A crate that declares tables implements [`Source`] and registers its [`SourceKind`] by
//! [`source!`](crate::source); [`rows`] makes batches of a table from structs of its own.

use std::path::Path;
use std::sync::Arc;

use arrow::json::ReaderBuilder;
use arrow_array::{Array as _, RecordBatch};
use arrow_schema::{ArrowError, Fields, Schema};
use serde::Serialize;

use crate::plan::plain;
use crate::view::Relation;

/// An error of a source: what went wrong and what to do next, in one text.
pub type SourceError = Box<dyn std::error::Error + Send + Sync>;

/// Takes rows for the table at that position of [`SourceKind::tables`].
pub type Emit<'a> = &'a mut (dyn FnMut(usize, RecordBatch) -> Result<(), SourceError> + 'a);

/// Opens a source at a path.
pub type OpenSource = fn(&Path, &SourceOptions) -> Result<Box<dyn Source>, SourceError>;

/// A kind of source, registered by the crate that defines it, by [`source!`](crate::source).
#[derive(Debug)]
pub struct SourceKind {
    /// The name that errors and reports use, unique in the program.
    pub name: &'static str,
    /// The base tables, in the order in which they are written.
    pub tables: &'static [&'static Relation],
    /// The column, of text and never NULL, that every table has and that holds [`Input::key`]: when
    /// an input changes or goes, the rows with its key go.
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

impl Input {
    /// An input with this content, which it is known by.
    #[must_use]
    pub fn of_content(key: impl Into<String>, content: &[u8]) -> Self {
        let content_hash = blake3::hash(content).to_hex().to_string();
        Self { key: key.into(), content_hash, bytes: content.len() as u64 }
    }
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
    fn extract(&self, input: &Input, emit: Emit<'_>) -> Result<Input, SourceError>;
}

/// Makes a batch of a table from rows: structs whose fields have the names of its columns.
///
/// Numbers, `bool` and text stand for themselves, `Option` for what may be NULL, lists, maps and
/// structs for nested columns; days and times are texts (`2024-02-29`, `2024-02-29T12:00:00Z`),
/// bytes are texts of hexadecimal digits.
///
/// # Errors
///
/// When a field is no column, a value has no place in its column, or a column that is never NULL has
/// no value.
pub fn rows<R: Serialize>(table: &Relation, rows: &[R]) -> Result<RecordBatch, SourceError> {
    let schema = table.arrow_schema()?;
    let wrong = |error: ArrowError| {
        let text = error.to_string();
        SourceError::from(format!("rows of `{}`: {}", table.name, plain(&text)))
    };
    // Decoded as if every column could be NULL, so that those which cannot are told by name.
    let lax: Fields =
        schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true)).collect();
    let mut decoder = ReaderBuilder::new(Arc::new(Schema::new(lax)))
        .with_batch_size(rows.len().max(1))
        .with_strict_mode(true)
        .build_decoder()
        .map_err(wrong)?;
    decoder.serialize(rows).map_err(wrong)?;
    let Some(batch) = decoder.flush().map_err(wrong)? else {
        return Ok(RecordBatch::new_empty(schema));
    };
    let columns = schema.fields().iter().zip(batch.columns());
    for (field, column) in columns {
        if let Some(row) =
            (0..column.len()).find(|row| !field.is_nullable() && column.is_null(*row))
        {
            let (name, table) = (field.name(), table.name);
            return Err(format!(
                "rows of `{table}`: row {row} has no `{name}`, which is never NULL"
            )
            .into());
        }
    }
    RecordBatch::try_new(schema, batch.columns().to_vec()).map_err(wrong)
}

/// Registers a kind of source with every program that links the crate.
///
/// ```ignore
/// belvedere::source! {
///     /// Orders, from a folder of files with a line of JSON for each.
///     pub static ORDERS: SourceKind = SourceKind {
///         name: "orders",
///         tables: &[&orders::RELATION],
///         key_column: "file",
///         version: "1",
///         open: |folder, _| Ok(Box::new(Orders { folder: folder.to_owned() })),
///     };
/// }
/// ```
#[macro_export]
macro_rules! source {
    ($(#[$attribute:meta])* $visibility:vis static $name:ident: $kind:ty = $value:expr $(;)?) => {
        $(#[$attribute])*
        $visibility static $name: $kind = $value;

        $crate::__private::inventory::submit! { &$name as &'static $kind }
    };
}

inventory::collect!(&'static SourceKind);

#[cfg(test)]
mod tests {
    use super::*;

    static TABLE: Relation = Relation::table(
        "t",
        "m",
        "id: i64, at: Option<Timestamp>, tags: List<String>, day: Option<Date>",
    );

    #[derive(Serialize)]
    struct Row {
        id: i64,
        at: Option<&'static str>,
        tags: Vec<String>,
        day: Option<&'static str>,
    }

    #[test]
    fn structs_are_rows() {
        let row = Row {
            id: 7,
            at: Some("2024-02-29T12:00:00Z"),
            tags: vec!["a".to_owned()],
            day: Some("2024-02-29"),
        };
        let none = Row { id: 8, at: None, tags: Vec::new(), day: None };
        let batch = rows(&TABLE, &[row, none]).unwrap();
        assert_eq!(batch.schema(), TABLE.arrow_schema().unwrap());
        let json = arrow::json::writer::WriterBuilder::new().with_explicit_nulls(true);
        let mut writer = json.build::<_, arrow::json::writer::LineDelimited>(Vec::new());
        writer.write(&batch).unwrap();
        assert_eq!(
            String::from_utf8(writer.into_inner()).unwrap(),
            "{\"id\":7,\"at\":\"2024-02-29T12:00:00Z\",\"tags\":[\"a\"],\"day\":\"2024-02-29\"}\n\
             {\"id\":8,\"at\":null,\"tags\":[],\"day\":null}\n"
        );
        assert_eq!(rows::<Row>(&TABLE, &[]).unwrap().num_rows(), 0);
    }

    #[test]
    fn rows_that_do_not_fit_are_errors_that_name_the_table() {
        #[derive(Serialize)]
        struct Other {
            id: &'static str,
            nick: &'static str,
        }
        let text = rows(&TABLE, &[Other { id: "1", nick: "x" }]).unwrap_err().to_string();
        assert!(text.starts_with("rows of `t`: ") && text.contains("nick"), "{text}");
        #[derive(Serialize)]
        struct Short {
            id: i64,
        }
        let text = rows(&TABLE, &[Short { id: 1 }]).unwrap_err().to_string();
        assert_eq!(text, "rows of `t`: row 0 has no `tags`, which is never NULL");
    }
}
