//! `view!` of a template: a view over relations that each use of it names.
//!
//! The first phase imports what the template mentions, as that of a view does. [`finish_template`]
//! checks it over relations of which nothing is known and leaves a carrier with the whole text and
//! all that it mentions: paths in a carrier would be looked up where the template is used.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::carrier::{
    self, Arrived, Text, arrived, asked, awaited, carrier, chain, columns_carrier,
};
use super::imports;
use super::mentions::{Descriptors, Mentions};
use super::relation::{definition, module, types};
use super::table::{named, type_of};
use super::view::{near_to_builtins, visit_named, without_docs};
use crate::sink::{Sink, to_compile_errors};
use crate::tokens::name_of;
use crate::types::{StructType, Type, path_text};
use crate::view::env::{Env, Relation, TEMPLATE};
use crate::view::signature::Signature;
use crate::view::syntax::Template;
use crate::view::template::Bundle;
use crate::view::{check_template, parse_template};

/// The text of a template that its own errors hide.
const HIDDEN: &str = "?";

/// Expands a template.
pub(super) fn template(tokens: TokenStream) -> TokenStream {
    let sink = Sink::new();
    let parsed = parse_template(tokens.clone(), None, &sink);
    let errors = to_compile_errors(&sink.into_diagnostics());
    let Some(template) = parsed else { return errors };
    let view = &template.view;
    let hidden = carrier::unique(&view.name);
    let mentions = Mentions::new(view);
    let inside = mentions.inside(&hidden);
    let awaited = mentions.awaits_types().then(|| awaited(&view.vis, &word(), "template_of_types"));
    let rest = if uses_itself(&template) {
        // Its own carrier would never come.
        let (definition, carrier) = (definition(&[]), own_carrier(&template, &hidden, HIDDEN));
        quote!(#definition #carrier)
    } else {
        let definition = definition(&mentions.definitions());
        let chain = chain(&mentions.carriers(), "finish_template", &quote!(#hidden #tokens));
        let asked = asked(&mentions.types_and_row());
        quote!(#definition #chain #asked)
    };
    // Whoever reads it as a relation is told what it is.
    let relation = format_ident!("{hidden}_relation");
    let as_relation = columns_carrier(&view.vis, &relation, TEMPLATE);
    let contents = quote!(#inside #awaited #as_relation #rest);
    let module = module(&view.vis, &view.name, &view.doc, &contents);
    let outside = mentions.outside(&hidden);
    let near = imports::near(&hidden, &near_to_builtins(view));
    quote!(#errors #outside #near #module)
}

/// The name of the carrier.
fn word() -> Ident {
    format_ident!("template")
}

fn uses_itself(template: &Template) -> bool {
    let own = name_of(&template.view.name);
    let mut paths = template.view.templates().iter().map(path_text);
    paths.any(|path| path == own || path.strip_prefix("self::") == Some(&own))
}

fn own_carrier(template: &Template, hidden: &Ident, text: &str) -> TokenStream {
    let mentions = Mentions::new(&template.view);
    let carrier = carrier(&template.view.vis, hidden, &word(), &quote!(#text));
    if mentions.awaits_types() { carrier::known(&carrier) } else { carrier }
}

/// The second phase: `["text" …] [] { hidden-name body }`, texts in the order of
/// [`Mentions::carriers`].
#[must_use]
pub fn finish_template(tokens: TokenStream) -> TokenStream {
    let Some((hidden, Arrived { texts, body })) = arrived(tokens.clone()).and_then(named) else {
        return carrier::not_by_hand(&tokens);
    };
    // The first phase has reported the errors of the text, which hide those of the check.
    let syntax = Sink::new();
    let parsed = parse_template(body.clone(), None, &syntax);
    let broken = !syntax.into_diagnostics().is_empty();
    let Some(mut template) = parsed else { return TokenStream::new() };
    let sink = Sink::new();
    let values: Vec<&str> = texts.iter().map(|text| text.value.as_str()).collect();
    let env = Env::from_texts(&template.view, &values, &sink).over(&template.relations);
    if !template.view.templates().is_empty() {
        let known = Some(env.known(&sink));
        let with_templates = parse_template(body.clone(), known, &Sink::ignoring());
        template = with_templates.unwrap_or(template);
    }
    check_template(&template, &env, &sink);
    let errors = sink.into_diagnostics();
    let bundle = bundle(&template, &env, &texts, &body);
    let hides = broken || !errors.is_empty();
    let text = if hides { HIDDEN.to_owned() } else { bundle.to_text() };
    let (errors, own_carrier) =
        (to_compile_errors(&errors), own_carrier(&template, &hidden, &text));
    let descriptor = descriptor(&template, bundle, &texts);
    quote!(#errors #descriptor #own_carrier)
}

/// What the template hands on.
fn bundle(template: &Template, env: &Env, texts: &[Text], body: &TokenStream) -> Bundle {
    let view = &template.view;
    let mut texts = texts.iter().map(|text| text.value.clone());
    let relations = texts.by_ref().take(view.sources().len());
    Bundle {
        place: place(view.name.span()),
        text: without_docs(body.clone()).to_string(),
        relations: view.sources().iter().map(path_text).zip(relations).collect(),
        functions: texts.by_ref().take(view.functions().len()).collect(),
        types: texts.take(view.types().len()).collect(),
        templates: env.templates.clone(),
    }
}

/// `templates.rs:14`
fn place(span: Span) -> String {
    if !proc_macro::is_available() {
        return String::new();
    }
    let span = span.unwrap();
    let file = span.file();
    let name = file.rsplit(['/', '\\']).next().unwrap_or(&file);
    format!("{name}:{}", span.line())
}

/// The descriptor, and the types that may be in a row of a use.
fn descriptor(template: &Template, bundle: Bundle, texts: &[Text]) -> TokenStream {
    let mentions = Mentions::new(&template.view);
    let something_else = mentions.something_else(texts);
    let Descriptors { sources, functions, templates, .. } = mentions.descriptors(texts);
    let own = name_of(&template.view.name);
    let doc = &template.view.doc;
    let named = named_paths(&bundle, &mentions);
    let types = types(named.iter().map(|(name, path)| (name.as_str(), path.clone())));
    // Where it stands says nothing of what it computes.
    let text = Bundle { place: String::new(), ..bundle }.to_text();
    quote! {
        #types
        #something_else
        /// What the runtime knows of this template.
        pub static TEMPLATE: ::belvedere::view::Template = ::belvedere::view::Template {
            name: #own,
            module: ::core::module_path!(),
            doc: #doc,
            text: #text,
            sources: &[#(&#sources),*],
            functions: &[#(&#functions),*],
            templates: &[#(&#templates),*],
        };
        ::belvedere::__private::inventory::submit! { &TEMPLATE }
    }
}

/// The named structs that the texts of a bundle mention, those of its templates left out.
pub(super) fn named_structs(bundle: &Bundle) -> Vec<StructType> {
    let mut found = Vec::new();
    each_named(bundle, &mut |_, ty| found.push(ty.clone()));
    found
}

/// What mentions a type.
#[derive(Clone, Copy)]
enum Mention {
    Relation(usize),
    Function(usize),
    Type(usize),
}

fn each_named(bundle: &Bundle, visit: &mut dyn FnMut(Mention, &StructType)) {
    for (i, text) in bundle.types.iter().enumerate() {
        if let Type::Struct(ty) = type_of(text) {
            visit(Mention::Type(i), &ty);
        }
    }
    for (i, (name, text)) in bundle.relations.iter().enumerate() {
        let columns = Relation::parse(name, text).ok().and_then(|relation| relation.columns);
        for column in columns.iter().flatten() {
            visit_named(&column.ty.ty, &mut |ty| visit(Mention::Relation(i), ty));
        }
    }
    for (i, text) in bundle.functions.iter().enumerate() {
        let Ok(Some(signature)) = Signature::parse_carrier(text) else { continue };
        let params = signature.params.iter().map(|param| &param.ty.ty);
        for ty in params.chain([&signature.returns.ty]) {
            visit_named(ty, &mut |ty| visit(Mention::Function(i), ty));
        }
    }
}

/// The named types of all that the template mentions, and their paths.
fn named_paths(bundle: &Bundle, mentions: &Mentions<'_>) -> Vec<(String, TokenStream)> {
    let mut found = Vec::new();
    each_named(bundle, &mut |mention, ty| {
        let Some(name) = ty.name.as_deref() else { return };
        let alias = ["__types", name];
        let path = match mention {
            Mention::Type(i) => mentions.types.path(i, &[]),
            Mention::Relation(i) => mentions.relations.path(i, &alias),
            Mention::Function(i) => mentions.functions.path(i, &alias),
        };
        found.push((name.to_owned(), path));
    });
    for (i, template) in bundle.templates.iter().enumerate() {
        template.visit(&mut |inner| {
            for ty in named_structs(inner) {
                let Some(name) = ty.name else { continue };
                let path = mentions.templates.path(i, &["__types", &name]);
                found.push((name, path));
            }
        });
    }
    found
}
