//! `belvedere show`.

use std::path::Path;

use belvedere_lang::suggest;
use belvedere_lang::view::model::{Lineage, QUARANTINE};
use belvedere_lang::view::syntax::AuditOutcome;
use clap::Args;

use super::functions::described;
use super::ls::{kind, linked, open, time};
use super::terminal::{Heading, Terminal, bytes, count, number, print, table};
use super::{CliResult, Failure};
use crate::delta::Error;
use crate::delta::audits::AuditResult;
use crate::delta::publication::{Pointer, Publication};
use crate::delta::views::is_computed;
use crate::delta::warehouse::Warehouse;
use crate::refresh::source::SourceKind;
use crate::registry::templates;
use crate::session::Runtime;
use crate::view::{Facts, Node, Relation, RelationKind, Template, ViewGraph, key_follows};

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// The table, view, template or function
    pub(super) name: String,
}

pub(super) async fn show(args: &ShowArgs, path: &Path, _: &Terminal) -> CliResult {
    let runtime = Runtime::builder().build().map_err(|error| Failure::Error(error.into()))?;
    // What is defined can be shown before anything is published.
    let published = match open(&runtime, path).await {
        Ok(published) => Some(published),
        Err(Error::NotPublished(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let graph = linked()?;
    let name = args.name.as_str();
    let pointer = published.as_ref().and_then(|(_, publication)| publication.nodes.get(name));
    let text = match (graph.get(name), &published, pointer) {
        (Ok(node), _, pointer) => defined(&graph, node, pointer)?,
        (Err(_), Some((warehouse, publication)), Some(pointer)) => {
            stored(warehouse, publication, name, pointer).await?
        }
        (Err(_), ..) if let Some(template) = template(name) => template,
        (Err(_), ..) if let Some(function) = described(name)? => function,
        (Err(_), ..) => return Err(no_such(name, &graph, published.as_ref().map(|p| &p.1))),
    };
    print(text)?;
    Ok(())
}

fn no_such(name: &str, graph: &ViewGraph, publication: Option<&Publication>) -> Failure {
    let mut known: Vec<&str> = graph.nodes().iter().map(Node::name).collect();
    known.extend(inventory::iter::<&'static Template>().map(|template| template.name));
    if let Some(publication) = publication {
        known.extend(publication.nodes.keys().map(String::as_str));
    }
    let near = suggest::nearest(name, known);
    let help = near.map(|near| format!("\nhelp: did you mean `{near}`?")).unwrap_or_default();
    Failure::NoMatch(format!("no table, view, template or function is called `{name}`{help}"))
}

/// A template of this program.
fn template(name: &str) -> Option<String> {
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

/// A relation of this program.
fn defined(
    graph: &ViewGraph,
    node: &Node,
    pointer: Option<&Pointer>,
) -> Result<String, crate::view::ViewError> {
    let (relation, facts) = (node.relation(), node.facts()?);
    let kind = kind(relation);
    let state =
        if is_computed(node)? { "computed where it is read".to_owned() } else { state(pointer) };
    let mut text = format!("{} · {kind} · {state}", relation.name);
    if !relation.doc.trim().is_empty() {
        text.push_str(&format!("\n\n{}", relation.doc.trim()));
    }
    text.push_str(&format!("\n\ndefined in  {}", relation.module));
    let sources: Vec<&str> = node.sources().iter().map(|&s| graph.nodes()[s].name()).collect();
    if let RelationKind::View(view) = &relation.kind {
        text.push_str(&format!("\nreads       {}", sources.join(", ")));
        let functions: Vec<&str> =
            view.all_functions().iter().map(|function| function.name).collect();
        if !functions.is_empty() {
            text.push_str(&format!("\ncalls       {}", functions.join(", ")));
        }
    }
    match relation.kind {
        RelationKind::Table => text.push_str(&format!("\nfilled by   {}", source_of(relation))),
        RelationKind::External { uri, file } => {
            let uri = pointer.and_then(|pointer| pointer.uri.as_deref()).unwrap_or(uri);
            text.push_str(&format!("\nstored at   {uri}\nschema      {file}"));
        }
        RelationKind::View(_) => {}
    }
    let readers: Vec<&str> =
        graph.nodes().iter().filter(|n| reads(graph, n, relation.name)).map(Node::name).collect();
    if !readers.is_empty() {
        text.push_str(&format!("\nread by     {}", readers.join(", ")));
    }
    if !facts.key.is_empty() {
        let why = if key_follows(relation)? { " (its steps say so)" } else { "" };
        text.push_str(&format!("\nkey         {}{why}", facts.key.join(", ")));
    }
    if let Some(view) = &facts.view {
        for (name, values) in [
            ("owner", &view.owner),
            ("partitions", &view.partition_by),
            ("clusters", &view.cluster_by),
            ("tags", &view.tags),
        ] {
            if !values.is_empty() {
                text.push_str(&format!("\n{name:<11} {}", values.join(", ")));
            }
        }
        if let Some(refresh) = graph.refresh(graph.position(relation.name)?)? {
            text.push_str(&format!("\nrefresh     {refresh}"));
        }
    }
    text.push_str(&audits(&facts.audits, pointer));
    text.push_str(&warnings(pointer));
    text.push_str(&format!("\n\n{}", columns(relation, facts, &sources)));
    if let Some(view) = &facts.view {
        let mut deciding: Vec<String> =
            view.lineage.iter().flat_map(|l| names(&l.influences, &sources)).collect();
        deciding.sort();
        deciding.dedup();
        if !deciding.is_empty() {
            text.push_str(&format!("\n\nwhich rows there are depends on {}", deciding.join(", ")));
        }
    }
    Ok(text)
}

/// The table of a relation's columns.
fn columns(relation: &Relation, facts: &Facts, sources: &[&str]) -> String {
    let mut headings =
        vec![Heading("column", false), Heading("type", false), Heading("null", false)];
    if facts.view.is_some() {
        headings.push(Heading("computed from", false));
    }
    if !relation.docs.is_empty() {
        headings.push(Heading("", false));
    }
    let rows = facts.columns.iter().enumerate().map(|(index, column)| {
        let null = if column.ty.nullable { "yes" } else { "no" };
        let mut row = vec![column.name.clone(), column.ty.ty.to_string(), null.to_owned()];
        if let Some(view) = &facts.view {
            row.push(view.lineage.get(index).map(|l| values(l, sources)).unwrap_or_default());
        }
        let doc = relation.doc_of(&column.name);
        row.extend(doc.map(one_line));
        row
    });
    table(&headings, rows)
}

fn one_line(doc: &str) -> String {
    doc.lines().collect::<Vec<_>>().join(" ")
}

/// What is asked of the rows, and what was found in those that are published.
fn audits(audits: &[(String, AuditOutcome)], pointer: Option<&Pointer>) -> String {
    let line = |(name, outcome): &(String, AuditOutcome)| {
        let mut results = pointer.into_iter().flat_map(|pointer| &pointer.audits);
        let found = results.find(|result| result.name == *name);
        let found = match found.map(|result| result.failed) {
            Some(0) => "holds".to_owned(),
            Some(failed) => format!("does not hold for {} rows", number(failed)),
            None => String::new(),
        };
        vec![name.clone(), outcome.word().to_owned(), found]
    };
    if audits.is_empty() {
        return String::new();
    }
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

/// The source that fills a table.
fn source_of(table: &Relation) -> &'static str {
    let mut kinds = inventory::iter::<&'static SourceKind>().copied();
    let kind = kinds.find(|kind| kind.tables.iter().any(|filled| filled.name == table.name));
    kind.map_or("no source of this program", |kind| kind.name)
}

fn reads(graph: &ViewGraph, node: &Node, name: &str) -> bool {
    node.sources().iter().any(|&source| graph.nodes()[source].name() == name)
}

fn values(lineage: &Lineage, sources: &[&str]) -> String {
    let names = names(&lineage.values, sources);
    if names.is_empty() { "constants".to_owned() } else { names.join(", ") }
}

fn names(columns: &[(usize, String)], sources: &[&str]) -> Vec<String> {
    let name = |(source, column): &(usize, String)| match sources.get(*source) {
        Some(source) => format!("{source}.{column}"),
        None => column.clone(),
    };
    columns.iter().map(name).collect()
}

/// A relation that is published and that this program does not define.
async fn stored(
    warehouse: &Warehouse,
    publication: &Publication,
    name: &str,
    pointer: &Pointer,
) -> Result<String, Error> {
    let mut text = format!("{name} · {} · {}", pointer.kind.name(), state(Some(pointer)));
    if !name.ends_with(QUARANTINE) {
        text.push_str("\n\nthis program does not define it; the columns are those that are stored");
    }
    text.push_str(&warnings(Some(pointer)));
    if let Some(pinned) = publication.pin(warehouse, name).await? {
        let (schema, comments) = (pinned.schema(), pinned.comments());
        if !comments.table().is_empty() {
            text.push_str(&format!("\n\n{}", comments.table()));
        }
        let rows = schema.fields().iter().map(|field| {
            let null = if field.is_nullable() { "yes" } else { "no" };
            let comment = comments.column(field.name()).map(one_line).unwrap_or_default();
            vec![field.name().clone(), field.data_type().to_string(), null.to_owned(), comment]
        });
        let headings = [("column", false), ("type", false), ("null", false), ("", false)];
        let headings = headings.map(|(name, right)| Heading(name, right));
        text.push_str(&format!("\n\n{}", table(&headings, rows)));
    }
    Ok(text)
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
