//! `belvedere schema pull`: what a Delta table that others write holds, as a schema file for
//! `table! { t from "…" }`, and whether such files still say what is stored.

use std::path::{Path, PathBuf};

use belvedere_lang::types::{Column, StructType, Type, ValueType};
use belvedere_lang::view::model::TableColumn;
use belvedere_lang::view::schema_file::{Fault, SchemaFile, SchemaFileError};
use clap::{Args, Subcommand};

use super::ls::linked;
use super::terminal::{Terminal, print};
use super::{CliResult, Failure, generate};
use crate::delta::comments::COMMENT;
use crate::delta::external::ExternalTable;
use crate::program;
use crate::view::{Relation, RelationKind, ViewError, column, columns};

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    #[command(subcommand)]
    verb: SchemaVerb,
}

#[derive(Debug, Subcommand)]
enum SchemaVerb {
    /// Write what a Delta table holds as a schema file, or compare schema files with what is stored
    Pull(PullArgs),
}

#[derive(Debug, Args)]
struct PullArgs {
    /// The table, a path or a URL; the one that the file names, if it is left out
    uri: Option<String>,

    /// The schema file; standard output, if it is left out
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write nothing; fail if the file is not what would be written. Without a file, compare all tables
    /// of this program that a schema file describes
    #[arg(long)]
    check: bool,
}

pub(super) async fn schema(args: &SchemaArgs, terminal: &Terminal) -> CliResult {
    let SchemaVerb::Pull(args) = &args.verb;
    match (&args.output, args.check) {
        (Some(path), true) => check_file(args, path, terminal).await,
        (None, true) if args.uri.is_none() => check_linked(terminal).await,
        (None, true) => Err(usage("`--check` compares a file: name it with `-o FILE`")),
        (Some(path), false) => write_file(args, path, terminal).await,
        (None, false) => {
            let uri = args.uri.as_deref();
            let uri = uri.ok_or_else(|| usage("name a table: `schema pull URI`"))?;
            print(pulled(uri, None, terminal).await?.0.to_text().trim_end())?;
            Ok(())
        }
    }
}

fn usage(text: &str) -> Failure {
    Failure::Error(text.into())
}

async fn write_file(args: &PullArgs, path: &Path, terminal: &Terminal) -> CliResult {
    let before = read(path, args.uri.is_none())?;
    let uri = place(args, before.as_ref(), path)?;
    let (file, _) = pulled(&uri, before.as_ref(), terminal).await?;
    let text = file.to_text();
    if std::fs::read(path).is_ok_and(|found| found == text.as_bytes()) {
        terminal.line(&format!("{} is what would be written", path.display()));
        return Ok(());
    }
    generate::write(path, &text).map_err(|error| {
        Failure::Error(format!("cannot write {}: {error}", path.display()).into())
    })?;
    terminal.line(&format!("wrote {}", path.display()));
    Ok(())
}

async fn check_file(args: &PullArgs, path: &Path, terminal: &Terminal) -> CliResult {
    let Some(before) = read(path, true)? else {
        return Err(usage(&format!("there is no file `{}`", path.display())));
    };
    let uri = place(args, Some(&before), path)?;
    let (stored, version) = pulled(&uri, Some(&before), terminal).await?;
    let difference = difference(&before.columns, &stored.columns);
    if difference.is_empty() {
        terminal.line(&format!("{} is what `{uri}` holds, version {version}", path.display()));
        return Ok(());
    }
    let own = if args.uri.is_some() { format!(" {uri}") } else { String::new() };
    Err(Failure::Error(
        format!(
            "`{}` is not what `{uri}` holds, version {version} (- file, + table):\n{}\n\
             help: `{} schema pull{own} -o {}` writes it",
            path.display(),
            difference.join("\n"),
            program::name(),
            path.display()
        )
        .into(),
    ))
}

/// Compares the tables of this program: the files are where it was compiled, what they said is here.
async fn check_linked(terminal: &Terminal) -> CliResult {
    let graph = linked()?;
    let tables = graph.nodes().iter().map(|node| node.relation());
    let tables: Vec<_> = tables
        .filter_map(|table| match table.kind {
            RelationKind::External { uri, file } => Some((table, uri, file)),
            RelationKind::Table | RelationKind::View(_) => None,
        })
        .collect();
    if tables.is_empty() {
        let text = "no table of this program is described by a schema file";
        return Err(Failure::NoMatch(text.to_owned()));
    }
    let mut wrong = Vec::new();
    for (table, uri, file) in tables {
        let name = table.name;
        let declared = declared(table, uri)?;
        match pulled(uri, Some(&declared), terminal).await {
            Err(Failure::Error(error)) => wrong.push(error.to_string()),
            Err(other) => return Err(other),
            Ok((stored, version)) => {
                let difference = difference(&declared.columns, &stored.columns);
                if difference.is_empty() {
                    terminal.line(&format!("`{name}` is what `{uri}` holds, version {version}"));
                    continue;
                }
                wrong.push(format!(
                    "`{name}` ({file}) is not what `{uri}` holds, version {version} (- file, + \
                     table):\n{}\nhelp: `{} schema pull {uri} -o {file}` writes it",
                    difference.join("\n"),
                    program::name(),
                ));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::Error(wrong.join("\n").into())) }
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
fn read(path: &Path, needed: bool) -> Result<Option<SchemaFile>, Failure> {
    let fail = |text: String| Failure::Error(format!("`{}`: {text}", path.display()).into());
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
        Err(text) => Err(fail(text)),
    }
}

fn place(args: &PullArgs, file: Option<&SchemaFile>, path: &Path) -> Result<String, Failure> {
    let named = args.uri.clone().or_else(|| file.map(|file| file.uri.clone()));
    named.ok_or_else(|| {
        let (path, program) = (path.display(), program::name());
        usage(&format!(
            "there is no file `{path}` that names a table\n\
             help: `{program} schema pull URI -o {path}`"
        ))
    })
}

/// What a table holds, and the number of its version. What `before` says of columns that the table
/// itself says nothing of is kept.
async fn pulled(
    uri: &str,
    before: Option<&SchemaFile>,
    terminal: &Terminal,
) -> Result<(SchemaFile, u64), Failure> {
    let table = ExternalTable::at("table", uri).map_err(|error| unreadable(&error))?;
    let (schema, version) = table.newest_schema().await.map_err(|error| unreadable(&error))?;
    let mut columns = Vec::new();
    for field in schema.fields() {
        let found = match column(field) {
            Ok(found) => Column { name: found.name, ty: without_names(found.ty) },
            Err(error) => {
                terminal.warning(&format!("{error}; the column is left out"));
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
    match SchemaFile::parse(&file.to_text()) {
        Ok(file) => Ok((file, version)),
        Err(SchemaFileError::NotJson(fault)) => Err(unwritable(uri, &[fault])),
        Err(SchemaFileError::Faults(faults)) => Err(unwritable(uri, &faults)),
    }
}

fn unwritable(uri: &str, faults: &[Fault]) -> Failure {
    let faults = faults.iter().map(|fault| format!("\n  {}", fault.what)).collect::<String>();
    Failure::Error(format!("`{uri}` has columns that no view can read:{faults}").into())
}

/// The error without the name that the command has given the table.
fn unreadable(error: &crate::delta::Error) -> Failure {
    match error {
        crate::delta::Error::External { uri, reason, .. } => {
            Failure::Error(format!("the table at `{uri}` cannot be read: {reason}").into())
        }
        error => Failure::Error(error.to_string().into()),
    }
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
