//! Extraction: from a tree of source files to the rows of the base tables.
//!
//! `CodeTree` is the source that the engine asks: `walk` finds the inputs, `content` reads and
//! hashes them, `text` decodes, `parse` makes a syntax tree, `visit` turns it into rows. Inputs are
//! the files of the languages that are known (`lang`) and manifests (`manifest`); a bad one gives a row in `extract_errors`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use belvedere::refresh::source::{
    Emit, Input, Listing, Source, SourceError, SourceKind, SourceOptions,
};

use crate::extract::columns::FileColumns;
use crate::extract::content::Content;
use crate::extract::failure::{Failure, FailureKind};
use crate::extract::lang::Lang;
use crate::extract::manifest::Manifest;
use crate::extract::rows::{FailureRow, FileRow, LineRow, Sink};
use crate::extract::visit::Counts;
use crate::schema;

mod columns;
mod content;
mod failure;
mod grammar;
mod ids;
mod key;
pub(crate) mod lang;
mod manifest;
mod names;
mod parse;
mod place;
mod python;
mod respell;
mod rows;
mod rust;
mod scope;
mod text;
mod visit;
mod walk;

#[cfg(test)]
mod tests;

belvedere::source! {
    /// The source of the code index.
    pub static CODE: SourceKind = SourceKind {
        name: "code",
        tables: &schema::TABLES,
        key_column: "path",
        // Rows of another version are not reused: it changes whenever the extraction does.
        version: "9",
        open,
    };
}

fn open(path: &Path, options: &SourceOptions) -> Result<Box<dyn Source>, SourceError> {
    let tree = CodeTree::open(path, options)?;
    Ok(Box::new(tree))
}

/// A folder of source files.
#[derive(Debug)]
pub(crate) struct CodeTree {
    root: PathBuf,
    exclude: Vec<PathBuf>,
}

impl CodeTree {
    pub(crate) fn open(path: &Path, options: &SourceOptions) -> Result<Self, SourceError> {
        let shown = path.display();
        let root = path.canonicalize().map_err(|error| {
            format!("the source `{shown}` cannot be opened: {error}; give the path of a folder")
        })?;
        if !root.is_dir() {
            return Err(
                format!("the source `{shown}` is no folder; give the folder around it").into()
            );
        }
        if let Err(error) = fs::read_dir(&root) {
            return Err(format!(
                "the source `{shown}` cannot be read: {error}; check its permissions"
            )
            .into());
        }
        let exclude: Vec<PathBuf> = options.exclude.iter().map(|path| resolved(path)).collect();
        if let Some(around) = exclude.iter().find(|path| root.starts_with(path)) {
            let around = around.display();
            return Err(format!(
                "the source `{shown}` lies in `{around}`, which is excluded; give a folder outside of it"
            )
            .into());
        }
        Ok(Self { root, exclude })
    }

    fn check_readable(&self) -> Result<(), SourceError> {
        fs::read_dir(&self.root).map(drop).map_err(|error| {
            format!("the source `{}` cannot be read: {error}", self.root.display()).into()
        })
    }

    fn read(&self, key: &str) -> Result<Content, Failure> {
        content::read(&self.root.join(key::path_of(key)), true, &|_| ())
    }

    fn hash(path: &Result<PathBuf, Failure>, key: &str, progress: &(dyn Fn(u64) + Sync)) -> Input {
        let read = path.as_ref().map_err(Failure::clone);
        match read.and_then(|path| content::read(path, false, progress)) {
            Ok(content) => {
                Input { key: key.to_owned(), content_hash: content.hash, bytes: content.size }
            }
            Err(failure) => {
                Input { key: key.to_owned(), content_hash: failure.to_hash(), bytes: 0 }
            }
        }
    }
}

/// The absolute path without links, of what need not exist yet.
fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if let Ok(found) = absolute.canonicalize() {
        return found;
    }
    match (absolute.parent(), absolute.file_name()) {
        (Some(parent), Some(name)) => resolved(parent).join(name),
        _ => absolute,
    }
}

