//! `pivot`: rows with different values of an expression become columns beside each other.
//!
//! It is `group by { … } aggregate { … }` whose aggregates each see the rows with one of the values,
//! by a `filter`, and so it is checked as that.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};

use super::{Checker, messages};
use crate::tokens::name_of;
use crate::view::builtins;
use crate::view::model::{BinaryOp, Literal};
use crate::view::signature::FunctionKind;
use crate::view::syntax::{Call, Callee, Expr, ExprKind, Filter, Item, Pivot};

impl Checker<'_> {
    pub(super) fn pivot(&mut self, pivot: &Pivot) {
        let before = self.sink.count();
        let mut aggregates = Vec::new();
        for (literal, name) in &pivot.columns {
            let Some(label) = self.label(literal, name.as_ref()) else { continue };
            for item in &pivot.aggregates {
                aggregates.extend(self.cell(pivot, item, literal, &label));
            }
        }
        self.aggregate(&pivot.keys, &aggregates);
        // What is wrong with an aggregate or with the value is so in each column.
        let mut told = HashSet::new();
        self.sink.change_since(before, |error| {
            told.insert(format!("{:?} {:?} {}", error.start, error.end, error.message))
        });
    }

    /// The name of a constant's columns.
    fn label(&self, literal: &Expr, name: Option<&Ident>) -> Option<Ident> {
        if matches!(literal.kind, ExprKind::Error) {
            return None;
        }
        let Some(constant) = constant_of(literal) else {
            let shown = literal.to_short_text();
            self.sink.error_range(literal.span, messages::pivot_constant(&shown));
            return None;
        };
        if matches!(constant, Literal::Null) {
            self.sink.error_range(literal.span, messages::pivot_null());
            return None;
        }
        if let Some(name) = name {
            return Some(name.clone());
        }
        let named = match (constant, &literal.kind) {
            (Literal::String(text), ExprKind::Literal(_)) => as_name(text, literal.span.0),
            _ => None,
        };
        if named.is_none() {
            let shown = literal.to_short_text();
            self.sink.error_range(literal.span, messages::pivot_name(&shown));
        }
        named
    }

    /// An aggregate over the rows of one constant.
    fn cell(&self, pivot: &Pivot, item: &Item, literal: &Expr, label: &Ident) -> Option<Item> {
        let Item::Value { name, expr: written } = item else { return Some(item.clone()) };
        let mut expr = written.clone();
        let condition = Expr {
            kind: ExprKind::Binary(
                BinaryOp::Eq,
                Box::new(pivot.value.clone()),
                Box::new(literal.clone()),
            ),
            span: literal.span,
        };
        if !self.filter_calls(&mut expr, &condition) && !matches!(expr.kind, ExprKind::Error) {
            let shown = expr.to_short_text();
            self.sink.error_range(expr.span, messages::pivot_of_no_aggregate(&shown));
            return None;
        }
        let name = if pivot.aggregates.len() == 1 {
            label.clone()
        } else {
            let (own, (start, _)) = self.item_name(name.as_ref(), written)?;
            as_name(&format!("{}_{own}", name_of(label)), start)?
        };
        Some(Item::Value { name: Some(name), expr })
    }

    /// Lets the aggregates in an expression see the rows of a condition alone; whether there are any.
    fn filter_calls(&self, expr: &mut Expr, condition: &Expr) -> bool {
        if let ExprKind::Call(call) = &mut expr.kind
            && call.over.is_none()
            && self.may_be_aggregate(call)
        {
            let both = match call.filter.take() {
                None => condition.clone(),
                Some(own) => Expr {
                    span: own.condition.span,
                    kind: ExprKind::Binary(
                        BinaryOp::And,
                        own.condition,
                        Box::new(condition.clone()),
                    ),
                },
            };
            call.filter = Some(Filter { condition: Box::new(both), span: condition.span });
            return true;
        }
        let mut found = false;
        expr.for_each_child_mut(&mut |child| found |= self.filter_calls(child, condition));
        found
    }

    /// Whether a call is one of an aggregate, or an error hides what it is.
    fn may_be_aggregate(&self, call: &Call) -> bool {
        match call.callee {
            Callee::Builtin => {
                let found = builtins::find(&call.name);
                found.is_empty()
                    || found.iter().any(|builtin| builtin.kind() == FunctionKind::Aggregate)
            }
            Callee::User(position) => {
                let known = self.env.functions.get(position).and_then(Option::as_ref);
                known.is_none_or(|signature| signature.kind == FunctionKind::Aggregate)
            }
        }
    }
}

/// The constant that this is, with a sign or cast to a type: `cast("2024-01-01" as Date)`.
fn constant_of(expr: &Expr) -> Option<&Literal> {
    match &expr.kind {
        ExprKind::Literal(constant) => Some(constant),
        ExprKind::Negative(inner) | ExprKind::Cast { expr: inner, .. } => match &inner.kind {
            ExprKind::Literal(constant) => Some(constant),
            _ => None,
        },
        _ => None,
    }
}

/// A text as the name of a column, if it can be one.
fn as_name(text: &str, span: Span) -> Option<Ident> {
    let mut tokens = text.parse::<TokenStream>().ok()?.into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Ident(mut name)), None)
            if name == text && !matches!(text, "_" | "self" | "super" | "crate" | "Self") =>
        {
            name.set_span(span);
            Some(name)
        }
        _ => None,
    }
}
