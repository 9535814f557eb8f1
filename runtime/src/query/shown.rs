//! What is known of a table or view without its rows: what it is made of, and what is published of it.

use std::collections::BTreeSet;
use std::fmt;

use arrow_schema::Field;
use belvedere_lang::view::model::{Lineage, Literal, Value};
use belvedere_lang::view::syntax::AuditOutcome;

use super::QueryError;
use super::names::linked;
use super::prepare::Opened;
use crate::delta::publication::{NodeKind, Pointer};
use crate::delta::views::is_computed;
use crate::plan;
use crate::refresh::source::SourceKind;
use crate::session::Runtime;
use crate::view::{Facts, Node, Relation, RelationKind, ViewError, ViewGraph, column, key_follows};

/// A table or view.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: NodeKind,
    /// Its doc comment, or the comment of its table.
    pub doc: String,
    /// What this program says of it, if it does.
    pub defined: Option<Defined>,
    /// Its columns in order.
    pub columns: Vec<ShownColumn>,
    /// What is asked of its rows.
    pub audits: Vec<ShownAudit>,
    /// What is published of it, if it is.
    pub published: Option<Pointer>,
}

/// What a program says of a table or view.
#[derive(Clone, Debug, Default)]
pub struct Defined {
    /// The path of the module.
    pub module: String,
    /// Whether it is computed where it is read.
    pub computed: bool,
    /// The relations that a view reads.
    pub reads: Vec<String>,
    /// The functions that it calls.
    pub calls: Vec<String>,
    /// The source that fills a table, if there is one.
    pub filled_by: Option<String>,
    /// Where a table is that others write, and the schema file that describes it.
    pub stored_at: Option<(String, String)>,
    /// The views that read it.
    pub read_by: Vec<String>,
    /// The columns that identify a row.
    pub key: Vec<String>,
    /// Whether its steps say so, and nobody has to promise it.
    pub key_follows: bool,
    /// Who answers for it.
    pub owner: Vec<String>,
    /// The columns by which its table is partitioned.
    pub partition_by: Vec<String>,
    /// The columns by which the rows in the files of its table are sorted.
    pub cluster_by: Vec<String>,
    /// Families that readers find it by.
    pub tags: Vec<String>,
    /// What a refresh of a view computes.
    pub refresh: Option<String>,
    /// The columns that decide which rows a view has.
    pub influences: Vec<String>,
    /// The constants that a run can give a view.
    pub params: Vec<ShownParam>,
}

/// A constant that a run can give a view.
#[derive(Clone, Debug)]
pub struct ShownParam {
    /// Its name.
    pub name: String,
    /// Its type as views have it.
    pub ty: String,
    /// What it is if nothing else is said, as views write it.
    pub default: Option<String>,
}

/// A column of a table or view.
#[derive(Clone, Debug)]
pub struct ShownColumn {
    /// Its name.
    pub name: String,
    /// Its type as views have it, or Arrow's of what no program defines.
    pub ty: String,
    /// Whether it can be NULL.
    pub nullable: bool,
    /// Its doc comment, or its comment in the table.
    pub doc: String,
    /// The columns from which a view computes it.
    pub values: Vec<String>,
}

/// An audit of a table or view.
#[derive(Clone, Debug)]
pub struct ShownAudit {
    /// Its name, or its text.
    pub name: String,
    /// What happens where it does not hold.
    pub outcome: AuditOutcome,
    /// How many of the published rows do not pass, if any are published that were asked.
    pub failed: Option<u64>,
}

impl Runtime {
    /// Returns what is known of a table or view, of this program or published in the warehouse of
    /// [`RuntimeBuilder::warehouse`](crate::session::RuntimeBuilder::warehouse); none where nothing is
    /// called so.
    ///
    /// # Errors
    ///
    /// What the warehouse says, and [`QueryError::View`] where linked views contradict each other.
    pub async fn shown(&self, name: &str) -> Result<Option<Shown>, QueryError> {
        let (opened, graph) = (Opened::new(self, self.warehouse_path()?).await?, linked()?);
        let published = opened.published();
        let pointer = published.and_then(|(_, publication)| publication.nodes.get(name));
        if let Ok(node) = graph.get(name) {
            return Ok(Some(defined(&graph, node, pointer)?));
        }
        let (Some((warehouse, publication)), Some(pointer)) = (published, pointer) else {
            return Ok(None);
        };
        let mut shown = Shown::new(name, pointer.kind, Some(pointer));
        if let Some(pinned) = publication.pin(warehouse, name).await? {
            let (schema, comments) = (pinned.schema(), pinned.comments());
            comments.table().clone_into(&mut shown.doc);
            let columns = schema.fields().iter().map(|field| ShownColumn {
                name: field.name().clone(),
                ty: stored_type(field),
                nullable: field.is_nullable(),
                doc: comments.column(field.name()).unwrap_or_default().to_owned(),
                values: Vec::new(),
            });
            shown.columns = columns.collect();
        }
        Ok(Some(shown))
    }

    /// Returns the names of all tables and views, of this program or published.
    ///
    /// # Errors
    ///
    /// As [`Self::shown`].
    pub async fn shown_names(&self) -> Result<BTreeSet<String>, QueryError> {
        let (opened, graph) = (Opened::new(self, self.warehouse_path()?).await?, linked()?);
        let mut names: BTreeSet<String> =
            graph.nodes().iter().map(|node| node.name().to_owned()).collect();
        if let Some((_, publication)) = opened.published() {
            names.extend(publication.nodes.keys().cloned());
        }
        Ok(names)
    }
}

