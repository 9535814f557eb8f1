//! What `information_schema` and DataFusion's own documents are told.

use arrow_schema::DataType;
use belvedere_lang::types::{Type as LangType, ValueType as LangValue};
use belvedere_lang::view::env::Signature;
use datafusion::logical_expr::{DocSection, Documentation};

use super::message::signature;
use crate::udf::descriptor::{Function, Param};
use crate::udf::types::Type;

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
        builder = builder.with_argument(param.name, describe(param));
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

/// A type for each parameter; type parameters stand for text.
pub(super) fn example_types(function: &Function) -> Vec<DataType> {
    let parsed = Signature::parse(function.signature).ok();
    let params = function.params.iter().enumerate();
    params
        .map(|(position, param)| match (param.value.ty, &parsed) {
            (Type::Generic(_), Some(signature)) => signature
                .params
                .get(position)
                .and_then(|param| crate::view::data_type(&with_text(&param.ty.ty)))
                .unwrap_or(DataType::Null),
            (ty, _) => ty.to_arrow(),
        })
        .collect()
}

/// The type with text in the place of its parameters.
fn with_text(ty: &LangType) -> LangType {
    let value = |value: &LangValue| LangValue { ty: with_text(&value.ty), ..value.clone() };
    match ty {
        LangType::Param(_) => LangType::String,
        LangType::List(item) => LangType::List(Box::new(value(item))),
        LangType::Map(key, item) => LangType::Map(Box::new(with_text(key)), Box::new(value(item))),
        other => other.clone(),
    }
}

/// The type of a parameter, and what else it asks for.
fn describe(param: &Param) -> String {
    let mut text =
        if param.any { "any type, as text".to_owned() } else { param.value.ty.to_string() };
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
    text
}
