//! Values of the parameters of views: `param since: Date = "2024-01-01"`.

use std::collections::BTreeMap;

use belvedere_lang::messages::Message;
use belvedere_lang::suggest::{listed, nearest};
use belvedere_lang::view::messages;
use belvedere_lang::view::model::{Literal, View};

use super::check::model;
use super::error::ViewError;
use super::graph::ViewGraph;

/// A value that is given for a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamValue {
    /// A constant.
    Typed(Literal),
    /// A constant of the parameter's type as it is written, text without quotes.
    Text(String),
}

impl<T: Into<Literal>> From<T> for ParamValue {
    fn from(value: T) -> Self {
        Self::Typed(value.into())
    }
}

/// Values of parameters, by the names of views and of their parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params {
    values: BTreeMap<String, BTreeMap<String, ParamValue>>,
}

impl Params {
    /// Gives a value for a parameter of a view; the last one given counts.
    #[must_use]
    pub fn with(
        mut self,
        view: impl Into<String>,
        param: impl Into<String>,
        value: impl Into<ParamValue>,
    ) -> Self {
        self.values.entry(view.into()).or_default().insert(param.into(), value.into());
        self
    }

    /// Whether none is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Gives a view its values.
    ///
    /// # Errors
    ///
    /// [`ViewError::WrongParam`] when the view has no such parameter, or the value is none of its type.
    pub fn give(&self, model: &mut View) -> Result<(), ViewError> {
        let name = model.name.clone();
        for (param, value) in self.values.get(&name).into_iter().flatten() {
            give(model, param, value)?;
        }
        Ok(())
    }

    /// The values that differ from the defaults, in a form that tells them apart; empty where all are
    /// the defaults.
    ///
    /// # Errors
    ///
    /// As [`Self::give`], when the view cannot be checked, and when no linked view has the name.
    pub(crate) fn key_of(&self, graph: &ViewGraph, view: &str) -> Result<String, ViewError> {
        if !self.values.contains_key(view) {
            return Ok(String::new());
        }
        let defaults = model(graph.get(view)?.relation())?;
        let mut given = defaults.clone();
        self.give(&mut given)?;
        let pairs = defaults.values.iter().zip(&given.values);
        let changed = pairs.filter(|(before, after)| before.default != after.default);
        let changed = changed.map(|(_, value)| format!("{}={:?};", value.name, value.default));
        Ok(changed.collect())
    }

    /// Whether every value is for a parameter of a linked view, and of its type.
    ///
    /// # Errors
    ///
    /// As [`Self::give`], when a view cannot be checked, and when no linked view has a name.
    pub(crate) fn check(&self, graph: &ViewGraph) -> Result<(), ViewError> {
        for view in self.values.keys() {
            self.give(&mut model(graph.get(view)?.relation())?)?;
        }
        Ok(())
    }
}

/// Gives one parameter its value.
///
/// # Errors
///
/// [`ViewError::WrongParam`]
pub(crate) fn give(model: &mut View, param: &str, value: &ParamValue) -> Result<(), ViewError> {
    let wrong = |message: Message| ViewError::WrongParam {
        view: model.name.clone(),
        param: param.to_owned(),
        reason: message.to_string(),
    };
    let names = model.values.iter().map(|value| value.name.as_str());
    let Some(position) = names.clone().position(|name| name == param) else {
        let near = nearest(param, names.clone());
        return Err(wrong(messages::unknown_param(&model.name, param, near, &listed(names))));
    };
    let ty = model.values[position].ty.clone();
    let literal = match value {
        ParamValue::Typed(literal) => Some(literal.clone()).filter(|literal| literal.is_of(&ty)),
        ParamValue::Text(text) => Literal::from_text(text, &ty),
    };
    let literal = literal.ok_or_else(|| {
        let numbers = match value {
            ParamValue::Typed(literal) => literal.outside(&ty),
            ParamValue::Text(text) => Literal::text_outside(text, &ty),
        };
        wrong(messages::param_value(&model.name, param, &ty, numbers.as_deref()))
    })?;
    model.values[position].default = Some(literal);
    Ok(())
}