impl Shown {
    fn new(name: &str, kind: NodeKind, published: Option<&Pointer>) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            doc: String::new(),
            defined: None,
            columns: Vec::new(),
            audits: Vec::new(),
            published: published.cloned(),
        }
    }
}

/// A relation of this program.
fn defined(graph: &ViewGraph, node: &Node, pointer: Option<&Pointer>) -> Result<Shown, ViewError> {
    let (relation, facts) = (node.relation(), node.facts()?);
    let name_of = |source: &usize| graph.nodes()[*source].name().to_owned();
    let sources: Vec<String> = node.sources().iter().map(name_of).collect();
    let readers = graph.nodes().iter().filter(|reader| {
        reader.sources().iter().any(|source| graph.nodes()[*source].name() == relation.name)
    });
    let mut known = Defined {
        module: relation.module.to_owned(),
        computed: is_computed(node)?,
        read_by: readers.map(|reader| reader.name().to_owned()).collect(),
        key: facts.key.clone(),
        key_follows: !facts.key.is_empty() && key_follows(relation)?,
        ..Defined::default()
    };
    match &relation.kind {
        RelationKind::View(view) => {
            let functions = view.all_functions();
            known.calls = functions.iter().map(|function| function.name.to_owned()).collect();
        }
        RelationKind::Table => known.filled_by = source_of(relation).map(str::to_owned),
        RelationKind::External { uri, file } => {
            let uri = pointer.and_then(|pointer| pointer.uri.as_deref()).unwrap_or(uri);
            known.stored_at = Some((uri.to_owned(), (*file).to_owned()));
        }
    }
    if let Some(view) = &facts.view {
        known.owner.clone_from(&view.owner);
        known.partition_by.clone_from(&view.partition_by);
        known.cluster_by.clone_from(&view.cluster_by);
        known.tags.clone_from(&view.tags);
        let refresh = graph.refresh(graph.position(relation.name)?)?;
        known.refresh = refresh.map(|refresh| refresh.to_string());
        let influences = view.lineage.iter().flat_map(|it| names(&it.influences, &sources));
        known.influences = influences.collect::<BTreeSet<_>>().into_iter().collect();
        known.params = view.params.iter().map(param).collect();
    }
    let kind = match relation.kind {
        RelationKind::Table => NodeKind::Table,
        RelationKind::External { .. } => NodeKind::External,
        RelationKind::View(_) => NodeKind::View,
    };
    let docs = graph.docs(graph.position(relation.name)?)?;
    let columns = columns(facts, docs, &sources);
    let audits = audits(&facts.audits, pointer);
    known.reads = sources;
    let doc = relation.doc.trim().to_owned();
    let shown = Shown::new(relation.name, kind, pointer);
    Ok(Shown { doc, defined: Some(known), columns, audits, ..shown })
}

fn param(param: &Value) -> ShownParam {
    ShownParam {
        name: param.name.clone(),
        ty: param.ty.to_string(),
        default: param.default.as_ref().map(Literal::to_text),
    }
}

/// How it is declared: `least: i64 = 1`.
impl fmt::Display for ShownParam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.ty)?;
        let Some(default) = &self.default else { return Ok(()) };
        write!(f, " = {default}")
    }
}

fn columns(facts: &Facts, docs: &[Option<&'static str>], sources: &[String]) -> Vec<ShownColumn> {
    let lineage = |index: usize| -> Option<&Lineage> { facts.view.as_ref()?.lineage.get(index) };
    let column = |(index, column): (usize, &belvedere_lang::types::Column)| ShownColumn {
        name: column.name.clone(),
        ty: column.ty.ty.to_string(),
        nullable: column.ty.nullable,
        doc: docs.get(index).copied().flatten().unwrap_or_default().to_owned(),
        values: lineage(index).map(|it| names(&it.values, sources)).unwrap_or_default(),
    };
    facts.columns.iter().enumerate().map(column).collect()
}

/// The type of a stored column, which another program may have written.
fn stored_type(field: &Field) -> String {
    let known = column(field).map(|column| column.ty.ty.to_string());
    known.unwrap_or_else(|_| plan::types(&field.data_type().to_string()))
}

/// What is asked of the rows, and what was found in those that are published.
fn audits(audits: &[(String, AuditOutcome)], pointer: Option<&Pointer>) -> Vec<ShownAudit> {
    let audit = |(name, outcome): &(String, AuditOutcome)| {
        let mut results = pointer.into_iter().flat_map(|pointer| &pointer.audits);
        let failed = results.find(|result| result.name == *name).map(|result| result.failed);
        ShownAudit { name: name.clone(), outcome: *outcome, failed }
    };
    audits.iter().map(audit).collect()
}

/// The source that fills a table.
fn source_of(table: &Relation) -> Option<&'static str> {
    let mut kinds = inventory::iter::<&'static SourceKind>().copied();
    let kind = kinds.find(|kind| kind.tables.iter().any(|filled| filled.name == table.name));
    kind.map(|kind| kind.name)
}

fn names(columns: &[(usize, String)], sources: &[String]) -> Vec<String> {
    let name = |(source, column): &(usize, String)| match sources.get(*source) {
        Some(source) => format!("{source}.{column}"),
        None => column.clone(),
    };
    columns.iter().map(name).collect()
}
