//! What tables and columns are said to hold: the docs of a relation, in the schema of its table.
//!
//! Delta Lake keeps the description of a table in its metadata and that of a column as `comment` of its
//! field, where Spark and catalogs look for them. They say nothing of rows: no key takes them in, no
//! plan carries them (the engine compares the metadata of fields on both sides of unions and
//! aggregates), and where they alone have changed, they alone are written.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_schema::{Field, Schema, SchemaRef};
use belvedere_lang::view::model::QUARANTINE_REASON;
use datafusion::common::metadata::FieldMetadata;
use datafusion::error::Result as EngineResult;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use deltalake_core::kernel::transaction::CommitBuilder;
use deltalake_core::kernel::{Action, MetadataExt as _, MetadataValue, Snapshot, StructType};
use deltalake_core::protocol::DeltaOperation;
use uuid::Uuid;

use super::commit::CommitNote;
use super::error::{Error, Result};
use super::table::{Head, TableLocation};
use crate::view::{Node, Relation, ViewGraph};

/// The key of a column's description in the metadata of its field.
pub(crate) const COMMENT: &str = "comment";

/// The descriptions of a table and its columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Comments {
    /// That of the table; empty where there is none.
    table: String,
    /// Those of columns that have one, by name.
    columns: BTreeMap<String, String>,
}

impl Comments {
    /// Those of a table: its doc comments.
    pub(crate) fn of(relation: &Relation) -> Self {
        let columns = relation.docs.iter().map(|(name, doc)| ((*name).to_owned(), doc.trim()));
        let columns = columns.filter(|(_, doc)| !doc.is_empty());
        Self {
            table: relation.doc.trim().to_owned(),
            columns: columns.map(|(name, doc)| (name, doc.to_owned())).collect(),
        }
    }

    /// Those of a view, the docs of the columns that it passes on among them. A text with errors, which
    /// is told where the view is planned, passes nothing on.
    pub(crate) fn of_view(graph: &ViewGraph, node: &Node) -> Self {
        let mut comments = Self::of(node.relation());
        let docs = graph.position(node.name()).and_then(|position| graph.docs(position));
        let (Ok(facts), Ok(docs)) = (node.facts(), docs) else { return comments };
        for (column, doc) in facts.columns.iter().zip(docs) {
            if let Some(doc) = doc {
                comments.columns.insert(column.name.clone(), doc.trim().to_owned());
            }
        }
        comments
    }

    /// Those of the rows that audits of `view` put aside, which have the columns of the view and a reason.
    pub(crate) fn put_aside(mut self, view: &str) -> Self {
        self.table = format!("Rows of `{view}` that do not pass its audits.");
        let reason = "The audits that they do not pass.".to_owned();
        self.columns.insert(QUARANTINE_REASON.to_owned(), reason);
        self
    }

    /// Those that a version of a table has.
    pub(super) fn stored(snapshot: &Snapshot) -> Self {
        let schema = snapshot.arrow_schema();
        let columns = schema.fields().iter().filter_map(|field| {
            let comment = field.metadata().get(COMMENT).filter(|comment| !comment.is_empty())?;
            Some((field.name().clone(), comment.clone()))
        });
        let table = snapshot.metadata().description().unwrap_or_default().to_owned();
        Self { table, columns: columns.collect() }
    }

    /// The description of the table.
    pub(crate) fn table(&self) -> &str {
        &self.table
    }

    /// The description of a column.
    pub(crate) fn column(&self, name: &str) -> Option<&str> {
        self.columns.get(name).map(String::as_str)
    }

    /// The plan of the same rows, whose columns have these descriptions.
    pub(super) fn apply(&self, plan: LogicalPlan) -> EngineResult<LogicalPlan> {
        if self.columns.is_empty() {
            return Ok(plan);
        }
        let exprs = plan.schema().columns().into_iter().map(|column| {
            let name = column.name.clone();
            let comment = self.columns.get(&name).map(|comment| {
                FieldMetadata::from(BTreeMap::from([(COMMENT.to_owned(), comment.clone())]))
            });
            Expr::Column(column).alias_with_metadata(name, comment)
        });
        let exprs: Vec<Expr> = exprs.collect();
        LogicalPlanBuilder::from(plan).project(exprs)?.build()
    }

    /// The schema with these descriptions, and no others.
    fn in_schema(&self, schema: &StructType) -> deltalake_core::DeltaResult<StructType> {
        let fields = schema.fields().cloned().map(|mut field| {
            field.metadata.remove(COMMENT);
            if let Some(comment) = self.columns.get(&field.name) {
                let comment = MetadataValue::String(comment.clone());
                field.metadata.insert(COMMENT.to_owned(), comment);
            }
            field
        });
        Ok(StructType::try_new(fields)?)
    }
}

/// The schema without descriptions.
pub(crate) fn without_comments(schema: &SchemaRef) -> SchemaRef {
    if !schema.fields().iter().any(|field| field.metadata().contains_key(COMMENT)) {
        return Arc::clone(schema);
    }
    let fields = schema.fields().iter().map(|field| {
        let mut metadata = field.metadata().clone();
        metadata.remove(COMMENT);
        Field::clone(field).with_metadata(metadata)
    });
    let fields: Vec<Field> = fields.collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// Describes the newest version of a table, which `note` is of, in another one with the same rows and
/// the same key. Who wrote the rows, from what and by which plan stays what it was.
///
/// # Errors
///
/// When nothing was written; what another program has written meanwhile is a conflict.
pub(crate) async fn describe(
    location: &TableLocation,
    head: &Head,
    note: CommitNote,
    comments: &Comments,
) -> Result<u64> {
    let fail = |error| location.error(error);
    let state = head.table.snapshot().map_err(fail)?;
    let schema = comments.in_schema(&state.schema()).map_err(fail)?;
    let metadata = state.metadata().clone().with_schema(&schema);
    let metadata = metadata.and_then(|it| it.with_description(comments.table.clone()));
    let action = Action::Metadata(metadata.map_err(|error| fail(error.into()))?);
    let note = CommitNote { operation: Uuid::new_v4(), ..note };
    let properties = note.properties().map_err(|error| fail(error.into()))?;
    let fields = schema.fields().cloned().collect();
    let attempt = CommitBuilder::from(properties)
        .with_actions(vec![action])
        .build(
            Some(state.snapshot()),
            Arc::clone(&location.log_store),
            DeltaOperation::UpdateFieldMetadata { fields },
        )
        .await;
    // What counts is what the log says, as for rows.
    match (attempt, location.head().await) {
        (_, Ok(Some(now))) if now.note.as_ref() == Some(&note) => Ok(now.version),
        (Err(error), _) => Err(location.error(error)),
        (Ok(_), Err(error)) => Err(error),
        (Ok(_), Ok(_)) => {
            Err(Error::Conflict { table: location.name.clone(), version: head.version + 1 })
        }
    }
}
