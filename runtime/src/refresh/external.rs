//! Tables that others write: which versions a run reads, and whether they hold what was declared.

use std::collections::BTreeMap;
use std::time::Instant;

use belvedere_lang::suggest::nearest;

use super::report::{Outcome, Reason};
use super::run::Run;
use super::settle::Settled;
use crate::delta::external::{ExternalTable, Opened};
use crate::delta::publication::NodeKind;
use crate::delta::{Error, Result, claim};
use crate::view::{Relation, RelationKind, ViewGraph, columns};

impl Run<'_> {
    /// Chooses the newest versions, all before the first node is written, and compares them with what
    /// was declared. What is wrong with any of them is one error.
    pub(super) async fn pin_external(
        &mut self,
        graph: &ViewGraph,
        places: &BTreeMap<String, String>,
    ) -> Result<()> {
        let nodes = graph.nodes().iter().map(|node| node.relation());
        let tables: Vec<_> = nodes.filter_map(|table| Some((table, external(table)?))).collect();
        let mut wrong = unknown_places(places, &tables);
        let mut opened = Vec::new();
        for (table, (uri, file)) in tables {
            let started = Instant::now();
            let uri = places.get(table.name).map_or(uri, String::as_str);
            match open(table, uri, file).await {
                Ok(found) => opened.push((table.name, found, started.elapsed())),
                Err(Error::Externals(violations)) => wrong.extend(violations),
                Err(error) => wrong.push(error.to_string()),
            }
        }
        if !wrong.is_empty() {
            return Err(Error::Externals(wrong));
        }
        for (name, (uri, opened), elapsed) in opened {
            let Opened { table, table_id, key, size } = opened;
            let version = table.version();
            let before = self.published.nodes.get(name);
            let reason = match before {
                None => Reason::New,
                Some(before) if before.key == key => Reason::Unchanged,
                Some(before) => Reason::Version { before: before.version, now: version },
            };
            let (uri, audits) = (Some(uri), Vec::new());
            let settled = Settled { key: key.clone(), uri, version, table_id, size, audits };
            self.keys.insert(name.to_owned(), key);
            self.settled.insert(name.to_owned(), (NodeKind::External, settled));
            self.note(name, NodeKind::External, Outcome::Pinned, reason, size, elapsed)?;
        }
        Ok(())
    }
}

/// Where a table is said to be that others write, and by which file.
fn external(relation: &Relation) -> Option<(&'static str, &'static str)> {
    match relation.kind {
        RelationKind::External { uri, file } => Some((uri, file)),
        RelationKind::Table | RelationKind::View(_) => None,
    }
}

async fn open(table: &Relation, uri: &str, file: &str) -> Result<(String, Opened)> {
    let location = ExternalTable::at(table.name, uri)?;
    let opened = location.newest().await?;
    let violations = claim::violations(&columns(table)?, &opened.table.schema());
    if violations.is_empty() {
        return Ok((location.uri().to_owned(), opened));
    }
    let (name, version) = (table.name, opened.table.version());
    let remedy = crate::program::verb(&format!("schema pull {uri} -o {file}"));
    Err(Error::Externals(vec![format!(
        "the table `{name}` at `{uri}`, version {version}, is not what `{file}` says:\n  {}\n\
         help: {remedy} writes what is stored; the program is then built again",
        violations.join("\n  "),
    )]))
}

/// Names that no table has whose place could be named.
fn unknown_places(
    places: &BTreeMap<String, String>,
    tables: &[(&'static Relation, (&str, &str))],
) -> Vec<String> {
    let names = || tables.iter().map(|(table, _)| table.name);
    let unknown = places.keys().filter(|name| !names().any(|known| known == *name));
    let wrong = unknown.map(|name| {
        let near = nearest(name, names()).map(|near| format!("\nhelp: did you mean `{near}`?"));
        let near = near.unwrap_or_else(|| match names().next() {
            None => "\nnote: this program reads no tables of others".to_owned(),
            Some(_) => format!("\nnote: there are {}", names().collect::<Vec<_>>().join(", ")),
        });
        format!("no table that others write is called `{name}`{near}")
    });
    wrong.collect()
}
