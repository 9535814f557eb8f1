//! Functions of DataFusion under a signature, a doc comment and tags: `reexport!`.
//!
//! ```text
//! reexport = { "#[" doc | "#[" attribute "]" } [ "pub" ] signature ";"
//! ```
//!
//! The signature is in the text form of [`Signature`], under DataFusion's own name.

pub mod messages;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Ident, Visibility};

use crate::sink::{Diagnostic, Sink};
use crate::udf::attributes::{Attributes, REEXPORT};
use crate::udf::{Doc, check_name};
use crate::view::signature::{FunctionKind, Signature};

#[cfg(test)]
mod tests;

/// A function of DataFusion.
#[derive(Clone, Debug)]
pub struct Reexport {
    /// Who can name it in Rust.
    pub vis: Visibility,
    /// Its name.
    pub ident: Ident,
    /// Its signature.
    pub signature: Signature,
    /// Other SQL names.
    pub aliases: Vec<String>,
    /// Families that readers and rewrites find it by, sorted.
    pub tags: Vec<String>,
    /// The release that brought it.
    pub since: Option<String>,
    /// Why not to use it any longer.
    pub deprecated: Option<String>,
    /// The doc comment.
    pub doc: Doc,
}

impl Reexport {
    /// Reads the tokens of `reexport! { … }`.
    ///
    /// # Errors
    ///
    /// The errors of the item, all at once.
    pub fn parse(tokens: TokenStream) -> Result<Self, Vec<Diagnostic>> {
        let sink = Sink::new();
        let item = |input: ParseStream<'_>| {
            let attributes = input.call(Attribute::parse_outer)?;
            let vis: Visibility = input.parse()?;
            Ok((attributes, vis, input.parse::<TokenStream>()?))
        };
        let read = match item.parse2(tokens) {
            Ok((attributes, vis, rest)) => read(&attributes, vis, rest, &sink),
            Err(error) => {
                sink.error(error.span(), messages::form(&error.to_string()));
                None
            }
        };
        match (read, sink.finish()) {
            (Some(reexport), Ok(())) => Ok(reexport),
            (_, Err(errors)) => Err(errors),
            (None, Ok(())) => unreachable!("what hides a function is reported"),
        }
    }
}

fn read(
    attributes: &[Attribute],
    vis: Visibility,
    rest: TokenStream,
    sink: &Sink,
) -> Option<Reexport> {
    let mut trees: Vec<TokenTree> = rest.into_iter().collect();
    if trees.last().is_some_and(|tree| tree.to_string() == ";") {
        trees.pop();
    }
    let span = trees.first().map_or_else(Span::call_site, TokenTree::span);
    let text = trees.iter().cloned().collect::<TokenStream>().to_string();
    let signature = match Signature::parse(&text) {
        Ok(signature) => signature,
        Err(error) => {
            sink.error(span, messages::form(&error.reason));
            return None;
        }
    };
    if signature.kind == FunctionKind::Async {
        sink.error(span, messages::form("DataFusion has no async functions"));
        return None;
    }
    let ident = trees.iter().find_map(|tree| match tree {
        TokenTree::Ident(ident) if *ident == signature.name => Some(ident.clone()),
        _ => None,
    })?;
    for param in &signature.params {
        if param.any {
            sink.error(ident.span(), messages::plain(&param.name));
        }
    }
    let (docs, others): (Vec<Attribute>, Vec<Attribute>) =
        attributes.iter().cloned().partition(|attribute| attribute.path().is_ident("doc"));
    let metas = others.iter().map(|attribute| &attribute.meta);
    let known = Attributes::read(quote::quote! { #(#metas),* }, &REEXPORT, sink);
    for (alias, span) in &known.aliases {
        check_name(alias, *span, sink);
    }
    Some(Reexport {
        vis,
        ident,
        signature,
        aliases: known.aliases.into_iter().map(|(alias, _)| alias).collect(),
        tags: known.tags,
        since: known.since,
        deprecated: known.deprecated,
        doc: Doc::read(&docs, sink),
    })
}
