//! What the kinds of source of a program have to keep to, since each is written by itself.

use std::collections::{BTreeMap, BTreeSet};

use belvedere_lang::types::Type;

use super::source::SourceKind;
use crate::delta::{Error, Result};
use crate::view::{Node, Relation, RelationKind, ViewGraph, columns};

/// Checks the kinds; returns the tables that none of them fills.
pub(super) fn check(graph: &ViewGraph, kinds: &[&'static SourceKind]) -> Result<Vec<&'static str>> {
    let mut names = BTreeSet::new();
    let mut filled: BTreeMap<&str, &str> = BTreeMap::new();
    for kind in kinds {
        if !names.insert(kind.name) {
            return Err(Error::Graph(format!(
                "two sources are called {}\nhelp: give one of them another `name`",
                kind.name
            )));
        }
        for table in kind.tables {
            if let Some(other) = filled.insert(table.name, kind.name) {
                return Err(Error::Graph(format!(
                    "the table `{}` is filled by two sources, {other} and {}\n\
                     help: link one of them",
                    table.name, kind.name
                )));
            }
            check_table(kind, table)?;
        }
    }
    let tables = graph.nodes().iter();
    let tables = tables.filter(|node| matches!(node.relation().kind, RelationKind::Table));
    let tables = tables.map(Node::name);
    Ok(tables.filter(|table| !filled.contains_key(table)).collect())
}

/// Rows are taken out again by the key of their input, so every table has a column for it.
fn check_table(kind: &SourceKind, table: &Relation) -> Result<()> {
    let (source, name, key) = (kind.name, table.name, kind.key_column);
    let other = match table.kind {
        RelationKind::Table => None,
        RelationKind::View(_) => Some("a view"),
        RelationKind::External { .. } => Some("a table that others write"),
    };
    if let Some(other) = other {
        return Err(Error::Graph(format!(
            "the source {source} fills `{name}`, which is {other}\n\
             help: list tables with columns of their own only"
        )));
    }
    let columns = columns(table)?;
    let fits = columns
        .iter()
        .find(|column| column.name == key)
        .is_some_and(|column| column.ty.ty == Type::String && !column.ty.nullable);
    if fits {
        return Ok(());
    }
    Err(Error::Graph(format!(
        "the table `{name}` of the source {source} has no column `{key}: String`\n\
         help: `key_column` is the column of every table that holds the key of a row's input"
    )))
}
