//! Lists as rows, structs as columns.

use belvedere_lang::types::{Column, ValueType};
use belvedere_lang::view::model::{self, ExprKind};
use datafusion::common::{NullHandling, UnnestOptions};
use datafusion::logical_expr::{Expr, Filter, LogicalPlan, Unnest};

use super::Lowering;
use super::expr::{Scope, agree};
use super::rows::Rows;
use crate::view::error::ViewError;

impl Lowering<'_> {
    /// The engine unnests a column in place and leaves its name, so the list becomes a column
    /// first. Its name has parentheses: no column of a relation can be called so.
    pub(super) fn unnest(
        &mut self,
        list: &model::Expr,
        alias: &str,
        outer: bool,
        rows: Rows,
    ) -> Result<Rows, ViewError> {
        let list = self.expr(list, &Scope::row(&rows))?;
        let name = format!("unnest({})", self.qualifiers.fresh(alias));
        let mut exprs = rows.exprs();
        exprs.push(list.alias(name));
        let rows = rows.project(exprs)?;
        let columns = rows.columns().to_vec();
        let null_handling =
            if outer { NullHandling::PreserveAndExpandEmpty } else { NullHandling::Drop };
        let unnest = Unnest::try_new(
            rows.plan(),
            columns.last().cloned().into_iter().collect(),
            UnnestOptions::new().with_null_handling(null_handling),
        )?;
        Ok(Rows::with_columns(LogicalPlan::Unnest(unnest), columns))
    }

    /// The struct becomes a column first, so that it is computed once.
    pub(super) fn spread(
        &mut self,
        value: &model::Expr,
        (alias, fields): (&str, &[Column]),
        outer: bool,
        rows: Rows,
    ) -> Result<Rows, ViewError> {
        let lowered = self.expr(value, &Scope::row(&rows))?;
        let lowered = agree(lowered, &value.ty.ty, rows.schema())?;
        let qualifier = self.qualifiers.fresh(alias);
        let width = rows.columns().len();
        let mut exprs = rows.exprs();
        exprs.push(lowered.alias(format!("unnest({qualifier})")));
        let mut rows = rows.project(exprs)?;
        if value.ty.nullable && !outer {
            let hidden = rows.columns().last().cloned().map(Expr::Column);
            let columns = rows.columns().to_vec();
            if let Some(hidden) = hidden {
                let filter = Filter::try_new(hidden.is_not_null(), rows.plan())?;
                rows = Rows::with_columns(LogicalPlan::Filter(filter), columns);
            }
        }
        let part = |field: &Column| {
            let ty = ValueType { nullable: value.ty.nullable && outer, ..value.ty.clone() };
            let column = model::Expr { kind: ExprKind::Column(width), ty, span: value.span };
            let kind = ExprKind::Field { expr: Box::new(column), field: field.name.clone() };
            let part = model::Expr { kind, ty: field.ty.clone(), span: value.span };
            let part = agree(self.expr(&part, &Scope::row(&rows))?, &field.ty.ty, rows.schema())?;
            Ok(part.alias_qualified(Some(qualifier.clone()), &field.name))
        };
        let parts = fields.iter().map(part).collect::<Result<Vec<_>, ViewError>>()?;
        let mut exprs = rows.exprs();
        exprs.truncate(width);
        exprs.extend(parts);
        rows.project(exprs)
    }
}
