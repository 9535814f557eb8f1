//! What stands before the steps of a view or the columns of a table: doc comment, options, row
//! type, visibility and name.

use darling::FromMeta;
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::spanned::Spanned;

use super::Parser;
use super::words::begins_step;
use crate::suggest::{listed, nearest};
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
                let (text, advice) = option_form("table");
                self.error(error.span(), messages::option("table", &text, advice.as_deref()))
            }
        }
        Vec::new()
    }

    fn option_errors(&self, attribute: &str, errors: darling::Error, span: proc_macro2::Span) {
        for error in errors.flatten() {
            let at = error.explicit_span().unwrap_or(span);
            let (text, advice) = option_text(&error, attribute);
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
                messages::option(
                    "view",
                    "it is written once, with all options",
                    Some("move these into the first one"),
                ),
            );
            return;
        }
        let meta = match syn::parse2::<syn::Meta>(inside.rest()) {
            Ok(meta) => meta,
            Err(error) => {
                let (text, advice) = option_form("view");
                self.error(error.span(), messages::option("view", &text, advice.as_deref()));
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

/// The options of a view.
const OPTIONS: [&str; 7] =
    ["materialize", "key", "partition_by", "cluster_by", "owner", "tags", "refresh"];

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
            word => {
                let near =
                    word.and_then(|word| nearest(word, ["table", "view"])).unwrap_or("table");
                let wanted = "`materialize` is `table` or `view`";
                Err(wrong_value(meta, value, wanted, Some(format!("write `materialize = {near}`"))))
            }
        }
    }
}

impl FromMeta for RefreshMeta {
    fn from_meta(meta: &syn::Meta) -> darling::Result<Self> {
        let value = value(meta);
        match value.and_then(word).map(Ident::to_string).as_deref() {
            Some("auto") => Ok(Self(RefreshOption::Auto)),
            Some("strict") => Ok(Self(RefreshOption::Strict(meta.span()))),
            word => {
                let near =
                    word.and_then(|word| nearest(word, ["auto", "strict"])).unwrap_or("auto");
                let wanted = "`refresh` is `auto` or `strict`";
                Err(wrong_value(meta, value, wanted, Some(format!("write `refresh = {near}`"))))
            }
        }
    }
}

impl FromMeta for Words {
    fn from_meta(meta: &syn::Meta) -> darling::Result<Self> {
        let wanted = "a list of names is wanted";
        let value = value(meta);
        let Some(syn::Expr::Array(array)) = value else {
            let name = value.and_then(as_word).or_else(|| in_parentheses(meta));
            let option = meta.path().get_ident().map(|option| format!("{option} = "));
            let option = option.unwrap_or_default();
            let form = match name {
                Some(name) => format!("write `{option}[{name}]`"),
                None => format!("for instance `{option}[a, b]`"),
            };
            return Err(wrong_value(meta, value, wanted, Some(form)));
        };
        let words = array.elems.iter().map(|elem| {
            word(elem).cloned().ok_or_else(|| {
                let form = as_word(elem).map(|name| format!("write `{name}`"));
                let form = form.unwrap_or_else(|| "a name is written as in `[a, b]`".to_owned());
                advised(wanted, &form).with_span(elem)
            })
        });
        words.collect::<darling::Result<Vec<_>>>().map(Self)
    }
}

impl FromMeta for Texts {
    fn from_meta(meta: &syn::Meta) -> darling::Result<Self> {
        let wanted = "a text is wanted, or a list of texts";
        let value = value(meta);
        let elems: Vec<&syn::Expr> = match value {
            Some(syn::Expr::Array(array)) => array.elems.iter().collect(),
            Some(elem) => vec![elem],
            None => {
                let form = "a text is written as in `owner = \"data\"`".to_owned();
                return Err(wrong_value(meta, value, wanted, Some(form)));
            }
        };
        let texts = elems.into_iter().map(|elem| {
            let text = text(elem).filter(|text| !text.trim().is_empty());
            text.ok_or_else(|| {
                let form = match elem {
                    syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) => {
                        format!("`\"{number}\"`")
                    }
                    elem => match word(elem) {
                        Some(word) => format!("`\"{word}\"`"),
                        None => "a text is written as in `[\"a\", \"b\"]`".to_owned(),
                    },
                };
                advised(wanted, &form).with_span(elem)
            })
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

fn wrong_value(
    meta: &syn::Meta,
    value: Option<&syn::Expr>,
    wanted: &str,
    advice: Option<String>,
) -> darling::Error {
    let span = value.map_or_else(|| meta.span(), Spanned::span);
    advised(wanted, advice.as_deref().unwrap_or_default()).with_span(&span)
}

/// An error with what to write, which darling does not know of, in a line of its own.
fn advised(text: &str, advice: &str) -> darling::Error {
    darling::Error::custom(format!("{text}\n{advice}"))
}

/// A name, or a text that is one.
fn as_word(expr: &syn::Expr) -> Option<String> {
    let text = word(expr).map(Ident::to_string).or_else(|| text(expr))?;
    syn::parse_str::<Ident>(&text).ok().map(|_| text)
}

/// The names of `key(a, b)`.
fn in_parentheses(meta: &syn::Meta) -> Option<String> {
    let syn::Meta::List(list) = meta else { return None };
    let names = syn::punctuated::Punctuated::<Ident, syn::Token![,]>::parse_terminated;
    let names = list.parse_args_with(names).ok()?;
    Some(names.iter().map(Ident::to_string).collect::<Vec<_>>().join(", "))
}

/// darling's text in the form of the other messages: without where it is, which the span shows, and what
/// to write apart.
fn option_text(error: &darling::Error, attribute: &str) -> (String, Option<String>) {
    let text = error.to_string();
    let text = text.rsplit_once(" at ").map_or(text.as_str(), |(before, _)| before);
    if let Some((text, advice)) = text.split_once('\n') {
        return (text.to_owned(), Some(advice.to_owned()));
    }
    let named = text.split_once(" field").zip(text.split('`').nth(1));
    match named.map(|((what, _), name)| (what, name)) {
        Some(("Unknown", name)) => {
            let known: &[&str] = if attribute == "table" { &["key"] } else { &OPTIONS };
            let advice = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there is {}", listed(known.iter().copied())),
            };
            (format!("unknown option `{name}`"), Some(advice))
        }
        Some(("Duplicate", name)) => {
            (format!("the option `{name}` stands twice"), Some("leave one of them out".to_owned()))
        }
        _ => option_form(attribute),
    }
}

/// What is said of tokens that are no options.
fn option_form(attribute: &str) -> (String, Option<String>) {
    let form = format!("for instance `#[{attribute}(key = [path])]`");
    ("options stand in parentheses, each `name = value`".to_owned(), Some(form))
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
