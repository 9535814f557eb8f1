//! Joins of every kind: equal pairs are keys of the engine's join, the rest of the condition its
//! filter.

use belvedere_lang::view::model::{self, JoinKind};
use datafusion::common::{JoinConstraint, JoinType, NullEquality};
use datafusion::logical_expr::{Join, LogicalPlan};

use super::Lowering;
use super::expr::Scope;
use super::rows::Rows;
use crate::view::error::ViewError;

impl Lowering<'_> {
    pub(super) fn join(
        &self,
        kind: JoinKind,
        left: Rows,
        right: Rows,
        on: &[(model::Expr, model::Expr)],
        filter: Option<&model::Expr>,
    ) -> Result<Rows, ViewError> {
        let on = on
            .iter()
            .map(|(l, r)| {
                Ok((self.expr(l, &Scope::row(&left))?, self.expr(r, &Scope::row(&right))?))
            })
            .collect::<Result<Vec<_>, ViewError>>()?;
        let both = [left.columns(), right.columns()].concat();
        // The condition sees both sides, of which a semi or anti join leaves one.
        let seen = left.schema().join(right.schema())?;
        let mut join = Join::try_new(
            left.plan(),
            right.plan(),
            on,
            None,
            join_type(kind),
            JoinConstraint::On,
            NullEquality::NullEqualsNothing,
            false,
        )?;
        if let Some(filter) = filter {
            let scope = Scope { columns: &both, schema: &seen, ..Scope::row(&left) };
            join.filter = Some(self.expr(filter, &scope)?);
        }
        let columns = if kind.only_filters() { left.columns().to_vec() } else { both };
        Ok(Rows::with_columns(LogicalPlan::Join(join), columns))
    }
}

fn join_type(kind: JoinKind) -> JoinType {
    match kind {
        JoinKind::Inner => JoinType::Inner,
        JoinKind::Left => JoinType::Left,
        JoinKind::Right => JoinType::Right,
        JoinKind::Full => JoinType::Full,
        JoinKind::Semi => JoinType::LeftSemi,
        JoinKind::Anti => JoinType::LeftAnti,
    }
}
