//! What a view promises: its contract, its row type, its key, and that its rows can be stored.

use proc_macro2::Ident;

use super::Checker;
use super::expression::{Types, resolve_type};
use super::scope::RowColumn;
use crate::sink::Sink;
use crate::suggest::nearest;
use crate::tokens::{Range, name_of};
use crate::types::{Column, FieldSyntax, Type, ValueType};
use crate::view::messages;
use crate::view::syntax::{Contract, Materialize, RefreshOption, Step, StepKind};

/// The columns of a contract; a type with an error is unknown.
pub(super) fn contract_columns(
    contract: &Contract,
    names: &[syn::Path],
    types: &[Type],
    sink: &Sink,
) -> Vec<Column> {
    let types = Types { names, types };
    let column = |field: &FieldSyntax| Column {
        name: field.name.clone(),
        ty: resolve_type(&field.ty, types, sink).unwrap_or(ValueType::required(Type::Unknown)),
    };
    contract.columns.iter().map(column).collect()
}

impl Checker<'_> {
    pub(super) fn check_promises(&self) {
        if let Some(contract) = &self.view.contract {
            self.check_contract(contract);
        }
        self.check_row_type();
        self.check_options();
        self.check_storable();
    }

    /// Each promised column is there, with the promised type, in the promised order.
    fn check_contract(&self, contract: &Contract) {
        let promised = contract_columns(contract, &self.view.types, &self.env.types, self.sink);
        let rows = &self.scope.columns;
        let mut complete = contract.whole;
        let mut near_misses = Vec::new();
        for (i, (column, field)) in promised.iter().zip(&contract.columns).enumerate() {
            if promised[..i].iter().any(|before| before.name == column.name) {
                self.sink.error(field.name_span, messages::promised_twice(&column.name));
                complete = false;
                continue;
            }
            match rows.iter().find(|row| row.name == column.name) {
                Some(row) => self.check_promised_type(column, row, field),
                None if self.scope.is_open() => complete = false,
                None => {
                    complete = false;
                    let names = rows.iter().map(|row| row.name.as_str());
                    let near = nearest(&column.name, names);
                    near_misses.extend(near);
                    self.sink.error(field.name_span, messages::promise_missing(&column.name, near));
                }
            }
        }
        let missing = rows
            .iter()
            .filter(|row| contract.whole && !promised.iter().any(|column| column.name == row.name));
        let missing: Vec<&RowColumn> = missing.collect();
        complete &= missing.is_empty();
        let missing = missing.into_iter().filter(|row| !near_misses.contains(&row.name.as_str()));
        // Columns that no step of the view makes have one place, where they are told at once.
        let (own, of_sources): (Vec<_>, Vec<_>) = missing.partition(|row| row.span.is_some());
        for row in own {
            let span = row.span.unwrap_or((contract.keyword, contract.keyword));
            self.sink.error_range(span, messages::not_promised(&[promised_text(row)], None));
        }
        let texts: Vec<String> = of_sources.into_iter().map(promised_text).collect();
        if !texts.is_empty() {
            let is_known =
                rows.len() <= PROMISED_MAX && !rows.iter().any(|row| row.ty.ty.has_unknown());
            let whole: Vec<String> = rows.iter().map(promised_text).collect();
            let whole = is_known.then(|| whole.join(", "));
            let message = messages::not_promised(&texts, whole.as_deref());
            self.sink.error(contract.keyword, message);
        }
        if complete {
            self.check_promised_order(&promised, contract);
        }
    }

    fn check_promised_order(&self, promised: &[Column], contract: &Contract) {
        let rows = &self.scope.columns;
        let mut pairs = promised.iter().zip(rows).zip(&contract.columns).enumerate();
        let differs = pairs.find(|(_, ((column, row), _))| column.name != row.name);
        let Some((position, ((column, row), field))) = differs else { return };
        let of = |row: &RowColumn| promised.iter().find(|column| column.name == row.name);
        let in_order: Vec<_> = rows.iter().filter_map(of).map(ToString::to_string).collect();
        let columns = in_order.join(", ");
        let message = messages::promise_order(position + 1, &column.name, &row.name, &columns);
        self.sink.error(field.name_span, message);
    }

    fn check_promised_type(&self, promised: &Column, row: &RowColumn, field: &FieldSyntax) {
        if let Some(message) = mismatch(&promised.ty, row, Promise::Contract) {
            self.sink.error_range(field.ty.span, message);
        }
    }

    /// The row type is a contract that stands elsewhere: what differs is shown at the view's
    /// column, what is missing at the struct's field, or at `<Row>` where that has no place.
    fn check_row_type(&self) {
        let (Some(path), Some(row_type)) = (&self.view.row, &self.env.row) else { return };
        let Some(fields) = &row_type.columns else { return };
        let written = path
            .segments
            .last()
            .map_or_else(|| self.view.name.span(), |segment| segment.ident.span());
        let rows = &self.scope.columns;
        let mut complete = true;
        let mut near_misses = Vec::new();
        for (position, field) in fields.iter().enumerate() {
            let Some(row) = rows.iter().find(|row| row.name == field.name) else {
                complete = false;
                if !self.scope.is_open() {
                    let names = rows.iter().map(|row| row.name.as_str());
                    let near = nearest(&field.name, names);
                    near_misses.extend(near);
                    let span = row_type.spans.get(position).copied().unwrap_or(written);
                    let message = messages::field_missing(&field.name, &row_type.name, near);
                    self.sink.error(span, message);
                }
                continue;
            };
            let span = row.span.unwrap_or((written, written));
            if let Some(message) = mismatch(&field.ty, row, Promise::Row(&row_type.name)) {
                self.sink.error_range(span, message);
            }
        }
        for row in rows {
            if !fields.iter().any(|field| field.name == row.name) {
                complete = false;
                if near_misses.contains(&row.name.as_str()) {
                    continue;
                }
                let span = row.span.unwrap_or((written, written));
                let message = messages::no_such_field(&row.name, &row_type.name);
                self.sink.error_range(span, message);
            }
        }
        let mut pairs = fields.iter().zip(rows);
        if complete && let Some((field, row)) = pairs.find(|(field, row)| field.name != row.name) {
            let span = row.span.unwrap_or((written, written));
            let message = messages::field_order(&row.name, &field.name, &row_type.name);
            self.sink.error_range(span, message);
        }
    }

    /// Keys, partitions and clusters are columns of the result.
    fn check_options(&self) {
        let options = &self.view.options;
        self.option_columns(&options.key, "key");
        let layouts =
            [(&options.partition_by, "partition_by"), (&options.cluster_by, "cluster_by")];
        for (columns, option) in layouts {
            let found = self.option_columns(columns, option);
            if let (Materialize::View, Some(column)) = (options.materialize, columns.first()) {
                self.sink.error(column.span(), messages::layout_of_view(option));
            }
            for (column, row) in found {
                let ty = &row.ty.ty;
                match option {
                    "partition_by" if !ty.names_partitions() => {
                        self.sink.error(column.span(), messages::partition_type(&row.name, ty));
                    }
                    "cluster_by" if !ty.is_ordered() => {
                        self.sink.error(column.span(), messages::cluster_type(&row.name, ty));
                    }
                    _ => {}
                }
            }
        }
        if options.materialize == Materialize::Table {
            self.check_layout();
        }
        if let (Materialize::View, RefreshOption::Strict(span)) =
            (options.materialize, options.refresh)
        {
            self.sink.error(span, messages::refresh_of_view());
        }
    }

    /// Files hold the columns that are no partitions, and rows of one partition each.
    fn check_layout(&self) {
        let options = &self.view.options;
        let partitions: Vec<_> = options.partition_by.iter().map(name_of).collect();
        let is_partition = |row: &RowColumn| partitions.contains(&row.name);
        let rows = &self.scope.columns;
        if let Some(last) = options.partition_by.last()
            && !self.scope.is_open()
            && rows.iter().all(is_partition)
        {
            self.sink.error(last.span(), messages::only_partitions());
        }
        for column in &options.cluster_by {
            if partitions.contains(&name_of(column)) {
                self.sink.error(
                    column.span(),
                    messages::option_twice("cluster_by", &name_of(column), true),
                );
            }
        }
    }

    /// The columns of an option that there are, each with what it is.
    fn option_columns<'i>(
        &self,
        columns: &'i [Ident],
        option: &str,
    ) -> Vec<(&'i Ident, &RowColumn)> {
        let mut found = Vec::with_capacity(columns.len());
        for (position, column) in columns.iter().enumerate() {
            if columns[..position].contains(column) {
                self.sink
                    .error(column.span(), messages::option_twice(option, &name_of(column), false));
                continue;
            }
            found.extend(self.option_column(column, option).map(|row| (column, row)));
        }
        found
    }

    fn option_column(&self, column: &Ident, option: &str) -> Option<&RowColumn> {
        let name = name_of(column);
        let found = self.scope.columns.iter().find(|row| row.name == name);
        if found.is_none() && !self.scope.is_open() {
            let names = self.scope.columns.iter().map(|row| row.name.as_str());
            let message = messages::option_column(option, &name, nearest(&name, names));
            self.sink.error(column.span(), message);
        }
        found
    }

    /// What Delta Lake has no type for, no relation has, stored or not: what reads a view need not know
    /// which it is.
    fn check_storable(&self) {
        for row in &self.scope.columns {
            if let Some(part) = row.ty.ty.unstorable_part() {
                let whole = part == &row.ty.ty;
                // No view can be called so.
                let is_query = self.view.name == "_";
                let message =
                    messages::unstorable_column(&row.name, &row.ty, part, whole, is_query);
                self.sink.error_range(self.span_of(row), message);
            }
        }
    }

    /// Without a `select` a join leaves both sides' columns, which may have one name.
    pub(super) fn check_names(&self) {
        // What has not been read as it was meant, a join without its condition, may have been meant otherwise.
        if self.sink.has_errors() {
            return;
        }
        if let Some(i) = self.second_of_a_name() {
            let path = self.scope.path(i);
            let message = messages::duplicate_result(&self.scope.columns[i].name, &path);
            self.sink.error_range(self.span_of_source(i), message);
        }
    }

    /// Where the relation stands that a column of the row comes from.
    fn span_of_source(&self, column: usize) -> Range {
        let row = &self.scope.columns[column];
        let relation = row.relation.map(|position| &self.scope.relations[position]);
        let of_step = |step: &Step| match &step.kind {
            StepKind::From(source)
            | StepKind::Join { source, .. }
            | StepKind::Asof { source, .. } => {
                let is_it = relation.is_some_and(|it| name_of(&source.alias) == it.alias);
                (is_it && !source.is_value).then_some(source.span)
            }
            _ => None,
        };
        // An `unnest` makes a relation of the fields of its element.
        let given = relation.and_then(|relation| relation.given).map(|given| (given, given));
        self.view.steps.iter().find_map(of_step).or(given).unwrap_or_else(|| self.span_of(row))
    }

    /// The position of a relation's column with the name of one before it. Columns that the view
    /// writes have been compared where they are written.
    pub(super) fn second_of_a_name(&self) -> Option<usize> {
        let rows = &self.scope.columns;
        let twice = |i: usize| rows[..i].iter().any(|before| before.name == rows[i].name);
        (0..rows.len()).find(|i| rows[*i].relation.is_some() && twice(*i))
    }

    fn span_of(&self, row: &RowColumn) -> Range {
        let name = self.view.name.span();
        row.span.unwrap_or((name, name))
    }
}

