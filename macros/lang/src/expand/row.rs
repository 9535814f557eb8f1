//! The row struct of a relation: its columns as Rust types.
//!
//! Types are named through `::belvedere::__private` and `::core`, so that a crate which has its own
//! `String` or `Option` gets the right ones. A struct without a name becomes a struct beside the
//! row: `Row_pos` for the column `pos`.
//!
//! How a row is read is a call for each field, whose type the compiler has already: nothing else of it
//! is generated ([`read`], [`read_struct`]). Bodies of functions are what a view costs the compiler, so
//! a row has no others unless its author asks for them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use crate::types::{Column, StructType, Type, ValueType};

/// A column of the row and what its documentation says.
pub(super) struct RowField<'a> {
    pub(super) column: &'a Column,
    pub(super) span: Span,
    pub(super) doc: String,
}

/// Writes the structs of a relation.
pub(super) struct Rows<'a> {
    /// The path of a named struct from the relation's module.
    named: &'a dyn Fn(&StructType) -> Option<TokenStream>,
    /// The attributes of the row and of the structs beside it.
    derives: &'a TokenStream,
    structs: TokenStream,
}

/// What the row of a table can do when it is made of types that can: whether a struct of the user can
/// be compared or cloned is not known, so rows with one have none of these.
pub(super) fn plain_derives(fields: &[RowField<'_>]) -> TokenStream {
    match fields.iter().all(|field| is_plain(&field.column.ty.ty)) {
        true => quote! {
            #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
        },
        false => TokenStream::new(),
    }
}

fn is_plain(ty: &Type) -> bool {
    match ty {
        Type::List(item) => is_plain(&item.ty),
        Type::Map(key, value) => is_plain(key) && is_plain(&value.ty),
        Type::Struct(ty) => {
            ty.name.is_none() && ty.fields.iter().all(|field| is_plain(&field.ty.ty))
        }
        Type::Unknown => false,
        _ => true,
    }
}

/// `pub struct Row { … }` and the structs that it needs. `place` is before what rustc writes attributes
/// that it advises: `#[derive(Debug)]`.
pub(super) fn row(
    place: Span,
    doc: &str,
    fields: &[RowField<'_>],
    derives: &TokenStream,
    named: &dyn Fn(&StructType) -> Option<TokenStream>,
) -> TokenStream {
    let mut rows = Rows { named, derives, structs: TokenStream::new() };
    let mut tokens = TokenStream::new();
    let mut names = Vec::new();
    for (i, RowField { column, span, doc }) in fields.iter().enumerate() {
        // A view with two columns of one name is wrong already.
        if fields[..i].iter().any(|before| before.column.name == column.name) {
            continue;
        }
        let name = field_name(&column.name, *span);
        let ty = rows.value(&column.ty, &format!("Row_{}", column.name));
        tokens.extend(quote!(#[doc = #doc] pub #name: #ty,));
        names.push(name);
    }
    let structs = rows.structs;
    let shape = quote!(::belvedere::view::Shape::Relation(&RELATION));
    let read = read(&format_ident!("Row"), &shape, &names);
    let declared = quote_spanned!(place=> pub struct Row { #tokens });
    quote! {
        #[doc = #doc]
        #derives
        #declared
        #read
        #structs
    }
}

/// A struct that nothing is ever read into: columns, and where their names stand.
pub(super) fn plain_struct(
    name: &Ident,
    columns: &[(Column, Span)],
    named: &dyn Fn(&StructType) -> Option<TokenStream>,
) -> TokenStream {
    let derives = TokenStream::new();
    let mut rows = Rows { named, derives: &derives, structs: TokenStream::new() };
    let mut fields = TokenStream::new();
    for (i, (column, span)) in columns.iter().enumerate() {
        if columns[..i].iter().any(|(before, _)| before.name == column.name) {
            continue;
        }
        let ty = rows.value(&column.ty, &format!("{name}_{}", column.name));
        let field = field_name(&column.name, *span);
        fields.extend(quote!(pub #field: #ty,));
    }
    let structs = rows.structs;
    quote!(struct #name { #fields } #structs)
}

/// How a struct of rows is read.
///
/// It is `inline` so that it is compiled where rows are read, and nowhere else: a column that no row can
/// own is an error there alone.
pub(super) fn read(ident: &Ident, shape: &TokenStream, fields: &[Ident]) -> TokenStream {
    let cells = if fields.is_empty() { format_ident!("_cells") } else { format_ident!("cells") };
    quote! {
        #[automatically_derived]
        impl ::belvedere::view::ReadRow for #ident {
            fn shape() -> ::belvedere::view::Shape { #shape }
            #[inline]
            fn read(#cells: &mut ::belvedere::__private::Cells<'_>) -> Self {
                #ident { #(#fields: #cells.read(),)* }
            }
        }
    }
}

/// How a struct of a column is read.
fn read_struct(ident: &Ident, fields: &[Ident]) -> TokenStream {
    let positions = 0..fields.len();
    quote! {
        #[automatically_derived]
        impl ::belvedere::__private::Cell for #ident {
            #[inline]
            fn get(
                node: &::belvedere::__private::Node<'_>,
                row: ::core::primitive::usize,
            ) -> Self {
                #ident { #(#fields: node.field(#positions).cell(row),)* }
            }
        }
    }
}

impl Rows<'_> {
    fn value(&mut self, value: &ValueType, place: &str) -> TokenStream {
        let ty = self.ty(&value.ty, place);
        if value.nullable { quote!(::core::option::Option<#ty>) } else { ty }
    }

    fn ty(&mut self, ty: &Type, place: &str) -> TokenStream {
        match ty {
            Type::Bool => quote!(::core::primitive::bool),
            Type::Int(int) => {
                let int = format_ident!("{}", int.name());
                quote!(::core::primitive::#int)
            }
            Type::F32 => quote!(::core::primitive::f32),
            Type::F64 => quote!(::core::primitive::f64),
            Type::Decimal(decimal) => {
                let (precision, scale) = (decimal.precision(), decimal.scale());
                quote!(::belvedere::__private::Decimal<#precision, #scale>)
            }
            Type::String => quote!(::belvedere::__private::String),
            Type::Bytes => quote!(::belvedere::__private::Vec<::core::primitive::u8>),
            Type::FixedBytes(width) => {
                let width = *width as usize;
                quote!([::core::primitive::u8; #width])
            }
            Type::Uuid => quote!(::belvedere::__private::Uuid),
            Type::Json => quote!(::belvedere::__private::Json<'static>),
            Type::Date => quote!(::belvedere::__private::Date),
            Type::Timestamp => quote!(::belvedere::__private::Timestamp),
            Type::LocalTimestamp => quote!(::belvedere::__private::LocalTimestamp),
            Type::Time => quote!(::belvedere::__private::Time),
            Type::Duration => quote!(::belvedere::__private::Duration),
            Type::Interval => quote!(::belvedere::__private::Interval),
            Type::List(item) => {
                let item = self.value(item, place);
                quote!(::belvedere::__private::Vec<#item>)
            }
            Type::Map(key, value) => {
                let key = self.ty(key, &format!("{place}_key"));
                let value = self.value(value, &format!("{place}_value"));
                quote!(::belvedere::__private::BTreeMap<#key, #value>)
            }
            Type::Struct(ty) => match (self.named)(ty) {
                Some(path) => path,
                None => self.unnamed(ty, place),
            },
            Type::AnyStruct | Type::AnyUnion | Type::Null | Type::Param(_) | Type::Unknown => {
                quote!(::belvedere::__private::Unknown)
            }
        }
    }

    fn unnamed(&mut self, ty: &StructType, place: &str) -> TokenStream {
        let name = format_ident!("{place}");
        let mut fields = TokenStream::new();
        let mut names = Vec::new();
        for field in &ty.fields {
            let field_type = self.value(&field.ty, &format!("{place}_{}", field.name));
            let field_name = field_name(&field.name, Span::call_site());
            let doc = format!("`{field}`");
            fields.extend(quote!(#[doc = #doc] pub #field_name: #field_type,));
            names.push(field_name);
        }
        let read = read_struct(&name, &names);
        let doc = format!("`{}`", Type::Struct(ty.clone()));
        let derives = self.derives;
        self.structs.extend(quote! {
            #[doc = #doc]
            #derives
            pub struct #name { #fields }
            #read
        });
        quote!(#name)
    }
}

/// The field of a column. Words of Rust are written raw; the few that cannot be get an underscore.
pub(super) fn field_name(name: &str, span: Span) -> Ident {
    match name {
        "self" | "Self" | "super" | "crate" => Ident::new(&format!("{name}_"), span),
        name if KEYWORDS.binary_search(&name).is_ok() => Ident::new_raw(name, span),
        name => Ident::new(name, span),
    }
}

/// Whether a name is one that Rust reserves, and so no name of a variable.
pub(super) fn is_keyword(name: &Ident) -> bool {
    let name = name.to_string();
    matches!(name.as_str(), "self" | "Self" | "super" | "crate")
        || KEYWORDS.binary_search(&name.as_str()).is_ok()
}

/// The words that Rust reserves in any edition, sorted.
const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_rust_become_raw() {
        assert!(KEYWORDS.is_sorted());
        let name = |name| field_name(name, Span::call_site()).to_string();
        assert_eq!(name("type"), "r#type");
        assert_eq!(name("path"), "path");
        assert_eq!(name("self"), "self_");
    }
}
