//! A source of text: each `.txt` file of a folder gives a row of `files`, and one of `lines` for
//! each of its lines; two views count them. A line `panic` makes the source panic, a file `error`
//! makes it fail, a file `other key` has rows of another, a file `moving` changes while it is read.
//!
//! The descriptors are written by hand and not by the macros, so that they are not linked into the
//! program's registry.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use belvedere::refresh::source::{
    Emit, Input, Listing, Source, SourceError, SourceKind, SourceOptions,
};
use belvedere::view::{Relation, ViewText};

pub(crate) static FILES: Relation =
    Relation::table("files", "it::support::lines", "path: String, bytes: i64")
        .with_doc("The files.")
        .with_docs(&[("path", "Below the root.\nWith `/`."), ("bytes", "How long it is.")]);

pub(crate) static LINES: Relation = Relation::table(
    "lines",
    "it::support::lines",
    "path: String, number: i64, text: Option<String>",
)
.with_doc("The lines of the files.");

pub(crate) static COUNTS: Relation = Relation::view(
    "counts",
    "it::support::lines",
    "path: String, n: i64",
    ViewText::new(
        "pub counts = from lines as l group by { l.path } aggregate { n: count() }",
        &[&LINES],
    ),
)
.with_doc("How many lines the files have.");

pub(crate) static LONG: Relation = long(
    "pub long = from counts as c join files as f on f.path == c.path where c.n > 1 \
     select { c.path, c.n, f.bytes }",
    &LONG_SOURCES,
);

/// The view [`LONG`] with another condition.
pub(crate) static LONGER: Relation = long(
    "pub long = from counts as c join files as f on f.path == c.path where c.n > 2 \
     select { c.path, c.n, f.bytes }",
    &LONG_SOURCES,
);

/// A view that fails where a line is not a number.
pub(crate) static NUMBERS: Relation = Relation::view(
    "numbers",
    "it::support::lines",
    "path: String, value: Option<i64>",
    ViewText::new(
        "pub numbers = from lines as l select { l.path, value: cast(l.text as i64) }",
        &[&LINES],
    ),
);

/// A view of the view that fails.
pub(crate) static SUMS: Relation = Relation::view(
    "sums",
    "it::support::lines",
    "path: String, total: Option<i64>",
    ViewText::new(
        "pub sums = from numbers as n group by { n.path } aggregate { total: sum(n.value) }",
        &[&NUMBERS],
    ),
);

/// A view that is computed where it is read.
pub(crate) static SHORT: Relation = Relation::view(
    "short",
    "it::support::lines",
    "path: String, n: i64",
    ViewText::new(
        "#[view(materialize = view)] pub short = from counts as c where c.n < 3 \
               select { c.path, c.n }",
        &[&COUNTS],
    ),
);

/// A stored view of a view that is not stored.
pub(crate) static SHORTEST: Relation = Relation::view(
    "shortest",
    "it::support::lines",
    "least: Option<i64>",
    ViewText::new(
        "pub shortest = from short as s group by {} aggregate { least: min(s.n) }",
        &[&SHORT],
    ),
);

static LONG_SOURCES: [&Relation; 2] = [&COUNTS, &FILES];

const fn long(text: &'static str, sources: &'static [&'static Relation]) -> Relation {
    Relation::view(
        "long",
        "it::support::lines",
        "path: String, n: i64, bytes: i64",
        ViewText::new(text, sources),
    )
    .with_doc("Files of more than one line.")
}

pub(crate) static KIND: SourceKind = SourceKind {
    name: "lines of text",
    tables: &[&FILES, &LINES],
    key_column: "path",
    version: "1",
    open,
};

/// The same source with a newer extraction.
pub(crate) static NEWER_KIND: SourceKind = SourceKind { version: "2", ..KIND };

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

    fn extract(&self, input: &Input, emit: Emit<'_>) -> Result<Input, SourceError> {
        let (mut input, mut text) = self.input(&input.key)?;
        if text == "moving\n" {
            fs::write(self.root.join(&input.key), "moved\n")?;
            (input, text) = self.input(&input.key)?;
        }
        if text == "error\n" {
            return Err("a line said so".into());
        }
        emit(0, files(&input)?)?;
        let key = if text == "other key\n" { "other" } else { &input.key };
        emit(1, lines(key, &text)?)?;
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
