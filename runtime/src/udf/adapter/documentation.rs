//! What `information_schema` and DataFusion's own documents are told.

use std::sync::Arc;

use arrow_schema::{DataType, Field};
use datafusion::logical_expr::{DocSection, Documentation};

use super::message::signature;
use crate::udf::descriptor::{Function, Param};
use crate::udf::types::{TypeParam, TypeSet};

const SECTION: DocSection =
    DocSection { include: true, label: "Belvedere Functions", description: None };

/// Arguments are in order: `information_schema.parameters` takes their names from here.
pub(crate) fn of(function: &Function) -> Documentation {
    let description = function.doc.join("\n\n");
    let syntax = match signature(function).rsplit_once(" -> ") {
        Some((call, _)) => call.to_owned(),
        None => function.name.to_owned(),
    };
    let mut builder = Documentation::builder(SECTION, description, syntax);
    for param in function.params {
        builder = builder.with_argument(param.name, describe(param, function.type_params));
    }
    let examples: Vec<String> = function
        .examples
        .iter()
        .map(|example| format!("```sql\n{};\n----\n{}\n```", example.sql, example.expected))
        .collect();
    if !examples.is_empty() {
        builder = builder.with_sql_example(examples.join("\n\n"));
    }
    if let Some(twin) = function.twin_of {
        builder = builder.with_related_udf(twin);
    }
    builder.build()
}

/// A type for each parameter; type parameters stand for text, or for numbers.
pub(crate) fn example_types(function: &Function) -> Vec<DataType> {
    let example = |number: usize| {
        let ty = match function.type_params.get(number)?.set {
            TypeSet::Number => DataType::Int64,
            TypeSet::Any | TypeSet::Ordered => DataType::Utf8,
        };
        Some(Arc::new(Field::new("", ty, false)))
    };
    function.params.iter().map(|param| param.value.ty.to_arrow_with(&example)).collect()
}

/// The type of a parameter, and what else it asks for.
fn describe(param: &Param, names: &[TypeParam]) -> String {
    let mut text = match param.any {
        true => "any type, as text".to_owned(),
        false => param.value.ty.named(names).to_string(),
    };
    if param.variadic {
        text.push_str(", any number of arguments");
    }
    if param.literal {
        text.push_str(", a constant");
    }
    if !param.values.is_empty() {
        text.push_str(&format!(", one of {}", param.values.join(", ")));
    }
    if param.value.nullable {
        text.push_str(", may be NULL");
    }
    if let Some(default) = &param.default {
        text.push_str(&format!(", {default} if omitted"));
    }
    if let Some(setting) = param.setting {
        text.push_str(&format!(" and not set by {setting}"));
    }
    text
}
