//! One function for each step.

use datafusion::common::TableReference;
use datafusion::common::metadata::FieldMetadata;
use datafusion::logical_expr::expr::Sort as SortExpr;
use datafusion::logical_expr::{Expr, Filter, Limit, LogicalPlan, LogicalPlanBuilder, Sort, lit};

use belvedere_lang::types::{Column, ValueType};
use belvedere_lang::view::model::{self, NamedExpr, SortKey, SourceRef, Step};

use super::asof::{Asof, is_sorted_by};
use super::expr::{Scope, agree};
use super::rows::Rows;
use super::set::distinct;
use super::{Input, Lowering};
use crate::view::error::ViewError;
use crate::view::schema::{data_type, marks, same_values};

impl Lowering<'_> {
    /// Applies one step; `result` is given to the one whose row is the pipeline's result.
    pub(super) fn step(
        &mut self,
        step: &Step,
        rows: Rows,
        result: Option<&[Column]>,
    ) -> Result<Rows, ViewError> {
        let last = result.is_some();
        match step {
            Step::Select(columns) => self.select(columns, rows, last),
            Step::Aggregate { keys, aggregates } => self.aggregate(keys, aggregates, rows, last),
            Step::Where(condition) => self.filter(condition, rows),
            Step::OrderBy(keys) => self.sort(keys, rows),
            Step::Limit(count) => Ok(limit(*count, rows)),
            Step::Keep(positions) => named(keep(positions, rows)?, result),
            Step::From { source, alias } => {
                let rows = self.source(*source, alias)?;
                named(rows, result)
            }
            Step::Join { kind, source, alias, on, filter } => {
                let right = self.source(*source, alias)?;
                named(self.join(*kind, rows, right, on, filter.as_ref())?, result)
            }
            Step::Asof { outer, source, alias, on, at, op } => {
                let right = self.source(*source, alias)?;
                let at = (&*at.0, &*at.1);
                let sorted = self.sorted(*source);
                let asof = Asof { outer: *outer, on, at, op: *op, sorted };
                named(self.asof(&asof, rows, right)?, result)
            }
            Step::Set { kind, source, left, right } => {
                let other = self.source(*source, kind.word())?;
                named(self.set(*kind, (rows, left), (other, right))?, result)
            }
            Step::Distinct => Ok(distinct(rows)),
            Step::DistinctOn { keys, order_by } => self.distinct_on(keys, order_by, rows),
            Step::Unnest { list, alias, element: _, outer } => {
                named(self.unnest(list, alias, *outer, rows)?, result)
            }
            Step::Spread { value, alias, fields, outer } => {
                named(self.spread(value, (alias, fields), *outer, rows)?, result)
            }
            Step::Derive(columns) => named(self.derive(columns, rows)?, result),
        }
    }

    /// The positions of a source's columns that can be sorted.
    fn sorted(&self, source: SourceRef) -> Vec<usize> {
        let columns = match source {
            SourceRef::Relation(position) => &self.inputs[position].columns,
            SourceRef::Query(position) => &self.view.queries[position].columns,
        };
        let can_be =
            |(position, column): (usize, &Column)| is_sorted_by(&column.ty.ty).then_some(position);
        columns.iter().enumerate().filter_map(can_be).collect()
    }

    /// Reads a relation: the plan, and how many columns of it are the row. Columns come in the declared order; one whose encoding
    /// differs from the declared one is converted here, so that every later type is known.
    pub(super) fn scan(&self, source: usize) -> Result<(LogicalPlan, usize), ViewError> {
        let input = &self.inputs[source];
        let scan = LogicalPlanBuilder::scan(input.name.clone(), input.source.clone(), None)?;
        let scan = scan.build()?;
        let offered = input.source.schema();
        let in_order = offered.fields().len() == input.columns.len()
            && input.columns.iter().zip(offered.fields()).all(|(column, field)| {
                column.name == *field.name()
                    && data_type(&column.ty.ty).as_ref() == Some(field.data_type())
            });
        let plan = if in_order {
            scan
        } else {
            let exprs = input.columns.iter().map(|column| source_column(input, column));
            let exprs = exprs.collect::<Result<Vec<_>, _>>()?;
            Rows::new(scan, 0).project(exprs)?.into_plan()
        };
        Ok((plan, input.columns.len()))
    }

    fn filter(&self, condition: &model::Expr, rows: Rows) -> Result<Rows, ViewError> {
        let predicate = self.expr(condition, &Scope::row(&rows))?;
        let plan = LogicalPlan::Filter(Filter::try_new(predicate, rows.plan())?);
        Ok(Rows::with_columns(plan, rows.columns().to_vec()))
    }

    fn derive(&mut self, columns: &[NamedExpr], rows: Rows) -> Result<Rows, ViewError> {
        let qualifier = self.qualifiers.fresh("derive");
        let (rows, computed) = self.windows(columns, rows)?;
        let scope = Scope { computed: &computed, ..Scope::row(&rows) };
        let mut exprs = rows.exprs();
        for column in columns {
            let expr = self.expr(&column.expr, &scope)?;
            exprs.push(expr.alias_qualified(Some(qualifier.clone()), &column.name));
        }
        rows.project(exprs)
    }

    fn select(&mut self, columns: &[NamedExpr], rows: Rows, last: bool) -> Result<Rows, ViewError> {
        let namer = self.namer("select", last);
        let (rows, computed) = self.windows(columns, rows)?;
        let scope = Scope { computed: &computed, ..Scope::row(&rows) };
        let exprs = columns
            .iter()
            .map(|column| Ok(namer.name(self.expr(&column.expr, &scope)?, column)))
            .collect::<Result<Vec<_>, ViewError>>()?;
        rows.project(exprs)
    }

    fn sort(&self, keys: &[SortKey], rows: Rows) -> Result<Rows, ViewError> {
        let expr = self.sort_keys(keys, &Scope::row(&rows))?;
        let plan = LogicalPlan::Sort(Sort { expr, input: rows.plan(), fetch: None });
        Ok(Rows::with_columns(plan, rows.columns().to_vec()))
    }

    pub(super) fn sort_keys(
        &self,
        keys: &[SortKey],
        scope: &Scope<'_>,
    ) -> Result<Vec<SortExpr>, ViewError> {
        let key = |key: &SortKey| {
            let expr = self.expr(&key.expr, scope)?;
            Ok(SortExpr::new(expr, !key.descending, key.nulls_first))
        };
        keys.iter().map(key).collect()
    }

    /// How a step that replaces the row calls its columns.
    pub(super) fn namer(&mut self, step: &str, last: bool) -> Namer {
        Namer { qualifier: (!last).then(|| self.qualifiers.fresh(step)) }
    }
}

