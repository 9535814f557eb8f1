//! Rows as structs: [`Runtime::read`] and [`Query::rows`].
//!
//! What the compiler has checked of a row is checked once more against what is read, because a program
//! may be older than its warehouse: names and types have to agree, and a field that cannot be NULL is
//! not read from a column that can.

use std::any::TypeId;

use arrow::array::{Array as _, RecordBatch};
use belvedere_lang::suggest::nearest;
use belvedere_lang::types::{Column, parse_columns};
use futures::TryStreamExt as _;

use super::Query;
use super::error::QueryError;
use super::names::linked;
use crate::session::Runtime;
use crate::view::rows::rows;
use crate::view::{ReadRow, Relation, RelationKind, Shape};

impl Runtime {
    /// Reads all rows of a table or view: `Row` of its module, or the struct that types it.
    ///
    /// ```ignore
    /// let orders = runtime.read::<large_orders::Row>().await?;
    /// let total: i64 = orders.iter().map(|order| order.cents).sum();
    /// ```
    ///
    /// What is published is read, and a view that is computed where it is read is computed. A column that
    /// is a struct with a lifetime cannot be owned by a row, and a program that reads one does not compile.
    ///
    /// # Errors
    ///
    /// As [`Query::collect`]; [`QueryError::NoRelation`] and [`QueryError::SeveralRelations`] for a struct
    /// that types no linked view, or several.
    pub async fn read<R: ReadRow>(&self) -> Result<Vec<R>, QueryError> {
        let relation = relation_of::<R>()?;
        // Whatever a relation is called, it is no keyword of the language then.
        self.query(format!("from r#{}", relation.name)).rows().await
    }
}

impl Query<'_> {
    /// Executes the query and returns all rows as structs with `#[derive(Row)]`, or as those of a relation.
    ///
    /// # Errors
    ///
    /// As [`Query::collect`], and [`QueryError::Row`] where the columns are not the fields of the struct.
    pub async fn rows<R: ReadRow>(&self) -> Result<Vec<R>, QueryError> {
        let prepared = self.prepare().await?;
        let (name, fields) = fields::<R>()?;
        let positions = positions(name, &fields, &prepared.columns)?;
        let failed = |error| self.engine_error(error, &prepared);
        let mut batches = prepared.bundle.execute(self.runtime).await.map_err(failed)?;
        let mut found = Vec::new();
        while let Some(batch) = batches.try_next().await.map_err(failed)? {
            let batch = batch.project(&positions).map_err(|error| failed(error.into()))?;
            check_nulls(name, &fields, &batch)?;
            found.extend(rows::<R>(&batch));
        }
        Ok(found)
    }
}

/// The relation that a struct holds a row of.
fn relation_of<R: ReadRow>() -> Result<&'static Relation, QueryError> {
    let (name, id) = match R::shape() {
        Shape::Relation(relation) => return Ok(relation),
        Shape::Fields { name, .. } => (name, TypeId::of::<R>()),
    };
    let graph = linked()?;
    let relations = graph.nodes().iter().map(|node| node.relation());
    let typed: Vec<&'static Relation> =
        relations.filter(|relation| is_typed_by(relation, id)).collect();
    match typed.as_slice() {
        [one] => Ok(one),
        [] => Err(QueryError::NoRelation { row: name }),
        several => {
            let views = several.iter().map(|relation| relation.name).collect();
            Err(QueryError::SeveralRelations { row: name, views })
        }
    }
}

fn is_typed_by(relation: &Relation, id: TypeId) -> bool {
    match &relation.kind {
        RelationKind::View(text) => text.row_type.is_some_and(|row| (row.id)() == id),
        _ => false,
    }
}

/// The name of a struct of rows, and its fields as columns.
fn fields<R: ReadRow>() -> Result<(&'static str, Vec<Column>), QueryError> {
    let (name, text) = match R::shape() {
        Shape::Relation(relation) => (relation.name, relation.columns.to_owned()),
        Shape::Fields { name, fields } => {
            let fields = fields.iter().map(|field| format!("{}: {}", field.name, field.value));
            (name, fields.collect::<Vec<_>>().join(", "))
        }
    };
    let columns = parse_columns(&text)
        .map_err(|error| QueryError::Row { row: name, problems: vec![error.to_string()] })?;
    Ok((name, columns))
}

/// The positions of a struct's fields among the columns that a query gives.
fn positions(
    row: &'static str,
    fields: &[Column],
    given: &[Column],
) -> Result<Vec<usize>, QueryError> {
    let mut problems = Vec::new();
    let mut positions = Vec::with_capacity(fields.len());
    for field in fields {
        let Some(position) = given.iter().position(|column| column.name == field.name) else {
            let near = nearest(&field.name, given.iter().map(|column| column.name.as_str()));
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            problems.push(format!("the rows have no column `{}`{near}", field.name));
            continue;
        };
        let column = &given[position];
        let agrees = column.ty.ty == field.ty.ty && (field.ty.nullable || !column.ty.nullable);
        if !agrees {
            problems.push(format!("the field is `{field}`, the column is `{column}`"));
        }
        positions.push(position);
    }
    for column in given {
        if !fields.iter().any(|field| field.name == column.name) {
            problems.push(format!("there is no field for the column `{column}`"));
        }
    }
    if problems.is_empty() { Ok(positions) } else { Err(QueryError::Row { row, problems }) }
}

/// A NULL where none can be would be read as some value.
fn check_nulls(
    row: &'static str,
    fields: &[Column],
    batch: &RecordBatch,
) -> Result<(), QueryError> {
    let wrong = fields
        .iter()
        .zip(batch.columns())
        .filter(|(field, column)| !field.ty.nullable && column.logical_null_count() > 0);
    let problems: Vec<String> =
        wrong.map(|(field, _)| format!("the rows have NULL for `{field}`")).collect();
    if problems.is_empty() { Ok(()) } else { Err(QueryError::Row { row, problems }) }
}
