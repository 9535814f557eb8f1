//! Lists and structs that are written out, items of lists and values of maps.
//!
//! Positions count from 1, as in SQL and in all functions of the engine; `l[0]`, which would always be
//! NULL, is refused.

use std::collections::BTreeSet;

use proc_macro2::Ident;

use super::bind::holds_struct;
use super::coerce::{coerce, common, fits, unknown};
use super::expression::Typer;
use crate::sink::Sink;
use crate::tokens::{Range, name_of};
use crate::types::{Column, IntType, StructType, Type, TypeSyntax, ValueType};
use crate::view::messages;
use crate::view::model::{Expr, ExprKind, FunctionRef, Literal};
use crate::view::syntax;

impl Typer<'_> {
    /// `[a, b]`: items of one type, the widest of theirs.
    pub(super) fn list(&self, items: &[syntax::Expr], span: Range) -> Expr {
        let beside = structs(&mut items.iter());
        let typed: Vec<Expr> = items.iter().map(|item| self.expr_beside(item, &beside)).collect();
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
            self.error(span, messages::untyped_null(None));
            return unknown(span);
        }
        let nullable = typed.iter().any(|item| item.ty.nullable) || holds_struct(&item);
        let args = typed.into_iter().map(|value| coerce(value, &item)).collect();
        let ty = Type::List(Box::new(ValueType { ty: item, nullable }));
        call("make_array", args, ValueType::required(ty), span)
    }

    /// `cast([] as List<T>)`, the only way to say what is in a list that has no items.
    pub(super) fn empty_list(&self, to: &TypeSyntax, span: Range) -> Expr {
        let Some(to) = self.resolve(to) else { return unknown(span) };
        let nothing = Type::List(Box::new(ValueType::optional(Type::Null)));
        let list = call("make_array", Vec::new(), ValueType::required(nothing), span);
        let kind = ExprKind::Cast { expr: Box::new(list), to: to.ty.clone(), lenient: false };
        Expr { kind, ty: to, span }
    }

    /// Types an expression that stands beside structs, in a list.
    fn expr_beside(&self, expr: &syntax::Expr, beside: &[Fields<'_>]) -> Expr {
        let syntax::ExprKind::Struct(fields) = &expr.kind else { return self.expr(expr) };
        self.repeated_key(expr).unwrap_or_else(|| self.structure(fields, beside, expr.span))
    }

    /// Types the value of a field, given those of the same field in other structs: what they are is
    /// what a `null` may be.
    fn field_value(&self, value: &syntax::Expr, others: &[&syntax::Expr]) -> Expr {
        let typed = self.expr_beside(value, &structs(&mut others.iter().copied()));
        if typed.ty.ty != Type::Null {
            return typed;
        }
        let quiet = Sink::ignoring();
        let quietly = Typer { sink: &quiet, notes: None, ..*self };
        let mut known = others
            .iter()
            .filter(|other| !holds_structs(other))
            .map(|other| quietly.expr(other).ty.ty);
        let meant = known.find(|ty| *ty != Type::Null && !ty.has_unknown());
        self.error(typed.span, messages::untyped_null(meant.as_ref()));
        unknown(typed.span)
    }

    /// `{ a: x, b: y }`: never NULL itself, and its fields are what their values are. `beside` are the
    /// structs of the same list.
    pub(super) fn structure(
        &self,
        fields: &[(Ident, syntax::Expr)],
        beside: &[Fields<'_>],
        span: Range,
    ) -> Expr {
        if fields.is_empty() {
            self.error(span, messages::empty_struct());
            return unknown(span);
        }
        let mut names = BTreeSet::new();
        let twice = fields.iter().find(|(name, _)| !names.insert(name_of(name)));
        let value = |(name, value): &(Ident, syntax::Expr)| {
            let same = beside.iter().copied().flatten().filter(|(other, _)| other == name);
            let same: Vec<&syntax::Expr> = same.map(|(_, value)| value).collect();
            self.field_value(value, &same)
        };
        let values: Vec<Expr> = fields.iter().map(value).collect();
        if let Some((name, _)) = twice {
            self.sink.error(name.span(), messages::field_twice(&name_of(name)));
            return unknown(span);
        }
        if values.iter().any(|value| value.ty.ty.has_unknown()) {
            return unknown(span);
        }
        let columns = fields.iter().zip(&values);
        let columns =
            columns.map(|((name, _), value)| Column { name: name_of(name), ty: value.ty.clone() });
        let ty = Type::Struct(StructType { name: None, fields: columns.collect() });
        Expr { kind: ExprKind::Struct(values), ty: ValueType::required(ty), span }
    }

    /// `map[key]`: the value of the key, NULL where the map has none.
    fn value_of(&self, map: (Expr, &str), key: (Expr, &syntax::Expr), span: Range) -> Expr {
        let (map, shown) = map;
        let (key, written) = key;
        let Type::Map(wanted, value) = map.ty.ty.clone() else { return unknown(span) };
        if key.ty.ty.has_unknown() {
            return unknown(span);
        }
        if !fits(&key, &wanted) || key.ty.ty == Type::Null {
            let form = self.form_for(&key, written, &wanted, false);
            let message = messages::key_type(shown, &wanted, &key.ty.ty, form.as_deref());
            self.error(key.span, message);
            return unknown(span);
        }
        // The engine gives a list of the value alone.
        let item = ValueType::optional(value.ty.clone());
        let list = ValueType { ty: Type::List(Box::new(item)), nullable: true };
        let found = call("map_extract", vec![map, coerce(key, &wanted)], list, span);
        let first = Expr {
            kind: ExprKind::Literal(Literal::Int(1)),
            ty: ValueType::required(Type::Int(IntType::I64)),
            span,
        };
        call("array_element", vec![found, first], ValueType::optional(value.ty), span)
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
            Type::Map(..) => return self.value_of((typed, &shown), (at, position), span),
            _ => {
                let text = typed.ty.ty == Type::String && fits(&at, &Type::Int(IntType::I64));
                let part = text.then(|| character(&shown, &at.kind, &position.to_short_text()));
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

/// The fields of a struct that is written out.
pub(super) type Fields<'a> = &'a [(Ident, syntax::Expr)];

/// How many structs are asked for the type of a field: a list of thousands has it soon.
const ASKED_MAX: usize = 32;

/// The first structs that are written out.
fn structs<'a>(exprs: &mut dyn Iterator<Item = &'a syntax::Expr>) -> Vec<Fields<'a>> {
    let fields = |expr: &'a syntax::Expr| match &expr.kind {
        syntax::ExprKind::Struct(fields) => Some(fields.as_slice()),
        _ => None,
    };
    exprs.filter_map(fields).take(ASKED_MAX).collect()
}

/// Whether structs are written out in a list that is a part of an expression: to type one in which
/// there are more of them again and again would take more time with each.
fn holds_structs(expr: &syntax::Expr) -> bool {
    let is_struct = |item: &syntax::Expr| matches!(item.kind, syntax::ExprKind::Struct(_));
    let mut found = match &expr.kind {
        syntax::ExprKind::List(items) => items.iter().any(is_struct),
        _ => false,
    };
    expr.for_each_child(&mut |child| found = found || holds_structs(child));
    found
}

/// The character of a text that a position means, counted from 1, and from the end below zero. That other
/// languages count from 0 is all that `[0]` can mean.
fn character(text: &str, position: &ExprKind, shown: &str) -> String {
    match position {
        ExprKind::Literal(Literal::Int(0)) => {
            format!("`substr({text}, 1, 1)`: positions count from 1")
        }
        ExprKind::Literal(Literal::Int(-1)) => format!("`right({text}, 1)`"),
        ExprKind::Literal(Literal::Int(n)) if *n < 0 => {
            format!("`substr(right({text}, {}), 1, 1)`", n.unsigned_abs())
        }
        _ => format!("`substr({text}, {shown}, 1)`"),
    }
}

fn call(engine: &'static str, args: Vec<Expr>, ty: ValueType, span: Range) -> Expr {
    Expr { kind: ExprKind::Call { function: FunctionRef::Builtin(engine), args }, ty, span }
}
