//! `#[derive(ArrowType)]` and `#[derive(Row)]` to Rust: how a struct is read and written, and the
//! carrier under its own name.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{DeriveInput, Index, Lifetime};

use super::pieces::Described;
use crate::sink::to_compile_errors;
use crate::tokens::name_of;
use crate::udf::{ArrowType, RowType};

/// `#[derive(ArrowType)]`, expanded.
#[must_use]
pub fn arrow_type(input: &DeriveInput) -> TokenStream {
    match ArrowType::parse(input) {
        Ok(ty) => expand(&ty),
        Err(errors) => {
            let errors = to_compile_errors(&errors);
            let carrier = Described::of_type(&input.vis, &input.ident).with_text("?");
            let stub = stub(input);
            quote! { #errors #carrier #stub }
        }
    }
}

/// `#[derive(Row)]`, expanded.
#[must_use]
pub fn row(input: &DeriveInput) -> TokenStream {
    let carrier = Described::of_type(&input.vis, &input.ident);
    match RowType::parse(input) {
        Ok(row) => {
            let carrier = Described { places: row.places(), ..carrier }.expand(&row.pieces());
            let read = read_by_name(input);
            quote! { #carrier #read }
        }
        Err(errors) => {
            let errors = to_compile_errors(&errors);
            let carrier = carrier.with_text("?");
            quote! { #errors #carrier }
        }
    }
}

/// The columns of a row type are what a view is held to, read by name or not: rustc would call
/// those that no Rust code mentions dead.
fn read_by_name(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    let (_, arguments, _) = input.generics.split_for_impl();
    let fields: Vec<_> = match &input.data {
        syn::Data::Struct(data) => data.fields.iter().flat_map(|field| &field.ident).collect(),
        syn::Data::Enum(_) | syn::Data::Union(_) => Vec::new(),
    };
    if input.generics.params.is_empty() {
        quote! {
            const _: fn(&#ident #arguments) = |row| {
                let _ = (#(&row.#fields,)*);
            };
        }
    } else {
        TokenStream::new()
    }
}

/// A type with errors is still a type, so that functions over it are no second errors.
fn stub(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    let name = name_of(ident);
    let (generics, arguments, clause) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #generics ::belvedere::__private::Value for #ident #arguments #clause {
            const TYPE: ::belvedere::__private::Type =
                ::belvedere::__private::Type::Struct(&::belvedere::__private::StructType {
                    name: #name,
                    fields: &[],
                });
        }
        ::belvedere::__private::stub_type! { [#generics] [#ident #arguments] [#clause] }
    }
}

fn expand(ty: &ArrowType) -> TokenStream {
    let value = value(ty);
    let read = read(ty);
    let write = write(ty);
    let heap_size = heap_size(ty);
    let with = quote! { #value #read #write #heap_size };
    Described { with, ..Described::of_type(&ty.vis, &ty.ident) }.expand(&ty.pieces())
}

/// `<'s>` of the struct, if it has a lifetime.
fn generics(ty: &ArrowType) -> Option<TokenStream> {
    ty.lifetime.as_ref().map(|lifetime| quote! { <#lifetime> })
}

/// The struct with the lifetime of a batch.
fn item(ty: &ArrowType) -> TokenStream {
    let ident = &ty.ident;
    match ty.lifetime {
        Some(_) => quote! { #ident<'__a> },
        None => quote! { #ident },
    }
}

fn value(ty: &ArrowType) -> TokenStream {
    let (ident, generics) = (&ty.ident, generics(ty));
    let name = name_of(ident);
    let fields = ty.fields.iter().map(|field| {
        let (name, ty) = (name_of(&field.ident), &field.ty);
        quote! { ::belvedere::__private::FieldType::of::<#ty>(#name) }
    });
    quote! {
        #[automatically_derived]
        impl #generics ::belvedere::__private::Value for #ident #generics {
            const TYPE: ::belvedere::__private::Type =
                ::belvedere::__private::Type::Struct(&::belvedere::__private::StructType {
                    name: #name,
                    fields: &[#(#fields),*],
                });
        }
    }
}

/// What a value owns, for states of aggregates.
fn heap_size(ty: &ArrowType) -> TokenStream {
    let (ident, generics) = (&ty.ident, generics(ty));
    let types: Vec<_> = ty.fields.iter().map(|field| &field.ty).collect();
    let names = ty.fields.iter().map(|field| &field.ident);
    let heap_size = quote! { ::belvedere::__private::HeapSize };
    quote! {
        #[automatically_derived]
        impl #generics #heap_size for #ident #generics {
            const OWNS: ::core::primitive::bool = #(<#types as #heap_size>::OWNS)||*;

            fn heap_size(&self) -> ::core::primitive::usize {
                #(<#types as #heap_size>::heap_size(&self.#names))+*
            }
        }
    }
}

fn read(ty: &ArrowType) -> TokenStream {
    let (ident, generics, item) = (&ty.ident, generics(ty), item(ty));
    let batch = Lifetime::new("'__a", ident.span());
    let types: Vec<_> = ty.fields.iter().map(|field| &field.ty).collect();
    let names = ty.fields.iter().map(|field| &field.ident);
    let indexes: Vec<_> = (0..types.len()).map(Index::from).collect();
    quote! {
        #[automatically_derived]
        impl #generics ::belvedere::__private::Read for #ident #generics {
            type Item<#batch> = #item;
            type Column<#batch> = (#(<#types as ::belvedere::__private::Slot>::Column<#batch>,)*);
            const VEC: ::belvedere::__private::Type = ::belvedere::__private::Type::List(
                &<Self as ::belvedere::__private::Slot>::VALUE,
            );

            fn column<#batch>(node: &#batch ::belvedere::__private::Node<#batch>) -> Self::Column<#batch> {
                (#(<#types as ::belvedere::__private::Slot>::column(node.field(#indexes)),)*)
            }

            fn get<#batch>(
                column: &Self::Column<#batch>,
                row: ::core::primitive::usize,
            ) -> Self::Item<#batch> {
                #ident {
                    #(#names: <#types as ::belvedere::__private::Slot>::get(&column.#indexes, row),)*
                }
            }
        }
    }
}

fn write(ty: &ArrowType) -> TokenStream {
    let (ident, generics, item) = (&ty.ident, generics(ty), item(ty));
    let batch = Lifetime::new("'__a", ident.span());
    let anonymous = match ty.lifetime {
        Some(_) => quote! { #ident<'_> },
        None => quote! { #ident },
    };
    let types: Vec<_> = ty.fields.iter().map(|field| &field.ty).collect();
    let names = ty.fields.iter().map(|field| &field.ident);
    let indexes: Vec<_> = (0..types.len()).map(Index::from).collect();
    let slot = quote! { ::belvedere::__private::WriteSlot };
    let item_name = format_ident!("item");
    quote! {
        #[automatically_derived]
        impl #generics ::belvedere::__private::Write for #ident #generics {
            type Item<#batch> = #item;
            type Builder =
                ::belvedere::__private::StructBuilder<(#(<#types as #slot>::Builder,)*)>;

            fn builder(
                rows: ::core::primitive::usize,
                _: &::belvedere::__private::Target<'_>,
            ) -> Self::Builder {
                ::belvedere::__private::StructBuilder::new(
                    rows,
                    (#(<#types as #slot>::builder(rows),)*),
                )
            }

            fn append(builder: &mut Self::Builder, #item_name: #anonymous) {
                #(<#types as #slot>::append(&mut builder.fields.#indexes, #item_name.#names);)*
                builder.append();
            }

            fn append_null(builder: &mut Self::Builder) {
                #(<#types as #slot>::append_null(&mut builder.fields.#indexes);)*
                builder.append_null();
            }

            fn finish(
                builder: Self::Builder,
            ) -> ::belvedere::__private::Result<
                ::belvedere::__private::ArrayRef,
                ::belvedere::__private::CallError,
            > {
                let (fields, rows) = builder.into_parts();
                rows.finish::<Self>(::belvedere::__private::vec![
                    #(<#types as #slot>::finish(fields.#indexes)?),*
                ])
            }
        }
    }
}
