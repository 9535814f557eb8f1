//! Tables: columns have one name each and types that can be stored.

use quote::quote;

use super::check_view;
use crate::sink::Sink;
use crate::types::{Column, FieldSyntax, Type, TypeSyntax, TypeSyntaxKind, ValueType, path_text};
use crate::view::env::{Env, Relation};
use crate::view::messages;
use crate::view::model;
use crate::view::parse::parse_view;
use crate::view::syntax::{Asked, AuditOutcome, Table};

/// Checks a table. `types` are those that [`Table::types`] names, in that order;
/// [`Type::Unknown`] for one that its own errors hide.
///
/// A model is given in spite of errors in the sink, for the readers of the table.
pub fn check_table(table: &Table, types: &[Type], sink: &Sink) -> model::Table {
    if table.columns.is_empty() && table.whole {
        sink.error(table.name.span(), messages::no_columns());
    }
    let mut lookup = |path: &syn::Path| {
        let position = table.types.iter().position(|name| name == path)?;
        types.get(position).cloned()
    };
    let reported = sink.count();
    let mut columns: Vec<model::TableColumn> = Vec::with_capacity(table.columns.len());
    for field in &table.columns {
        if columns.iter().any(|column| column.column.name == field.name) {
            sink.error(field.name_span, messages::column_twice(&field.name));
            continue;
        }
        if matches!(field.name.as_str(), "self" | "super" | "crate" | "Self" | "_") {
            sink.error(field.name_span, messages::not_a_name(&field.name, None));
        }
        check_struct_names(&field.ty, sink);
        let ty = field.ty.resolve(&mut lookup, sink);
        let ty = ty.unwrap_or(ValueType::required(Type::Unknown));
        check_storable(field, &ty, sink);
        let column = Column { name: field.name.clone(), ty };
        columns.push(model::TableColumn { column, doc: field.doc.clone() });
    }
    let name = crate::tokens::name_of(&table.name);
    // What is wrong with a column would be said of the view too.
    let quiet = Sink::ignoring();
    let of_asked = if sink.count() == reported { sink } else { &quiet };
    let asked = check_asked(table, &name, &columns, of_asked);
    model::Table { name, doc: table.doc.clone(), columns, asked }
}

/// What is asked of the rows, as the text of a view of them.
fn check_asked(
    table: &Table,
    name: &str,
    columns: &[model::TableColumn],
    sink: &Sink,
) -> Option<String> {
    let Asked { key, audits } = &table.asked;
    if key.is_empty() && audits.is_empty() {
        return None;
    }
    let (table_name, option) = (&table.name, (!key.is_empty()).then(|| quote!(key = [#(#key),*])));
    let text = quote!(#[view(#option)] __rows = from #table_name #audits);
    let view = parse_view(text.clone(), sink)?;
    let others = view.functions().iter().chain(view.sources().get(1..).unwrap_or_default());
    for path in others.chain(view.templates()).chain(view.types()) {
        let span = path.segments.first().map_or(table.name.span(), |first| first.ident.span());
        sink.error(span, messages::audit_of_table(&path_text(path)));
    }
    for audit in view.audits.iter().filter(|audit| audit.outcome == AuditOutcome::Quarantine) {
        let (_, last) = audit.condition.span;
        sink.error(audit.outcome_span.unwrap_or(last), messages::quarantine_of_table());
    }
    let known = columns.iter().map(|column| column.column.clone()).collect();
    let relation = Relation { name: name.to_owned(), columns: table.whole.then_some(known) };
    // What it mentions besides has been reported.
    let missing = |paths: &[syn::Path]| paths.iter().map(|_| None).collect();
    let env =
        Env { relations: vec![relation], functions: missing(view.functions()), ..Env::default() };
    check_view(&view, &env, sink);
    Some(text.to_string())
}

/// A struct with a name is defined once, by a Rust struct.
fn check_struct_names(ty: &TypeSyntax, sink: &Sink) {
    match &ty.kind {
        TypeSyntaxKind::Option(inner) | TypeSyntaxKind::List(inner) => {
            check_struct_names(inner, sink);
        }
        TypeSyntaxKind::Map(key, value) => {
            check_struct_names(key, sink);
            check_struct_names(value, sink);
        }
        TypeSyntaxKind::Struct(name, fields) => {
            if let Some(name) = name {
                sink.error(name.span(), messages::named_struct_inline(&name.to_string()));
            }
            for field in fields {
                check_struct_names(&field.ty, sink);
            }
            check_fields(fields, sink);
        }
        TypeSyntaxKind::Plain(_) | TypeSyntaxKind::Named(_) => {}
    }
}

fn check_fields(fields: &[FieldSyntax], sink: &Sink) {
    for (i, field) in fields.iter().enumerate() {
        if fields[..i].iter().any(|before| before.name == field.name) {
            sink.error(field.name_span, messages::column_twice(&field.name));
        }
    }
}

/// Delta Lake does not have every type.
fn check_storable(field: &FieldSyntax, ty: &ValueType, sink: &Sink) {
    if let Some(part) = ty.ty.unstorable_part() {
        let whole = part == &ty.ty;
        sink.error_range(field.ty.span, messages::unstorable_in_table(&field.name, part, whole));
    }
}
