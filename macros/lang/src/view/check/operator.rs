//! Operators: what they take, what they give, and what they mean for nulls.
//!
//! A result can be null where an operand can. Operands are brought to one type before, so that the
//! engine finds nothing to coerce.

use super::coerce::{coerce, common, form_of, unknown};
use super::expression::Typer;
use crate::tokens::Range;
use crate::types::{Type, ValueType};
use crate::view::messages;
use crate::view::model::{BinaryOp, Expr, ExprKind, Literal};
use crate::view::syntax;

impl Typer<'_> {
    pub(super) fn binary(
        &self,
        op: BinaryOp,
        left: &syntax::Expr,
        right: &syntax::Expr,
        span: Range,
    ) -> Expr {
        match op {
            BinaryOp::And | BinaryOp::Or => {
                let sides = (left, right);
                let left = self.condition(left, op.text());
                let right = self.second_condition(sides, op);
                join(op, left, right, Type::Bool, span)
            }
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => {
                self.arithmetic(op, left, right, span)
            }
            BinaryOp::Eq
            | BinaryOp::NotEq
            | BinaryOp::Lt
            | BinaryOp::LtEq
            | BinaryOp::Gt
            | BinaryOp::GtEq => self.comparison(op, left, right, span),
        }
    }

    /// What stands behind `and` or `or`; of `a == 1 or 2` the comparison is meant once more.
    fn second_condition(
        &self,
        (left, right): (&syntax::Expr, &syntax::Expr),
        op: BinaryOp,
    ) -> Expr {
        let mut last = left;
        while let syntax::ExprKind::Binary(BinaryOp::And | BinaryOp::Or, _, right) = &last.kind {
            last = right;
        }
        let is_value = matches!(&right.kind, syntax::ExprKind::Literal(literal)
            if !matches!(literal, Literal::Bool(_) | Literal::Null));
        let meant = match &last.kind {
            syntax::ExprKind::Binary(comparison, compared, _) if is_value => {
                let (compared, value) = (compared.to_form(), right.to_form());
                Some(format!("{compared} {} {value}", comparison.text()))
            }
            _ => None,
        };
        match meant {
            Some(meant) => {
                let typed = self.expr(right);
                let message = messages::not_a_condition(op.text(), "", &typed.ty, Some(&meant));
                self.error(typed.span, message);
                hidden_condition(typed.span)
            }
            None => self.condition(right, op.text()),
        }
    }

    fn arithmetic(
        &self,
        op: BinaryOp,
        left_syntax: &syntax::Expr,
        right_syntax: &syntax::Expr,
        span: Range,
    ) -> Expr {
        let (left, right) = (self.expr(left_syntax), self.expr(right_syntax));
        if left.ty.ty.has_unknown() || right.ty.ty.has_unknown() {
            return unknown(span);
        }
        let texts = (left_syntax.to_short_text(), right_syntax.to_short_text());
        if left.ty.ty == Type::Null || right.ty.ty == Type::Null {
            self.error(span, messages::null_operand(op.text()));
            return unknown(span);
        }
        let sides = [(&left, texts.0.as_str()), (&right, texts.1.as_str())];
        if let Some(time) = self.time_arithmetic(op, sides, span) {
            return time;
        }
        for (operand, shown) in [(&left, &texts.0), (&right, &texts.1)] {
            if !operand.ty.ty.is_exact_or_float() {
                let joined = concat_form(&[(&left, &texts.0), (&right, &texts.1)]);
                let joined = joined.as_deref();
                let message = messages::needs_number(op.text(), joined, shown, &operand.ty);
                self.error(operand.span, message);
                return unknown(span);
            }
        }
        if matches!(op, BinaryOp::Div | BinaryOp::Rem) && is_zero(&right) && !self.guarded {
            self.error(span, messages::division_by_zero(op.text()));
            return unknown(span);
        }
        if let Some(decimal) = self.decimal_arithmetic(op, sides, span) {
            return decimal;
        }
        let Some(ty) = common(&left, &right) else {
            let message = messages::no_common_number(
                op.text(),
                (&texts.0, &left.ty.ty),
                (&texts.1, &right.ty.ty),
            );
            self.error(span, message);
            return unknown(span);
        };
        let result = ty.clone();
        Self::meet(op, left, right, &ty, result, span)
    }

    fn comparison(
        &self,
        op: BinaryOp,
        left_syntax: &syntax::Expr,
        right_syntax: &syntax::Expr,
        span: Range,
    ) -> Expr {
        let typed = (self.expr(left_syntax), self.expr(right_syntax));
        self.compared(op, typed, (left_syntax, right_syntax), span)
    }

    /// A comparison of two typed values.
    fn compared(
        &self,
        op: BinaryOp,
        (left, right): (Expr, Expr),
        written: (&syntax::Expr, &syntax::Expr),
        span: Range,
    ) -> Expr {
        for (one, other, shown) in [(&left, &right, written.1), (&right, &left, written.0)] {
            if one.ty.ty == Type::Null {
                let negated = op != BinaryOp::Eq;
                let other = (shown.to_short_text(), &other.ty);
                let message = messages::compared_with_null((&other.0, other.1), negated);
                self.error(span, message);
                return hidden_condition(span);
            }
        }
        let texts = || (written.0.to_short_text(), written.1.to_short_text());
        if matches!(op, BinaryOp::Eq | BinaryOp::NotEq) {
            let texts = texts();
            let (left, right) = ((&left, texts.0.as_str()), (&right, texts.1.as_str()));
            if self.never_equal(left, right, op == BinaryOp::NotEq, span) {
                return hidden_condition(span);
            }
        }
        let Some(ty) = common(&left, &right) else {
            let texts = texts();
            let message = messages::not_comparable((&texts.0, &left.ty), (&texts.1, &right.ty));
            self.error(span, message);
            return hidden_condition(span);
        };
        if !ty.is_ordered() {
            let texts = texts();
            let operands = Some((texts.0.as_str(), op.text(), texts.1.as_str()));
            self.error(span, messages::no_comparison(operands, &ty));
            return hidden_condition(span);
        }
        Self::meet(op, left, right, &ty, Type::Bool, span)
    }

    /// Reports a constant that no value on the other side can be.
    fn never_equal(
        &self,
        left: (&Expr, &str),
        right: (&Expr, &str),
        negated: bool,
        span: Range,
    ) -> bool {
        let (value, constant) = match is_constant(left.0) {
            true => (right, left),
            false => (left, right),
        };
        let never = !is_constant(value.0) && no_value_is(&value.0.ty.ty, constant.0);
        if never {
            let message = messages::never_equal(value.1, &value.0.ty, constant.1, negated);
            self.error(span, message);
        }
        never
    }

    /// `e between low and high` is `e >= low and e <= high`.
    pub(super) fn between(
        &self,
        expr: &syntax::Expr,
        (low, high): (&syntax::Expr, &syntax::Expr),
        negated: bool,
        span: Range,
    ) -> Expr {
        let value = self.expr(expr);
        let least = (value.clone(), self.expr(low));
        let least = self.compared(BinaryOp::GtEq, least, (expr, low), low.span);
        let greatest = (value, self.expr(high));
        let greatest = self.compared(BinaryOp::LtEq, greatest, (expr, high), high.span);
        let both = join(BinaryOp::And, least, greatest, Type::Bool, span);
        if !negated {
            return both;
        }
        let ty = both.ty.clone();
        Expr { kind: ExprKind::Not(Box::new(both)), ty, span }
    }

    /// `a || b`: what is meant follows from the types.
    pub(super) fn bars(
        &self,
        left: &syntax::Expr,
        right: &syntax::Expr,
        sign: Range,
        span: Range,
    ) -> Expr {
        // `a || b || c` are three texts.
        let mut written = vec![right];
        let mut first = left;
        while let syntax::ExprKind::Bars { left, right, .. } = &first.kind {
            written.push(right);
            first = left;
        }
        written.push(first);
        written.reverse();
        let operands: Vec<Expr> = written.iter().map(|operand| self.expr(operand)).collect();
        if operands.iter().any(|operand| operand.ty.ty == Type::Bool) {
            self.error(sign, messages::operator("||", "or"));
            return hidden_condition(span);
        }
        let texts: Vec<String> = written.iter().map(|operand| operand.to_form()).collect();
        let pairs: Vec<_> = operands.iter().zip(texts.iter().map(String::as_str)).collect();
        let message = match concat_form(&pairs) {
            Some(form) => messages::operator("||", &form),
            None => messages::no_operator("||", Some("texts are joined by `concat(…)`")),
        };
        self.error(sign, message);
        unknown(span)
    }

    /// Both operands as values of one type.
    fn meet(op: BinaryOp, left: Expr, right: Expr, ty: &Type, result: Type, span: Range) -> Expr {
        join(op, coerce(left, ty), coerce(right, ty), result, span)
    }

    pub(super) fn is_null(&self, expr: &syntax::Expr, negated: bool, span: Range) -> Expr {
        let inner = self.expr(expr);
        let known = !inner.ty.ty.has_unknown();
        if known && (!inner.ty.nullable || inner.ty.ty == Type::Null) {
            let message = messages::never_null(&expr.to_short_text(), &inner.ty, negated);
            self.error(span, message);
        }
        let inner = Box::new(inner);
        let kind = if negated { ExprKind::IsNotNull(inner) } else { ExprKind::IsNull(inner) };
        Expr { kind, ty: ValueType::required(Type::Bool), span }
    }

    pub(super) fn in_list(
        &self,
        expr: &syntax::Expr,
        items: &[syntax::Expr],
        negated: bool,
        span: Range,
    ) -> Expr {
        let looked_for = self.expr(expr);
        let typed: Vec<Expr> = items.iter().map(|item| self.expr(item)).collect();
        if typed.is_empty() {
            self.error(span, messages::empty_in(negated));
            return hidden_condition(span);
        }
        let Some(ty) = self.in_type(expr, &looked_for, items, &typed) else {
            return hidden_condition(span);
        };
        let nullable = looked_for.ty.nullable || typed.iter().any(|item| item.ty.nullable);
        let looked_for = coerce(looked_for, &ty);
        let items = typed.into_iter().map(|item| coerce(item, &ty)).collect();
        let kind = ExprKind::In { expr: Box::new(looked_for), items, negated };
        Expr { kind, ty: ValueType { ty: Type::Bool, nullable }, span }
    }

    /// The type that what is looked for and all items can take; each item is compared with it.
    fn in_type(
        &self,
        expr: &syntax::Expr,
        looked_for: &Expr,
        items: &[syntax::Expr],
        typed: &[Expr],
    ) -> Option<Type> {
        let mut ty = looked_for.ty.ty.clone();
        let mut agreed = true;
        for (syntax, item) in items.iter().zip(typed) {
            if item.ty.ty == Type::Null {
                let looked_for = (expr.to_short_text(), &looked_for.ty);
                let message = messages::null_in_list((&looked_for.0, looked_for.1));
                self.error(item.span, message);
                agreed = false;
                continue;
            }
            let texts = (expr.to_short_text(), syntax.to_short_text());
            let (left, right) = ((looked_for, texts.0.as_str()), (item, texts.1.as_str()));
            if self.never_equal(left, right, false, item.span) {
                agreed = false;
                continue;
            }
            let so_far = Expr { ty: ValueType::required(ty.clone()), ..looked_for.clone() };
            match common(&so_far, item) {
                Some(common) => ty = common,
                None => {
                    let left = (texts.0.as_str(), &looked_for.ty);
                    let message = messages::not_comparable(left, (&texts.1, &item.ty));
                    self.error(item.span, message);
                    agreed = false;
                }
            }
        }
        if agreed && !ty.is_ordered() {
            self.error(looked_for.span, messages::no_comparison(None, &ty));
            return None;
        }
        (agreed && !ty.has_unknown()).then_some(ty)
    }

    pub(super) fn like(
        &self,
        expr: &syntax::Expr,
        pattern: &syntax::Expr,
        negated: bool,
        span: Range,
    ) -> Expr {
        let texts = (expr.to_short_text(), pattern.to_short_text());
        let (expr, pattern) = (self.expr(expr), self.expr(pattern));
        let mut wrong = false;
        for (operand, shown) in [(&expr, &texts.0), (&pattern, &texts.1)] {
            let text = operand.ty.ty == Type::String;
            if !text && !operand.ty.ty.has_unknown() {
                self.error(operand.span, messages::like_needs_text(shown, &operand.ty));
            }
            wrong |= !text;
        }
        if wrong {
            return hidden_condition(span);
        }
        let nullable = expr.ty.nullable || pattern.ty.nullable;
        let (expr, pattern) = (Box::new(expr), Box::new(pattern));
        let ty = ValueType { ty: Type::Bool, nullable };
        Expr { kind: ExprKind::Like { expr, pattern, negated }, ty, span }
    }
}

