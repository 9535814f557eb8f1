//! Rows that meet other rows: `union`, `except`, `intersect`, `distinct`.
//!
//! Both sides are first brought to the same columns in the same order, casts included, since the
//! engine's nodes go by position.

use std::sync::Arc;

use belvedere_lang::view::model::{NamedExpr, SetKind};
use datafusion::common::{DFSchema, JoinConstraint, JoinType, NullEquality};
use datafusion::logical_expr::{Distinct, Join, LogicalPlan, SubqueryAlias, Union};

use super::Lowering;
use super::expr::{Scope, agree};
use super::rows::Rows;
use crate::view::error::ViewError;

impl Lowering<'_> {
    /// The rows of both sides, each with the columns of the result in terms of its own row.
    pub(super) fn set(
        &mut self,
        kind: SetKind,
        (left, left_columns): (Rows, &[NamedExpr]),
        (right, right_columns): (Rows, &[NamedExpr]),
    ) -> Result<Rows, ViewError> {
        let left = self.aligned(kind, left, left_columns)?;
        let right = self.aligned(kind, right, right_columns)?;
        match kind {
            SetKind::UnionAll => self.union(&left, &right),
            SetKind::Union => Ok(distinct(self.union(&left, &right)?)),
            SetKind::Except => matched(left, &right, JoinType::LeftAnti),
            SetKind::Intersect => matched(left, &right, JoinType::LeftSemi),
        }
    }

    fn aligned(
        &mut self,
        kind: SetKind,
        rows: Rows,
        columns: &[NamedExpr],
    ) -> Result<Rows, ViewError> {
        let scope = Scope::row(&rows);
        let exprs = columns.iter().map(|column| {
            let expr = self.expr(&column.expr, &scope)?;
            let expr = agree(expr, &column.expr.ty.ty, scope.schema)?;
            Ok(expr.alias(&column.name))
        });
        let exprs = exprs.collect::<Result<Vec<_>, ViewError>>()?;
        let rows = rows.project(exprs)?;
        self.renamed(rows, kind.word())
    }

    /// The row under a qualifier of its own.
    fn renamed(&mut self, rows: Rows, wanted: &str) -> Result<Rows, ViewError> {
        let width = rows.columns().len();
        let alias = SubqueryAlias::try_new(rows.plan(), self.qualifiers.fresh(wanted))?;
        Ok(Rows::new(LogicalPlan::SubqueryAlias(alias), width))
    }

    /// The engine's union leaves its columns without a qualifier.
    pub(super) fn union(&mut self, left: &Rows, right: &Rows) -> Result<Rows, ViewError> {
        let inputs = vec![left.plan(), right.plan()];
        let mut union = Union::try_new(inputs)?;
        union.schema = Arc::new(marked(&union)?);
        let width = left.columns().len();
        self.renamed(Rows::new(LogicalPlan::Union(union), width), "union")
    }
}

/// The schema of a union as the analyzer has it: a column has the metadata of either side, and not
/// only what both have.
fn marked(union: &Union) -> Result<DFSchema, ViewError> {
    let fields = union.schema.fields().iter().enumerate().map(|(i, field)| {
        let mut metadata = field.metadata().clone();
        for input in &union.inputs {
            metadata.extend(input.schema().field(i).metadata().clone());
        }
        (None, Arc::new(field.as_ref().clone().with_metadata(metadata)))
    });
    let mut metadata = union.schema.metadata().clone();
    for input in &union.inputs {
        metadata.extend(input.schema().metadata().clone());
    }
    Ok(DFSchema::new_with_metadata(fields.collect(), metadata)?)
}

/// One row of each on the left that has a partner equal in all columns, or none; NULL equals NULL.
fn matched(left: Rows, right: &Rows, join_type: JoinType) -> Result<Rows, ViewError> {
    let on = left.exprs().into_iter().zip(right.exprs()).collect();
    let left = distinct(left);
    let columns = left.columns().to_vec();
    let join = Join::try_new(
        left.plan(),
        right.plan(),
        on,
        None,
        join_type,
        JoinConstraint::On,
        NullEquality::NullEqualsNull,
        false,
    )?;
    Ok(Rows::with_columns(LogicalPlan::Join(join), columns))
}

/// One row of those that are equal.
pub(super) fn distinct(rows: Rows) -> Rows {
    let columns = rows.columns().to_vec();
    Rows::with_columns(LogicalPlan::Distinct(Distinct::All(rows.plan())), columns)
}
