//! Which columns tell the rows of a view apart, as far as its steps say: after `group by { a }` no two
//! rows have one `a`, and a join that finds at most one partner for a row leaves the keys of that row.
//!
//! NULL is a value like any other here, as it is to `group by` and `distinct`. What is not known to be
//! a key may be one all the same, which the rows say.

use std::collections::BTreeSet;

use super::model::{Expr, ExprKind, JoinKind, NamedExpr, SetKind, SourceRef, Step, View};
use crate::types::{Column, Type};

/// Positions of columns that no two rows share the values of.
pub type Grain = BTreeSet<usize>;

/// What is known of the rows of a relation.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The columns.
    pub columns: Vec<Column>,
    /// The keys; an empty one says that there is one row at most.
    pub keys: Vec<Grain>,
}

/// How many keys of a row are followed: each join could multiply them.
const KEYS_MAX: usize = 16;

/// Returns the keys of the rows of a checked view, over what is known of its sources, by their positions.
#[must_use]
pub fn keys(view: &View, sources: &[Known]) -> Vec<Grain> {
    let mut queries: Vec<Known> = Vec::with_capacity(view.queries.len());
    for query in &view.queries {
        let keys = Rows::of(&query.steps, sources, &queries).keys;
        queries.push(Known { columns: query.columns.clone(), keys });
    }
    Rows::of(&view.steps, sources, &queries).keys
}

/// Whether columns with these names are known to tell the rows of a view apart.
#[must_use]
pub fn follows(view: &View, key: &[String], sources: &[Known]) -> bool {
    let named = |position: &usize| {
        view.columns.get(*position).is_some_and(|column| key.contains(&column.name))
    };
    keys(view, sources).iter().any(|found| found.iter().all(named))
}

/// The row behind some steps.
struct Rows<'a> {
    sources: &'a [Known],
    queries: &'a [Known],
    width: usize,
    keys: Vec<Grain>,
}

impl<'a> Rows<'a> {
    fn of(steps: &[Step], sources: &'a [Known], queries: &'a [Known]) -> Self {
        let mut rows = Self { sources, queries, width: 0, keys: Vec::new() };
        for step in steps {
            rows.step(step);
            rows.keys.truncate(KEYS_MAX);
        }
        rows
    }

    fn source(&self, source: SourceRef) -> Known {
        let found = match source {
            SourceRef::Relation(position) => self.sources.get(position),
            SourceRef::Query(position) => self.queries.get(position),
        };
        found.cloned().unwrap_or_default()
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::From { source, .. } => {
                let Known { columns, keys } = self.source(*source);
                (self.width, self.keys) = (columns.len(), keys);
            }
            Step::Join { kind, source, on, .. } => self.join(*kind, &self.source(*source), on),
            Step::Asof { source, .. } => self.width += self.source(*source).columns.len(),
            Step::Set { kind, left, .. } => self.set(*kind, left),
            Step::Distinct => self.keys.push((0..self.width).collect()),
            Step::DistinctOn { keys, .. } => {
                self.keys.extend(keys.iter().map(column).collect::<Option<Grain>>());
            }
            Step::Unnest { .. } => {
                self.keys.clear();
                self.width += 1;
            }
            Step::Spread { fields, .. } => self.width += fields.len(),
            Step::Derive(items) => self.width += items.len(),
            Step::Select(items) => self.replace(items),
            Step::Aggregate { keys, .. } if keys.is_empty() => {
                (self.width, self.keys) = (aggregated(step), vec![Grain::new()]);
            }
            Step::Aggregate { keys, .. } => {
                self.replace(keys);
                self.keys.insert(0, (0..keys.len()).collect());
                self.width = aggregated(step);
            }
            Step::Keep(positions) => {
                let place = |at: &usize| positions.iter().position(|kept| kept == at);
                self.map(place);
                self.width = positions.len();
            }
            Step::Limit(0 | 1) => self.keys.insert(0, Grain::new()),
            Step::Where(_) | Step::OrderBy(_) | Step::Limit(_) => {}
        }
    }

    /// A row has at most one partner where `on` names all columns of a key of the other side. Floats say
    /// otherwise of zeros than `group by` does.
    fn join(&mut self, kind: JoinKind, right: &Known, on: &[(Expr, Expr)]) {
        if kind.only_filters() {
            return;
        }
        let exact = |(_, right): &&(Expr, Expr)| !has_floats(&right.ty.ty);
        let compared: Grain = on.iter().filter(exact).filter_map(|(_, it)| column(it)).collect();
        let of_left: Grain = on.iter().filter(exact).filter_map(|(it, _)| column(it)).collect();
        let one_right = right.keys.iter().any(|key| key.is_subset(&compared));
        let one_left = self.keys.iter().any(|key| key.is_subset(&of_left));
        let (keeps_left, keeps_right) = kind.keeps();
        let shifted: Vec<Grain> =
            right.keys.iter().map(|key| key.iter().map(|at| at + self.width).collect()).collect();
        let left = std::mem::take(&mut self.keys);
        // Beside rows of the right side alone the columns of the left one are NULL in many.
        if one_right && !keeps_right {
            self.keys.extend(left.iter().cloned());
        }
        if one_left && !keeps_left {
            self.keys.extend(shifted.iter().cloned());
        }
        let both = left.iter().flat_map(|left| shifted.iter().map(move |right| left | right));
        self.keys.extend(both.take(KEYS_MAX));
        self.width += right.columns.len();
    }

    fn set(&mut self, kind: SetKind, left: &[NamedExpr]) {
        match kind {
            SetKind::UnionAll | SetKind::Union => {
                self.keys.clear();
                self.width = left.len();
            }
            SetKind::Except | SetKind::Intersect => self.replace(left),
        }
        if kind != SetKind::UnionAll {
            self.keys.push((0..self.width).collect());
        }
    }

    /// The row is replaced by these; a key stays if each of its columns does.
    fn replace(&mut self, items: &[NamedExpr]) {
        let place = |at: &usize| items.iter().position(|item| column(&item.expr) == Some(*at));
        self.map(place);
        self.width = items.len();
    }

    fn map(&mut self, place: impl Fn(&usize) -> Option<usize>) {
        let keys = std::mem::take(&mut self.keys);
        let places = keys.iter().map(|key| key.iter().map(&place).collect::<Option<Grain>>());
        self.keys = places.flatten().collect();
    }
}

/// The column that an expression is, and nothing else.
const fn column(expr: &Expr) -> Option<usize> {
    match expr.kind {
        ExprKind::Column(position) => Some(position),
        _ => None,
    }
}

fn aggregated(step: &Step) -> usize {
    match step {
        Step::Aggregate { keys, aggregates } => keys.len() + aggregates.len(),
        _ => 0,
    }
}

fn has_floats(ty: &Type) -> bool {
    match ty {
        Type::F32 | Type::F64 => true,
        Type::List(item) => has_floats(&item.ty),
        Type::Map(key, value) => has_floats(key) || has_floats(&value.ty),
        Type::Struct(ty) => ty.fields.iter().any(|field| has_floats(&field.ty.ty)),
        _ => false,
    }
}
