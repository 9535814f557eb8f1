//! Lists that are written out and items of lists, which the engine has functions for.
//!
//! Positions count from 1, as in SQL and in all functions of the engine; `l[0]`, which would always be
//! NULL, is refused.

use super::bind::holds_struct;
use super::coerce::{coerce, common, fits, unknown};
use super::expression::Typer;
use crate::tokens::Range;
use crate::types::{IntType, Type, ValueType};
use crate::view::messages;
use crate::view::model::{Expr, ExprKind, FunctionRef, Literal};
use crate::view::syntax;

impl Typer<'_> {
    /// `[a, b]`: items of one type, the widest of theirs.
    pub(super) fn list(&self, items: &[syntax::Expr], span: Range) -> Expr {
        let typed: Vec<Expr> = items.iter().map(|item| self.expr(item)).collect();
        if typed.iter().any(|item| item.ty.ty.has_unknown()) {
            return unknown(span);
        }
        // A constant takes the type of the others.
        let values = typed.iter().filter(|item| !matches!(item.kind, ExprKind::Literal(_)));
        let Some(mut widest) = values.chain(&typed).next().cloned() else {
            self.error(span, messages::empty_list());
            return unknown(span);
        };
        for (item, written) in typed.iter().zip(items) {
            match common(&widest, item) {
                Some(ty) if ty == item.ty.ty => widest = item.clone(),
                Some(ty) => widest.ty.ty = ty,
                None => {
                    let ty = &widest.ty.ty;
                    let form = self.form_for(item, written, ty, false);
                    let message = messages::list_item(ty, &item.ty.ty, form.as_deref());
                    self.error(item.span, message);
                    return unknown(span);
                }
            }
        }
        let item = widest.ty.ty;
        if item == Type::Null {
            self.error(span, messages::untyped_null());
            return unknown(span);
        }
        let nullable = typed.iter().any(|item| item.ty.nullable) || holds_struct(&item);
        let args = typed.into_iter().map(|value| coerce(value, &item)).collect();
        let ty = Type::List(Box::new(ValueType { ty: item, nullable }));
        call("make_array", args, ValueType::required(ty), span)
    }

    /// `list[n]`: an item, NULL beyond the ends.
    pub(super) fn item_of(
        &self,
        list: &syntax::Expr,
        position: &syntax::Expr,
        span: Range,
    ) -> Expr {
        let (typed, at) = (self.expr(list), self.expr(position));
        let shown = list.to_short_text();
        let item = match &typed.ty.ty {
            Type::Unknown => return unknown(span),
            Type::List(item) => item.ty.clone(),
            Type::Map(..) => {
                let advice = format!(
                    "`unnest map_entries({shown}) as kv` gives `kv.key` and `kv.value`, to be \
                     filtered by `where`"
                );
                self.error(span, messages::index(&shown, &typed.ty, Some(&advice)));
                return unknown(span);
            }
            _ => {
                let text = typed.ty.ty == Type::String;
                let part =
                    text.then(|| format!("`substr({shown}, {}, 1)`", position.to_short_text()));
                self.error(span, messages::index(&shown, &typed.ty, part.as_deref()));
                return unknown(span);
            }
        };
        if at.ty.ty.has_unknown() {
            return unknown(span);
        }
        let whole = Type::Int(IntType::I64);
        if !fits(&at, &whole) || at.ty.ty == Type::Null {
            let form = self.form_for(&at, position, &whole, false);
            self.error(at.span, messages::index_type(&at.ty.ty, form.as_deref()));
            return unknown(span);
        }
        if matches!(at.kind, ExprKind::Literal(Literal::Int(0))) {
            self.error(at.span, messages::index_zero(&shown));
            return unknown(span);
        }
        let args = vec![typed, coerce(at, &whole)];
        call("array_element", args, ValueType::optional(item), span)
    }
}

fn call(engine: &'static str, args: Vec<Expr>, ty: ValueType, span: Range) -> Expr {
    Expr { kind: ExprKind::Call { function: FunctionRef::Builtin(engine), args }, ty, span }
}
