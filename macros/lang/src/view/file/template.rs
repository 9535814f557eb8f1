//! Templates that a file defines: what their uses in the file are checked by.

use proc_macro2::TokenStream;

use super::super::names::{self, Names};
use super::super::syntax::Template;
use super::super::template::Bundle;
use super::super::{check_template, parse_template};
use crate::sink::Sink;
use crate::types::path_text;

/// Checks a template, and returns what it hands on to its uses; `?`, which hides it, after an error.
pub(super) fn check(
    template: &Template,
    tokens: &TokenStream,
    names: &dyn Names,
    sink: &Sink,
) -> String {
    let reported = sink.count();
    let env = names::env(&template.view, names, sink).over(&template.relations);
    let with_templates = match template.view.templates().is_empty() {
        true => None,
        false => parse_template(tokens.clone(), Some(env.known(sink)), &Sink::ignoring()),
    };
    check_template(with_templates.as_ref().unwrap_or(template), &env, sink);
    if sink.count() > reported {
        return "?".to_owned();
    }
    let view = &template.view;
    let relations = view.sources().iter().map(path_text);
    let relations = relations
        .map(|path| names.relation(&path).map(|columns| (path, columns)).unwrap_or_default());
    let function = |path: &syn::Path| names.function(&path_text(path)).ok().flatten();
    let functions = view.functions().iter().filter_map(function);
    let types = view.types().iter().filter_map(|path| names.named_type(&path_text(path)));
    let bundle = Bundle {
        place: format!("line {}", view.name.span().start().line),
        text: tokens.to_string(),
        relations: relations.collect(),
        functions: functions.collect(),
        types: types.collect(),
        templates: env.templates.clone(),
    };
    bundle.to_text()
}
