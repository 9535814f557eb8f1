//! `#[derive(ArrowType)]` and `#[derive(Row)]` to Rust: how a struct is read and written, and the
//! carrier under its own name.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{DeriveInput, Index, Lifetime};

use super::pieces::Described;
use crate::sink::to_compile_errors;
use crate::tokens::name_of;
use crate::udf::{ArrowType, RowType, Word, WordKind};

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
            let read = read_row(&row);
            quote! { #carrier #read }
        }
        Err(errors) => {
            let errors = to_compile_errors(&errors);
            let carrier = carrier.with_text("?");
            quote! { #errors #carrier }
        }
    }
}

/// How a row type is read. One with a lifetime or a type parameter types views and is read by nobody;
/// rustc would call those of its fields dead that no Rust code mentions.
fn read_row(row: &RowType) -> TokenStream {
    let ty = &row.ty;
    let fields: Vec<_> = ty.fields.iter().map(|field| field.ident.clone()).collect();
    if ty.lifetime.is_some() || !ty.type_params.is_empty() {
        return TokenStream::new();
    }
    let name = name_of(&ty.ident);
    let known = ty.fields.iter().map(|field| {
        let (name, ty) = (name_of(&field.ident), &field.ty);
        quote!(::belvedere::__private::FieldType::of::<#ty>(#name))
    });
    let shape = quote! {
        const FIELDS: &[::belvedere::__private::FieldType] = &[#(#known),*];
        ::belvedere::view::Shape::Fields { name: #name, fields: FIELDS }
    };
    let read = super::row::read(&ty.ident, &shape, &fields);
    let ident = &ty.ident;
    quote! {
        #read
        const _: fn(&#ident) = |row| {
            let _ = (#(&row.#fields,)*);
        };
    }
}

/// How a value becomes a field of a row: as it is read, unless it borrows of what it is read from.
fn cell(ty: &ArrowType) -> TokenStream {
    if !ty.type_params.is_empty() {
        return TokenStream::new();
    }
    let ident = &ty.ident;
    let (lifetime, owned, value) = match &ty.lifetime {
        None => (quote!(), quote!(), quote!(whole(node, row))),
        Some(_) => (
            quote!(<'static>),
            quote!(
                const OWNED: ::core::primitive::bool = false;
            ),
            quote!(borrowed()),
        ),
    };
    let (node, row) = match ty.lifetime {
        None => (quote!(node), quote!(row)),
        Some(_) => (quote!(_), quote!(_)),
    };
    quote! {
        #[automatically_derived]
        impl ::belvedere::__private::Cell for #ident #lifetime {
            #owned
            fn get(
                #node: &::belvedere::__private::Node<'_>,
                #row: ::core::primitive::usize,
            ) -> Self {
                ::belvedere::__private::#value
            }
        }
    }
}

/// A type with errors is still a type, so that functions over it are no second errors.
fn stub(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    let name = name_of(ident);
    let (generics, arguments, clause) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #generics ::belvedere::__private::Typed for #ident #arguments #clause {
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
    let cell = cell(ty);
    let with = quote! { #value #read #write #heap_size #cell };
    Described { with, ..Described::of_type(&ty.vis, &ty.ident) }.expand(&ty.pieces())
}

/// The generics of an `impl`: those of the struct, its type parameters with a bound.
fn generics(ty: &ArrowType, bound: impl Fn(&Ident) -> TokenStream) -> TokenStream {
    let lifetime = ty.lifetime.iter().map(|lifetime| quote! { #lifetime });
    let params = ty.type_params.iter().map(|param| {
        let bound = bound(param);
        quote! { #param: #bound }
    });
    let all: Vec<TokenStream> = lifetime.chain(params).collect();
    if all.is_empty() {
        TokenStream::new()
    } else {
        quote! { <#(#all),*> }
    }
}

/// The struct as it is declared.
fn this(ty: &ArrowType) -> TokenStream {
    let lifetime = ty.lifetime.iter().map(|lifetime| quote! { #lifetime });
    named(ty, lifetime.chain(ty.type_params.iter().map(|param| quote! { #param })))
}

/// The struct with the lifetime of a batch: `item` is a type parameter's value in it.
fn item(ty: &ArrowType, item: impl Fn(&Ident) -> TokenStream) -> TokenStream {
    let lifetime = ty.lifetime.iter().map(|_| quote! { '__a });
    named(ty, lifetime.chain(ty.type_params.iter().map(item)))
}

fn named(ty: &ArrowType, arguments: impl Iterator<Item = TokenStream>) -> TokenStream {
    let (ident, arguments) = (&ty.ident, arguments.collect::<Vec<_>>());
    if arguments.is_empty() {
        quote! { #ident }
    } else {
        quote! { #ident<#(#arguments),*> }
    }
}

/// The trait that reads the values of a type parameter: where a field adds an `Option` or makes it a
/// key, what stands for it is none.
fn reads(ty: &ArrowType, param: &Ident) -> TokenStream {
    let read = if is_plain(ty, param) { quote!(Read) } else { quote!(Slot) };
    quote! { ::belvedere::__private::#read }
}

/// The trait that writes the values of a type parameter.
fn writes(ty: &ArrowType, param: &Ident) -> TokenStream {
    let write = if is_plain(ty, param) { quote!(Write) } else { quote!(WriteSlot) };
    quote! { ::belvedere::__private::#write }
}

fn is_plain(ty: &ArrowType, param: &Ident) -> bool {
    fn search(word: &Word, name: &str) -> bool {
        let is_it = |word: &Word| matches!(&word.kind, WordKind::Param(known) if known == name);
        match &word.kind {
            WordKind::Option(inner) => is_it(inner) || search(inner, name),
            WordKind::List(item) => search(item, name),
            WordKind::Map(key, value) => is_it(key) || search(key, name) || search(value, name),
            _ => false,
        }
    }
    ty.fields.iter().any(|field| search(&field.word, &name_of(param)))
}

fn value(ty: &ArrowType) -> TokenStream {
    let (this, generics) = (this(ty), generics(ty, |param| reads(ty, param)));
    // Each choice of types is a type of its own: it is known by its fields.
    let name = if ty.type_params.is_empty() { name_of(&ty.ident) } else { String::new() };
    let fields = ty.fields.iter().map(|field| {
        let (name, ty) = (name_of(&field.ident), &field.ty);
        quote! { ::belvedere::__private::FieldType::of::<#ty>(#name) }
    });
    quote! {
        #[automatically_derived]
        impl #generics ::belvedere::__private::Typed for #this {
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
    let types: Vec<_> = ty.fields.iter().map(|field| &field.ty).collect();
    let names = ty.fields.iter().map(|field| &field.ident);
    let heap_size = quote! { ::belvedere::__private::HeapSize };
    let (this, generics) = (this(ty), generics(ty, |_| heap_size.clone()));
    quote! {
        #[automatically_derived]
        impl #generics #heap_size for #this {
            const OWNS: ::core::primitive::bool = #(<#types as #heap_size>::OWNS)||*;

            fn heap_size(&self) -> ::core::primitive::usize {
                #(<#types as #heap_size>::heap_size(&self.#names))+*
            }
        }
    }
}

fn read(ty: &ArrowType) -> TokenStream {
    let (ident, this, generics) = (&ty.ident, this(ty), generics(ty, |param| reads(ty, param)));
    let item = item(ty, |param| {
        let read = reads(ty, param);
        quote! { <#param as #read>::Item<'__a> }
    });
    let batch = Lifetime::new("'__a", ident.span());
    let types: Vec<_> = ty.fields.iter().map(|field| &field.ty).collect();
    let names = ty.fields.iter().map(|field| &field.ident);
    let indexes: Vec<_> = (0..types.len()).map(Index::from).collect();
    quote! {
        #[automatically_derived]
        impl #generics ::belvedere::__private::Read for #this {
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
    let this = this(ty);
    let generics = generics(ty, |param| {
        let (read, write) = (reads(ty, param), writes(ty, param));
        quote! { #read + #write }
    });
    let item = item(ty, |param| {
        let write = writes(ty, param);
        quote! { <#param as #write>::Item<'__a> }
    });
    let batch = Lifetime::new("'__a", ty.ident.span());
    let types: Vec<_> = ty.fields.iter().map(|field| &field.ty).collect();
    let names = ty.fields.iter().map(|field| &field.ident);
    let indexes: Vec<_> = (0..types.len()).map(Index::from).collect();
    let slot = quote! { ::belvedere::__private::WriteSlot };
    quote! {
        #[automatically_derived]
        impl #generics ::belvedere::__private::Write for #this {
            type Item<#batch> = #item;
            type Builder =
                ::belvedere::__private::StructBuilder<(#(<#types as #slot>::Builder,)*)>;

            fn builder(
                rows: ::core::primitive::usize,
                target: &::belvedere::__private::Target<'_>,
            ) -> Self::Builder {
                let fields = (#(<#types as #slot>::builder(rows, &target.part(#indexes)),)*);
                ::belvedere::__private::StructBuilder::new(rows, fields, target)
            }

            fn append(builder: &mut Self::Builder, item: Self::Item<'_>) {
                #(<#types as #slot>::append(&mut builder.fields.#indexes, item.#names);)*
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
