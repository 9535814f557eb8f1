//! The forms of specs as `TypedDict`s: what type checkers say of a spec that is written in Python.
//!
//! They have the functional form, since `from`, `in` and `not` are keywords of Python.

use crate::spec::shapes::{BOUNDS, EXPRESSIONS, Form, Kind, OBJECTS, STEPS};

const HEAD: &str = "\
\"\"\"Queries and expressions as data: what `Runtime.spec` and `Runtime.expression` take.

They are dictionaries, lists and constants, as `json.load` gives them; a checker of types reads
these definitions, and nothing else needs them.
\"\"\"

from typing import Literal, TypeAlias, Union

from typing_extensions import NotRequired, TypedDict

";

/// Prints the module.
pub(super) fn print() -> String {
    let mut names = vec!["Constant", "Expression", "Item", "Source", "Step", "Bound"];
    let classes: Vec<(String, String)> = classes();
    names.extend(classes.iter().map(|(name, _)| name.as_str()));
    names.sort_unstable();
    let all: String = names.iter().map(|name| format!("    \"{name}\",\n")).collect();
    let mut text = format!("{HEAD}__all__ = [\n{all}]\n\n");
    text.push_str("# A constant: a text is never the name of anything.\n");
    text.push_str("Constant: TypeAlias = Union[None, bool, int, float, str]\n\n");
    let forms = |all: &[Form], suffix: &str| -> Vec<String> {
        let forms = all.iter().filter(|form| form.kind.is_some());
        forms.map(|form| format!("\"{}\"", class(form.name, suffix))).collect()
    };
    let mut expression = vec!["Constant".to_owned(), "\"list[Expression]\"".to_owned()];
    expression.extend(forms(EXPRESSIONS, "Form"));
    union("Expression", "A constant, a list, or a form under its name.", &expression, &mut text);
    let item = ["\"Named\"", "\"StarForm\"", "\"Expression\""].map(str::to_owned);
    union(
        "Item",
        "An entry of a step: a value, with a name or without, or a star.",
        &item,
        &mut text,
    );
    union("Step", "A step, under its name.", &forms(STEPS, "Step"), &mut text);
    let source = ["str", "\"SourceObject\""].map(str::to_owned);
    union("Source", "What a step reads: a relation by its name, or an object.", &source, &mut text);
    let alone = BOUNDS.iter().filter(|bound| bound.kind.is_none());
    let alone: Vec<String> = alone.map(|bound| format!("Literal[\"{}\"]", bound.name)).collect();
    let bound = [alone, forms(BOUNDS, "Bound")].concat();
    union("Bound", "An end of a frame.", &bound, &mut text);
    let classes: Vec<String> = classes.into_iter().map(|(_, class)| class).collect();
    text.push_str(&classes.join("\n"));
    text
}

/// `name: TypeAlias = Union[…]`
fn union(name: &str, doc: &str, parts: &[String], text: &mut String) {
    let parts: String = parts.iter().map(|part| format!("    {part},\n")).collect();
    text.push_str(&format!("# {doc}\n{name}: TypeAlias = Union[\n{parts}]\n\n"));
}

/// The name of a class: `asof_join` is `AsofJoin`.
fn class(name: &str, suffix: &str) -> String {
    let words = name.split('_').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    });
    words.collect::<String>() + suffix
}

/// Objects and forms with their definitions.
fn classes() -> Vec<(String, String)> {
    let mut classes = Vec::new();
    let mut define = |name: String, doc: &str, fields: &[(&str, String)]| {
        let fields: String = fields.iter().map(|(field, ty)| entry(field, ty)).collect();
        let fields =
            if fields.is_empty() { "{}".to_owned() } else { format!("{{\n{fields}    }}") };
        let definition =
            format!("# {doc}\n{name} = TypedDict(\n    \"{name}\",\n    {fields},\n)\n");
        classes.push((name, definition));
    };
    for object in OBJECTS {
        let fields: Vec<(&str, String)> = object
            .fields
            .iter()
            .map(|field| {
                let ty = annotation(field.kind);
                let ty = if field.required { ty } else { format!("NotRequired[{ty}]") };
                (field.name, ty)
            })
            .collect();
        define(object_class(object.name), object.doc, &fields);
    }
    let star = Form { name: "star", kind: Some(Kind::Object("star")), doc: "All columns." };
    let forms = (EXPRESSIONS.iter().chain([&star]).map(|form| (form, "Form")))
        .chain(STEPS.iter().map(|form| (form, "Step")))
        .chain(BOUNDS.iter().map(|form| (form, "Bound")));
    for (form, suffix) in forms {
        if let Some(kind) = form.kind {
            define(class(form.name, suffix), form.doc, &[(form.name, annotation(kind))]);
        }
    }
    classes
}

/// A field, laid out as ruff does it.
fn entry(field: &str, ty: &str) -> String {
    const WIDTH: usize = 88;
    let line = format!("        \"{field}\": {ty},\n");
    let inner = ty.strip_prefix("NotRequired[").and_then(|ty| ty.strip_suffix(']'));
    match inner.filter(|_| line.len() > WIDTH + 1) {
        Some(inner) => {
            format!("        \"{field}\": NotRequired[\n            {inner}\n        ],\n")
        }
        None => line,
    }
}

fn object_class(name: &str) -> String {
    if name == "source" { "SourceObject".to_owned() } else { class(name, "") }
}

/// A type as an annotation. What is defined below is a text.
fn annotation(kind: Kind) -> String {
    match written(kind) {
        ty if matches!(
            kind,
            Kind::Text | Kind::Name | Kind::Truth | Kind::Whole | Kind::Word(_)
        ) =>
        {
            ty
        }
        ty => format!("\"{ty}\""),
    }
}

fn written(kind: Kind) -> String {
    match kind {
        Kind::Text | Kind::Name => "str".to_owned(),
        Kind::Truth => "bool".to_owned(),
        Kind::Whole => "int".to_owned(),
        Kind::Constant => "Constant".to_owned(),
        Kind::Expr => "Expression".to_owned(),
        Kind::Pair => "list[Expression]".to_owned(),
        Kind::Item => "Item".to_owned(),
        Kind::Source => "Source".to_owned(),
        Kind::Object(name) => object_class(name),
        Kind::Step => "Step".to_owned(),
        Kind::Bound => "Bound".to_owned(),
        Kind::Word(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            format!("Literal[{}]", words.join(", "))
        }
        Kind::List(item) => format!("list[{}]", written(*item)),
        Kind::Map(value) => format!("dict[str, {}]", written(*value)),
    }
}
