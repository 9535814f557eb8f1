//! Expressions as text, for messages: short, with `…` for what does not fit.

use std::fmt;

use super::model::{BinaryOp, Literal};
use super::syntax::{Expr, ExprKind};

/// What a message shows of an expression.
const LENGTH_MAX: usize = 40;

impl Expr {
    /// The expression for a message, cut after some characters.
    #[must_use]
    pub fn to_short_text(&self) -> String {
        let mut short = Short { text: String::new(), left: LENGTH_MAX };
        if write_expr(self, &mut short).is_err() {
            short.text.push('…');
        }
        short.text
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

fn write_expr(expr: &Expr, f: &mut dyn fmt::Write) -> fmt::Result {
    match &expr.kind {
        ExprKind::Name(name) => write!(f, "{name}"),
        ExprKind::Field(base, field) => {
            write_expr(base, f)?;
            write!(f, ".{field}")
        }
        ExprKind::Literal(literal) => write_literal(literal, f),
        ExprKind::Negative(inner) => {
            f.write_str("-")?;
            write_expr(inner, f)
        }
        ExprKind::Not(inner) => {
            f.write_str("not ")?;
            write_expr(inner, f)
        }
        ExprKind::Binary(op, left, right) => {
            write_expr(left, f)?;
            write!(f, " {} ", op.text())?;
            write_expr(right, f)
        }
        ExprKind::IsNull { expr, negated } => {
            write_expr(expr, f)?;
            f.write_str(if *negated { " is not null" } else { " is null" })
        }
        ExprKind::Bars { left, right, .. } => {
            write_expr(left, f)?;
            f.write_str(" || ")?;
            write_expr(right, f)
        }
        ExprKind::Between { expr, low, high, negated } => {
            write_expr(expr, f)?;
            f.write_str(if *negated { " not between " } else { " between " })?;
            write_expr(low, f)?;
            f.write_str(" and ")?;
            write_expr(high, f)
        }
        ExprKind::In { expr, negated, .. } => {
            write_expr(expr, f)?;
            f.write_str(if *negated { " not in (…)" } else { " in (…)" })
        }
        ExprKind::Like { expr, pattern, negated } => {
            write_expr(expr, f)?;
            f.write_str(if *negated { " not like " } else { " like " })?;
            write_expr(pattern, f)
        }
        ExprKind::Case { .. } => f.write_str("case … end"),
        ExprKind::Cast { expr, lenient, .. } => {
            f.write_str(if *lenient { "try_cast(" } else { "cast(" })?;
            write_expr(expr, f)?;
            f.write_str(" as …)")
        }
        ExprKind::Call(call) => {
            f.write_str(&call.name)?;
            f.write_str("(")?;
            for (i, arg) in call.args.iter().enumerate() {
                if i > 0 {
                    f.write_str(", ")?;
                }
                write_expr(&arg.value, f)?;
            }
            f.write_str(")")
        }
        ExprKind::Error => f.write_str("…"),
    }
}

fn write_literal(literal: &Literal, f: &mut dyn fmt::Write) -> fmt::Result {
    match literal {
        Literal::Null => f.write_str("null"),
        Literal::Bool(value) => write!(f, "{value}"),
        Literal::Int(value) => write!(f, "{value}"),
        Literal::Float(value) => write!(f, "{value:?}"),
        Literal::String(value) => write!(f, "{value:?}"),
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
