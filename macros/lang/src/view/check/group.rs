//! `group by { … } aggregate { … }`: one row for each distinct key.

use super::expression::{Place, key};
use super::step::Items;
use super::{Checker, Typer, coerce, messages};
use crate::sink::Sink;
use crate::view::model::{self, Expr, ExprKind, NamedExpr};
use crate::view::syntax::{self, Item};

impl Typer<'_> {
    /// A computed key that `aggregate { … }` writes again instead of naming it.
    pub(super) fn repeated_key(&self, expr: &syntax::Expr) -> Option<Expr> {
        let Place::Group(keys) = self.place else { return None };
        let plain = matches!(
            expr.kind,
            syntax::ExprKind::Name(_) | syntax::ExprKind::Literal(_) | syntax::ExprKind::Error
        );
        let computed = |key: &NamedExpr| {
            !matches!(key.expr.kind, ExprKind::Column(_)) && !key.expr.ty.ty.has_unknown()
        };
        if plain || !keys.iter().any(computed) {
            return None;
        }
        let quiet = Sink::ignoring();
        let again =
            Typer { sink: &quiet, notes: None, place: Place::Row("group by"), ..*self }.expr(expr);
        let found = keys.iter().position(|key| computed(key) && key.expr.is_same_as(&again))?;
        let shown = expr.to_short_text();
        self.error(expr.span, messages::key_repeated(&shown, &keys[found].name));
        Some(key(keys, found, expr.span))
    }
}

impl Checker<'_> {
    pub(super) fn aggregate(&mut self, keys: &[Item], aggregates: &[Item]) {
        let keys = self.distinct_names(self.group_keys(keys), &[]);
        let mut spans: Vec<_> = keys.iter().map(|(_, span)| *span).collect();
        let key_exprs: Vec<NamedExpr> = keys.iter().map(|(key, _)| key.clone()).collect();
        for key in &key_exprs {
            self.influence(&key.expr);
        }
        let typed = self.distinct_names(self.aggregates(aggregates, &key_exprs), &keys);
        let aggregates: Vec<NamedExpr> = typed
            .into_iter()
            .map(|(aggregate, span)| {
                spans.push(span);
                aggregate
            })
            .collect();
        let columns = key_exprs.iter().chain(&aggregates).zip(spans);
        let columns = columns.map(|(item, span)| self.row_column(item, span, &key_exprs)).collect();
        self.leave_relations(columns, "group by");
        self.steps.push(model::Step::Aggregate { keys: key_exprs, aggregates });
    }

    fn group_keys(&self, items: &[Item]) -> Items {
        let typer = self.typer(Place::Row("group by"));
        let mut keys = Vec::with_capacity(items.len());
        for item in items {
            let Item::Value { name, expr } = item else {
                self.star_refused(item, "group by");
                continue;
            };
            let mut key = typer.value(expr);
            if name.is_none() && typer.constant_key(&key, expr, "all rows share") {
                continue;
            }
            if !key.ty.ty.is_groupable() {
                let shown = expr.to_short_text();
                self.sink.error_range(key.span, messages::not_a_key(&shown, &key.ty.ty));
                key = coerce::unknown(key.span);
            }
            if let Some((name, span)) = self.item_name(name.as_ref(), expr) {
                keys.push((NamedExpr { name, expr: key }, span));
            }
        }
        keys
    }

    fn aggregates(&self, items: &[Item], keys: &[NamedExpr]) -> Items {
        let typer = Typer { place: Place::Group(keys), ..self.typer(Place::Row("aggregate")) };
        let mut typed = Vec::with_capacity(items.len());
        for item in items {
            let Item::Value { name, expr } = item else {
                self.star_refused(item, "aggregate");
                continue;
            };
            let value = typer.value(expr);
            if let Some((name, span)) = self.item_name(name.as_ref(), expr) {
                typed.push((NamedExpr { name, expr: value }, span));
            }
        }
        typed
    }

    fn star_refused(&self, item: &Item, step: &str) {
        if let Item::Star(star) = item {
            let columns = self.star_written(star).filter(|_| step != "aggregate");
            let message = messages::star_outside_select(step, columns.as_deref());
            self.sink.error_range(star.span, message);
        }
    }
}
