//! `table!`: a relation whose columns are declared.
//!
//! A table without named types is written at once. Otherwise the first phase imports the types and
//! writes a chain through their carriers, and [`finish_table`] writes the rest in the second, with
//! every type resolved.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::carrier::{
    self, Arrived, Text, arrived, asked, awaited_columns, chain, columns_carrier,
};
use super::imports::{Imports, Kind};
use super::relation::{
    definition, descriptor, module, type_alias, types, without_invisible_groups,
};
use super::row::{RowField, row};
use crate::sink::{Sink, to_compile_errors};
use crate::tokens::name_of;
use crate::types::{StructType, Type, columns_to_text};
use crate::view::env::{parse_hidden_struct, unreadable};
use crate::view::model::TableColumn;
use crate::view::syntax::Table;
use crate::view::{check_table, parse_table};

/// Expands `table! { … }`.
#[must_use]
pub fn table(tokens: TokenStream) -> TokenStream {
    let tokens = without_invisible_groups(tokens);
    let sink = Sink::new();
    let parsed = parse_table(tokens.clone(), &sink);
    let errors = to_compile_errors(&sink.into_diagnostics());
    let Some(table) = parsed else { return errors };
    let hidden = carrier::unique(&table.name);
    let imports = type_imports(&table);
    let definition = definition(&[]);
    let rest = if table.types().is_empty() {
        contents(&table, &[], &hidden)
    } else {
        let carriers = imports.paths(&[]);
        let chain = chain(&carriers, "finish_table", &quote!(#hidden #tokens));
        let (awaited, asked) = (awaited_columns(&table.vis), asked(&carriers));
        quote!(#awaited #chain #asked)
    };
    let inside = imports.inside(&hidden);
    let module = module(&table.vis, &table.name, &table.doc, &quote!(#definition #inside #rest));
    let outside = imports.outside(&hidden);
    quote!(#errors #outside #module)
}

/// The second phase: `["type" …] [] { hidden-name body }`.
#[must_use]
pub fn finish_table(tokens: TokenStream) -> TokenStream {
    let Some((hidden, Arrived { texts, body })) = arrived(tokens.clone()).and_then(named) else {
        return carrier::not_by_hand(&tokens);
    };
    // The first phase has reported the errors.
    match parse_table(body, &Sink::ignoring()) {
        Some(table) => contents(&table, &texts, &hidden),
        None => TokenStream::new(),
    }
}

/// Splits the hidden name off the body.
pub(super) fn named(arrived: Arrived) -> Option<(Ident, Arrived)> {
    let mut trees = arrived.body.into_iter();
    match trees.next() {
        Some(proc_macro2::TokenTree::Ident(hidden)) => {
            Some((hidden, Arrived { texts: arrived.texts, body: trees.collect() }))
        }
        _ => None,
    }
}

fn type_imports(table: &Table) -> Imports<'_> {
    Imports::new(Kind::Type, table.types())
}

/// Everything of the module that needs the types.
fn contents(table: &Table, texts: &[Text], hidden: &Ident) -> TokenStream {
    let imports = type_imports(table);
    let resolved: Vec<Type> = texts.iter().map(|text| type_of(&text.value)).collect();
    let sink = Sink::new();
    for (path, text) in table.types().iter().zip(texts) {
        if parse_hidden_struct(&text.value).is_err() {
            let span = path.segments.last().map_or(table.name.span(), |last| last.ident.span());
            sink.error(span, unreadable(path, &text.value));
        }
    }
    let model = check_table(table, &resolved, &sink);
    let errors = to_compile_errors(&sink.into_diagnostics());

    let path_of = |ty: &StructType| {
        let mentioned = resolved.iter().any(|t| matches!(t, Type::Struct(t) if t == ty));
        mentioned.then(|| ty.name.as_deref().map(type_alias))?
    };
    let fields = model.columns.iter().map(|TableColumn { column, doc }| RowField {
        column,
        span: place_of(table, &column.name),
        doc: if doc.is_empty() { format!("`{column}`") } else { doc.clone() },
    });
    let fields = fields.collect::<Vec<_>>();
    let row = row(&format!("A row of `{}`.", name_of(&table.name)), &fields, &path_of);
    let columns: Vec<_> = model.columns.iter().map(|column| column.column.clone()).collect();
    let text = columns_to_text(&columns);
    let carrier = columns_carrier(&table.vis, hidden, &text);
    let carrier = if table.types().is_empty() { carrier } else { carrier::known(&carrier) };
    let kind = quote!(::belvedere::view::RelationKind::Table);
    let docs = model.columns.iter().map(|column| (&*column.column.name, &*column.doc));
    let descriptor = descriptor(&table.name, &table.doc, &text, docs, &kind);
    let named = resolved.iter().zip(imports.paths(&[]));
    let types = types(named.filter_map(|(ty, path)| Some((struct_name(ty)?, path))));
    quote!(#errors #row #types #descriptor #carrier)
}

fn place_of(table: &Table, column: &str) -> Span {
    let field = table.columns.iter().find(|field| field.name == column);
    field.map_or_else(Span::call_site, |field| field.name_span)
}

/// The name of a struct that has one.
pub(super) fn struct_name(ty: &Type) -> Option<&str> {
    match ty {
        Type::Struct(ty) => ty.name.as_deref(),
        _ => None,
    }
}

/// What a type's carrier says; a type that its own errors hide is unknown.
pub(super) fn type_of(text: &str) -> Type {
    parse_hidden_struct(text).unwrap_or(Type::Unknown)
}
