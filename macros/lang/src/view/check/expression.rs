//! Expressions: names become positions, every node gets its type.
//!
//! Each function reports what is wrong with its own node and gives [`unknown`] for it; a node with
//! an unknown operand says nothing.

use proc_macro2::Ident;

use super::coerce::{cast, coerce, common, fits, form_of, unknown};
use super::constant::has_no_value;
use super::note::Behind;
use super::recast;
use super::scope::{Found, Scope};
use crate::messages::Message;
use crate::sink::Sink;
use crate::tokens::{Range, name_of};
use crate::types::{DecimalType, IntType, Type, TypeSyntax, TypeSyntaxKind, ValueType};
use crate::view::editor::Notes;
use crate::view::env::Env;
use crate::view::messages;
use crate::view::model::{Expr, ExprKind, Literal, NamedExpr};
use crate::view::syntax;

/// What the expressions of one step are typed against.
#[derive(Clone, Copy)]
pub(super) struct Typer<'a> {
    pub(super) env: &'a Env,
    pub(super) types: Types<'a>,
    pub(super) values: &'a [syntax::Value],
    pub(super) sink: &'a Sink,
    pub(super) scope: &'a Scope,
    pub(super) place: Place<'a>,
    /// Whether it is computed for some rows alone: a branch of `case` that no row takes does no harm.
    pub(super) guarded: bool,
    /// Where names are noted, if somebody asks for them.
    pub(super) notes: Option<&'a Notes>,
}

/// The types that a text names, and what they are.
#[derive(Clone, Copy)]
pub(super) struct Types<'a> {
    pub(super) names: &'a [syn::Path],
    pub(super) types: &'a [Type],
}

