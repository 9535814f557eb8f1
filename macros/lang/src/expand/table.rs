//! `table!`: a relation whose columns are declared, or described by a schema file.
//!
//! A table without named types is written at once. Otherwise the first phase imports the types and
//! writes a chain through their carriers, and [`finish_table`] writes the rest in the second, with
//! every type resolved.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::carrier::{
    self, Arrived, Text, arrived, asked, awaited_columns, chain, columns_carrier,
};
use super::imports::{self, Imports, Kind};
use super::relation::{
    Origin, definition, descriptor, module, type_alias, types, without_invisible_groups,
};
use super::row::{RowField, plain_derives, row};
use crate::sink::{Sink, to_compile_errors};
use crate::tokens::name_of;
use crate::types::{StructType, Type, columns_to_text};
use crate::view::env::{parse_hidden_struct, relation_to_text, unreadable};
use crate::view::model::TableColumn;
use crate::view::syntax::Table;
use crate::view::{check_schema_file, check_table, parse_table};

/// Reads a file of the package that is compiled, by its path below the package's folder; says why it
/// cannot.
pub type ReadFile<'a> = &'a dyn Fn(&str) -> Result<Vec<u8>, String>;

/// Expands `table! { … }`.
#[must_use]
pub fn table(tokens: TokenStream, read: ReadFile<'_>) -> TokenStream {
    let tokens = without_invisible_groups(tokens);
    let sink = Sink::new();
    let parsed = parse_table(tokens.clone(), &sink);
    let errors = to_compile_errors(&sink.into_diagnostics());
    let Some(table) = parsed else { return errors };
    let hidden = carrier::unique(&table.name);
    if let Some(file) = &table.file {
        let module = table_of_file(&table, file, &hidden, read);
        return quote!(#errors #module);
    }
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
    let inside = imports::inside(&[&imports], &hidden);
    let module = module(&table.vis, &table.name, &table.doc, &quote!(#definition #inside #rest));
    let outside = imports.outside(&hidden);
    quote!(#errors #outside #module)
}

/// A table that others write. It has no names to resolve: files know no Rust.
fn table_of_file(
    table: &Table,
    file: &syn::LitStr,
    hidden: &Ident,
    read: ReadFile<'_>,
) -> TokenStream {
    let sink = Sink::new();
    let schema = check_schema_file(file, read, &sink);
    let errors = to_compile_errors(&sink.into_diagnostics());
    // Cargo builds the crate again when the file changes.
    let tracked = schema.is_some().then(|| {
        quote! {
            const _: &[::core::primitive::u8] = ::core::include_bytes!(
                ::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/", #file)
            );
        }
    });
    let (columns, uri) = schema.map(|schema| (schema.columns, schema.uri)).unzip();
    let uri: String = uri.unwrap_or_default();
    let declared: Option<Vec<_>> = columns
        .as_ref()
        .map(|columns| columns.iter().map(|column| column.column.clone()).collect());
    let columns = columns.unwrap_or_default();
    let fields = row_fields(&columns, |_| Span::call_site());
    let row = row(Span::call_site(), &row_doc(table), &fields, &plain_derives(&fields), &|_| None);
    // Readers of a table whose file says nothing do not repeat its errors.
    let text = relation_to_text(declared.as_deref());
    let carrier = columns_carrier(&table.vis, hidden, &text);
    let origin = Origin::External { uri: &uri, file };
    let docs = columns.iter().map(|column| (&*column.column.name, &*column.doc));
    let descriptor = descriptor(&table.name, &table.doc, &text, docs, &origin);
    let definition = definition(&[]);
    let contents = quote!(#definition #tracked #errors #row #descriptor #carrier);
    let outside = type_imports(table).outside(hidden);
    let module = module(&table.vis, &table.name, &table.doc, &contents);
    quote!(#outside #module)
}

fn row_doc(table: &Table) -> String {
    format!("A row of `{}`.", name_of(&table.name))
}

fn row_fields(columns: &[TableColumn], span: impl Fn(&str) -> Span) -> Vec<RowField<'_>> {
    let fields = columns.iter().map(|TableColumn { column, doc }| RowField {
        column,
        span: span(&column.name),
        doc: if doc.is_empty() { format!("`{column}`") } else { doc.clone() },
    });
    fields.collect()
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
    let fields = row_fields(&model.columns, |column| place_of(table, column));
    let row = row(Span::call_site(), &row_doc(table), &fields, &plain_derives(&fields), &path_of);
    let columns: Vec<_> = model.columns.iter().map(|column| column.column.clone()).collect();
    let text = columns_to_text(&columns);
    let carrier = columns_carrier(&table.vis, hidden, &relation_to_text(Some(&columns)));
    let carrier = if table.types().is_empty() { carrier } else { carrier::known(&carrier) };
    let origin = Origin::Table { audits: model.asked.as_deref() };
    let docs = model.columns.iter().map(|column| (&*column.column.name, &*column.doc));
    let descriptor = descriptor(&table.name, &table.doc, &text, docs, &origin);
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