impl Source for CodeTree {
    fn list(&self, progress: &(dyn Fn(u64) + Sync)) -> Result<Listing, SourceError> {
        self.check_readable()?;
        let found = walk::walk(&self.root, &self.exclude);
        // A tree that went away in the meantime is not one without files.
        self.check_readable()?;
        let files: Vec<_> = found.inputs.into_iter().collect();
        let next = AtomicUsize::new(0);
        let hashed = Mutex::new(Vec::with_capacity(files.len()));
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            for _ in 0..threads.min(files.len()) {
                scope.spawn(|| {
                    while let Some((key, path)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let input = Self::hash(path, key, progress);
                        hashed.lock().unwrap_or_else(PoisonError::into_inner).push(input);
                    }
                });
            }
        });
        let mut inputs = hashed.into_inner().unwrap_or_else(PoisonError::into_inner);
        inputs.sort();
        Ok(Listing { inputs, ignored: found.ignored })
    }

    fn extract(&self, input: &Input, emit: Emit<'_>) -> Result<Input, SourceError> {
        let (lang, manifest) = (Lang::of(&input.key), Manifest::of(&input.key));
        let file_id = ids::file_id(&input.key);
        let of_rows = lang.or(manifest.map(Manifest::lang)).map_or("", Lang::name);
        let file = FileColumns { file_id: &file_id, path: &input.key, lang: of_rows };
        let mut sink = Sink::new(file, emit);
        let listed = Failure::from_hash(&input.content_hash);
        let read = match (lang.is_some() || manifest.is_some(), listed) {
            // What was no readable file then and is none now has the reason that it had.
            (true, Some(failure)) => self.read(&input.key).map_err(|_| failure),
            (true, None) => self.read(&input.key),
            (false, Some(failure)) => Err(failure),
            (false, None) => Err(Failure::new(FailureKind::NotText, "its language is not known")),
        };
        let content = match read {
            Ok(content) => content,
            Err(failure) => return fail(input, &failure, lang, sink),
        };
        if let Some(manifest) = manifest {
            if let Some(failure) = manifest::extract(manifest, &content, &mut sink) {
                push_failure(&failure, None, &mut sink);
            }
        } else if let Some(lang) = lang {
            extract_file(&content, lang, &mut sink)?;
        }
        sink.flush_all()?;
        Ok(Input { key: input.key.clone(), content_hash: content.hash, bytes: content.size })
    }
}

fn fail(
    input: &Input,
    failure: &Failure,
    lang: Option<Lang>,
    mut sink: Sink<'_>,
) -> Result<Input, SourceError> {
    push_failure(failure, lang, &mut sink);
    sink.flush_all()?;
    Ok(Input { key: input.key.clone(), content_hash: failure.to_hash(), bytes: 0 })
}

fn push_failure(failure: &Failure, lang: Option<Lang>, sink: &mut Sink<'_>) {
    sink.failures.push(FailureRow {
        lang: lang.map(Lang::name),
        kind: failure.kind.name(),
        message: &failure.message,
    });
}

/// Writes the lines of a text; returns how many of them are blank.
fn push_lines(decoded: &text::Text<'_>, sink: &mut Sink<'_>) -> Result<usize, SourceError> {
    let mut blank = 0;
    let mut start = decoded.base;
    for (number, whole) in decoded.text.split_inclusive('\n').enumerate() {
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let line = line.strip_suffix('\r').unwrap_or(line);
        blank += usize::from(line.trim().is_empty());
        sink.lines.push(LineRow {
            line: visit::signed(number + 1),
            bstart: visit::signed(start),
            bend: visit::signed(start + line.len()),
            text: line,
        });
        sink.flush_full()?;
        start += whole.len();
    }
    Ok(blank)
}

/// Writes all rows of a file that could be read.
fn extract_file(content: &Content, lang: Lang, sink: &mut Sink<'_>) -> Result<(), SourceError> {
    let path = sink.file.path;
    let decoded = match &content.bytes {
        Some(bytes) => text::decode(bytes, lang),
        None => {
            let (size, limit) = (content.size, content::BYTES_MAX);
            let message = format!("it has {size} bytes, the limit is {limit}");
            Err(Failure::new(FailureKind::TooLarge, message))
        }
    };
    let mut encoding = None;
    let mut counts = Counts::default();
    let mut blank_lines = 0;
    let outcome = match decoded {
        Ok(decoded) => {
            blank_lines = push_lines(&decoded, sink)?;
            let source = visit::Source { path, lang, text: &decoded.text, base: decoded.base };
            let visited =
                parse::with_tree(&decoded.text, lang, |parsed| visit::visit(source, parsed, sink));
            encoding = Some(decoded.encoding);
            visited
        }
        Err(failure) => Err(failure),
    };
    let parsed = outcome.is_ok();
    match outcome {
        Ok(visited) => counts = visited?,
        Err(failure) => push_failure(&failure, Some(lang), sink),
    }
    let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    sink.files.push(FileRow {
        size: signed(content.size),
        line_count: signed(content.line_count),
        blank_lines: visit::signed(blank_lines),
        comment_lines: counts.comment_lines,
        content_hash: &content.hash,
        encoding: encoding.as_deref(),
        parsed,
        module: &lang::module(path, lang),
        module_path: lang::module_path(path, lang),
    });
    Ok(())
}
