//! A source of text: each `.txt` file of a folder gives a row of `files`, and one of `lines` for
//! each of its lines. A line `panic` makes it panic.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use belvedere::refresh::source::{Input, Listing, Source, SourceError, SourceKind, SourceOptions};
use belvedere::view::{Relation, RelationKind};

pub(crate) static FILES: Relation = Relation {
    name: "files",
    module: "it::support::lines",
    doc: "The files.",
    columns: "path: String, bytes: i64",
    kind: RelationKind::Table,
};

pub(crate) static LINES: Relation = Relation {
    name: "lines",
    module: "it::support::lines",
    doc: "The lines of the files.",
    columns: "path: String, number: i64, text: Option<String>",
    kind: RelationKind::Table,
};

pub(crate) static KIND: SourceKind = SourceKind {
    name: "lines of text",
    tables: &[&FILES, &LINES],
    key_column: "path",
    version: "1",
    open,
};

/// The same source with a newer extraction.
pub(crate) static NEWER_KIND: SourceKind = SourceKind { version: "2", ..KIND };

/// How many files were extracted by this process.
pub(crate) static EXTRACTED: AtomicUsize = AtomicUsize::new(0);

struct Lines {
    root: PathBuf,
}

fn open(root: &Path, _: &SourceOptions) -> Result<Box<dyn Source>, SourceError> {
    Ok(Box::new(Lines { root: root.to_owned() }))
}

fn hash(content: &[u8]) -> String {
    // FNV-1a: short, and good enough for the files of a test.
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", content.iter().fold(0xcbf2_9ce4_8422_2325, step))
}

impl Lines {
    fn input(&self, name: &str) -> Result<(Input, String), SourceError> {
        let text = fs::read_to_string(self.root.join(name))?;
        let (key, content_hash) = (name.to_owned(), hash(text.as_bytes()));
        Ok((Input { key, content_hash, bytes: text.len() as u64 }, text))
    }
}

impl Source for Lines {
    fn list(&self, progress: &(dyn Fn(u64) + Sync)) -> Result<Listing, SourceError> {
        let mut listing = Listing::default();
        for entry in fs::read_dir(&self.root)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if !name.ends_with(".txt") {
                listing.ignored += 1;
                continue;
            }
            let (input, _) = self.input(&name)?;
            progress(input.bytes);
            listing.inputs.push(input);
        }
        Ok(listing)
    }

    fn extract(
        &self,
        input: &Input,
        emit: &mut dyn FnMut(usize, RecordBatch) -> Result<(), SourceError>,
    ) -> Result<Input, SourceError> {
        EXTRACTED.fetch_add(1, Ordering::Relaxed);
        let (input, text) = self.input(&input.key)?;
        emit(0, files(&input)?)?;
        emit(1, lines(&input.key, &text)?)?;
        Ok(input)
    }
}

fn files(input: &Input) -> Result<RecordBatch, SourceError> {
    let schema = Schema::new(vec![
        Field::new("path", DataType::Utf8, false),
        Field::new("bytes", DataType::Int64, false),
    ]);
    let path = StringArray::from(vec![input.key.clone()]);
    let bytes = Int64Array::from(vec![input.bytes as i64]);
    Ok(RecordBatch::try_new(Arc::new(schema), vec![Arc::new(path), Arc::new(bytes)])?)
}

fn lines(path: &str, text: &str) -> Result<RecordBatch, SourceError> {
    let schema = Schema::new(vec![
        Field::new("path", DataType::Utf8, false),
        Field::new("number", DataType::Int64, false),
        Field::new("text", DataType::Utf8, true),
    ]);
    assert!(text.lines().all(|line| line != "panic"), "a line said so");
    let rows: Vec<&str> = text.lines().collect();
    let paths = StringArray::from(vec![path; rows.len()]);
    let numbers = Int64Array::from_iter_values(1..=rows.len() as i64);
    let texts: StringArray = rows.iter().map(|row| Some(*row).filter(|r| !r.is_empty())).collect();
    let columns = vec![Arc::new(paths) as _, Arc::new(numbers) as _, Arc::new(texts) as _];
    Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
}
