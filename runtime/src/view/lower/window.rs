//! Calls over windows: the engine's window nodes compute them, a projection over these what is
//! written around the calls.
//!
//! A node sorts once, so calls with the same partition and order share one. Frames are written out
//! in the types that the engine computes with, for the analyzer to find nothing to coerce.

use belvedere_lang::types::{DecimalType, Type};
use belvedere_lang::view::model::{
    self, Distance, ExprKind, FrameBound, FrameUnits, FunctionRef, NamedExpr,
};
use datafusion::common::{Column, ScalarValue, internal_datafusion_err};
use datafusion::logical_expr::expr::{Sort, WindowFunction, WindowFunctionParams};
use datafusion::logical_expr::{
    Expr, ExprSchemable as _, Filter, LogicalPlan, Window, WindowFrame, WindowFrameBound,
    WindowFrameUnits, WindowFunctionDefinition, lit,
};

use super::aggregate::null_treatment;
use super::expr::{Scope, arrow_type, call_name, coerced, constant, not_a};
use super::quirks::one_zero;
use super::rows::Rows;
use super::{Lowering, catalog};
use crate::udf::EngineFunction;
use crate::view::error::ViewError;

/// Calls, and the columns that hold their values.
pub(super) type Computed<'m> = Vec<(&'m model::Expr, Column)>;

/// A call of the engine, its sort key, and the column for its value.
struct Call<'m> {
    model: &'m model::Expr,
    lowered: Expr,
    key: (Vec<Expr>, Vec<Sort>),
    name: String,
}

/// What a window is partitioned and sorted by.
type Sorted = (Vec<Expr>, Vec<Sort>);

impl Lowering<'_> {
    /// Computes the calls over windows in the columns of a step. The rows keep their columns and
    /// positions; the values stand behind them.
    pub(super) fn windows<'m>(
        &self,
        columns: &'m [NamedExpr],
        rows: Rows,
    ) -> Result<(Rows, Computed<'m>), ViewError> {
        let mut calls = Vec::new();
        for column in columns {
            let mut found = Vec::new();
            collect_calls(&column.expr, &mut found);
            for (i, model) in found.into_iter().enumerate() {
                let name = call_name(&column.name, i);
                let (lowered, key) = self.window_call(model, &Scope::row(&rows))?;
                calls.push(Call { model, lowered: lowered.alias(&name), key, name });
            }
        }
        let row = rows.columns().to_vec();
        let mut plan = rows.into_plan();
        let mut computed = Vec::with_capacity(calls.len());
        while let Some(first) = calls.first() {
            let key = first.key.clone();
            let (same, rest): (Vec<_>, Vec<_>) =
                calls.into_iter().partition(|call| call.key == key);
            calls = rest;
            let exprs = same.iter().map(|call| call.lowered.clone()).collect();
            plan = LogicalPlan::Window(Window::try_new(exprs, plan.into())?);
            let columns = same.into_iter();
            computed.extend(columns.map(|call| (call.model, Column::new_unqualified(call.name))));
        }
        Ok((Rows::with_columns(plan, row), computed))
    }

    /// The first row of those that share the keys.
    pub(super) fn distinct_on(
        &self,
        keys: &[model::Expr],
        order_by: &[model::SortKey],
        rows: Rows,
    ) -> Result<Rows, ViewError> {
        const FIRST: &str = "distinct()";
        let scope = Scope::row(&rows);
        let partition_by = self.partition_by(keys, &scope)?;
        let params = WindowFunctionParams {
            args: Vec::new(),
            partition_by,
            order_by: self.sort_keys(order_by, &scope)?,
            window_frame: WindowFrame::new(None),
            filter: None,
            null_treatment: None,
            distinct: false,
        };
        let fun = WindowFunctionDefinition::WindowUDF(catalog::window("row_number")?);
        let number = Expr::WindowFunction(Box::new(WindowFunction { fun, params })).alias(FIRST);
        let row = rows.columns().to_vec();
        let numbered = LogicalPlan::Window(Window::try_new(vec![number], rows.plan())?);
        let is_first = Expr::Column(Column::new_unqualified(FIRST)).eq(lit(1_u64));
        let first = LogicalPlan::Filter(Filter::try_new(is_first, numbered.into())?);
        let exprs = rows.exprs();
        let first = Rows::with_columns(first, row.clone()).project(exprs)?;
        Ok(Rows::with_columns(first.into_plan(), row))
    }

    fn window_call(
        &self,
        expr: &model::Expr,
        scope: &Scope<'_>,
    ) -> Result<(Expr, Sorted), ViewError> {
        let ExprKind::Window { function, args, distinct, filter, ignore_nulls, over } = &expr.kind
        else {
            return Err(internal_datafusion_err!("not a call over a window"))?;
        };
        let fun = match function {
            // Of the functions that pick a row there are two: those of windows need no sorting.
            FunctionRef::Builtin(name) => match catalog::window(name) {
                Ok(function) => WindowFunctionDefinition::WindowUDF(function),
                Err(_) => WindowFunctionDefinition::AggregateUDF(catalog::aggregate(name)?),
            },
            FunctionRef::User(position) => match self.function(*position)? {
                EngineFunction::Aggregate(function) => {
                    WindowFunctionDefinition::AggregateUDF(function.clone())
                }
                EngineFunction::Window(function) => {
                    WindowFunctionDefinition::WindowUDF(function.clone())
                }
                other => return Err(not_a(other, "computed over windows")),
            },
        };
        let args = match &fun {
            WindowFunctionDefinition::AggregateUDF(udf) => {
                self.aggregate_args(args, *distinct, udf.as_ref(), scope)?
            }
            WindowFunctionDefinition::WindowUDF(udf) => {
                let args = args.iter().map(|arg| self.expr(arg, scope));
                coerced(args.collect::<Result<_, _>>()?, udf.as_ref(), scope.schema)?
            }
        };
        let partition_by = self.partition_by(&over.partition_by, scope)?;
        let mut order_by = self.sort_keys(&over.order_by, scope)?;
        for (sort, key) in order_by.iter_mut().zip(&over.order_by) {
            sort.expr = one_zero(sort.expr.clone(), &key.expr.ty.ty);
        }
        if let (Some(key), Some(sort)) = (widened(over), order_by.first_mut()) {
            sort.expr = sort.expr.clone().cast_to(&arrow_type(&key)?, scope.schema)?;
        }
        let filter = filter.as_deref().map(|filter| self.expr(filter, scope)).transpose()?;
        let params = WindowFunctionParams {
            args,
            partition_by: partition_by.clone(),
            order_by: order_by.clone(),
            window_frame: frame(over)?,
            filter: filter.map(Box::new),
            null_treatment: null_treatment(*ignore_nulls),
            distinct: *distinct,
        };
        let call = Expr::WindowFunction(Box::new(WindowFunction { fun, params }));
        Ok((call, (partition_by, order_by)))
    }

    fn partition_by(
        &self,
        keys: &[model::Expr],
        scope: &Scope<'_>,
    ) -> Result<Vec<Expr>, ViewError> {
        keys.iter().map(|key| Ok(one_zero(self.expr(key, scope)?, &key.ty.ty))).collect()
    }
}

