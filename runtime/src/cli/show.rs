//! `belvedere show`.

use std::path::Path;

use belvedere_lang::suggest;
use belvedere_lang::view::model::QUARANTINE;
use clap::Args;

use super::functions::{described, known_names};
use super::ls::time;
use super::terminal::{Heading, Terminal, bytes, count, number, print, table};
use super::{CliResult, Failure};
use crate::delta::audits::AuditResult;
use crate::delta::publication::{NodeKind, Pointer};
use crate::program;
use crate::query::{Defined, Shown, ShownAudit, ShownColumn, ShownParam};
use crate::registry::templates;
use crate::session::Runtime;
use crate::view::Template;

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// The table, view, template or function
    pub(super) name: String,
}

pub(super) async fn show(args: &ShowArgs, path: &Path, _: &Terminal) -> CliResult {
    let runtime = Runtime::builder().warehouse(path).build();
    let runtime = runtime.map_err(|error| Failure::Error(error.into()))?;
    let name = args.name.as_str();
    let text = match runtime.shown(name).await? {
        Some(shown) => relation(&shown),
        None if let Some(template) = template(name) => template,
        None if let Some(function) = described(name)? => function,
        None => return Err(no_such(&runtime, name).await?),
    };
    print(text)?;
    Ok(())
}

async fn no_such(runtime: &Runtime, name: &str) -> Result<Failure, Failure> {
    let mut known = runtime.shown_names().await?;
    known.extend(known_names()?);
    let help = match suggest::nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "{} lists tables, views and templates, {} functions",
            program::verb("ls"),
            program::verb("functions")
        ),
    };
    let what = format!("no table, view, template or function is called `{name}`\nhelp: {help}");
    Ok(Failure::NoMatch(what))
}

/// A template of this program.
pub(super) fn template(name: &str) -> Option<String> {
    let mut linked = inventory::iter::<&'static Template>().copied();
    let template = templates::describe(linked.find(|template| template.name == name)?)?;
    let relations: Vec<&str> = template.relations.iter().map(|_| "…").collect();
    let params: Vec<&str> = template.params.iter().map(|param| param.name.as_str()).collect();
    let mut text = format!("{template} · template");
    if !template.doc.trim().is_empty() {
        text.push_str(&format!("\n\n{}", template.doc.trim()));
    }
    text.push_str(&format!("\n\ndefined in  {}", template.module));
    let (relations, params) = (relations.join(", "), params.join(", "));
    text.push_str(&format!("\nwrite       from {name}<{relations}>({params}) as …"));
    for (label, names) in [
        ("reads", &template.sources),
        ("uses", &template.templates),
        ("calls", &template.functions),
    ] {
        if !names.is_empty() {
            text.push_str(&format!("\n{label:<11} {}", names.join(", ")));
        }
    }
    Some(text)
}

/// A table or view.
fn relation(shown: &Shown) -> String {
    let Shown { name, kind, published, .. } = shown;
    let state = match &shown.defined {
        Some(Defined { computed: true, .. }) => "computed where it is read".to_owned(),
        _ => state(published.as_ref()),
    };
    let mut text = format!("{name} · {} · {state}", kind.name());
    let Some(defined) = &shown.defined else { return text + &stored(shown) };
    if !shown.doc.is_empty() {
        text.push_str(&format!("\n\n{}", shown.doc));
    }
    text.push_str(&format!("\n\ndefined in  {}", defined.module));
    text.push_str(&facts(*kind, defined));
    text.push_str(&audits(&shown.audits));
    text.push_str(&warnings(published.as_ref()));
    text.push_str(&format!("\n\n{}", columns(&shown.columns, *kind == NodeKind::View)));
    if !defined.influences.is_empty() {
        let names = defined.influences.join(", ");
        text.push_str(&format!("\n\nwhich rows there are depends on {names}"));
    }
    text
}

