//! Calls as plain data: what the builder `f::expr(…)` gives.
//!
//! With the feature `engine` a [`Call`] becomes an expression of DataFusion by `Expr::from`, and an
//! expression of DataFusion can be an argument.

use super::descriptor::Function;

/// A call of a function.
#[derive(Clone, Debug)]
pub struct Call {
    /// Which function.
    pub function: &'static Function,
    /// The arguments in order.
    pub args: Vec<Operand>,
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub enum Operand {
    /// NULL.
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a point or an exponent.
    Float(f64),
    /// Text.
    Text(String),
    /// The parameter's default.
    Default,
    /// A column, by its name.
    Column(String),
    /// A call of another function.
    Call(Box<Call>),
    /// An expression of the engine.
    #[cfg(feature = "engine")]
    Engine(Box<datafusion::logical_expr::Expr>),
}

/// A column, by its name.
#[must_use]
pub fn col(name: impl Into<String>) -> Operand {
    Operand::Column(name.into())
}

/// A constant.
#[must_use]
pub fn lit(value: impl Into<Operand>) -> Operand {
    value.into()
}

impl Call {
    /// A call with these arguments.
    #[must_use]
    pub fn new(function: &'static Function, args: impl IntoIterator<Item = Operand>) -> Self {
        Self { function, args: args.into_iter().collect() }
    }

    /// The call with more arguments, for a variadic parameter.
    #[must_use]
    pub fn and<T: Into<Operand>>(mut self, args: impl IntoIterator<Item = T>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }
}

impl From<Call> for Operand {
    fn from(call: Call) -> Self {
        Self::Call(Box::new(call))
    }
}

impl From<bool> for Operand {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Operand {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<i32> for Operand {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<f64> for Operand {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Operand {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Operand {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Self>> From<Option<T>> for Operand {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[cfg(feature = "engine")]
impl From<datafusion::logical_expr::Expr> for Operand {
    fn from(expr: datafusion::logical_expr::Expr) -> Self {
        Self::Engine(Box::new(expr))
    }
}