/// The calls over windows in an expression; the checker allows none inside of another.
fn collect_calls<'m>(expr: &'m model::Expr, found: &mut Vec<&'m model::Expr>) {
    if let ExprKind::Window { .. } = expr.kind {
        found.push(expr);
    } else {
        expr.for_each_child(&mut |child| collect_calls(child, found));
    }
}

/// The type in which the engine adds a distance to a decimal key: the sum of two decimals has a digit
/// more, and is compared with no other type, unless there are no more digits.
fn widened(over: &model::Window) -> Option<Type> {
    let model::Frame { units: FrameUnits::Range, start, end } = &over.frame else { return None };
    let [key] = over.order_by.as_slice() else { return None };
    let Type::Decimal(decimal) = key.expr.ty.ty else { return None };
    let is_far = |bound: &FrameBound| {
        matches!(
            bound,
            FrameBound::Preceding(Distance::Value(_)) | FrameBound::Following(Distance::Value(_))
        )
    };
    let wide = DecimalType::new(DecimalType::MOST_DIGITS, decimal.scale())?;
    (is_far(start) || is_far(end)).then_some(Type::Decimal(wide))
}

fn frame(over: &model::Window) -> Result<WindowFrame, ViewError> {
    let model::Frame { units, start, end } = &over.frame;
    let wide = widened(over);
    let key = wide.as_ref().or_else(|| over.order_by.first().map(|key| &key.expr.ty.ty));
    let (units, unbounded) = match (units, key) {
        (FrameUnits::Range, Some(key)) if has_distance(key) => {
            (WindowFrameUnits::Range, unbounded_range(key)?)
        }
        // Whole groups of peers are the same in either, and the engine counts groups of any type.
        (FrameUnits::Range | FrameUnits::Groups, _) => {
            (WindowFrameUnits::Groups, ScalarValue::UInt64(None))
        }
        (FrameUnits::Rows, _) => (WindowFrameUnits::Rows, ScalarValue::UInt64(None)),
    };
    let bound = |bound: &FrameBound| -> Result<_, ViewError> {
        Ok(match bound {
            FrameBound::Start => WindowFrameBound::Preceding(unbounded.clone()),
            FrameBound::Preceding(by) => WindowFrameBound::Preceding(distance(by, key)?),
            FrameBound::Current => WindowFrameBound::CurrentRow,
            FrameBound::Following(by) => WindowFrameBound::Following(distance(by, key)?),
            FrameBound::End => WindowFrameBound::Following(unbounded.clone()),
        })
    };
    let (start, end) = (bound(start)?, bound(end)?);
    Ok(WindowFrame::new_bounds(units, start, end))
}

/// Whether the engine has `range` frames over keys of this type.
fn has_distance(key: &Type) -> bool {
    let number = matches!(key, Type::Int(_) | Type::F32 | Type::F64 | Type::Decimal(_));
    number || is_time(key) || matches!(key, Type::Bool | Type::String)
}

fn is_time(key: &Type) -> bool {
    matches!(key, Type::Date | Type::Timestamp | Type::LocalTimestamp)
}

/// An end that is not there, in the type of distances between keys.
fn unbounded_range(key: &Type) -> Result<ScalarValue, ViewError> {
    if is_time(key) {
        return Ok(ScalarValue::IntervalMonthDayNano(None));
    }
    Ok(ScalarValue::try_from(&arrow_type(key)?)?)
}

fn distance(distance: &Distance, key: Option<&Type>) -> Result<ScalarValue, ViewError> {
    Ok(match (distance, key) {
        (Distance::Count(count), _) => ScalarValue::UInt64(Some(*count)),
        (Distance::Value(literal), Some(key)) => constant(literal, key)?,
        (Distance::Time { months, days, micros }, _) => {
            let nanos = micros.checked_mul(1_000).ok_or_else(|| {
                internal_datafusion_err!("{micros} microseconds are no distance of the engine")
            })?;
            ScalarValue::new_interval_mdn(*months, *days, nanos)
        }
        (Distance::Value(_), None) => {
            return Err(internal_datafusion_err!("a distance without a sort key"))?;
        }
    })
}
