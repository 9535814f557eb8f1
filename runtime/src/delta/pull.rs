//! What a Delta table that others write holds, as a schema file for `table! { t from "…" }`, and whether
//! such files still say what is stored.

use std::fmt;
use std::path::{Path, PathBuf};

use belvedere_lang::types::{Column, StructType, Type, ValueType};
use belvedere_lang::view::model::TableColumn;
use belvedere_lang::view::schema_file::{Fault, SchemaFile, SchemaFileError};

use super::comments::COMMENT;
use super::external::ExternalTable;
use super::{Error, Result as DeltaResult};
use crate::program;
use crate::view::{Relation, RelationKind, ViewError, column, columns};

/// What a table holds.
#[derive(Clone, Debug)]
pub struct Pulled {
    /// Its columns, as far as views can read them.
    pub file: SchemaFile,
    /// The number of the version that was read.
    pub version: u64,
    /// Why columns were left out.
    pub left_out: Vec<String>,
}

/// A schema file, or what one said when the program was compiled, beside what is stored.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The table of the program that it describes, if that was compared.
    pub table: Option<String>,
    /// The file.
    pub file: PathBuf,
    /// Where the table is.
    pub uri: String,
    /// The number of the version that was read.
    pub version: u64,
    /// A line for each column that differs.
    pub difference: Vec<String>,
    /// Why columns of the table were left out.
    pub left_out: Vec<String>,
    /// What writes the file anew.
    remedy: String,
}

/// Why nothing is known of a table or a file.
#[derive(Debug)]
#[non_exhaustive]
pub enum PullError {
    /// The table cannot be read.
    Table(String),
    /// It has columns that no view can read.
    Columns {
        /// What is wrong with them.
        text: String,
        /// Why others were left out.
        left_out: Vec<String>,
    },
    /// The file cannot be read, or says nothing.
    File(String),
    /// A table of this program has a text with errors.
    View(ViewError),
}

impl fmt::Display for PullError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(text) | Self::Columns { text, .. } | Self::File(text) => f.write_str(text),
            Self::View(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for PullError {}

/// Reads what a table holds: a path or a URL. What `before` says of columns that the table itself says
/// nothing of is kept.
///
/// # Errors
///
/// [`PullError::Table`] and [`PullError::Columns`].
pub async fn pull(uri: &str, before: Option<&SchemaFile>) -> Result<Pulled, PullError> {
    let newest = newest_schema(uri).await.map_err(|error| unreadable(&error))?;
    let (schema, version) = newest;
    let (mut columns, mut left_out) = (Vec::new(), Vec::new());
    for field in schema.fields() {
        let found = match column(field) {
            Ok(found) => Column { name: found.name, ty: without_names(found.ty) },
            Err(error) => {
                left_out.push(error.to_string());
                continue;
            }
        };
        let comment = field.metadata().get(COMMENT).cloned();
        let written = before.and_then(|file| {
            let mut columns = file.columns.iter();
            let column = columns.find(|column| column.column.name == found.name)?;
            Some(column.doc.clone())
        });
        let doc = comment.filter(|comment| !comment.trim().is_empty()).or(written);
        columns.push(TableColumn { column: found, doc: doc.unwrap_or_default() });
    }
    let file = SchemaFile { uri: uri.to_owned(), columns };
    // A type can be nested deeper than any text may be.
    let faults = match SchemaFile::parse(&file.to_text()) {
        Ok(file) => return Ok(Pulled { file, version, left_out }),
        Err(SchemaFileError::NotJson(fault)) => vec![fault],
        Err(SchemaFileError::Faults(faults)) => faults,
    };
    let faults = faults.iter().map(|fault| format!("\n  {}", fault.what)).collect::<String>();
    let text = format!("`{uri}` has columns that no view can read:{faults}");
    Err(PullError::Columns { text, left_out })
}

/// Reads what the table holds that a file is for: the one that is named, else the one that the file
/// names. What the file says of columns that the table says nothing of is kept.
///
/// # Errors
///
/// As [`pull`], and [`PullError::File`].
pub async fn pull_for(uri: Option<&str>, path: &Path) -> Result<Pulled, PullError> {
    let before = read(path, uri.is_none())?;
    pull(&place(uri, before.as_ref(), path)?, before.as_ref()).await
}

/// Compares a file with the table that it is for, which is found as by [`pull_for`].
///
/// # Errors
///
/// As [`pull_for`].
pub async fn compare(uri: Option<&str>, path: &Path) -> Result<Compared, PullError> {
    let Some(before) = read(path, true)? else {
        return Err(PullError::File(format!("there is no file `{}`", path.display())));
    };
    let place = place(uri, Some(&before), path)?;
    let Pulled { file, version, left_out } = pull(&place, Some(&before)).await?;
    let own = uri.map(|uri| format!(" {uri}")).unwrap_or_default();
    Ok(Compared {
        table: None,
        file: path.to_owned(),
        difference: difference(&before.columns, &file.columns),
        remedy: program::verb(&format!("schema pull{own} -o {}", path.display())),
        uri: place,
        version,
        left_out,
    })
}

/// A table of this program that a schema file describes, by its name.
pub type ComparedTable = (&'static str, Result<Compared, PullError>);

/// Compares the tables of this program that schema files describe: the files are where it was compiled,
/// what they said is here.
pub async fn compare_linked() -> Vec<ComparedTable> {
    let mut tables: Vec<&'static Relation> =
        inventory::iter::<&'static Relation>().copied().collect();
    tables.sort_by_key(|table| table.name);
    let mut compared = Vec::new();
    for table in tables {
        if let RelationKind::External { uri, file } = table.kind {
            compared.push((table.name, compare_table(table, uri, file).await));
        }
    }
    compared
}

async fn compare_table(table: &Relation, uri: &str, file: &str) -> Result<Compared, PullError> {
    let declared = declared(table, uri).map_err(PullError::View)?;
    let stored = pull(uri, Some(&declared)).await?;
    Ok(Compared {
        table: Some(table.name.to_owned()),
        file: PathBuf::from(file),
        uri: uri.to_owned(),
        version: stored.version,
        difference: difference(&declared.columns, &stored.file.columns),
        left_out: stored.left_out,
        remedy: program::verb(&format!("schema pull {uri} -o {file}")),
    })
}

impl Compared {
    /// Returns whether the file says what is stored.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.difference.is_empty()
    }
}

/// What was found, for people.
impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, file, uri, version, difference, remedy, .. } = self;
        let file = file.display();
        if self.is_same() {
            return match table {
                Some(table) => write!(f, "`{table}` is what `{uri}` holds, version {version}"),
                None => write!(f, "{file} is what `{uri}` holds, version {version}"),
            };
        }
        match table {
            Some(table) => write!(f, "`{table}` ({file})")?,
            None => write!(f, "`{file}`")?,
        }
        write!(
            f,
            " is not what `{uri}` holds, version {version} (- file, + table):\n{}\n\
             help: {remedy} writes it",
            difference.join("\n")
        )
    }
}

