//! What tables and views have in common: the module, the descriptor and its registration.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};

use crate::tokens::name_of;

/// The module of a relation, around `contents`.
pub(super) fn module(
    vis: &syn::Visibility,
    name: &Ident,
    doc: &str,
    contents: &TokenStream,
) -> TokenStream {
    let doc =
        if doc.is_empty() { format!("The relation `{}`.", name_of(name)) } else { doc.into() };
    quote! {
        #[doc = #doc]
        #[allow(
            dead_code,
            elided_lifetimes_in_paths,
            missing_copy_implementations,
            missing_debug_implementations,
            mismatched_lifetime_syntaxes,
            non_camel_case_types,
            non_snake_case,
            non_upper_case_globals,
            private_interfaces,
            unreachable_pub,
            unused_imports,
            unused_macros,
        )]
        #vis mod #name { #contents }
    }
}

/// A static for each relation that names those of its sources: views that read each other in a
/// circle become initializers that need each other, which rustc shows whole.
pub(super) fn definition(sources: &[TokenStream]) -> TokenStream {
    let name = format_ident!("definition");
    quote! {
        #[doc(hidden)]
        pub static #name: ::core::primitive::u8 = 0 #(| #sources)*;
    }
}

/// How a relation comes to its rows.
pub(super) enum Origin<'a> {
    /// A source writes it; the text of the view whose key and audits are asked of its rows.
    Table { audits: Option<&'a str> },
    /// Others write it.
    External { uri: &'a str, file: &'a syn::LitStr },
    /// It is computed: its `ViewText`.
    View(TokenStream),
}

/// The descriptor and its registration. `docs` are those of columns, by name.
///
/// It is made by calls with what is there: each field of a struct that is written out costs the
/// compiler, said or empty.
pub(super) fn descriptor<'a>(
    name: &Ident,
    doc: &str,
    columns: &str,
    docs: impl Iterator<Item = (&'a str, &'a str)>,
    origin: &Origin<'_>,
) -> TokenStream {
    let name = name_of(name);
    let docs = docs.filter(|(_, doc)| !doc.is_empty());
    let docs: Vec<_> = docs.map(|(column, doc)| quote! { (#column, #doc) }).collect();
    let with_docs = (!docs.is_empty()).then(|| quote!(.with_docs(&[#(#docs),*])));
    let with_doc = (!doc.is_empty()).then(|| quote!(.with_doc(#doc)));
    let all = quote!(#name, ::core::module_path!(), #columns);
    let relation = match origin {
        Origin::Table { audits } => {
            let audits = audits.map(|text| quote!(.with_audits(#text)));
            quote!(table(#all) #audits)
        }
        Origin::External { uri, file } => quote!(external(#all, #uri, #file)),
        Origin::View(text) => quote!(view(#all, #text)),
    };
    quote! {
        /// What the runtime knows of this relation.
        pub static RELATION: ::belvedere::view::Relation =
            ::belvedere::view::Relation::#relation #with_doc #with_docs;
        ::belvedere::__private::inventory::submit! { &RELATION }
    }
}

/// The named types of a relation, each under its own name, for its row and for crates downstream:
/// an alias reaches further than an import of a private import would.
///
/// Whether a type has a lifetime is not known here. It may be left out of what a function returns,
/// where it is that of the argument, so the alias is what such a function returns.
pub(super) fn types<'a>(named: impl Iterator<Item = (&'a str, TokenStream)>) -> TokenStream {
    let aliases: BTreeMap<_, _> = named.collect();
    if aliases.is_empty() {
        return TokenStream::new();
    }
    let aliases = aliases.iter().map(|(name, path)| {
        let name = format_ident!("{name}");
        quote! {
            pub type #name = <
                fn(&'static ()) -> super::#path as ::belvedere::__private::Returns
            >::Output;
        }
    });
    quote! {
        #[doc(hidden)]
        pub mod __types { #(#aliases)* }
    }
}

/// The path of a named type from the relation's module.
pub(super) fn type_alias(name: &str) -> TokenStream {
    let name = format_ident!("{name}");
    quote!(__types::#name)
}

/// Makes the invisible groups that a user's macro puts around its arguments visible, so that the
/// text of a view, read again at run time, means what its tokens mean: `2 * $e` with `$e` = `a + b`.
/// A group of a name or of one token needs no parentheses (and a name could not have them).
pub(super) fn without_invisible_groups(tokens: TokenStream) -> TokenStream {
    if !has_invisible_group(tokens.clone()) {
        return tokens;
    }
    let mut visible = TokenStream::new();
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => visible.extend(visible_group(&group)),
            tree => visible.extend([tree]),
        }
    }
    visible
}

fn visible_group(group: &proc_macro2::Group) -> TokenStream {
    let inside = without_invisible_groups(group.stream());
    let delimiter = match group.delimiter() {
        proc_macro2::Delimiter::None if is_name(&inside) => return inside,
        proc_macro2::Delimiter::None => proc_macro2::Delimiter::Parenthesis,
        delimiter => delimiter,
    };
    let mut copy = proc_macro2::Group::new(delimiter, inside);
    copy.set_span(group.span());
    TokenTree::Group(copy).into()
}

fn has_invisible_group(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Group(group) => {
            group.delimiter() == proc_macro2::Delimiter::None || has_invisible_group(group.stream())
        }
        _ => false,
    })
}

/// One token, or a path or type: names, `::`, `<`, `>` and `,`.
fn is_name(tokens: &TokenStream) -> bool {
    let mut count = 0;
    let plain = tokens.clone().into_iter().all(|tree| {
        count += 1;
        match tree {
            TokenTree::Ident(_) => true,
            TokenTree::Punct(punct) => matches!(punct.as_char(), ':' | '<' | '>' | ','),
            _ => false,
        }
    });
    plain || count == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::{Delimiter, Group};

    fn invisible(tokens: TokenStream) -> TokenTree {
        TokenTree::Group(Group::new(Delimiter::None, tokens))
    }

    #[test]
    fn arguments_of_a_users_macro_keep_together() {
        let sum = invisible(quote!(a + b));
        let path = invisible(quote!(crate::schema::files));
        let tokens = without_invisible_groups(quote!(from #path where 2 * #sum));
        assert_eq!(tokens.to_string(), "from crate :: schema :: files where 2 * (a + b)");
    }
}