/// Where an expression stands: what an aggregate and a plain column mean there.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// In a step that computes something for each row.
    Row(&'static str),
    /// In `aggregate { … }`, over these keys.
    Group(&'a [NamedExpr]),
    /// In the argument of this aggregate function.
    Argument(&'a str),
}

impl Typer<'_> {
    /// Types an expression.
    pub(super) fn expr(&self, expr: &syntax::Expr) -> Expr {
        let span = expr.span;
        if let Some(key) = self.repeated_key(expr) {
            return key;
        }
        match &expr.kind {
            syntax::ExprKind::Name(name) => self.name(name, span),
            syntax::ExprKind::Field(base, field) => self.field(base, field, span),
            syntax::ExprKind::Literal(literal) => self.literal(literal, span),
            syntax::ExprKind::Value(position) => self.given(*position, span),
            syntax::ExprKind::Negative(inner) => self.negative(inner, span),
            syntax::ExprKind::Not(inner) => {
                if let syntax::ExprKind::In { expr, items, negated } = &inner.kind
                    && items.is_empty()
                {
                    // What is reported speaks of both.
                    return self.in_list(expr, items, !negated, span);
                }
                let inner = self.condition(inner, "not");
                let ty = inner.ty.clone();
                Expr { kind: ExprKind::Not(Box::new(inner)), ty, span }
            }
            syntax::ExprKind::Binary(op, left, right) => self.binary(*op, left, right, span),
            syntax::ExprKind::IsNull { expr, negated } => self.is_null(expr, *negated, span),
            syntax::ExprKind::Bars { left, right, sign } => self.bars(left, right, *sign, span),
            syntax::ExprKind::Between { expr, low, high, negated } => {
                self.between(expr, (low, high), *negated, span)
            }
            syntax::ExprKind::In { expr, items, negated } => {
                self.in_list(expr, items, *negated, span)
            }
            syntax::ExprKind::Like { expr, pattern, negated } => {
                self.like(expr, pattern, *negated, span)
            }
            syntax::ExprKind::Case { branches, otherwise } => {
                self.case(branches, otherwise.as_deref(), span)
            }
            syntax::ExprKind::Cast { expr, to, lenient } => self.cast(expr, to, *lenient, span),
            syntax::ExprKind::Call(call) => self.call(call, span),
            syntax::ExprKind::Subquery(form, _) => {
                let is_in = matches!(form, syntax::Subquery::In { .. });
                self.error(span, messages::subquery_here(is_in));
                unknown(span)
            }
            syntax::ExprKind::Joined(joined) => self.expr(&joined.value),
            syntax::ExprKind::OfQuery(query, column) => self.of_query(*query, column, span),
            syntax::ExprKind::NeverNull(inner) => {
                let typed = self.expr(inner);
                if typed.ty.nullable && !typed.ty.ty.has_unknown() {
                    self.error(span, messages::not_in_of_nulls(&inner.to_short_text()));
                }
                typed
            }
            syntax::ExprKind::List(items) => self.list(items, span),
            syntax::ExprKind::Struct(fields) => self.structure(fields, &[], span),
            syntax::ExprKind::Index(list, position) => self.item_of(list, position, span),
            syntax::ExprKind::Unfinished(base) => self.unfinished(base, span),
            syntax::ExprKind::Error => unknown(span),
        }
    }

    /// Types an expression that has to be `bool`: a condition of `what`.
    pub(super) fn condition(&self, expr: &syntax::Expr, what: &str) -> Expr {
        let typed = self.expr(expr);
        if matches!(typed.ty.ty, Type::Bool) {
            return typed;
        }
        if !typed.ty.ty.has_unknown() {
            let shown = expr.to_short_text();
            self.error(typed.span, messages::not_a_condition(what, &shown, &typed.ty, None));
        }
        let mut hidden = unknown(typed.span);
        hidden.ty.ty = Type::Bool;
        hidden
    }

    /// Types an expression whose value becomes a column: `null` alone has no type there.
    pub(super) fn value(&self, expr: &syntax::Expr) -> Expr {
        let typed = self.expr(expr);
        if typed.ty.ty != Type::Null {
            return typed;
        }
        self.error(typed.span, messages::untyped_null(None));
        unknown(typed.span)
    }

    pub(super) fn error(&self, span: Range, message: Message) {
        self.sink.error_range(span, message);
    }

    fn name(&self, ident: &Ident, span: Range) -> Expr {
        self.note_name(ident);
        if let Place::Group(keys) = self.place
            && let Some(position) = keys.iter().position(|key| *ident == key.name)
        {
            return key(keys, position, span);
        }
        self.found(self.scope.column(ident), ident, span)
    }

    /// A column of a query in the place of a value; there is none where an error hides it.
    fn of_query(&self, query: usize, column: &str, span: Range) -> Expr {
        let Some(position) = self.scope.column_of_query(query, column) else {
            return unknown(span);
        };
        let ty = self.scope.columns[position].ty.clone();
        Expr { kind: ExprKind::Column(position), ty, span }
    }

    /// A column of a relation, or a field of a struct.
    fn field(&self, base: &syntax::Expr, field: &Ident, span: Range) -> Expr {
        if let syntax::ExprKind::Name(alias) = &base.kind {
            if let Some(position) = self.scope.relation(&name_of(alias)) {
                self.note_column(alias, position, Behind::Name(field));
            }
            if let Some(found) = self.scope.qualified_column(alias, field) {
                return self.found(found, field, span);
            }
            let name = name_of(alias);
            let is_key = match self.place {
                Place::Group(keys) => keys.iter().any(|key| key.name == name),
                Place::Row(_) | Place::Argument(_) => false,
            };
            if !is_key && !self.scope.has_column(&name) {
                if !self.scope.is_open() {
                    let message = self.scope.unknown_relation(&name, Some(&name_of(field)));
                    self.sink.error(alias.span(), message);
                }
                return unknown(span);
            }
        }
        let shown = base.to_short_text();
        self.field_of(self.expr(base), &shown, field, span)
    }

    /// `e.`, of which nothing is known but what could come next.
    fn unfinished(&self, base: &syntax::Expr, span: Range) -> Expr {
        let relation = match &base.kind {
            syntax::ExprKind::Name(alias) => {
                self.scope.relation(&name_of(alias)).map(|position| (alias, position))
            }
            _ => None,
        };
        let behind = Behind::Nothing(span.1);
        match relation {
            Some((alias, position)) => self.note_column(alias, position, behind),
            None => {
                let quiet = Sink::ignoring();
                let base = Typer { sink: &quiet, ..*self }.expr(base);
                self.note_field(&base.ty.ty, behind);
            }
        }
        unknown(span)
    }

    fn field_of(&self, base: Expr, shown: &str, field: &Ident, span: Range) -> Expr {
        self.note_field(&base.ty.ty, Behind::Name(field));
        let name = name_of(field);
        let fields = match &base.ty.ty {
            Type::Struct(ty) => &ty.fields,
            Type::Unknown => return unknown(span),
            _ => {
                self.sink.error(field.span(), messages::no_fields(shown, &base.ty, &name));
                return unknown(span);
            }
        };
        let Some(found) = fields.iter().find(|field| field.name == name) else {
            let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            self.sink.error(field.span(), messages::unknown_field(&name, &base.ty.ty, &names));
            return unknown(span);
        };
        let ty = found.ty.clone().or_null(base.ty.nullable);
        Expr { kind: ExprKind::Field { expr: Box::new(base), field: name }, ty, span }
    }

    fn found(&self, found: Result<Found, Message>, ident: &Ident, span: Range) -> Expr {
        let position = match found {
            Ok(Found::Column(position)) => position,
            Ok(Found::Hidden) => return unknown(span),
            Err(message) => {
                self.sink.error(ident.span(), message);
                return unknown(span);
            }
        };
        if let Place::Group(keys) = self.place {
            return self.grouped(keys, position, span);
        }
        let ty = self.scope.columns[position].ty.clone();
        Expr { kind: ExprKind::Column(position), ty, span }
    }

    /// A column in `aggregate { … }`, outside of an aggregate function: it has to be a key.
    fn grouped(&self, keys: &[NamedExpr], position: usize, span: Range) -> Expr {
        let is_it = |key: &NamedExpr| matches!(key.expr.kind, ExprKind::Column(p) if p == position);
        if let Some(found) = keys.iter().position(is_it) {
            return key(keys, found, span);
        }
        let column = &self.scope.columns[position];
        let shown = self.scope.path(position);
        let names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
        self.error(span, messages::not_grouped(&shown, &names, column.ty.ty.is_ordered()));
        unknown(span)
    }

    fn literal(&self, literal: &Literal, span: Range) -> Expr {
        let ty = match literal {
            Literal::Null => ValueType::optional(Type::Null),
            Literal::Bool(_) => ValueType::required(Type::Bool),
            Literal::Int(value) => {
                let fits = [IntType::I64, IntType::U64].into_iter().find(|int| int.holds(*value));
                let Some(int) = fits else {
                    self.error(span, messages::number_too_large(&value.to_string()));
                    return unknown(span);
                };
                ValueType::required(Type::Int(int))
            }
            Literal::Float(_) | Literal::Decimal(_) => ValueType::required(Type::F64),
            Literal::String(_) => ValueType::required(Type::String),
        };
        Expr { kind: ExprKind::Literal(literal.clone()), ty, span }
    }

    /// The sign of a constant belongs to it: `-128` is an `i8`, `128` is not.
    fn negative(&self, inner: &syntax::Expr, span: Range) -> Expr {
        if let syntax::ExprKind::Literal(literal) = &inner.kind
            && let Some(negative) = literal.negative()
        {
            return self.literal(&negative, span);
        }
        let shown = inner.to_short_text();
        let inner = self.expr(inner);
        let signed = match &inner.ty.ty {
            Type::Int(int) => int.is_signed(),
            Type::F32 | Type::F64 | Type::Decimal(_) => true,
            Type::Unknown => return unknown(span),
            _ => false,
        };
        if !signed {
            self.error(inner.span, messages::needs_number("-", None, &shown, &inner.ty));
            return unknown(span);
        }
        let ty = inner.ty.clone();
        Expr { kind: ExprKind::Negative(Box::new(inner)), ty, span }
    }

    fn case(
        &self,
        branches: &[(syntax::Expr, syntax::Expr)],
        otherwise: Option<&syntax::Expr>,
        span: Range,
    ) -> Expr {
        let guarded = Typer { guarded: true, ..*self };
        let mut conditions = Vec::with_capacity(branches.len());
        let mut values = Vec::with_capacity(branches.len() + 1);
        for (position, (condition, value)) in branches.iter().enumerate() {
            let typer = if position == 0 { self } else { &guarded };
            conditions.push(typer.condition(condition, "when"));
            values.push(guarded.expr(value));
        }
        values.extend(otherwise.map(|expr| guarded.expr(expr)));
        let written: Vec<&syntax::Expr> =
            branches.iter().map(|(_, value)| value).chain(otherwise).collect();
        let Some(ty) = self.branch_type(&values, &written) else { return unknown(span) };
        if ty == Type::Null {
            self.error(span, messages::untyped_null(None));
            return unknown(span);
        }
        let nullable = otherwise.is_none() || values.iter().any(|value| value.ty.nullable);
        let mut values: Vec<Expr> = values.into_iter().map(|value| coerce(value, &ty)).collect();
        let otherwise = otherwise.and_then(|_| values.pop()).map(Box::new);
        let branches = conditions.into_iter().zip(values).collect();
        let kind = ExprKind::Case { branches, otherwise };
        Expr { kind, ty: ValueType { ty, nullable }, span }
    }

    /// The type that all branches can take.
    fn branch_type(&self, values: &[Expr], written: &[&syntax::Expr]) -> Option<Type> {
        let mut so_far = values.first()?.clone();
        for (value, written) in values.iter().zip(written).skip(1) {
            let Some(ty) = common(&so_far, value) else {
                let shown = written.to_short_text();
                let form = form_of(value, &shown, &so_far.ty.ty, false);
                let (before, form) = (&so_far.ty.ty, form.as_deref());
                let message = messages::branches_differ(before, form, &value.ty.ty);
                self.error(value.span, message);
                return None;
            };
            if value.ty.ty == ty {
                so_far = value.clone();
            } else {
                so_far.ty.ty = ty;
            }
        }
        (!so_far.ty.ty.has_unknown()).then_some(so_far.ty.ty)
    }

    fn cast(&self, expr: &syntax::Expr, to: &TypeSyntax, lenient: bool, span: Range) -> Expr {
        if let syntax::ExprKind::List(items) = &expr.kind
            && items.is_empty()
            && let TypeSyntaxKind::List(_) = &to.kind
        {
            return self.empty_list(to, span);
        }
        let inner = self.expr(expr);
        let Some(to_type) = self.resolve(to) else { return unknown(span) };
        if to_type.nullable {
            self.error(to.span, messages::cast_to_option(&to_type.ty));
            return unknown(span);
        }
        let to_type = to_type.ty;
        if inner.ty.ty.has_unknown() || to_type.has_unknown() {
            return Expr { ty: ValueType { ty: to_type, nullable: inner.ty.nullable }, ..inner };
        }
        if inner.ty.ty == Type::Null {
            let kind = ExprKind::Literal(Literal::Null);
            return Expr { kind, ty: ValueType::optional(to_type), span };
        }
        if !inner.ty.ty.casts_to(&to_type) {
            let form = recast::form(&expr.to_form(), &inner.ty.ty, &to_type);
            self.error(span, messages::no_cast(&inner.ty.ty, &to_type, form.as_deref()));
            return unknown(span);
        }
        if !lenient
            && let ExprKind::Literal(constant) = &inner.kind
            && has_no_value(constant, &to_type)
        {
            self.error(inner.span, messages::no_value(&constant.to_text(), &to_type));
            return unknown(span);
        }
        let Some(inner) = self.with_digits(inner, &to_type, lenient) else {
            return unknown(span);
        };
        let mut cast = match fits(&inner, &to_type) {
            true => coerce(inner, &to_type),
            false => cast(inner, to_type),
        };
        cast.span = span;
        if let ExprKind::Cast { lenient: flag, .. } = &mut cast.kind
            && lenient
        {
            *flag = true;
            cast.ty.nullable = true;
        }
        cast
    }

    /// A constant that a cast rounds to a decimal, as the decimal that has all of its digits: a float has
    /// others.
    fn with_digits(&self, inner: Expr, to: &Type, lenient: bool) -> Option<Expr> {
        let ExprKind::Literal(literal @ (Literal::Float(_) | Literal::Decimal(_))) = &inner.kind
        else {
            return Some(inner);
        };
        if !matches!(to, Type::Decimal(_)) || fits(&inner, to) {
            return Some(inner);
        }
        let digits = literal.to_digits();
        let Some(exact) = digits.as_deref().and_then(DecimalType::of_number) else {
            if lenient {
                return Some(inner);
            }
            self.error(inner.span, messages::beyond_a_decimal(&literal.to_text()));
            return None;
        };
        let kind = ExprKind::Literal(Literal::Decimal(digits.unwrap_or_default()));
        Some(Expr { kind, ty: ValueType::required(Type::Decimal(exact)), span: inner.span })
    }

    /// The type that a cast names.
    pub(super) fn resolve(&self, syntax: &TypeSyntax) -> Option<ValueType> {
        resolve_type(syntax, self.types, self.sink)
    }

    /// A constant that is known where the view is used. What uses it as a constant is checked there.
    fn given(&self, position: usize, span: Range) -> Expr {
        let Some(value) = self.values.get(position) else { return unknown(span) };
        let ty = ValueType::required(value.to_type());
        Expr { kind: ExprKind::Value(position), ty, span }
    }
}

/// A type of a view's text, its names found among `types`.
pub(super) fn resolve_type(
    syntax: &TypeSyntax,
    types: Types<'_>,
    sink: &Sink,
) -> Option<ValueType> {
    let mut lookup = |path: &syn::Path| {
        let position = types.names.iter().position(|name| name == path)?;
        types.types.get(position).cloned()
    };
    syntax.resolve(&mut lookup, sink)
}

pub(super) fn key(keys: &[NamedExpr], position: usize, span: Range) -> Expr {
    Expr { kind: ExprKind::Key(position), ty: keys[position].expr.ty.clone(), span }
}
