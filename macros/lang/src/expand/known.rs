//! The fields of a descriptor that attributes and the doc comment fill: the same for every kind of
//! function. What says nothing is left to the descriptor's constructor.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::udf::{Example, Metadata};

/// What attributes and the doc comment say.
pub(super) struct Known<'a> {
    pub(super) aliases: Vec<String>,
    pub(super) tags: &'a [String],
    pub(super) metadata: &'a Metadata,
    pub(super) paragraphs: Vec<&'a str>,
    pub(super) examples: &'a [Example],
    pub(super) since: Option<&'a str>,
    pub(super) deprecated: Option<&'a str>,
    pub(super) version: u32,
    pub(super) source_hash: Option<u128>,
}

impl Known<'_> {
    pub(super) fn fields(&self) -> TokenStream {
        let mut fields = TokenStream::new();
        let mut set = |name: &str, value: TokenStream| {
            let name = format_ident!("{name}");
            fields.extend(quote! { #name: #value, });
        };
        let list = |texts: &[&str]| quote! { &[#(#texts),*] };
        let (aliases, tags): (Vec<&str>, Vec<&str>) = (
            self.aliases.iter().map(String::as_str).collect(),
            self.tags.iter().map(String::as_str).collect(),
        );
        for (name, texts) in [("aliases", &aliases), ("tags", &tags)] {
            if !texts.is_empty() {
                set(name, list(texts));
            }
        }
        match self.metadata {
            Metadata::None => {}
            Metadata::Inherit(position) => {
                set("metadata", quote! { __b::Metadata::Inherit(#position) });
            }
            Metadata::Set(entries) => {
                let entries = entries.iter().map(|(key, value)| quote! { (#key, #value) });
                set("metadata", quote! { __b::Metadata::Set(&[#(#entries),*]) });
            }
        }
        if !self.paragraphs.is_empty() {
            set("doc", list(&self.paragraphs));
        }
        if !self.examples.is_empty() {
            let examples = self.examples.iter().map(|Example { sql, expected }| {
                quote! { __b::Example { sql: #sql, expected: #expected } }
            });
            set("examples", quote! { &[#(#examples),*] });
        }
        for (name, text) in [("since", self.since), ("deprecated", self.deprecated)] {
            if let Some(text) = text {
                set(name, quote! { __b::Option::Some(#text) });
            }
        }
        if self.version != 1 {
            let version = self.version;
            set("version", quote! { #version });
        }
        if let Some(hash) = self.source_hash {
            set("source_hash", quote! { __b::Option::Some(#hash) });
        }
        fields
    }
}
