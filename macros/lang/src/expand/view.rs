//! `view!`: a relation that is computed from others.
//!
//! The first phase knows the tokens alone. It imports what the view mentions and writes a chain
//! through the carriers of all of it. [`finish_view`] is the end of the chain: it has every text,
//! checks the view and writes its row, its descriptor and its own carrier.
//!
//! What a view promises (`contract { … }`, `<Row>`) is published in the first phase, or as soon as
//! the types in it are known ([`finish_promise`]). Readers of such a view do not wait for it, and
//! no error inside of it reaches them.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::spanned::Spanned as _;

use super::carrier::{
    self, Arrived, Text, arrived, asked, awaited_columns, chain, columns_carrier,
};
use super::editor;
use super::imports;
use super::mentions::{Descriptors, Mentions};
use super::relation::{
    Origin, definition, descriptor, module, type_alias, types, without_invisible_groups,
};
use super::row::{RowField, row};
use super::table::{named, type_of};
use super::template::named_structs;
use crate::sink::{Sink, to_compile_errors};
use crate::tokens::name_of;
use crate::types::{Column, StructType, Type, path_text};
use crate::view::builtins;
use crate::view::editor::{Note, Notes};
use crate::view::env::{Env, MISSING, Relation, relation_to_text};
use crate::view::model::{self, Lineage};
use crate::view::syntax::View;
use crate::view::template::Bundle;
use crate::view::{
    check_view, check_view_for_editor, is_template, parse_view, parse_view_with, promised_columns,
};