async fn newest_schema(uri: &str) -> DeltaResult<(arrow_schema::SchemaRef, u64)> {
    ExternalTable::at("table", uri)?.newest_schema().await
}

/// What the schema file of a table said when the program was compiled.
fn declared(table: &Relation, uri: &str) -> Result<SchemaFile, ViewError> {
    let columns = columns(table)?.into_iter().map(|column| {
        let doc = table.doc_of(&column.name).unwrap_or_default().to_owned();
        TableColumn { column, doc }
    });
    Ok(SchemaFile { uri: uri.to_owned(), columns: columns.collect() })
}

/// Reads a schema file; `None` where there is none.
fn read(path: &Path, needed: bool) -> Result<Option<SchemaFile>, PullError> {
    let text = match std::fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| "it is no UTF-8 text".to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => Err(error.to_string()),
    };
    let line = |fault: &Fault| {
        let help = fault.help.as_ref().map(|help| format!("\n  help: {help}")).unwrap_or_default();
        format!("line {}: {}{help}", fault.line, fault.what)
    };
    let read = text.and_then(|text| {
        SchemaFile::parse(&text).map_err(|error| match error {
            SchemaFileError::NotJson(fault) => format!("it is no JSON, {}", line(&fault)),
            SchemaFileError::Faults(faults) => {
                faults.iter().map(line).collect::<Vec<_>>().join("\n")
            }
        })
    });
    match read {
        Ok(file) => Ok(Some(file)),
        // What cannot be read is written anew where the table is named.
        Err(_) if !needed => Ok(None),
        Err(text) => Err(PullError::File(format!("`{}`: {text}", path.display()))),
    }
}

fn place(uri: Option<&str>, file: Option<&SchemaFile>, path: &Path) -> Result<String, PullError> {
    let named = uri.map(str::to_owned).or_else(|| file.map(|file| file.uri.clone()));
    named.ok_or_else(|| {
        let path = path.display();
        let remedy = program::verb(&format!("schema pull URI -o {path}"));
        PullError::File(format!("there is no file `{path}` that names a table\nhelp: {remedy}"))
    })
}

/// The error without the name that the table was given here.
fn unreadable(error: &Error) -> PullError {
    PullError::Table(match error {
        Error::External { uri, reason, .. } => {
            format!("the table at `{uri}` cannot be read: {reason}")
        }
        error => error.to_string(),
    })
}

/// A type of fields alone: files know no structs of Rust.
fn without_names(value: ValueType) -> ValueType {
    ValueType { ty: type_without_names(value.ty), nullable: value.nullable }
}

fn type_without_names(ty: Type) -> Type {
    match ty {
        Type::List(item) => Type::List(Box::new(without_names(*item))),
        Type::Map(key, value) => {
            Type::Map(Box::new(type_without_names(*key)), Box::new(without_names(*value)))
        }
        Type::Struct(ty) => {
            let field = |field: Column| Column { name: field.name, ty: without_names(field.ty) };
            let fields = ty.fields.into_iter().map(field).collect();
            Type::Struct(StructType { name: None, fields })
        }
        ty => ty,
    }
}

/// The columns that differ, a line for each that is gone or new; moved ones say where they were.
fn difference(file: &[TableColumn], stored: &[TableColumn]) -> Vec<String> {
    let line = |TableColumn { column, doc }: &TableColumn| match doc.is_empty() {
        true => column.to_string(),
        false => format!("{column} ({})", doc.replace('\n', " ")),
    };
    let (file, stored): (Vec<_>, Vec<_>) =
        (file.iter().map(line).collect(), stored.iter().map(line).collect());
    let gone = file.iter().filter(|line| !stored.contains(line)).map(|line| format!("- {line}"));
    let new = stored.iter().filter(|line| !file.contains(line)).map(|line| format!("+ {line}"));
    let mut lines: Vec<_> = gone.chain(new).collect();
    if lines.is_empty() && file != stored {
        lines.push("the columns are the same in another order".to_owned());
    }
    lines
}