/// How many columns a help lists whole.
const PROMISED_MAX: usize = 12;

/// A column as a contract has it; an error may hide its type.
fn promised_text(row: &RowColumn) -> String {
    match row.ty.ty.has_unknown() {
        true => format!("{}: …", row.name),
        false => format!("{}: {}", row.name, row.ty),
    }
}

/// Who promises.
#[derive(Clone, Copy)]
enum Promise<'a> {
    Contract,
    Row(&'a str),
}

/// What is wrong with a column of the view, given what is promised of it. A promise may be weaker:
/// `Option<T>` for a column that is never NULL.
fn mismatch(
    promised: &ValueType,
    row: &RowColumn,
    promise: Promise<'_>,
) -> Option<crate::messages::Message> {
    if promised.ty.has_unknown() || row.ty.ty.has_unknown() {
        return None;
    }
    let types_agree = promised.ty == row.ty.ty;
    if types_agree && (promised.nullable || !row.ty.nullable) {
        return None;
    }
    Some(match promise {
        Promise::Contract if types_agree => {
            messages::promise_nullable(&row.name, promised, &row.ty)
        }
        Promise::Contract => messages::promise_type(&row.name, promised, &row.ty),
        Promise::Row(name) if types_agree => {
            messages::field_nullable(&row.name, name, promised, &row.ty)
        }
        Promise::Row(name) => messages::field_type(&row.name, name, promised, &row.ty),
    })
}