/// Expands `view! { … }`.
#[must_use]
pub fn view(tokens: TokenStream) -> TokenStream {
    let tokens = without_invisible_groups(tokens);
    if is_template(&tokens) {
        return super::template::template(tokens);
    }
    let sink = Sink::new();
    let parsed = parse_view(tokens.clone(), &sink);
    let errors = to_compile_errors(&sink.into_diagnostics());
    let Some(view) = parsed else { return errors };
    let hidden = carrier::unique(&view.name);
    let mentions = Mentions::new(&view);
    let promise = promise(&view, &mentions, &hidden, &tokens);
    let inside = mentions.inside(&hidden);
    let rest = if reads_itself(&view) {
        // Its own carrier would never come. The check says why.
        let definition = definition(&[]);
        let finished = finished(&view, &[], &hidden, &tokens, None);
        quote!(#definition #finished)
    } else {
        let definition = definition(&mentions.definitions());
        let chain = chain(&mentions.carriers(), "finish_view", &quote!(#hidden #tokens));
        let asked = asked(&mentions.types_and_row());
        quote!(#definition #chain #asked)
    };
    let awaited = mentions.awaits_types().then(|| awaited_columns(&view.vis));
    let contents = quote!(#inside #awaited #promise #rest);
    let module = module(&view.vis, &view.name, &view.doc, &contents);
    let outside = mentions.outside(&hidden);
    let near = imports::near(&hidden, &near_to_builtins(&view));
    // Behind the module, of which rust-analyzer compares an expansion without errors with this one.
    quote!(#outside #near #module #errors)
}

/// The second phase: `["text" …] [] { hidden-name body }`, texts in the order of
/// [`Mentions::carriers`].
#[must_use]
pub fn finish_view(tokens: TokenStream) -> TokenStream {
    let Some((hidden, view, Arrived { texts, body })) = arrived_view(&tokens) else {
        return carrier::not_by_hand(&tokens);
    };
    finished(&view, &texts, &hidden, &body, None)
}

/// As [`finish_view`], with what rust-analyzer is told besides.
#[must_use]
pub fn finish_view_in_editor(tokens: TokenStream) -> TokenStream {
    let Some((hidden, view, Arrived { texts, body })) = arrived_view(&tokens) else {
        return carrier::not_by_hand(&tokens);
    };
    finished(&view, &texts, &hidden, &body, Some(Notes::default()))
}

/// Checks a view and writes all that follows from the check.
fn finished(
    view: &View,
    texts: &[Text],
    hidden: &Ident,
    body: &TokenStream,
    notes: Option<Notes>,
) -> TokenStream {
    let sink = Sink::new();
    let env = env(view, texts, &sink);
    let with_templates = match view.templates().is_empty() {
        true => None,
        // The first phase has reported the errors.
        false => parse_view_with(body.clone(), env.known(&sink), &Sink::ignoring()),
    };
    let whole = with_templates.as_ref().unwrap_or(view);
    let model = match &notes {
        None => check_view(whole, &env, &sink),
        Some(notes) => check_view_for_editor(whole, &env, &sink, notes),
    };
    let errors = to_compile_errors(&sink.into_diagnostics());
    let (names, places) = notes.map(Notes::into_parts).unwrap_or_default();
    let contents = Finished { view, env: &env, model: model.as_ref(), texts, places: &places };
    let names = contents.names(&editor::in_order(names, body));
    let contents = contents.tokens(hidden, body);
    quote!(#names #errors #contents)
}

fn reads_itself(view: &View) -> bool {
    let own = name_of(&view.name);
    let paths = view.sources().iter().map(path_text);
    paths.into_iter().any(|path| path == own || path.strip_prefix("self::") == Some(&own))
}

/// Publishes the promise of a view whose types had to be asked for: texts are those of the view's
/// types, then that of its row struct.
#[must_use]
pub fn finish_promise(tokens: TokenStream) -> TokenStream {
    let Some((hidden, view, Arrived { texts, .. })) = arrived_view(&tokens) else {
        return carrier::not_by_hand(&tokens);
    };
    let text = match texts.get(view.types().len()) {
        Some(row) if view.contract.is_none() => match Relation::parse("", &row.value) {
            Ok(relation) => relation_to_text(relation.columns.as_deref()),
            // Its readers say that they cannot read it.
            Err(_) => row.value.clone(),
        },
        _ => promised_text(&view, &texts),
    };
    carrier::known(&columns_carrier(&view.vis, &hidden, &text))
}

fn arrived_view(tokens: &TokenStream) -> Option<(Ident, View, Arrived)> {
    let (hidden, arrived) = arrived(tokens.clone()).and_then(named)?;
    // The first phase has reported the errors.
    let view = parse_view(arrived.body.clone(), &Sink::ignoring());
    Some((hidden, view?, arrived))
}

/// Whether the view's columns are known before it is checked.
fn promises(view: &View) -> bool {
    view.contract.is_some() || view.row.is_some()
}

fn promise(
    view: &View,
    mentions: &Mentions<'_>,
    hidden: &Ident,
    tokens: &TokenStream,
) -> TokenStream {
    if !promises(view) {
        return TokenStream::new();
    }
    let mut carriers = mentions.types.paths(&[]);
    if view.contract.is_none() {
        carriers.extend(mentions.row.paths(&[]));
    }
    match carriers.is_empty() {
        true => columns_carrier(&view.vis, hidden, &promised_text(view, &[])),
        false => chain(&carriers, "finish_promise", &quote!(#hidden #tokens)),
    }
}

/// The columns of the contract. Errors in it are reported by the check.
fn promised_text(view: &View, texts: &[Text]) -> String {
    let types: Vec<_> = texts.iter().map(|text| type_of(&text.value)).collect();
    relation_to_text(promised_columns(view, &types).as_deref())
}

/// The functions whose names are near to a built-in's.
pub(super) fn near_to_builtins(view: &View) -> Vec<&Ident> {
    let names = view.functions().iter().filter_map(syn::Path::get_ident);
    names.filter(|name| builtins::advice(&name_of(name)).is_some()).collect()
}

/// The surroundings of a view from the texts of its carriers.
fn env(view: &View, texts: &[Text], sink: &Sink) -> Env {
    let values: Vec<&str> = texts.iter().map(|text| text.value.as_str()).collect();
    let mut env = Env::from_texts(view, &values, sink);
    let before_row = view.sources().len() + view.functions().len() + view.types().len();
    if let (Some(row), Some(text)) = (&mut env.row, texts.get(before_row)) {
        // The tokens have come through a macro, of which an error at them would tell.
        let place = |place: &Span| view.name.span().located_at(*place);
        row.spans = text.places.iter().map(place).collect();
    }
    env
}

/// A checked view, to be written.
struct Finished<'a> {
    view: &'a View,
    env: &'a Env,
    /// `None` when an error hides even the names of its columns.
    model: Option<&'a model::View>,
    texts: &'a [Text],
    /// For an editor, where the columns are written.
    places: &'a [(String, Span)],
}

impl Finished<'_> {
    /// What an editor is told of the names.
    fn names(&self, notes: &[Note]) -> TokenStream {
        if notes.is_empty() {
            return TokenStream::new();
        }
        let mentions = Mentions::new(self.view);
        let path_of = |ty: &StructType| self.path_of(ty, &mentions);
        editor::names(notes, self.env, &mentions, &path_of)
    }

    fn tokens(&self, hidden: &Ident, body: &TokenStream) -> TokenStream {
        let mentions = Mentions::new(self.view);
        let text = relation_to_text(self.model.map(|model| &model.columns[..]));
        let path_of = |ty: &StructType| self.path_of(ty, &mentions);
        let row = self.row(&|ty| path_of(ty).and(ty.name.as_deref()).map(type_alias));
        let named = self.named_types(&path_of);
        let types = types(named.iter().map(|(name, path)| (name.as_str(), path.clone())));
        let origin = Origin::View(self.text(&mentions, body));
        let docs = self.columns().filter_map(|column| {
            self.view.doc_of(&column.name).map(|doc| (column.name.as_str(), doc))
        });
        let descriptor = descriptor(&self.view.name, &self.view.doc, &text, docs, &origin);
        let carrier = || columns_carrier(&self.view.vis, hidden, &text);
        let carrier = match (promises(self.view), mentions.awaits_types()) {
            (true, _) => TokenStream::new(),
            (false, true) => carrier::known(&carrier()),
            (false, false) => carrier(),
        };
        let something_else = mentions.something_else(self.texts);
        quote!(#row #types #something_else #descriptor #carrier)
    }

    fn columns(&self) -> impl Iterator<Item = &Column> {
        self.model.iter().flat_map(|model| &model.columns)
    }

    fn row(&self, path_of: &dyn Fn(&StructType) -> Option<TokenStream>) -> TokenStream {
        let lineage = self.model.iter().flat_map(|model| &model.lineage);
        let fields = self.columns().zip(lineage).map(|(column, lineage)| RowField {
            column,
            span: self.place_of(column),
            doc: self.field_doc(column, lineage),
        });
        let doc = format!("A row of `{}`.", name_of(&self.view.name));
        let place = match &self.view.vis {
            syn::Visibility::Inherited => self.view.name.span(),
            vis => vis.span(),
        };
        row(place, &doc, &fields.collect::<Vec<_>>(), &self.view.derives, path_of)
    }

    fn place_of(&self, column: &Column) -> Span {
        let place = self.places.iter().find(|(name, _)| *name == column.name);
        place.map_or_else(Span::call_site, |(_, place)| *place)
    }

    /// ``"`len: i64`, from `ast_calls.span`"``
    fn field_doc(&self, column: &Column, lineage: &Lineage) -> String {
        let from = lineage.values.iter().filter_map(|(source, name)| {
            Some(format!("`{}.{name}`", self.env.relations.get(*source)?.name))
        });
        let from = from.collect::<Vec<_>>().join(", ");
        if from.is_empty() { format!("`{column}`") } else { format!("`{column}`, from {from}") }
    }

    fn text(&self, mentions: &Mentions<'_>, body: &TokenStream) -> TokenStream {
        let text = without_docs(body.clone()).to_string();
        let Descriptors { sources, functions, types, row, templates } =
            mentions.descriptors(self.texts);
        let row_type = match (row.as_slice(), mentions.row.name(0)) {
            ([text], Some(name)) if *text != MISSING => {
                let (path, name) = (mentions.row.path(0, &[]), name_of(name));
                let of = quote!(::belvedere::view::RowType::of::<#path>(#name));
                quote!(::belvedere::__private::Option::Some(#of))
            }
            _ => quote!(::belvedere::__private::Option::None),
        };
        let calling = (!functions.is_empty()).then(|| quote!(.calling(&[#(&#functions),*])));
        let mentioning = (!types.is_empty()).then(|| quote!(.mentioning(&[#(#types),*])));
        let typed = (!row.is_empty()).then(|| quote!(.typed_by(&[#(#row),*], #row_type)));
        let using = (!templates.is_empty()).then(|| quote!(.using(&[#(&#templates),*])));
        quote! {
            ::belvedere::view::ViewText::new(#text, &[#(&#sources),*])
                #calling #mentioning #typed #using
        }
    }

    /// The path of a named struct: the view mentions it, or has it from a source or a function that
    /// does.
    fn path_of(&self, ty: &StructType, mentions: &Mentions<'_>) -> Option<TokenStream> {
        let name = ty.name.as_deref()?;
        let own = self.env.own;
        let is_it = |known: &Type| matches!(known, Type::Struct(known) if known == ty);
        if let Some(position) = self.env.types.iter().take(own.types).position(is_it) {
            return Some(mentions.types.path(position, &[]));
        }
        let alias = ["__types", name];
        for (i, relation) in self.env.relations.iter().enumerate().take(own.relations) {
            let columns = relation.columns.iter().flatten();
            if columns.map(|column| &column.ty.ty).any(|known| mentions_struct(known, ty)) {
                return Some(mentions.relations.path(i, &alias));
            }
        }
        for (i, function) in self.env.functions.iter().enumerate().take(own.functions) {
            let Some(function) = function else { continue };
            let params = function.params.iter().map(|param| &param.ty.ty);
            if params.chain([&function.returns.ty]).any(|known| mentions_struct(known, ty)) {
                return Some(mentions.functions.path(i, &alias));
            }
        }
        // A template hands on the types of all that it mentions.
        let brings = |bundle: &Bundle| {
            let mut found = false;
            bundle.visit(&mut |bundle| found |= named_structs(bundle).contains(ty));
            found
        };
        let position = self.env.templates.iter().position(brings)?;
        Some(mentions.templates.path(position, &alias))
    }

    fn named_types(
        &self,
        path_of: &dyn Fn(&StructType) -> Option<TokenStream>,
    ) -> Vec<(String, TokenStream)> {
        let mut found = Vec::new();
        for column in self.columns() {
            visit_named(&column.ty.ty, &mut |ty| {
                if let (Some(name), Some(path)) = (&ty.name, path_of(ty)) {
                    found.push((name.clone(), path));
                }
            });
        }
        found
    }
}

/// The text of a view is what decides its rows: a stored view is not computed again because a
/// comment before it, or before one of its columns, or what its struct derives has changed.
pub(super) fn without_docs(body: TokenStream) -> TokenStream {
    let mut kept = TokenStream::new();
    let mut trees = body.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let is_hash = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '#');
        if is_hash && trees.next_if(says_nothing).is_some() {
            continue;
        }
        kept.extend([match tree {
            TokenTree::Group(group) => {
                let inside = without_docs(group.stream());
                let mut copy = Group::new(group.delimiter(), inside);
                copy.set_span(group.span());
                copy.into()
            }
            tree => tree,
        }]);
    }
    kept
}

/// `[doc = "…"]`, `[derive(…)]`
fn says_nothing(tree: &TokenTree) -> bool {
    let TokenTree::Group(group) = tree else { return false };
    let first = group.stream().into_iter().next();
    matches!(first, Some(TokenTree::Ident(word)) if word == "doc" || word == "derive")
}

/// Whether a type mentions `wanted` by its name, as opposed to inside of another named type.
fn mentions_struct(ty: &Type, wanted: &StructType) -> bool {
    let mut found = false;
    visit_named(ty, &mut |named| found |= named == wanted);
    found
}

/// Visits the named structs that a type mentions, not those inside of them.
pub(super) fn visit_named<'a>(ty: &'a Type, visit: &mut dyn FnMut(&'a StructType)) {
    match ty {
        Type::Struct(ty) if ty.name.is_some() => visit(ty),
        Type::Struct(ty) => {
            for field in &ty.fields {
                visit_named(&field.ty.ty, visit);
            }
        }
        Type::List(item) => visit_named(&item.ty, visit),
        Type::Map(key, value) => {
            visit_named(key, visit);
            visit_named(&value.ty, visit);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_same_whatever_its_comments_say() {
        let commented = quote! {
            /// Files.
            #[view(key = [path])]
            #[derive(Debug)]
            v = from files as f contract {
                /// Where it is.
                path: String,
            }
        };
        let text = without_docs(commented).to_string();
        let plain = quote!(#[view(key = [path])] v = from files as f contract { path: String, });
        assert_eq!(text, plain.to_string());
    }
}
