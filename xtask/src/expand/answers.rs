//! Which methods of `ScalarUDFImpl` a function answers, with what, and where in the source that
//! was said. The one adapter of the runtime gives these answers from the descriptor.

use belvedere_lang::tokens::name_of;
use belvedere_lang::udf::{Awaits, Function, Metadata, Param, ParamKind, Piece, Volatility};

/// An answer.
pub(super) struct Answer {
    /// The method of DataFusion's trait.
    pub(super) method: &'static str,
    /// What it gives.
    pub(super) gives: String,
    /// What says so in the source.
    pub(super) source: &'static str,
}

/// The answers of a function, or of its twin, in the order of the trait.
pub(super) fn answers(function: &Function, twin: bool) -> Vec<Answer> {
    let mut answers = Vec::new();
    let mut answer = |method, gives: String, source| answers.push(Answer { method, gives, source });
    let prefix = if twin { "try_" } else { "" };
    answer("name", format!("{prefix}{}", function.name), "the name, or `name = …`");
    let aliases: Vec<_> = function.aliases.iter().map(|alias| format!("{prefix}{alias}")).collect();
    answer("aliases", listed(&aliases), "`aliases = […]`");
    answer("signature", signature(function), "names and types of the parameters, `volatility = …`");
    if let Some(awaits) = &function.awaits {
        // DataFusion hands on no more of an async function.
        answer("return_field_from_args", field(function, twin), "the result, `metadata = …`");
        answer("invoke_async_with_args", calls(awaits), "the body, `concurrency = …` and others");
        return answers;
    }
    answer("coerce_types", "the types as they are".to_owned(), "");
    answer("return_field_from_args", field(function, twin), "the result, `metadata = …`");
    answer("is_strict", is_strict(function).to_string(), "no parameter is an `Option`");
    for (method, gives, source) in hooks(function, twin) {
        answer(method, gives, source);
    }
    let (texts, examples) = (function.doc.paragraphs.len(), function.doc.examples.len());
    let gives = format!("paragraphs: {texts}, examples: {examples}");
    answer("documentation", gives, "the doc comment");
    answer("invoke_with_args", "the shim, over every row".to_owned(), "the body");
    answers
}

/// How calls are made.
fn calls(awaits: &Awaits) -> String {
    let mut text = match awaits.batch {
        Some(rows) => format!("a call for {rows} rows"),
        None => "a call for a row".to_owned(),
    };
    if awaits.dedupe {
        text.push_str(", one for equal arguments");
    }
    if awaits.timeout_ms.is_some() {
        text.push_str(", given up in time");
    }
    if 0 < awaits.retry {
        text.push_str(", made again");
    }
    text
}

/// What follows from constants and from what the function says of its results.
fn hooks(function: &Function, twin: bool) -> Vec<(&'static str, String, &'static str)> {
    let said = &function.properties;
    let constants = names(function, is_constant);
    let mut hooks = Vec::new();
    if !constants.is_empty() {
        let gives = format!("refuses columns for {}", listed(&constants));
        hooks.push(("simplify", gives, "`#[literal]`"));
    }
    if said.idempotent {
        hooks.push(("simplify", "one call in place of two".to_owned(), "`idempotent`"));
    }
    if said.commutative {
        hooks.push(("simplify", "arguments in one order".to_owned(), "`commutative`"));
    }
    if said.simplify.is_some() {
        let gives = "what stands in the place of a call".to_owned();
        hooks.push(("simplify", gives, "`simplify = …`"));
    }
    if said.monotone && !twin {
        let strict = if said.injective { "; different values stay apart" } else { "" };
        hooks.push(("output_ordering", format!("that of the argument{strict}"), "`monotone`"));
        hooks.push(("evaluate_bounds", "results at the ends".to_owned(), "`monotone`"));
    }
    if said.bounds.is_some() {
        hooks.push(("evaluate_bounds", "the bounds".to_owned(), "`bounds = …`"));
    }
    if said.preimage.is_some() && !twin {
        hooks.push(("preimage", "the arguments of a result".to_owned(), "`preimage = …`"));
    }
    if said.inverse.is_some() && said.monotone && said.injective {
        hooks.push(("preimage", "what the inverse gives".to_owned(), "`inverse = …`"));
    }
    hooks
}

fn signature(function: &Function) -> String {
    let volatility = match function.volatility {
        Volatility::Immutable => "immutable",
        Volatility::Stable => "stable",
        Volatility::Volatile => "volatile",
    };
    let names = names(function, |_| true);
    format!("{volatility}, parameters {}", listed(&names))
}

fn field(function: &Function, twin: bool) -> String {
    let (word, nullable) = function.returns.word.without_option();
    let mut pieces = Vec::new();
    word.pieces(&mut pieces);
    let ty: String = pieces.iter().map(named).collect();
    let mut gives = if nullable || twin { format!("Option<{ty}>") } else { ty };
    let strict = names(function, |param| !param.word.without_option().1);
    if !strict.is_empty() {
        gives.push_str(&format!("; NULL where one of {} is", listed(&strict)));
    }
    match &function.metadata {
        Metadata::None => {}
        Metadata::Inherit(at) => gives.push_str(&format!("; metadata of argument {at}")),
        Metadata::Set(entries) => {
            gives.push_str(&format!("; {} entries of metadata", entries.len()))
        }
    }
    if let Some(prepare) = &function.prepare {
        let name = prepare.segments.last().map(|segment| segment.ident.to_string());
        gives.push_str(&format!("; refuses constants that `{}` does", name.unwrap_or_default()));
    }
    if let Some(fields) = &function.fields {
        let name = fields.segments.last().map(|segment| segment.ident.to_string());
        gives.push_str(&format!("; the fields that `{}` says", name.unwrap_or_default()));
    }
    if let Some(planned) = &function.planned {
        let name = planned.segments.last().map(|segment| segment.ident.to_string());
        gives.push_str(&format!("; what `{}` says of the call", name.unwrap_or_default()));
    }
    gives
}

/// A part of a type's text; a type of the user by its name alone.
pub(super) fn named(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => text.clone(),
        Piece::Type(path) | Piece::Generic(path, _) => {
            path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
        }
    }
}

fn is_strict(function: &Function) -> bool {
    let strict = |param: &Param| !param.word.without_option().1;
    !function.params.is_empty() && function.params.iter().all(strict)
}

fn is_constant(param: &Param) -> bool {
    matches!(param.kind, ParamKind::Literal | ParamKind::Parsed) || param.constants
}

fn names(function: &Function, wanted: impl Fn(&Param) -> bool) -> Vec<String> {
    function
        .params
        .iter()
        .filter(|param| wanted(param))
        .map(|param| name_of(&param.ident))
        .collect()
}

pub(super) fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
