//! The one column of a query in the place of a value, and what it is where the query has no rows.

use proc_macro2::Ident;

use super::Hoist;
use super::parts::{has_window, is_one_group, keeps_relations, name_of_column};
use crate::tokens::{Range, name_of};
use crate::view::builtins::{self, Nulls};
use crate::view::check::messages;
use crate::view::model::JoinKind;
use crate::view::syntax::{Callee, Expr, ExprKind, Item, Step, StepKind};

/// The column of a query behind `in`.
pub(super) enum Column {
    /// What it is computed from.
    Value(Expr),
    /// Its name.
    Name(Ident),
}

impl Hoist<'_> {
    /// Whether an aggregate of no rows is zero; NULL if not. `None` after an error: what is computed of
    /// aggregates may be anything.
    pub(super) fn of_no_rows(&self, value: &Expr) -> Option<bool> {
        let ExprKind::Call(call) = &value.kind else {
            self.sink
                .error_range(value.span, messages::subquery_of_no_rows(&value.to_short_text()));
            return None;
        };
        match call.callee {
            Callee::Builtin => {
                // What is never NULL is a count.
                Some(builtins::find(&call.name).iter().any(|known| known.nulls == Nulls::Never))
            }
            Callee::User(position) => {
                let Some(Some(signature)) = self.env.functions.get(position) else {
                    return Some(false);
                };
                if !signature.returns.nullable {
                    let message = messages::subquery_of_no_rows(&value.to_short_text());
                    self.sink.error_range(value.span, message);
                    return None;
                }
                Some(false)
            }
        }
    }

    /// How a query that compares nothing with the row around it is joined, and its column.
    pub(super) fn one_row(&mut self, query: usize) -> Option<(JoinKind, String)> {
        let span = self.queries[query].span;
        let steps = &mut self.queries[query].steps;
        let (kind, step) = match steps.as_mut_slice() {
            [.., last] if is_one_group(&last.kind) => (JoinKind::Inner, last),
            [.., Step { kind: StepKind::Limit(1), .. }, select]
                if matches!(select.kind, StepKind::Select(_)) =>
            {
                (JoinKind::Left, select)
            }
            [.., step, Step { kind: StepKind::Limit(1), .. }] => (JoinKind::Left, step),
            _ => {
                self.sink.error_range(span, messages::subquery_of_one_value());
                return None;
            }
        };
        let items = match &mut step.kind {
            StepKind::Aggregate { aggregates: items, .. } | StepKind::Select(items) => items,
            StepKind::OrderBy(_) => {
                let before = steps.iter_mut().rev().nth(2).map(|step| &mut step.kind);
                match before {
                    Some(StepKind::Select(items)) => items,
                    _ => return self.no_column(span),
                }
            }
            _ => return self.no_column(span),
        };
        let [Item::Value { name, expr }] = items.as_mut_slice() else {
            return self.no_column(span);
        };
        let name = name.get_or_insert_with(|| {
            let known = name_of_column(expr);
            known.unwrap_or_else(|| Ident::new("value", expr.span.0))
        });
        Some((kind, name_of(name)))
    }

    fn no_column<T>(&self, span: Range) -> Option<T> {
        self.sink.error_range(span, messages::subquery_of_one_column());
        None
    }

    /// The one column of a query behind `in`.
    pub(super) fn only_column(&mut self, query: usize) -> Option<Column> {
        let steps = &mut self.queries[query].steps;
        let column = match &steps.last()?.kind {
            StepKind::Select(items) => {
                let [Item::Value { expr, .. }] = items.as_slice() else { return None };
                let column = Column::Value(expr.clone());
                // The rest of the steps leave the relations that the column is one of.
                let plain = steps[..steps.len() - 1].iter().all(|step| keeps_relations(&step.kind));
                if plain && !has_window(expr) {
                    steps.pop();
                    return Some(column);
                }
                items
            }
            StepKind::Aggregate { keys, aggregates } if aggregates.is_empty() => keys,
            StepKind::Aggregate { keys, aggregates } if keys.is_empty() => aggregates,
            _ => return None,
        };
        let [Item::Value { name, expr }] = column.as_slice() else { return None };
        let name = name.clone().or_else(|| name_of_column(expr))?;
        Some(Column::Name(name))
    }
}
