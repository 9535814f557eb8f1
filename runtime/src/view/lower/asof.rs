//! Asof joins, for which the engine has no operator: the rows of both sides in one, sorted, and on each
//! left row the last right one that has come before it.
//!
//! `>=` and `>` sort up, `<=` and `<` down; whether equal values meet is a question of which side comes
//! first. Rows with a NULL find nothing: right ones are left out, and left ones come before all others.
//! Right rows that are equal so far are sorted by their columns, so that the same rows meet each time.

use std::collections::HashMap;

use arrow_schema::Field;
use belvedere_lang::types::Type;
use belvedere_lang::view::model::{self, BinaryOp};
use datafusion::common::metadata::FieldMetadata;
use datafusion::common::{Column, ScalarValue};
use datafusion::logical_expr::expr::{
    Case, NullTreatment, ScalarFunction, Sort, TryCast, WindowFunction, WindowFunctionParams,
};
use datafusion::logical_expr::{
    Expr, ExprSchemable as _, Filter, LogicalPlan, Window, WindowFrame, WindowFrameBound,
    WindowFrameUnits, WindowFunctionDefinition, lit,
};

use super::expr::Scope;
use super::quirks::one_zero;
use super::rows::Rows;
use super::{Lowering, catalog};
use crate::view::error::ViewError;

/// What an asof join says.
pub(super) struct Asof<'m> {
    pub(super) outer: bool,
    pub(super) on: &'m [(model::Expr, model::Expr)],
    pub(super) at: (&'m model::Expr, &'m model::Expr),
    pub(super) op: BinaryOp,
    /// The positions of the right columns that can be sorted.
    pub(super) sorted: Vec<usize>,
}

/// Names of columns that no relation has.
const IS_LEFT: &str = "is_left()";
const AT: &str = "at()";
const RIGHT: &str = "right()";
const PARTNER: &str = "partner()";

impl Lowering<'_> {
    pub(super) fn asof(
        &mut self,
        asof: &Asof<'_>,
        left: Rows,
        right: Rows,
    ) -> Result<Rows, ViewError> {
        let (left_columns, right_columns) = (left.columns().to_vec(), right.columns().to_vec());
        let both = self.both_sides(asof, left, right)?;
        let column = |name: &str| {
            let mut columns = both.columns().iter();
            columns.find(|column| column.name == name).cloned().map(Expr::Column)
        };
        let named = |name: &str| column(name).ok_or_else(|| missing(name));
        let keys = (0..asof.on.len()).map(|i| named(&key(i))).collect::<Result<Vec<_>, _>>()?;
        let right = named(RIGHT)?;
        let mut order_by = vec![
            Sort::new(named(AT)?, matches!(asof.op, BinaryOp::Gt | BinaryOp::GtEq), true),
            Sort::new(named(IS_LEFT)?, matches!(asof.op, BinaryOp::GtEq | BinaryOp::LtEq), true),
        ];
        for i in &asof.sorted {
            order_by.push(Sort::new(part(&right, *i)?, true, true));
        }
        let partner = last_value(right, keys, order_by)?.alias(PARTNER);
        let plan = LogicalPlan::Window(Window::try_new(vec![partner], both.plan())?);

        let partner = Expr::Column(Column::new_unqualified(PARTNER));
        let mut condition = named(IS_LEFT)?;
        if !asof.outer {
            condition = condition.and(partner.clone().is_not_null());
        }
        let mut exprs = Vec::with_capacity(left_columns.len() + right_columns.len());
        for (i, column) in left_columns.into_iter().enumerate() {
            exprs.push(named(&left_name(i))?.alias_qualified(column.relation, column.name));
        }
        for (i, column) in right_columns.into_iter().enumerate() {
            let value = part(&partner, i)?;
            let value = match asof.outer {
                // What lies under a NULL struct is nobody's.
                true => {
                    let is_there = Box::new(partner.clone().is_not_null());
                    Expr::Case(Case::new(None, vec![(is_there, Box::new(value))], None))
                }
                false => value,
            };
            exprs.push(value.alias_qualified(column.relation, column.name));
        }
        let plan = LogicalPlan::Filter(Filter::try_new(condition, plan.into())?);
        Rows::with_columns(plan, Vec::new()).project(exprs)
    }

    /// The rows of both sides: keys, what is compared, the side, the left columns, and the right ones in
    /// a struct.
    fn both_sides(&mut self, asof: &Asof<'_>, left: Rows, right: Rows) -> Result<Rows, ViewError> {
        let right = self.without_nulls(asof, right)?;
        let (in_left, in_right) = (Scope::row(&left), Scope::row(&right));
        let (mut lefts, mut rights) = (Vec::new(), Vec::new());
        for (i, (l, r)) in asof.on.iter().enumerate() {
            lefts.push(self.compared(l, &in_left)?.alias(key(i)));
            rights.push(self.compared(r, &in_right)?.alias(key(i)));
        }
        lefts.push(self.compared(asof.at.0, &in_left)?.alias(AT));
        rights.push(self.compared(asof.at.1, &in_right)?.alias(AT));
        for (i, column) in left.exprs().into_iter().enumerate() {
            let ty = column.get_type(left.schema())?;
            lefts.push(column.alias(left_name(i)));
            rights.push(lit(ScalarValue::try_from(&ty)?).alias(left_name(i)));
        }
        let parts = right.exprs().into_iter().enumerate();
        let parts = parts.flat_map(|(i, column)| [lit(i.to_string()), column]).collect();
        let whole = catalog::scalar("named_struct")?;
        let whole = Expr::ScalarFunction(ScalarFunction::new_udf(whole, parts));
        let ty = whole.get_type(right.schema())?;
        lefts.push(lit(ScalarValue::try_from(&ty)?).alias(RIGHT));
        rights.push(whole.alias(RIGHT));
        for (l, r) in lefts.iter_mut().zip(&mut rights) {
            let (in_left, in_right) = (l.to_field(left.schema())?.1, r.to_field(right.schema())?.1);
            let mut marks = in_left.metadata().clone();
            marks.extend(in_right.metadata().clone());
            let nullable = in_left.is_nullable() || in_right.is_nullable();
            for (side, field) in [(l, in_left), (r, in_right)] {
                *side = alike(side, &field, nullable, &marks);
            }
        }
        let both = self.union(&left.project(lefts)?, &right.project(rights)?)?;
        // A constant of each side would be one of the whole to the engine, which pushes sorting below
        // a union and takes its constants for sorted; what is computed above stays above.
        let mut exprs = both.exprs();
        let right = exprs.last().cloned().ok_or_else(|| missing(RIGHT))?;
        exprs.push(right.is_null().alias(IS_LEFT));
        both.project(exprs)
    }

    fn compared(&self, expr: &model::Expr, scope: &Scope<'_>) -> Result<Expr, ViewError> {
        Ok(one_zero(self.expr(expr, scope)?, &expr.ty.ty))
    }

    /// The right rows that can be found.
    fn without_nulls(&self, asof: &Asof<'_>, right: Rows) -> Result<Rows, ViewError> {
        let compared = asof.on.iter().map(|(_, right)| right).chain([asof.at.1]);
        let scope = Scope::row(&right);
        let nullable = compared.filter(|expr| expr.ty.nullable);
        let conditions = nullable.map(|expr| Ok(self.expr(expr, &scope)?.is_not_null()));
        let conditions = conditions.collect::<Result<Vec<_>, ViewError>>()?;
        let Some(condition) = conditions.into_iter().reduce(Expr::and) else { return Ok(right) };
        let columns = right.columns().to_vec();
        let plan = LogicalPlan::Filter(Filter::try_new(condition, right.plan())?);
        Ok(Rows::with_columns(plan, columns))
    }
}

