//! The aggregate step: keys and calls are computed by the engine's aggregate node, what is written
//! around the calls by a projection over it.
//!
//! Keys that are not plain columns are computed first, so that the node groups by columns: their
//! names survive it, and two equal keys do not meet. Every call gets an alias, since the engine
//! prints `sum(cast(x))` and `sum(x)` alike.

use std::sync::Arc;

use belvedere_lang::view::model::{self, ExprKind, FunctionRef, NamedExpr};
use datafusion::common::{Column, internal_datafusion_err};
use datafusion::logical_expr::expr::{AggregateFunction, NullTreatment};
use datafusion::logical_expr::utils::COUNT_STAR_EXPANSION;
use datafusion::logical_expr::{Aggregate, AggregateUDF, Expr, LogicalPlan, lit};

use super::expr::{Scope, call_name, coerced, not_a};
use super::quirks::one_zero;
use super::rows::Rows;
use super::{Lowering, catalog};
use crate::udf::EngineFunction;
use crate::view::error::ViewError;

impl Lowering<'_> {
    pub(super) fn aggregate(
        &mut self,
        keys: &[NamedExpr],
        aggregates: &[NamedExpr],
        rows: Rows,
        last: bool,
    ) -> Result<Rows, ViewError> {
        let (rows, key_columns) = self.group_keys(keys, rows)?;
        let calls = self.calls(aggregates, &rows)?;
        let group_expr = key_columns.iter().cloned().map(Expr::Column).collect();
        let aggr_expr = calls.iter().map(|call| call.lowered.clone()).collect();
        let node = Aggregate::try_new(rows.plan(), group_expr, aggr_expr)?;
        let columns: Vec<_> = calls.iter().map(|call| (call.model, call.column.clone())).collect();
        let grouped = Rows::with_columns(LogicalPlan::Aggregate(node), key_columns);

        let scope = Scope {
            columns: &[],
            keys: grouped.columns(),
            computed: &columns,
            schema: grouped.schema(),
        };
        let namer = self.namer("aggregate", last);
        let mut exprs = Vec::with_capacity(keys.len() + aggregates.len());
        for (key, column) in keys.iter().zip(grouped.columns()) {
            exprs.push(namer.name(Expr::Column(column.clone()), key));
        }
        for aggregate in aggregates {
            exprs.push(namer.name(self.expr(&aggregate.expr, &scope)?, aggregate));
        }
        grouped.project(exprs)
    }

    /// The columns to group by, and rows that have them.
    fn group_keys(
        &mut self,
        keys: &[NamedExpr],
        rows: Rows,
    ) -> Result<(Rows, Vec<Column>), ViewError> {
        let scope = Scope::row(&rows);
        let lowered = keys.iter().map(|key| self.expr(&key.expr, &scope));
        let lowered = lowered.collect::<Result<Vec<_>, _>>()?;
        let mut columns: Vec<Column> = Vec::new();
        for key in &lowered {
            match key {
                Expr::Column(column) if !columns.contains(column) => columns.push(column.clone()),
                _ => break,
            }
        }
        if columns.len() == keys.len() {
            return Ok((rows, columns));
        }
        let width = rows.columns().len();
        let qualifier = self.qualifiers.fresh("keys");
        let mut exprs = rows.exprs();
        for (i, (key, lowered)) in keys.iter().zip(lowered).enumerate() {
            // Two keys may have one name until the projection above names them apart.
            let name = if keys[..i].iter().any(|before| before.name == key.name) {
                format!("{}({i})", key.name)
            } else {
                key.name.clone()
            };
            exprs.push(lowered.alias_qualified(Some(qualifier.clone()), name));
        }
        let computed = rows.project(exprs)?;
        let (columns, keys) = computed.columns().split_at(width);
        let (columns, keys) = (columns.to_vec(), keys.to_vec());
        Ok((Rows::with_columns(computed.into_plan(), columns), keys))
    }

    /// The calls of aggregate functions, each once for each place in the model.
    fn calls<'m>(
        &self,
        aggregates: &'m [NamedExpr],
        rows: &Rows,
    ) -> Result<Vec<Call<'m>>, ViewError> {
        let scope = Scope::row(rows);
        let mut calls: Vec<Call<'m>> = Vec::new();
        for aggregate in aggregates {
            let mut found = Vec::new();
            collect_calls(&aggregate.expr, &mut found);
            for (i, model) in found.into_iter().enumerate() {
                let name = call_name(&aggregate.name, i);
                calls.push(Call {
                    model,
                    lowered: self.aggregate_call(model, &scope)?.alias(&name),
                    column: Column::new_unqualified(name),
                });
            }
        }
        Ok(calls)
    }

    /// Lowers a call of an aggregate function over the row before the step.
    fn aggregate_call(&self, expr: &model::Expr, scope: &Scope<'_>) -> Result<Expr, ViewError> {
        let ExprKind::Aggregate { function, args, distinct, clauses } = &expr.kind else {
            return Err(internal_datafusion_err!("not a call of an aggregate function"))?;
        };
        let function = match function {
            FunctionRef::Builtin(name) => catalog::aggregate(name)?,
            FunctionRef::User(position) => match self.function(*position)? {
                EngineFunction::Aggregate(function) => Arc::clone(function),
                other => return Err(not_a(other, "an aggregate")),
            },
        };
        let args = self.aggregate_args(args, *distinct, function.as_ref(), scope)?;
        let filter = clauses.filter.as_deref().map(|filter| self.expr(filter, scope));
        Ok(Expr::AggregateFunction(AggregateFunction::new_udf(
            function,
            args,
            *distinct,
            filter.transpose()?.map(Box::new),
            self.sort_keys(&clauses.order_by, scope)?,
            null_treatment(clauses.ignore_nulls),
        )))
    }

    /// Arguments of an aggregate; a count of rows has none.
    pub(super) fn aggregate_args(
        &self,
        args: &[model::Expr],
        distinct: bool,
        function: &AggregateUDF,
        scope: &Scope<'_>,
    ) -> Result<Vec<Expr>, ViewError> {
        if args.is_empty() {
            return Ok(vec![lit(COUNT_STAR_EXPANSION)]);
        }
        let args = args.iter().map(|arg| {
            let lowered = self.expr(arg, scope)?;
            Ok(if distinct { one_zero(lowered, &arg.ty.ty) } else { lowered })
        });
        coerced(args.collect::<Result<_, ViewError>>()?, function, scope.schema)
    }
}

/// What the engine is told of NULLs.
pub(super) fn null_treatment(ignore_nulls: bool) -> Option<NullTreatment> {
    ignore_nulls.then_some(NullTreatment::IgnoreNulls)
}

struct Call<'m> {
    model: &'m model::Expr,
    lowered: Expr,
    column: Column,
}

/// The outermost aggregate calls of an expression; the checker allows none inside of another.
fn collect_calls<'m>(expr: &'m model::Expr, found: &mut Vec<&'m model::Expr>) {
    if let ExprKind::Aggregate { .. } = expr.kind {
        found.push(expr);
    } else {
        expr.for_each_child(&mut |child| collect_calls(child, found));
    }
}
