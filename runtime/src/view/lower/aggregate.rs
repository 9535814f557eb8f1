//! The aggregate step: keys and calls are computed by the engine's aggregate node, what is written
//! around the calls by a projection over it.
//!
//! Keys that are not plain columns are computed first, so that the node groups by columns: their
//! names survive it, and two equal keys do not meet. Every call gets an alias, since the engine
//! prints `sum(cast(x))` and `sum(x)` alike.

use std::sync::Arc;

use belvedere_lang::view::model::{self, ExprKind, FunctionRef, NamedExpr};
use datafusion::common::{Column, JoinConstraint, JoinType, NullEquality, internal_datafusion_err};
use datafusion::logical_expr::expr::{AggregateFunction, NullTreatment, Sort};
use datafusion::logical_expr::utils::COUNT_STAR_EXPANSION;
use datafusion::logical_expr::{Aggregate, AggregateUDF, Expr, Join, LogicalPlan, lit};

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
        let columns: Vec<_> = calls.iter().map(|call| (call.model, call.column.clone())).collect();
        let grouped = self.grouped(&rows, key_columns, &calls)?;

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

    /// The keys, and the values of the calls behind them. The engine sorts the rows of an aggregation
    /// once, and refuses calls that each need an order of their own: those are aggregations of their own,
    /// joined by the keys.
    fn grouped(
        &mut self,
        rows: &Rows,
        keys: Vec<Column>,
        calls: &[Call<'_>],
    ) -> Result<Rows, ViewError> {
        let node = |calls: &[&Call<'_>]| -> Result<LogicalPlan, ViewError> {
            let group_expr = keys.iter().cloned().map(Expr::Column).collect();
            let aggr_expr = calls.iter().map(|call| call.lowered.clone()).collect();
            Ok(LogicalPlan::Aggregate(Aggregate::try_new(rows.plan(), group_expr, aggr_expr)?))
        };
        let mut orders = by_order(calls).into_iter();
        let mut plan = node(&orders.next().unwrap_or_default())?;
        for calls in orders {
            let qualifier = self.qualifiers.fresh("ordered");
            let mut exprs = Vec::with_capacity(keys.len() + calls.len());
            for (i, key) in keys.iter().enumerate() {
                let key = Expr::Column(key.clone());
                exprs.push(key.alias_qualified(Some(qualifier.clone()), i.to_string()));
            }
            exprs.extend(calls.iter().map(|call| Expr::Column(call.column.clone())));
            let right = Rows::with_columns(node(&calls)?, Vec::new()).project(exprs)?;
            let on = keys.iter().cloned().zip(right.columns().to_vec());
            let on = on.map(|(left, right)| (Expr::Column(left), Expr::Column(right))).collect();
            plan = LogicalPlan::Join(Join::try_new(
                plan.into(),
                right.plan(),
                on,
                None,
                JoinType::Inner,
                JoinConstraint::On,
                NullEquality::NullEqualsNull,
                false,
            )?);
        }
        Ok(Rows::with_columns(plan, keys))
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

/// Calls that can be computed together: all that need no order with those of the first one that is needed,
/// then those of each other.
fn by_order<'c, 'm>(calls: &'c [Call<'m>]) -> Vec<Vec<&'c Call<'m>>> {
    let needed = |call: &Call<'_>| match call.lowered.clone().unalias() {
        Expr::AggregateFunction(call) if call.func.order_sensitivity().hard_requires() => {
            Some(call.params.order_by).filter(|order| !order.is_empty())
        }
        _ => None,
    };
    let mut orders: Vec<(Option<Vec<Sort>>, Vec<&Call<'_>>)> = vec![(None, Vec::new())];
    for call in calls {
        let Some(order) = needed(call) else {
            orders[0].1.push(call);
            continue;
        };
        let known = orders.iter().position(|(known, _)| known.as_ref() == Some(&order));
        match known {
            Some(known) => orders[known].1.push(call),
            None if orders[0].0.is_none() => {
                orders[0].0 = Some(order);
                orders[0].1.push(call);
            }
            None => orders.push((Some(order), vec![call])),
        }
    }
    orders.into_iter().map(|(_, calls)| calls).collect()
}

/// The outermost aggregate calls of an expression; the checker allows none inside of another.
fn collect_calls<'m>(expr: &'m model::Expr, found: &mut Vec<&'m model::Expr>) {
    if let ExprKind::Aggregate { .. } = expr.kind {
        found.push(expr);
    } else {
        expr.for_each_child(&mut |child| collect_calls(child, found));
    }
}