/// The same value in a column with this nullability and these marks, which are those of both sides:
/// the engine's union has one schema, and the analyzer carries it into the sides.
fn alike(column: &Expr, field: &Field, nullable: bool, marks: &HashMap<String, String>) -> Expr {
    let value = match column {
        Expr::Alias(alias) => (*alias.expr).clone(),
        column => column.clone(),
    };
    let value = match nullable && !field.is_nullable() {
        true => Expr::TryCast(TryCast::new(Box::new(value), field.data_type().clone())),
        false => value,
    };
    let marks = (!marks.is_empty()).then(|| FieldMetadata::from(marks.clone()));
    value.alias_with_metadata(field.name(), marks)
}

/// The last value that is not NULL so far. The engine's aggregate carries it along; its window function
/// of that name would look back for it at each row.
fn last_value(
    value: Expr,
    partition_by: Vec<Expr>,
    order_by: Vec<Sort>,
) -> Result<Expr, ViewError> {
    let fun = WindowFunctionDefinition::AggregateUDF(catalog::aggregate("last_value")?);
    let params = WindowFunctionParams {
        args: vec![value],
        partition_by,
        order_by,
        window_frame: WindowFrame::new_bounds(
            WindowFrameUnits::Rows,
            WindowFrameBound::Preceding(ScalarValue::UInt64(None)),
            WindowFrameBound::CurrentRow,
        ),
        filter: None,
        null_treatment: Some(NullTreatment::IgnoreNulls),
        distinct: false,
    };
    Ok(Expr::WindowFunction(Box::new(WindowFunction { fun, params })))
}

/// A column of the right row.
fn part(whole: &Expr, i: usize) -> Result<Expr, ViewError> {
    let args = vec![whole.clone(), lit(i.to_string())];
    Ok(Expr::ScalarFunction(ScalarFunction::new_udf(catalog::scalar("get_field")?, args)))
}

fn key(i: usize) -> String {
    format!("key({i})")
}

fn left_name(i: usize) -> String {
    format!("left({i})")
}

/// Whether values of this type can be sorted, nested ones aside.
pub(super) fn is_sorted_by(ty: &Type) -> bool {
    let nested = matches!(ty, Type::List(_) | Type::Map(..) | Type::Struct(_));
    !nested && !matches!(ty, Type::Interval | Type::Json)
}

fn missing(name: &str) -> ViewError {
    datafusion::common::internal_datafusion_err!("both sides of an asof join have `{name}`").into()
}
