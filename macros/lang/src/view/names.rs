//! What a text can name while a program runs, and how its names find it.
//!
//! In a macro, rustc resolves names and says what is wrong with them. Elsewhere [`Names`] knows what
//! there is, in the texts that carriers have, and [`env()`] says what is not.

use proc_macro2::Span;

use super::builtins;
use super::env::{Env, MISSING};
use super::messages;
use super::model;
use super::syntax::View;
use crate::messages::Message;
use crate::sink::Sink;
use crate::suggest::{listed, nearest};
use crate::tokens::{Range, name_of};
use crate::types::{Type, path_text};

/// What a text can name. Paths come as they are written; relations and types are known by their last
/// name, functions by as much of the path as is written.
pub trait Names {
    /// The columns of a relation, in the text form of its carrier.
    fn relation(&self, path: &str) -> Option<String>;

    /// The signature of a function.
    ///
    /// # Errors
    ///
    /// The full paths of all that the path can mean, if they are several.
    fn function(&self, path: &str) -> Result<Option<String>, Vec<String>>;

    /// The text of a named struct.
    fn named_type(&self, path: &str) -> Option<String>;

    /// The content of a schema file that a table names, or why it cannot be read.
    fn schema_file(&self, path: &str) -> Result<Vec<u8>, String>;

    /// The text of a template; without any, there is none.
    fn template(&self, _path: &str) -> Option<String> {
        None
    }

    /// The names of all templates.
    fn templates(&self) -> Vec<String> {
        Vec::new()
    }

    /// Why an expression of constants and built-ins in a view has no value, where an engine can be asked.
    fn fails(&self, _view: &model::View, _expr: &model::Expr) -> Option<String> {
        None
    }

    /// The names of all relations.
    fn relations(&self) -> Vec<String>;

    /// The names of all functions but built-ins.
    fn functions(&self) -> Vec<String>;

    /// The names of all structs.
    fn types(&self) -> Vec<String>;
}

/// The last name of a path.
#[must_use]
pub fn last_name(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path).trim_start_matches("r#")
}

/// The surroundings of a view among these names; what is not there is reported.
#[must_use]
pub fn env(view: &View, names: &dyn Names, sink: &Sink) -> Env {
    let mut texts: Vec<String> = Vec::new();
    let missing = || MISSING.to_owned();
    for path in view.sources() {
        texts.push(names.relation(&path_text(path)).unwrap_or_else(|| {
            unknown_table(path, names, sink);
            missing()
        }));
    }
    for path in view.functions() {
        let text = match names.function(&path_text(path)) {
            Ok(text) => text,
            Err(paths) => {
                sink.error_range(span_of(path), ambiguous_function(path, &paths));
                // An error hides it.
                Some("?".to_owned())
            }
        };
        texts.push(text.unwrap_or_else(|| {
            unknown_function(path, names, sink);
            missing()
        }));
    }
    for path in view.types() {
        texts.push(names.named_type(&path_text(path)).unwrap_or_else(|| {
            unknown_struct(path, names, sink);
            missing()
        }));
    }
    // Which struct `<Row>` names is known to rustc alone; it is compared when the crate is compiled.
    texts.extend(view.row.iter().map(|_| missing()));
    for path in view.templates() {
        texts.push(names.template(&path_text(path)).unwrap_or_else(|| {
            unknown_template(path, names, sink);
            missing()
        }));
    }
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    Env::from_texts(view, &texts, sink)
}

fn unknown_table(path: &syn::Path, names: &dyn Names, sink: &Sink) {
    let known = names.relations();
    let known = || known.iter().map(String::as_str);
    let name = last(path);
    let message = messages::unknown_table(&name, nearest(&name, known()), &listed(known()));
    sink.error_range(span_of(path), message);
}

fn unknown_template(path: &syn::Path, names: &dyn Names, sink: &Sink) {
    let known = names.templates();
    let name = last(path);
    let near = nearest(&name, known.iter().map(String::as_str));
    sink.error_range(span_of(path), messages::unknown_template(&name, near));
}

/// Of a bare name that is near to a built-in's, or that other languages call so, the check speaks.
fn unknown_function(path: &syn::Path, names: &dyn Names, sink: &Sink) {
    let name = last(path);
    if path.get_ident().is_some() && builtins::advice(&name).is_some() {
        return;
    }
    let known = names.functions();
    let near = nearest(&name, known.iter().map(String::as_str));
    let is_path = path.get_ident().is_none();
    let builtin = if is_path && builtins::is_builtin(&name) { Some(name.as_str()) } else { None };
    let builtin = builtin.or_else(|| builtins::meant(&name).filter(|_| near.is_none()));
    let advice = match (builtin, near) {
        (Some(builtin), _) if is_path => {
            format!("the built-in is called without a path: `{builtin}(…)`")
        }
        (_, Some(near)) if near == name => format!("it is called without this path: `{near}(…)`"),
        (_, Some(near)) => format!("did you mean `{near}`?"),
        _ => "`belvedere functions` lists those of the program, `.functions` in the line editor"
            .to_owned(),
    };
    let shown = if is_path { path_text(path) } else { name };
    sink.error_range(span_of(path), messages::unknown_function_name(&shown, &advice));
}

/// Reports a type that is none of the named structs.
pub(super) fn unknown_struct(path: &syn::Path, names: &dyn Names, sink: &Sink) {
    let known = names.types();
    let known = || known.iter().map(String::as_str);
    let name = last(path);
    // What is no struct may be a type of the language that is written nearly so: `Dte`.
    let own = nearest(&name, known()).or_else(|| nearest(&name, Type::NAMES));
    let message = messages::unknown_struct(&name, own, &listed(known()));
    sink.error_range(span_of(path), message);
}

fn ambiguous_function(path: &syn::Path, paths: &[String]) -> Message {
    let one = paths.first().map_or("", String::as_str);
    messages::ambiguous_function(&last(path), &listed(paths.iter().map(String::as_str)), one)
}

fn last(path: &syn::Path) -> String {
    path.segments.last().map(|segment| name_of(&segment.ident)).unwrap_or_default()
}

fn span_of(path: &syn::Path) -> Range {
    let span = |segment: Option<&syn::PathSegment>| {
        segment.map_or_else(Span::call_site, |segment| segment.ident.span())
    };
    (span(path.segments.first()), span(path.segments.last()))
}