/// What this program says of it, a line each.
fn facts(kind: NodeKind, defined: &Defined) -> String {
    let mut text = String::new();
    let mut fact = |label: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("\n{label:<11} {value}"));
        }
    };
    fact("reads", &defined.reads.join(", "));
    fact("calls", &defined.calls.join(", "));
    if kind == NodeKind::Table {
        let source = defined.filled_by.as_deref();
        fact("filled by", source.unwrap_or("no source of this program"));
    }
    if let Some((uri, file)) = &defined.stored_at {
        fact("stored at", uri);
        fact("schema", file);
    }
    fact("read by", &defined.read_by.join(", "));
    let why = if defined.key_follows { " (its steps say so)" } else { "" };
    if !defined.key.is_empty() {
        fact("key", &format!("{}{why}", defined.key.join(", ")));
    }
    fact("owner", &defined.owner.join(", "));
    fact("partitions", &defined.partition_by.join(", "));
    fact("clusters", &defined.cluster_by.join(", "));
    fact("tags", &defined.tags.join(", "));
    fact("refresh", defined.refresh.as_deref().unwrap_or_default());
    let params: Vec<String> = defined.params.iter().map(ShownParam::to_string).collect();
    fact("parameters", &params.join(", "));
    text
}

/// The table of columns; of a view, with what they are computed from.
fn columns(columns: &[ShownColumn], is_view: bool) -> String {
    let has_docs = columns.iter().any(|column| !column.doc.is_empty());
    let mut headings =
        vec![Heading("column", false), Heading("type", false), Heading("null", false)];
    if is_view {
        headings.push(Heading("computed from", false));
    }
    if has_docs {
        headings.push(Heading("", false));
    }
    let rows = columns.iter().map(|column| {
        let null = if column.nullable { "yes" } else { "no" };
        let mut row = vec![column.name.clone(), column.ty.clone(), null.to_owned()];
        if is_view {
            let from = column.values.join(", ");
            row.push(if from.is_empty() { "constants".to_owned() } else { from });
        }
        if has_docs {
            row.push(one_line(&column.doc));
        }
        row
    });
    table(&headings, rows)
}

fn one_line(doc: &str) -> String {
    doc.lines().collect::<Vec<_>>().join(" ")
}

/// What is asked of the rows, and what was found in those that are published.
fn audits(audits: &[ShownAudit]) -> String {
    if audits.is_empty() {
        return String::new();
    }
    let line = |audit: &ShownAudit| {
        let found = match audit.failed {
            Some(0) => "holds".to_owned(),
            Some(failed) => format!("does not hold for {} rows", number(failed)),
            None => String::new(),
        };
        vec![audit.name.clone(), audit.outcome.word().to_owned(), found]
    };
    let headings = [Heading("audit", false), Heading("else", false), Heading("", false)];
    format!("\n\n{}", table(&headings, audits.iter().map(line)))
}

/// What audits have found in what is published that stopped nothing, with some of the rows.
fn warnings(pointer: Option<&Pointer>) -> String {
    let told = |pointer: &Pointer| {
        let of = |audit: &AuditResult| format!("\n\nwarning: {}", audit.told(pointer.size.rows));
        pointer.warnings().map(of).collect()
    };
    pointer.map(told).unwrap_or_default()
}

/// What is published and this program does not define.
fn stored(shown: &Shown) -> String {
    let mut text = String::new();
    if !shown.name.ends_with(QUARANTINE) {
        text.push_str("\n\nthis program does not define it; the columns are those that are stored");
    }
    text.push_str(&warnings(shown.published.as_ref()));
    if !shown.doc.is_empty() {
        text.push_str(&format!("\n\n{}", shown.doc));
    }
    if !shown.columns.is_empty() {
        text.push_str(&format!("\n\n{}", columns(&shown.columns, false)));
    }
    text
}

fn state(pointer: Option<&Pointer>) -> String {
    match pointer {
        None => "not published".to_owned(),
        Some(pointer) => format!(
            "{} rows in {}, {} · version {} of {}",
            number(pointer.size.rows),
            count(pointer.size.files as usize, "file", "files"),
            bytes(pointer.size.bytes),
            pointer.version,
            time(pointer.published_at)
        ),
    }
}
