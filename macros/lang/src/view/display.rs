//! Expressions as text, for messages: short, with `…` for what does not fit.

use std::fmt;

use super::model::{BinaryOp, Literal};
use super::syntax::{Call, Expr, ExprKind, Frame, FrameBoundKind, SortKey, Subquery};

/// What a message shows of an expression.
const LENGTH_MAX: usize = 40;

/// What a help that can be pasted has of one.
const FORM_MAX: usize = 160;

impl Expr {
    /// The expression for a message, cut after some characters.
    #[must_use]
    pub fn to_short_text(&self) -> String {
        self.to_text(LENGTH_MAX)
    }

    /// The expression for a help that can be pasted.
    #[must_use]
    pub fn to_form(&self) -> String {
        self.to_text(FORM_MAX)
    }

    fn to_text(&self, length_max: usize) -> String {
        let mut short = Short { text: String::new(), left: length_max };
        if write_expr(self, &mut short).is_err() {
            short.text.push('…');
        }
        short.text
    }
}

impl SortKey {
    /// The key for a message.
    pub(super) fn to_short_text(&self) -> String {
        let order = if self.descending { " desc" } else { "" };
        let nulls = if self.nulls_first { " nulls first" } else { "" };
        format!("{}{order}{nulls}", self.expr.to_short_text())
    }
}

impl Frame {
    /// The frame with its ends in the other order, for a message.
    pub(super) fn turned_text(&self) -> String {
        let mut text = format!("{} between ", self.units.word());
        // Text takes whatever is written to it.
        let _ = write_bound(&self.end.kind, &mut text);
        text.push_str(" and ");
        let _ = write_bound(&self.start.kind, &mut text);
        text
    }
}

fn write_bound(bound: &FrameBoundKind, f: &mut dyn fmt::Write) -> fmt::Result {
    match bound {
        FrameBoundKind::Start => f.write_str("unbounded preceding"),
        FrameBoundKind::Current => f.write_str("current row"),
        FrameBoundKind::End => f.write_str("unbounded following"),
        FrameBoundKind::Preceding(distance) => {
            write_literal(distance, f)?;
            f.write_str(" preceding")
        }
        FrameBoundKind::Following(distance) => {
            write_literal(distance, f)?;
            f.write_str(" following")
        }
    }
}

/// A text that takes no more than so many characters.
struct Short {
    text: String,
    left: usize,
}

impl fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for char in text.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(if char == '\n' { ' ' } else { char });
        }
        Ok(())
    }
}

/// How tightly an expression holds together: the rule of the grammar that reads it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    And,
    Not,
    Compare,
    Sum,
    Product,
    Unary,
    Postfix,
}

impl Level {
    fn of(expr: &Expr) -> Self {
        match &expr.kind {
            ExprKind::Binary(op, ..) => Self::of_operator(*op),
            ExprKind::Not(_) => Self::Not,
            ExprKind::IsNull { .. }
            | ExprKind::Between { .. }
            | ExprKind::In { .. }
            | ExprKind::Subquery(Subquery::In { .. }, _)
            | ExprKind::Like { .. } => Self::Compare,
            ExprKind::NeverNull(inner) => Self::of(inner),
            ExprKind::Joined(joined) => Self::of(&joined.shown),
            ExprKind::Bars { .. } => Self::Sum,
            ExprKind::Negative(_) => Self::Unary,
            ExprKind::Name(_)
            | ExprKind::Field(..)
            | ExprKind::Literal(_)
            | ExprKind::Value(_)
            | ExprKind::Subquery(Subquery::Exists | Subquery::Scalar, _)
            | ExprKind::Case { .. }
            | ExprKind::Cast { .. }
            | ExprKind::Call(_)
            | ExprKind::List(_)
            | ExprKind::Struct(_)
            | ExprKind::Index(..)
            | ExprKind::OfQuery(..)
            | ExprKind::Unfinished(_)
            | ExprKind::Error => Self::Postfix,
        }
    }

    fn of_operator(op: BinaryOp) -> Self {
        match op {
            BinaryOp::Or => Self::Or,
            BinaryOp::And => Self::And,
            BinaryOp::Eq
            | BinaryOp::NotEq
            | BinaryOp::Lt
            | BinaryOp::LtEq
            | BinaryOp::Gt
            | BinaryOp::GtEq => Self::Compare,
            BinaryOp::Add | BinaryOp::Sub => Self::Sum,
            BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => Self::Product,
        }
    }

    /// What the operands on the left and on the right of an operator have to be at least: operators
    /// of one level are read from the left, comparisons do not follow each other.
    fn operands(self) -> (Self, Self) {
        match self {
            Self::Or => (Self::Or, Self::And),
            Self::And => (Self::And, Self::Not),
            Self::Not | Self::Compare => (Self::Sum, Self::Sum),
            Self::Sum => (Self::Sum, Self::Product),
            Self::Product => (Self::Product, Self::Unary),
            Self::Unary | Self::Postfix => (Self::Unary, Self::Unary),
        }
    }
}

/// Writes an operand, in parentheses where it would be read as something else without.
fn write_operand(expr: &Expr, at_least: Level, f: &mut dyn fmt::Write) -> fmt::Result {
    if Level::of(expr) >= at_least {
        return write_expr(expr, f);
    }
    f.write_str("(")?;
    write_expr(expr, f)?;
    f.write_str(")")
}

