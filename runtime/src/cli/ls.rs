//! `belvedere ls`.

use std::collections::BTreeMap;
use std::path::Path;

use super::CliResult;
use super::terminal::{Heading, Terminal, bytes, number, print, table};
use crate::delta::publication::{NodeKind, Pointer, Publication};
use crate::delta::views::is_computed;
use crate::delta::warehouse::Warehouse;
use crate::delta::{Error, Result};
use crate::registry::templates;
use crate::session::Runtime;
use crate::view::{Relation, RelationKind, ViewError, ViewGraph};

pub(super) async fn ls(path: &Path, terminal: &Terminal) -> CliResult {
    let runtime =
        Runtime::builder().build().map_err(|error| super::Failure::Error(error.into()))?;
    let (_, publication) = open(&runtime, path).await?;
    let headings = [
        Heading("name", false),
        Heading("kind", false),
        Heading("refresh", false),
        Heading("rows", true),
        Heading("files", true),
        Heading("bytes", true),
        Heading("warnings", true),
        Heading("version", true),
        Heading("published", false),
    ];
    let graph = linked()?;
    let mut classes = BTreeMap::new();
    for (position, node) in graph.nodes().iter().enumerate() {
        let refresh = graph.refresh(position)?;
        classes.insert(node.name(), refresh.map_or("", |refresh| refresh.class.name()));
    }
    let class = |name: &str| classes.get(name).copied().unwrap_or_default().to_owned();
    let shown = |pointer: &Pointer| pointer.kind != NodeKind::Internal || terminal.verbose;
    let rows = publication.nodes.iter().filter(|(_, pointer)| shown(pointer)).map(|(name, p)| {
        vec![
            name.clone(),
            p.kind.name().to_owned(),
            class(name),
            number(p.size.rows),
            number(p.size.files),
            bytes(p.size.bytes),
            match p.warnings().count() {
                0 => String::new(),
                some => number(some as u64),
            },
            p.version.to_string(),
            time(p.published_at),
        ]
    });
    let mut rows: Vec<Vec<String>> = rows.collect();
    for node in graph.nodes() {
        let state = if is_computed(node)? {
            "computed where it is read"
        } else if publication.nodes.contains_key(node.name()) {
            continue;
        } else {
            "not published"
        };
        let row =
            [node.name(), kind(node.relation()), &class(node.name()), "", "", "", "", "", state];
        rows.push(row.map(str::to_owned).to_vec());
    }
    for template in templates::linked() {
        let row =
            [&template.name, "template", "", "", "", "", "", "", "over the relations of a use"];
        rows.push(row.map(str::to_owned).to_vec());
    }
    rows.sort();
    print(table(&headings, rows))?;
    terminal.line(&format!("publication {}", publication.id));
    Ok(())
}

/// Returns what a relation is called.
pub(super) const fn kind(relation: &Relation) -> &'static str {
    match relation.kind {
        RelationKind::Table => NodeKind::Table.name(),
        RelationKind::External { .. } => NodeKind::External.name(),
        RelationKind::View(_) => NodeKind::View.name(),
    }
}

/// Returns the tables and views of this program, in order; none is no error.
pub(super) fn linked() -> std::result::Result<ViewGraph, ViewError> {
    ViewGraph::from_relations(inventory::iter::<&'static Relation>().copied())
}

/// Opens a warehouse in which something is published.
pub(super) async fn open(runtime: &Runtime, path: &Path) -> Result<(Warehouse, Publication)> {
    let warehouse = Warehouse::open(path)?;
    let publication = Publication::read(runtime, &warehouse).await?;
    let publication = publication.ok_or_else(|| Error::NotPublished(path.to_owned()))?;
    Ok((warehouse, publication))
}

/// Returns a time to the second, in UTC.
pub(super) fn time(microseconds: i64) -> String {
    chrono::DateTime::from_timestamp_micros(microseconds)
        .map(|time| time.format("%Y-%m-%d %H:%M:%S UTC").to_string())
        .unwrap_or_default()
}
