//! What stands before the steps of a view or the columns of a table: doc comment, options, row
//! type, visibility and name.

use darling::FromMeta;
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::spanned::Spanned;

use super::Parser;
use super::words::begins_step;
use crate::tokens::Reader;
use crate::types::{doc_line, parse_path, push_doc_line};
use crate::view::messages;
use crate::view::syntax::{Materialize, Options, RefreshOption};

pub(super) struct Head {
    pub(super) doc: String,
    pub(super) options: Options,
    pub(super) derives: TokenStream,
    pub(super) row: Option<syn::Path>,
    pub(super) vis: syn::Visibility,
    pub(super) name: Ident,
}

impl Parser<'_> {
    /// `{ attribute | "<" path ">" } [ visibility ] name`
    pub(super) fn head(&mut self, reader: &mut Reader<'_>) -> Option<Head> {
        let mut doc = String::new();
        let mut options = None;
        let mut derives = TokenStream::new();
        let mut row = None;
        loop {
            if let Some(hash) = reader.punct('#') {
                if reader.punct('!').is_some() {
                    self.error(hash, messages::wanted("`/// …`", "`//! …`"));
                }
                let Some((inside, _)) = reader.group(Delimiter::Bracket) else { continue };
                if inside.peek_word("derive") {
                    let inside = inside.rest();
                    derives.extend(quote_spanned!(hash=> #[#inside]));
                } else {
                    self.attribute(inside, &mut doc, &mut options);
                }
            } else if reader.punct('<').is_some() {
                row = self.row_type(reader).or(row);
            } else {
                break;
            }
        }
        let vis = self.visibility(reader);
        self.words_before_name(reader, "view! { pub name = from … }");
        if self.no_name(reader) {
            return None;
        }
        let name = self.name(reader)?;
        Some(Head { doc, options: options.unwrap_or_default(), derives, row, vis, name })
    }

    /// Whether the steps of a view begin where its name should stand.
    fn no_name(&self, reader: &Reader<'_>) -> bool {
        let mut ahead = *reader;
        match ahead.ident() {
            None if reader.is_end() => self.expected(reader, "`pub name = from …`"),
            Some(word) if begins_step(reader) && !ahead.peek('=') => {
                let form = Some("pub name = from …");
                self.error(word.span(), messages::not_a_name(&word.to_string(), form));
            }
            _ => return false,
        }
        true
    }

    /// `{ doc | "#[table(key = [a])]" } [ visibility ] name`, with the columns of the key.
    pub(super) fn table_head(&mut self, reader: &mut Reader<'_>) -> Option<(Head, Vec<Ident>)> {
        let (mut doc, mut key) = (String::new(), Vec::new());
        while let Some(hash) = reader.punct('#') {
            match reader.group(Delimiter::Bracket) {
                None => self.error(hash, messages::wanted("`/// …`", "`#`")),
                Some((inside, _)) => match doc_line(inside) {
                    Some(line) => push_doc_line(&mut doc, &line),
                    None => key.extend(self.table_options(inside)),
                },
            }
        }
        let vis = self.visibility(reader);
        self.words_before_name(reader, "table! { pub name { column: type, … } }");
        let name = self.name(reader)?;
        let (options, derives) = (Options::default(), TokenStream::new());
        Some((Head { doc, options, derives, row: None, vis, name }, key))
    }

    /// What stands in `#[table(key = [a])]`.
    fn table_options(&self, inside: Reader<'_>) -> Vec<Ident> {
        if !inside.peek_word("table") {
            self.error(inside.span(), messages::table_attribute(&inside.describe()));
            return Vec::new();
        }
        match syn::parse2::<syn::Meta>(inside.rest()) {
            Ok(meta) => match TableMeta::from_meta(&meta) {
                Ok(read) => return read.key.0,
                Err(errors) => self.option_errors("table", errors, inside.span()),
            },
            Err(error) => {
                self.error(error.span(), messages::option("table", &error.to_string(), None))
            }
        }
        Vec::new()
    }

    fn option_errors(&self, attribute: &str, errors: darling::Error, span: proc_macro2::Span) {
        for error in errors.flatten() {
            let at = error.explicit_span().unwrap_or(span);
            let (text, advice) = option_text(&error);
            self.error(at, messages::option(attribute, &text, advice.as_deref()));
        }
    }

    fn row_type(&mut self, reader: &mut Reader<'_>) -> Option<syn::Path> {
        let Some(path) = parse_path(reader) else {
            self.expected(reader, "the name of a struct with `#[derive(Row)]`");
            reader.punct('>');
            return None;
        };
        if reader.punct('>').is_none() {
            self.expected(reader, "`>`");
        }
        Some(path)
    }

    fn attribute(&mut self, inside: Reader<'_>, doc: &mut String, options: &mut Option<Options>) {
        if let Some(line) = doc_line(inside) {
            push_doc_line(doc, &line);
            return;
        }
        if !inside.peek_word("view") {
            self.error(inside.span(), messages::unknown_attribute(&inside.describe()));
            return;
        }
        let span = inside.span();
        if options.is_some() {
            self.error(
                span,
                messages::option("view", "it is written once, with all options", None),
            );
            return;
        }
        let meta = match syn::parse2::<syn::Meta>(inside.rest()) {
            Ok(meta) => meta,
            Err(error) => {
                self.error(error.span(), messages::option("view", &error.to_string(), None));
                *options = Some(Options::default());
                return;
            }
        };
        match OptionsMeta::from_meta(&meta) {
            Ok(read) => *options = Some(read.into()),
            Err(errors) => {
                *options = Some(Options::default());
                self.option_errors("view", errors, span);
            }
        }
    }

    /// `[ "pub" [ "(" … ")" ] ]`
    fn visibility(&self, reader: &mut Reader<'_>) -> syn::Visibility {
        let Some(span) = reader.word("pub") else { return syn::Visibility::Inherited };
        let mut tokens = TokenStream::from(TokenTree::from(Ident::new("pub", span)));
        let mut last = span;
        if let Some((inside, (open, close))) = reader.group(Delimiter::Parenthesis) {
            let mut group = proc_macro2::Group::new(Delimiter::Parenthesis, inside.rest());
            group.set_span(open.join(close).unwrap_or(open));
            tokens.extend([TokenTree::from(group)]);
            last = close;
        }
        syn::parse2(tokens).unwrap_or_else(|_| {
            self.sink.error_range((span, last), messages::visibility());
            syn::Visibility::Inherited
        })
    }
}

/// `#[view(…)]` as darling reads it.
#[derive(Default, FromMeta)]
#[darling(default)]
struct OptionsMeta {
    materialize: MaterializeMeta,
    key: Words,
    partition_by: Words,
    cluster_by: Words,
    owner: Texts,
    tags: Words,
    refresh: RefreshMeta,
}

/// `#[table(…)]` as darling reads it.
#[derive(Default, FromMeta)]
#[darling(default)]
struct TableMeta {
    key: Words,
}

#[derive(Default)]
struct MaterializeMeta(Materialize);

#[derive(Default)]
struct RefreshMeta(RefreshOption);

/// `[a, b]`
#[derive(Default)]
struct Words(Vec<Ident>);

/// `"a"` or `["a", "b"]`
#[derive(Default)]
struct Texts(Vec<String>);

impl FromMeta for MaterializeMeta {
    fn from_meta(meta: &syn::Meta) -> darling::Result<Self> {
        let value = value(meta);
        match value.and_then(word).map(Ident::to_string).as_deref() {
            Some("table") => Ok(Self(Materialize::Table)),
            Some("view") => Ok(Self(Materialize::View)),
            _ => Err(wrong_value(meta, value, "`materialize` is `table` or `view`")),
        }
    }
}

impl FromMeta for RefreshMeta {
    fn from_meta(meta: &syn::Meta) -> darling::Result<Self> {
        let value = value(meta);
        match value.and_then(word).map(Ident::to_string).as_deref() {
            Some("auto") => Ok(Self(RefreshOption::Auto)),
            Some("strict") => Ok(Self(RefreshOption::Strict(meta.span()))),
            _ => Err(wrong_value(meta, value, "`refresh` is `auto` or `strict`")),
        }
    }
}

impl FromMeta for Words {
    fn from_meta(meta: &syn::Meta) -> darling::Result<Self> {
        let wanted = "write a list of names: `[a, b]`";
        let value = value(meta);
        let Some(syn::Expr::Array(array)) = value else {
            return Err(wrong_value(meta, value, wanted));
        };
        let words = array.elems.iter().map(|elem| {
            word(elem).cloned().ok_or_else(|| darling::Error::custom(wanted).with_span(elem))
        });
        words.collect::<darling::Result<Vec<_>>>().map(Self)
    }
}

impl FromMeta for Texts {
    fn from_meta(meta: &syn::Meta) -> darling::Result<Self> {
        let wanted = "write a text, or a list of texts: `[\"a\", \"b\"]`";
        let value = value(meta);
        let elems: Vec<&syn::Expr> = match value {
            Some(syn::Expr::Array(array)) => array.elems.iter().collect(),
            Some(elem) => vec![elem],
            None => return Err(wrong_value(meta, value, wanted)),
        };
        let texts = elems.into_iter().map(|elem| {
            let text = text(elem).filter(|text| !text.trim().is_empty());
            text.ok_or_else(|| darling::Error::custom(wanted).with_span(elem))
        });
        texts.collect::<darling::Result<Vec<_>>>().map(Self)
    }
}

fn text(expr: &syn::Expr) -> Option<String> {
    match expr {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// What stands behind the `=`, if there is one.
fn value(meta: &syn::Meta) -> Option<&syn::Expr> {
    match meta {
        syn::Meta::NameValue(pair) => Some(&pair.value),
        syn::Meta::Path(_) | syn::Meta::List(_) => None,
    }
}

fn wrong_value(meta: &syn::Meta, value: Option<&syn::Expr>, wanted: &str) -> darling::Error {
    let span = value.map_or_else(|| meta.span(), Spanned::span);
    darling::Error::custom(wanted).with_span(&span)
}

/// darling's text in the form of the other messages: without where it is, which the span shows, and
/// the name that it suggests apart.
fn option_text(error: &darling::Error) -> (String, Option<String>) {
    let text = error.to_string();
    let text = text.rsplit_once(" at ").map_or(text.as_str(), |(before, _)| before);
    let (text, advice) = match text.split_once(". Did you mean ") {
        Some((text, near)) => (text, Some(format!("did you mean {near}"))),
        None => (text, None),
    };
    let text = match text.split_once("field") {
        Some(("Unknown ", name)) => format!("unknown option{}", name.replace(':', "")),
        Some(("Duplicate ", name)) => format!("the option{name} stands twice"),
        _ => text.to_owned(),
    };
    (text, advice)
}

fn word(expr: &syn::Expr) -> Option<&Ident> {
    match expr {
        syn::Expr::Path(path) if path.qself.is_none() => path.path.get_ident(),
        _ => None,
    }
}

impl From<OptionsMeta> for Options {
    fn from(meta: OptionsMeta) -> Self {
        Self {
            materialize: meta.materialize.0,
            key: meta.key.0,
            partition_by: meta.partition_by.0,
            cluster_by: meta.cluster_by.0,
            owner: meta.owner.0,
            tags: meta.tags.0,
            refresh: meta.refresh.0,
        }
    }
}
