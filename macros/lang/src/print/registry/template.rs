//! Templates of views as plain data.

use std::fmt;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::sink::Sink;
use crate::tokens::name_of;
use crate::view::parse_template;
use crate::view::syntax::{Param, ParamKind};

/// A view over relations that each use of it names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(deny_unknown_fields))]
pub struct Template {
    /// The name.
    pub name: String,
    /// The path of the Rust module that defines it.
    pub module: String,
    /// The doc comment.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "String::is_empty"))]
    pub doc: String,
    /// The relations that a use names between angle brackets, in order.
    pub relations: Vec<String>,
    /// What a use gives in parentheses, in order.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub params: Vec<TemplateParam>,
    /// The names of the relations that it reads besides those that a use names.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub sources: Vec<String>,
    /// The SQL names of the functions that it calls.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub functions: Vec<String>,
    /// The names of the templates that it uses.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub templates: Vec<String>,
}

/// What a use of a template gives.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(deny_unknown_fields))]
pub struct TemplateParam {
    /// Its name.
    pub name: String,
    /// What it stands for.
    pub kind: TemplateParamKind,
    /// The type of a constant.
    #[cfg_attr(
        feature = "serde",
        serde(default, rename = "type", skip_serializing_if = "Option::is_none")
    )]
    pub ty: Option<String>,
    /// The constant that it is if nothing else is said.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub default: Option<String>,
}

/// What a parameter of a template stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(rename_all = "snake_case"))]
pub enum TemplateParamKind {
    /// A column.
    Column,
    /// One column or several.
    Columns,
    /// A constant.
    Value,
}

impl Template {
    /// Reads name, relations and parameters of a template from its text; `None` for a text that is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let tokens = text.parse().ok()?;
        // What is wrong with a template is said where it is defined.
        let template = parse_template(tokens, None, &Sink::ignoring())?;
        Some(Self {
            name: name_of(&template.view.name),
            relations: template.relations.iter().map(name_of).collect(),
            params: template.params.iter().map(param).collect(),
            ..Self::default()
        })
    }
}

fn param(param: &Param) -> TemplateParam {
    let (kind, value) = match &param.kind {
        ParamKind::Column => (TemplateParamKind::Column, None),
        ParamKind::Columns => (TemplateParamKind::Columns, None),
        ParamKind::Value(value) => (TemplateParamKind::Value, Some(value)),
    };
    TemplateParam {
        name: name_of(&param.name),
        kind,
        ty: value.map(|value| value.to_type().to_string()),
        default: value.and_then(|value| Some(value.default.as_ref()?.to_text())),
    }
}

/// How it is defined, up to the `=`: `latest<R: Relation>(key, order)`.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let relations = self.relations.iter().map(|name| format!("{name}: Relation"));
        let relations: Vec<String> = relations.collect();
        let params: Vec<String> = self.params.iter().map(TemplateParam::to_string).collect();
        write!(f, "{}<{}>({})", self.name, relations.join(", "), params.join(", "))
    }
}

impl fmt::Display for TemplateParam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind == TemplateParamKind::Columns {
            f.write_str("...")?;
        }
        f.write_str(&self.name)?;
        if let Some(ty) = &self.ty {
            write!(f, ": {ty}")?;
        }
        if let Some(default) = &self.default {
            write!(f, " = {default}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_shown_as_it_is_defined() {
        let head = "latest<R: Relation, S: Relation>(key, ...by, least: i64 = 1, day: Date)";
        let text = format!("pub {head} = from R where key > least");
        let template = Template::parse(&text).unwrap();
        assert_eq!(template.to_string(), head);
        assert_eq!(template.params[2].kind, TemplateParamKind::Value);
        assert_eq!(Template::parse("?"), None);
    }
}