/// A condition that an error hides: what it is used for is still right.
fn hidden_condition(span: Range) -> Expr {
    Expr { ty: ValueType::required(Type::Bool), ..unknown(span) }
}

/// `concat(…)` of two values, which have to be texts or to have one.
fn concat_form(operands: &[(&Expr, &str)]) -> Option<String> {
    let text = |(operand, shown): &(&Expr, &str)| {
        form_of(operand, shown, &Type::String, false).or_else(|| {
            let text = operand.ty.ty == Type::String || operand.ty.ty.has_unknown();
            text.then(|| (*shown).to_owned())
        })
    };
    let texts: Vec<String> = operands.iter().map(text).collect::<Option<_>>()?;
    Some(format!("concat({})", texts.join(", ")))
}

fn is_zero(expr: &Expr) -> bool {
    match expr.kind {
        ExprKind::Literal(Literal::Int(value)) => value == 0,
        ExprKind::Literal(Literal::Float(value)) => value == 0.0,
        _ => false,
    }
}

fn is_constant(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal(_))
}

/// Whether a whole number or a decimal of this type is never this constant.
fn no_value_is(ty: &Type, constant: &Expr) -> bool {
    match (ty, &constant.kind) {
        (Type::Int(int), ExprKind::Literal(Literal::Int(value))) => !int.holds(*value),
        (Type::Int(_), ExprKind::Literal(Literal::Float(value))) => value.fract() != 0.0,
        (Type::Decimal(decimal), ExprKind::Literal(Literal::Int(value))) => {
            !decimal.holds(&value.to_string())
        }
        (Type::Decimal(decimal), ExprKind::Literal(Literal::Float(value))) => {
            !decimal.holds(&value.to_string())
        }
        _ => false,
    }
}

pub(super) fn join(op: BinaryOp, left: Expr, right: Expr, ty: Type, span: Range) -> Expr {
    let nullable = left.ty.nullable || right.ty.nullable;
    let kind = ExprKind::Binary(op, Box::new(left), Box::new(right));
    Expr { kind, ty: ValueType { ty, nullable }, span }
}
