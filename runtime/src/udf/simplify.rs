//! Something shorter in the place of a call: `#[udf(simplify = f)]`.
//!
//! `f` takes the arguments of a call in a plan, each as a [`Given`], and gives what stands in the place
//! of the call: an argument, a constant, a call of another function. What it gives is held against
//! the result of the call, and refused where it could not be that.

use std::fmt;

use arrow_array::{Array as _, ArrayRef};
use arrow_schema::DataType;

use super::error::CallError;
use super::expr::Operand;
use super::node::Node;
use super::prepared::Shared;
use super::read::Read;

/// Says what stands in the place of a call, if something does.
pub type Simplify = fn(&Arguments) -> Simplified;

/// What stands in the place of a call, if something does.
pub type Simplified = Result<Option<Operand>, CallError>;

/// An argument of a call in a plan: an expression, which may be a constant.
///
/// `T` is the type of the constant. An argument whose values are lists, maps, structs or of a type
/// parameter is a `Given` without a type, whose constant is not shown.
#[derive(Clone, Debug)]
pub struct Given<T = ()> {
    expr: Operand,
    known: Known<T>,
    ty: DataType,
    nullable: bool,
    first: usize,
}

/// What is known of a value.
#[derive(Clone, Debug)]
enum Known<T> {
    /// Each row has its own, or it is not shown.
    Not,
    Null,
    Value(T),
    Parsed(Shared),
}

impl<T: 'static> Given<T> {
    /// The value, where it is a constant that is not NULL; that of the default, where it is left out.
    #[must_use]
    pub fn constant(&self) -> Option<&T> {
        match &self.known {
            Known::Value(value) => Some(value),
            Known::Parsed(shared) => Some(shared.get()),
            Known::Not | Known::Null => None,
        }
    }
}

impl<T> Given<T> {
    /// Whether it is NULL in every row.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.known, Known::Null)
    }

    /// Whether it can be NULL.
    #[must_use]
    pub fn is_nullable(&self) -> bool {
        self.nullable
    }

    /// The type of its values, with their encoding.
    #[must_use]
    pub fn data_type(&self) -> &DataType {
        &self.ty
    }

    /// Whether it is the same expression as another argument, and so has the same values.
    #[must_use]
    pub fn is_same<U>(&self, other: &Given<U>) -> bool {
        self.first == other.first
    }
}

impl<T> From<Given<T>> for Operand {
    fn from(given: Given<T>) -> Self {
        given.expr
    }
}

impl<T> From<&Given<T>> for Operand {
    fn from(given: &Given<T>) -> Self {
        given.expr.clone()
    }
}

/// The arguments of a call in a plan; those that are left out are their defaults.
#[derive(Debug, Default)]
pub struct Arguments(Vec<Argument>);

/// An argument, as the engine knows it.
#[derive(Clone)]
pub(crate) struct Argument {
    pub(crate) expr: Operand,
    /// The one value of a constant, in the form that the parameter is read in.
    pub(crate) constant: Option<ArrayRef>,
    /// What the constant was parsed to.
    pub(crate) parsed: Option<Shared>,
    pub(crate) ty: DataType,
    pub(crate) nullable: bool,
    /// The position of the first argument that is the same expression.
    pub(crate) first: usize,
}

impl fmt::Debug for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}

impl Argument {
    fn is_null(&self) -> bool {
        self.constant.as_ref().is_some_and(|constant| constant.is_null(0))
    }

    fn given<T>(&self, value: impl FnOnce(&Self) -> Result<Known<T>, CallError>) -> GivenOr<T> {
        let known = if self.is_null() { Known::Null } else { value(self)? };
        let (expr, ty) = (self.expr.clone(), self.ty.clone());
        Ok(Given { expr, known, ty, nullable: self.nullable, first: self.first })
    }
}

type GivenOr<T> = Result<Given<T>, CallError>;

impl Arguments {
    #[cfg(feature = "engine")]
    pub(crate) fn new(all: Vec<Argument>) -> Self {
        Self(all)
    }

    fn at(&self, position: usize) -> Result<&Argument, CallError> {
        let missing = || CallError::at_argument(position, "the argument is missing");
        self.0.get(position).ok_or_else(missing)
    }

    /// The argument of a parameter whose constants are shown.
    ///
    /// # Errors
    ///
    /// There is none, or its constant has another type.
    pub fn read<T: for<'a> Read<Item<'a> = T>>(&self, position: usize) -> GivenOr<T> {
        self.at(position)?.given(|argument| read(argument, position))
    }

    /// All the arguments from a position on, which are those of a variadic.
    ///
    /// # Errors
    ///
    /// A constant has another type.
    pub fn rest<T: for<'a> Read<Item<'a> = T>>(
        &self,
        from: usize,
    ) -> Result<Vec<Given<T>>, CallError> {
        let rest = self.0.iter().enumerate().skip(from);
        rest.map(|(at, argument)| argument.given(|argument| read(argument, at))).collect()
    }

    /// The argument of a parameter whose constants are parsed.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn parsed<T>(&self, position: usize) -> GivenOr<T> {
        self.at(position)?.given(|argument| {
            Ok(argument.parsed.clone().map_or(Known::Not, |shared| Known::Parsed(shared)))
        })
    }

    /// The argument of a parameter whose constants are not shown.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn any(&self, position: usize) -> GivenOr<()> {
        self.at(position)?.given(|_| Ok(Known::Not))
    }

    /// All the arguments from a position on, whose constants are not shown.
    ///
    /// # Errors
    ///
    /// None: as [`Self::rest`].
    pub fn any_rest(&self, from: usize) -> Result<Vec<Given>, CallError> {
        self.0.iter().skip(from).map(|argument| argument.given(|_| Ok(Known::Not))).collect()
    }
}

/// The value of a constant.
fn read<T: for<'a> Read<Item<'a> = T>>(
    argument: &Argument,
    position: usize,
) -> Result<Known<T>, CallError> {
    let Some(constant) = &argument.constant else { return Ok(Known::Not) };
    let node = Node::new(constant, &T::TYPE).ok_or_else(|| {
        CallError::at_argument(position, format!("a constant is {}", constant.data_type()))
    })?;
    Ok(Known::Value(T::get(&T::column(&node), 0)))
}