fn write_expr(expr: &Expr, f: &mut dyn fmt::Write) -> fmt::Result {
    match &expr.kind {
        ExprKind::Name(name) => write!(f, "{name}"),
        ExprKind::Field(base, field) => {
            write_operand(base, Level::Postfix, f)?;
            write!(f, ".{field}")
        }
        ExprKind::Literal(literal) => write_literal(literal, f),
        ExprKind::Negative(inner) => {
            f.write_str("-")?;
            write_operand(inner, Level::Unary, f)
        }
        ExprKind::Not(inner) => {
            f.write_str("not ")?;
            write_operand(inner, Level::Not, f)
        }
        ExprKind::Binary(op, left, right) => {
            let (at_left, at_right) = Level::of_operator(*op).operands();
            write_operand(left, at_left, f)?;
            write!(f, " {} ", op.text())?;
            write_operand(right, at_right, f)
        }
        ExprKind::Bars { left, right, .. } => {
            write_operand(left, Level::Sum, f)?;
            f.write_str(" || ")?;
            write_operand(right, Level::Product, f)
        }
        ExprKind::IsNull { .. }
        | ExprKind::Between { .. }
        | ExprKind::In { .. }
        | ExprKind::Subquery(Subquery::In { .. }, _)
        | ExprKind::Like { .. } => write_test(expr, f),
        ExprKind::Case { .. } => f.write_str("case … end"),
        ExprKind::Cast { expr, lenient, .. } => {
            f.write_str(if *lenient { "try_cast(" } else { "cast(" })?;
            write_expr(expr, f)?;
            f.write_str(" as …)")
        }
        ExprKind::Call(call) => write_call(call, f),
        ExprKind::NeverNull(inner) => write_expr(inner, f),
        ExprKind::Joined(joined) => write_expr(&joined.shown, f),
        ExprKind::Subquery(Subquery::Exists, _) => f.write_str("exists (…)"),
        ExprKind::Subquery(Subquery::Scalar, _) => f.write_str("(…)"),
        ExprKind::List(items) => {
            f.write_str("[")?;
            for (position, item) in items.iter().enumerate() {
                f.write_str(if position > 0 { ", " } else { "" })?;
                write_expr(item, f)?;
            }
            f.write_str("]")
        }
        ExprKind::Struct(_) => f.write_str("{ … }"),
        ExprKind::Index(list, position) => {
            write_operand(list, Level::Postfix, f)?;
            f.write_str("[")?;
            write_expr(position, f)?;
            f.write_str("]")
        }
        ExprKind::OfQuery(..) | ExprKind::Value(_) | ExprKind::Unfinished(_) | ExprKind::Error => {
            f.write_str("…")
        }
    }
}

/// What asks something of one value.
fn write_test(expr: &Expr, f: &mut dyn fmt::Write) -> fmt::Result {
    match &expr.kind {
        ExprKind::IsNull { expr, negated } => {
            write_operand(expr, Level::Sum, f)?;
            f.write_str(if *negated { " is not null" } else { " is null" })
        }
        ExprKind::Between { expr, low, high, negated } => {
            write_operand(expr, Level::Sum, f)?;
            f.write_str(if *negated { " not between " } else { " between " })?;
            write_operand(low, Level::Sum, f)?;
            f.write_str(" and ")?;
            write_operand(high, Level::Sum, f)
        }
        ExprKind::In { expr, negated, .. }
        | ExprKind::Subquery(Subquery::In { expr, negated }, _) => {
            write_operand(expr, Level::Sum, f)?;
            f.write_str(if *negated { " not in (…)" } else { " in (…)" })
        }
        ExprKind::Like { expr, pattern, negated } => {
            write_operand(expr, Level::Sum, f)?;
            f.write_str(if *negated { " not like " } else { " like " })?;
            write_operand(pattern, Level::Sum, f)
        }
        _ => f.write_str("…"),
    }
}

fn write_call(call: &Call, f: &mut dyn fmt::Write) -> fmt::Result {
    write!(f, "{}(", call.name)?;
    if call.distinct.is_some() {
        f.write_str("distinct ")?;
    }
    for (i, arg) in call.args.iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        if let Some(name) = &arg.name {
            write!(f, "{name} => ")?;
        }
        write_expr(&arg.value, f)?;
    }
    if !call.order_by.is_empty() {
        f.write_str(" order by …")?;
    }
    f.write_str(")")?;
    if call.filter.is_some() {
        f.write_str(" filter (…)")?;
    }
    if call.ignore_nulls.is_some() {
        f.write_str(" ignore nulls")?;
    }
    if call.over.is_some() { f.write_str(" over (…)") } else { Ok(()) }
}

fn write_literal(literal: &Literal, f: &mut dyn fmt::Write) -> fmt::Result {
    match literal {
        Literal::Null => f.write_str("null"),
        Literal::Bool(value) => write!(f, "{value}"),
        Literal::Int(value) => write!(f, "{value}"),
        Literal::Float(value) => write!(f, "{value:?}"),
        Literal::Decimal(digits) => f.write_str(digits),
        Literal::String(value) => write!(f, "{value:?}"),
    }
}

impl Literal {
    /// The constant as it is written.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = write_literal(self, &mut text);
        text
    }
}

impl BinaryOp {
    /// How it is written.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Rem => "%",
            Self::Eq => "==",
            Self::NotEq => "!=",
            Self::Lt => "<",
            Self::LtEq => "<=",
            Self::Gt => ">",
            Self::GtEq => ">=",
            Self::And => "and",
            Self::Or => "or",
        }
    }
}
