//! `union`, `except`, `intersect` and `distinct`: rows that meet other rows.
//!
//! Columns meet by their names, in whatever order they stand: by position, two texts that have
//! changed places go unnoticed.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::scope::{Origin, RowColumn};
use super::{Checker, coerce, messages};
use crate::tokens::Range;
use crate::types::{Type, ValueType};
use crate::view::model::{self, Expr, ExprKind, NamedExpr, SetKind, SourceRef};
use crate::view::syntax::Source;

impl Checker<'_> {
    pub(super) fn set(&mut self, kind: SetKind, source: &Source, keyword: Range) {
        let word = kind.word();
        let (relation, right) = self.source(source);
        let left_is_open = self.scope.is_open();
        if let Some(position) = self.second_of_a_name() {
            let name = &self.scope.columns[position].name;
            let message = messages::duplicate_before_set(name, &self.scope.path(position), word);
            self.sink.error_range(keyword, message);
            self.leave_relations(Vec::new(), word);
            self.scope.open = true;
            return;
        }
        let hidden = left_is_open || relation.open;
        let missing = absent(&self.scope.columns, &right, hidden);
        let extra = absent(&right, &self.scope.columns, hidden);
        if !missing.is_empty() || !extra.is_empty() {
            let message = messages::other_columns(word, &shown(source), &missing, &extra);
            self.sink.error_range(source.span, message);
        }

        let mut met = Met::default();
        for position in 0..self.scope.columns.len() {
            self.meet(kind, position, &right, source.span, &mut met);
        }
        if !met.mismatched.is_empty() {
            let message = messages::other_types(word, &shown(source), &met.mismatched);
            self.sink.error_range(source.span, message);
        }
        if kind != SetKind::UnionAll {
            self.comparable(&met.columns, keyword, word);
        }
        if !kind.is_union() || kind == SetKind::Union {
            // Which rows are left is decided by all values.
            let all = self.scope.columns.iter().chain(&right);
            self.influences.extend(all.flat_map(|column| column.origins.iter()));
        }
        self.leave_relations(met.columns, word);
        self.scope.open |= left_is_open || !missing.is_empty() || !extra.is_empty();
        let (source, left, right) = (source.what, met.left, met.right);
        self.steps.push(model::Step::Set { kind, source, left, right });
    }

    /// Brings a column and the one of its name on the right to one type.
    fn meet(
        &self,
        kind: SetKind,
        position: usize,
        right: &[RowColumn],
        span: Range,
        met: &mut Met,
    ) {
        let column = &self.scope.columns[position];
        let Some(other) = right.iter().position(|other| other.name == column.name) else {
            met.columns.push(RowColumn { relation: None, ..column.clone() });
            return;
        };
        let read = |position: usize, column: &RowColumn| Expr {
            kind: ExprKind::Column(position),
            ty: column.ty.clone(),
            span: column.span.unwrap_or(span),
        };
        let (left, right_column) = (read(position, column), &right[other]);
        let right = read(other, right_column);
        let ty = coerce::common(&left, &right).unwrap_or_else(|| {
            let types = (left.ty.ty.clone(), right.ty.ty.clone());
            met.mismatched.push((column.name.clone(), types.0, types.1));
            Type::Unknown
        });
        let nullable = match kind {
            SetKind::UnionAll | SetKind::Union => left.ty.nullable || right.ty.nullable,
            SetKind::Except => left.ty.nullable,
            // A row of both sides has NULL where both can have it.
            SetKind::Intersect => left.ty.nullable && right.ty.nullable,
        };
        let mut origins: BTreeSet<Origin> = column.origins.iter().copied().collect();
        if kind.is_union() {
            origins.extend(right_column.origins.iter());
        }
        let named = |expr: Expr| {
            let expr = coerce::coerce(expr, &ty);
            NamedExpr { name: column.name.clone(), expr }
        };
        met.left.push(named(left));
        met.right.push(named(right));
        met.columns.push(RowColumn {
            name: column.name.clone(),
            ty: ValueType { ty, nullable },
            relation: None,
            origins: origins.into_iter().collect(),
            same_as: same_as(kind, column, right_column),
            span: column.span,
        });
    }

    pub(super) fn distinct(&mut self, keyword: Range) {
        self.comparable(&self.scope.columns, keyword, "distinct");
        let all = self.scope.columns.iter().flat_map(|column| column.origins.iter());
        self.influences.extend(all);
        self.steps.push(model::Step::Distinct);
    }

    /// Rows are compared by all of their columns.
    fn comparable(&self, columns: &[RowColumn], keyword: Range, word: &str) {
        let is_map =
            |column: &&RowColumn| !column.ty.ty.has_unknown() && !column.ty.ty.is_groupable();
        if let Some(column) = columns.iter().find(is_map) {
            let message = messages::rows_not_comparable(word, &column.name, &column.ty.ty);
            self.sink.error_range(keyword, message);
        }
    }
}

/// What is passed on in a column of both sides. The rows of `except` and `intersect` are rows of the left;
/// in a `union` nothing is passed on where one side computes something.
fn same_as(kind: SetKind, left: &RowColumn, right: &RowColumn) -> Rc<[Origin]> {
    if !kind.is_union() || left.same_as == right.same_as {
        return Rc::clone(&left.same_as);
    }
    if left.same_as.is_empty() || right.same_as.is_empty() {
        return Rc::default();
    }
    let both: BTreeSet<Origin> = left.same_as.iter().chain(right.same_as.iter()).copied().collect();
    both.into_iter().collect()
}

/// Columns of both sides, as they are brought together.
#[derive(Default)]
struct Met {
    left: Vec<NamedExpr>,
    right: Vec<NamedExpr>,
    columns: Vec<RowColumn>,
    /// Name, type on the left, type on the right.
    mismatched: Vec<(String, Type, Type)>,
}

/// The columns that `other` lacks, unless an error hides what there is.
fn absent(columns: &[RowColumn], other: &[RowColumn], hidden: bool) -> Vec<String> {
    let lacks = |column: &&RowColumn| other.iter().all(|other| other.name != column.name);
    let lacking = columns.iter().filter(lacks).filter(|_| !hidden);
    lacking.map(|column| format!("{}: {}", column.name, column.ty)).collect()
}

/// What a message calls the other side.
fn shown(source: &Source) -> String {
    match source.what {
        SourceRef::Query(_) if source.alias == "query" => "the query".to_owned(),
        _ => format!("`{}`", source.path),
    }
}
