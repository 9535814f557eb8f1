//! The row around a query in the place of a value, as far as it is known before it is checked: for
//! messages about names of it that the query cannot use.

use std::collections::{BTreeMap, BTreeSet};

use crate::tokens::name_of;
use crate::view::env::Env;
use crate::view::model::SourceRef;
use crate::view::syntax::{Expr, ExprKind, Item, Source, StepKind};

/// The columns of a row.
#[derive(Default)]
pub(super) struct Around {
    /// Those of relations, by the names of these.
    relations: Vec<(String, Vec<String>)>,
    /// Those that steps have made, which have no qualifier.
    made: Vec<String>,
}

impl Around {
    /// What a step makes of the row.
    pub(super) fn note(&mut self, kind: &StepKind, env: &Env) {
        match kind {
            StepKind::From(source) | StepKind::Asof { source, .. } => self.source(source, env),
            StepKind::Join { kind, source, .. } if !kind.only_filters() => self.source(source, env),
            StepKind::Derive(items) => self.made.extend(items.iter().filter_map(name_of_item)),
            StepKind::Select(items) => *self = Self::of(items.iter()),
            StepKind::Aggregate { keys, aggregates } => {
                *self = Self::of(keys.iter().chain(aggregates))
            }
            StepKind::Pivot(pivot) => *self = Self::of(pivot.keys.iter()),
            _ => {}
        }
    }

    /// Each name with the form in which a query writes it, if it sees it.
    pub(super) fn columns(&self) -> BTreeMap<String, Option<String>> {
        let mut columns: BTreeMap<_, _> =
            self.made.iter().map(|name| (name.clone(), None)).collect();
        for (alias, names) in &self.relations {
            for name in names {
                columns.entry(name.clone()).or_insert_with(|| Some(format!("{alias}.{name}")));
            }
        }
        columns
    }

    /// Whether a column of the row is written with the name of a relation that it does not belong to.
    pub(super) fn is_unseen(&self, alias: &str, name: &str) -> bool {
        let mut relations = self.relations.iter();
        let of_alias = relations.find(|(known, names)| known == alias && !names.is_empty());
        let is_foreign = of_alias.is_some_and(|(_, names)| !names.iter().any(|it| it == name));
        is_foreign && self.made.iter().any(|made| made == name)
    }

    fn of<'i>(items: impl Iterator<Item = &'i Item>) -> Self {
        Self { relations: Vec::new(), made: items.filter_map(name_of_item).collect() }
    }

    fn source(&mut self, source: &Source, env: &Env) {
        let columns = match source.what {
            SourceRef::Relation(index) => {
                env.relations.get(index).and_then(|relation| relation.columns.as_deref())
            }
            SourceRef::Query(_) => None,
        };
        let names = columns.unwrap_or_default().iter().map(|column| column.name.clone());
        self.relations.push((name_of(&source.alias), names.collect()));
    }
}

fn name_of_item(item: &Item) -> Option<String> {
    let Item::Value { name, expr } = item else { return None };
    let name = name.as_ref().or(match &expr.kind {
        ExprKind::Name(name) | ExprKind::Field(_, name) => Some(name),
        _ => None,
    });
    name.map(name_of)
}

/// The relation and the column of `relation.column`, for one of these relations.
pub(super) fn of_relation(expr: &Expr, relations: &BTreeSet<String>) -> Option<(String, String)> {
    let ExprKind::Field(base, name) = &expr.kind else { return None };
    let ExprKind::Name(alias) = &base.kind else { return None };
    let alias = name_of(alias);
    relations.contains(&alias).then(|| (alias, name_of(name)))
}