/// The row under the names of `result`, if it is that.
fn named(rows: Rows, result: Option<&[Column]>) -> Result<Rows, ViewError> {
    match result {
        Some(result) => name_result(rows, result),
        None => Ok(rows),
    }
}

/// Gives the row the plain names, types and metadata of a pipeline's result.
pub(super) fn name_result(rows: Rows, result: &[Column]) -> Result<Rows, ViewError> {
    let exprs = rows.columns().iter().zip(result).map(|(from, to)| {
        let expr = agree(Expr::Column(from.clone()), &to.ty.ty, rows.schema())?;
        Ok(plain_name(expr, &to.name, &to.ty))
    });
    let exprs = exprs.collect::<Result<Vec<_>, ViewError>>()?;
    rows.project(exprs)
}

/// Names the columns of a step: plainly in the result, with a qualifier before it.
pub(super) struct Namer {
    qualifier: Option<TableReference>,
}

impl Namer {
    pub(super) fn name(&self, expr: Expr, column: &NamedExpr) -> Expr {
        match &self.qualifier {
            Some(qualifier) => expr.alias_qualified(Some(qualifier.clone()), &column.name),
            None => plain_name(expr, &column.name, &column.expr.ty),
        }
    }
}

/// A result column: a named struct and an extension type are marked, whatever became of their marks on
/// the way.
fn plain_name(expr: Expr, name: &str, ty: &ValueType) -> Expr {
    let marks = marks(&ty.ty);
    let metadata = (!marks.is_empty()).then(|| FieldMetadata::from(marks));
    expr.alias_with_metadata(name, metadata)
}

/// The columns at these positions.
fn keep(positions: &[usize], rows: Rows) -> Result<Rows, ViewError> {
    let columns = positions.iter().filter_map(|position| rows.columns().get(*position));
    let exprs = columns.cloned().map(Expr::Column).collect();
    rows.project(exprs)
}

fn limit(count: u64, rows: Rows) -> Rows {
    // No relation has more rows than an i64 counts.
    let fetch = i64::try_from(count).unwrap_or(i64::MAX);
    let plan = Limit { skip: None, fetch: Some(Box::new(lit(fetch))), input: rows.plan() };
    Rows::with_columns(LogicalPlan::Limit(plan), rows.columns().to_vec())
}

/// A declared column of a source, in its declared type.
fn source_column(input: &Input, column: &Column) -> Result<Expr, ViewError> {
    let mismatch = |found: String| ViewError::SourceMismatch {
        relation: input.name.to_string(),
        column: column.name.clone(),
        expected: column.ty.to_string(),
        found,
    };
    let offered = input.source.schema();
    let Ok(field) = offered.field_with_name(&column.name) else {
        let names: Vec<_> = offered.fields().iter().map(|f| format!("`{}`", f.name())).collect();
        return Err(mismatch(names.join(", ")));
    };
    let declared = data_type(&column.ty.ty)
        .ok_or_else(|| ViewError::UntypedColumn { column: column.name.clone() })?;
    if !same_values(field.data_type(), &declared) {
        return Err(mismatch(format!("`{}: {}`", field.name(), field.data_type())));
    }
    let from =
        Expr::Column(datafusion::common::Column::new(Some(input.name.clone()), &column.name));
    if *field.data_type() == declared {
        return Ok(from);
    }
    let cast = datafusion::logical_expr::cast(from, declared);
    Ok(cast.alias_qualified(Some(input.name.clone()), &column.name))
}
