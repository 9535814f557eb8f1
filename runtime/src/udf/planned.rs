//! What a plan knows of a call: which arguments are constants, and what metadata the others carry.
//!
//! A function with `#[udf(planned = f)]` has `f` asked when a call is planned: it gives metadata of
//! the result's field, or refuses the call before any row is read. One with `#[udf(returns = f)]` has
//! `f` say the fields of its result.

use std::collections::HashMap;

use arrow_schema::{DataType, Fields};

use super::error::{Error, Result};

/// Entries for the metadata of a result's field.
pub type Entries = Vec<(&'static str, String)>;

/// Gives metadata for the result of a call, or says why it cannot be.
pub type Planner = fn(&Planned<'_>) -> Result<Entries>;

/// Says the fields of a result, or why there can be no call.
pub type FieldsOf = fn(&Planned<'_>) -> Result<Fields>;

/// A call in a plan.
#[derive(Debug)]
pub struct Planned<'a> {
    arguments: Vec<(&'static str, Argument<'a>)>,
}

/// An argument of a call in a plan.
#[derive(Debug)]
pub struct Argument<'a> {
    constant: Option<String>,
    ty: Option<(&'a DataType, bool)>,
    metadata: Option<&'a HashMap<String, String>>,
}

impl<'a> Planned<'a> {
    /// A call with these arguments, each under the name of its parameter; those of a variadic share
    /// one.
    #[must_use]
    pub fn new(arguments: Vec<(&'static str, Argument<'a>)>) -> Self {
        Self { arguments }
    }

    /// The argument of a parameter, the first of a variadic one.
    ///
    /// # Errors
    ///
    /// The function has no parameter of this name, or its variadic was given nothing.
    pub fn argument(&self, param: &str) -> Result<&Argument<'a>> {
        let found = self.arguments.iter().find(|(name, _)| *name == param);
        found
            .map(|(_, argument)| argument)
            .ok_or_else(|| Error::new(format!("there is no argument `{param}` to plan with")))
    }

    /// All the arguments of a parameter: those of a variadic in order.
    pub fn arguments(&self, param: &str) -> impl Iterator<Item = &Argument<'a>> {
        self.arguments.iter().filter(move |(name, _)| *name == param).map(|(_, argument)| argument)
    }
}

impl<'a> Argument<'a> {
    /// An argument with the text of its constant and the metadata of its field, where it has them.
    #[must_use]
    pub fn new(constant: Option<String>, metadata: Option<&'a HashMap<String, String>>) -> Self {
        Self { constant, metadata, ty: None }
    }

    /// The same with the type of the argument, and whether it can be NULL.
    #[must_use]
    pub fn of_type(self, ty: &'a DataType, nullable: bool) -> Self {
        Self { ty: Some((ty, nullable)), ..self }
    }

    /// The type of its values, whatever their encoding; one that is left out has none.
    #[must_use]
    pub fn data_type(&self) -> Option<&'a DataType> {
        self.ty.map(|(ty, _)| ty)
    }

    /// Whether it can be NULL.
    #[must_use]
    pub fn is_nullable(&self) -> bool {
        self.ty.is_none_or(|(_, nullable)| nullable)
    }

    /// The fields of a struct.
    ///
    /// # Errors
    ///
    /// It is none.
    pub fn fields(&self) -> Result<&'a Fields> {
        match self.data_type() {
            Some(DataType::Struct(fields)) => Ok(fields),
            _ => Err(Error::new("an argument whose fields are asked for is no struct")),
        }
    }

    /// The text of a constant that is neither NULL nor nested: a literal in the plan, or the default of an argument
    /// that was left out.
    #[must_use]
    pub fn constant(&self) -> Option<&str> {
        self.constant.as_deref()
    }

    /// An entry of the metadata of its field.
    #[must_use]
    pub fn metadata(&self, key: &str) -> Option<&'a str> {
        self.metadata?.get(key).map(String::as_str)
    }
}
