//! The `use` items of a printed file: of the names that it may need, those that it mentions.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::{format_ident, quote};

/// The names that a printed file may need, by the path that they come from.
const IMPORTS: &[(&str, &str)] = &[
    ("std::sync", "Arc LazyLock"),
    (
        "datafusion::arrow::array",
        "Array AsArray BinaryBuilder BooleanBuilder Float32Builder Float64Builder Int8Builder \
         Int16Builder Int32Builder Int64Builder StringBuilder UInt8Builder UInt16Builder \
         UInt32Builder UInt64Builder",
    ),
    (
        "datafusion::arrow::datatypes",
        "DataType Field FieldRef Float32Type Float64Type Int8Type Int16Type Int32Type Int64Type \
         UInt8Type UInt16Type UInt32Type UInt64Type",
    ),
    ("datafusion::common", "Result ScalarValue exec_datafusion_err plan_datafusion_err plan_err"),
    (
        "datafusion::logical_expr",
        "ColumnarValue DocSection Documentation ReturnFieldArgs ScalarFunctionArgs ScalarUDFImpl \
         Signature Volatility",
    ),
];

/// Traits, which are used without being named.
const TRAITS: &[&str] = &["Array", "AsArray"];

/// The `use` items for the names that `body` mentions.
pub(super) fn imports(body: &TokenStream) -> TokenStream {
    let mut used = BTreeSet::new();
    collect_names(body.clone(), &mut used);
    let items = IMPORTS.iter().filter_map(|(path, names)| {
        let names: Vec<_> = names
            .split_whitespace()
            .filter(|name| used.contains(*name) || TRAITS.contains(name))
            .map(|name| format_ident!("{name}"))
            .collect();
        let path = path.split("::").map(|part| format_ident!("{part}"));
        (!names.is_empty()).then(|| quote! { use #(#path)::*::{#(#names),*}; })
    });
    quote! { #(#items)* }
}

fn collect_names(tokens: TokenStream, names: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                names.insert(ident.to_string());
            }
            TokenTree::Group(group) => collect_names(group.stream(), names),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
