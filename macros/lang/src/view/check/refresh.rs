//! How much a refresh of the view computes: each step says how a change of its rows is followed, and
//! the step that needs most decides.
//!
//! | class | steps |
//! |---|---|
//! | linear | `where`, `derive`, `select`, `unnest`, `union all` |
//! | bilinear | inner and cross joins |
//! | group state | `count` and exact `sum`s, kept beside the keys of a `group by` |
//! | key recompute | other aggregates and joins, `distinct`, `union`, `except`, `intersect` |
//! | partition recompute | windows with `partition by` |
//! | full | `limit`, windows without `partition by`, joins without `==`, aggregates of all rows |
//!
//! What the rounding of floats adds up to depends on the order of the rows, so that no state of theirs
//! gives what all rows give: `avg` of integers is one of floats.

use std::collections::BTreeSet;

use super::subquery::have_windows;
use super::{Checker, messages};
use crate::tokens::Range;
use crate::types::Type;
use crate::view::model::{
    Cause, Expr, ExprKind, FunctionRef, JoinKind, NamedExpr, Refresh, RefreshClass, SetKind,
    SourceRef, Step,
};
use crate::view::syntax::{self, RefreshOption, StepKind};

/// What is known of the refresh of the steps so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Derived {
    pub(super) refresh: Refresh,
    /// The groups that the rows are, each with all that is kept of it.
    groups: Option<Groups>,
}

#[derive(Clone, Debug)]
struct Groups {
    /// Where the row has the keys.
    keys: Vec<usize>,
    refresh: Refresh,
    /// Where they are made.
    span: Range,
}

/// A step, and what its row is before it.
pub(super) struct Before<'a> {
    step: &'a syntax::Step,
    /// How many steps of the model there are.
    steps: usize,
    /// The columns as the step speaks of them, where it has windows.
    names: Vec<String>,
}

impl Checker<'_> {
    pub(super) fn before<'s>(&self, step: &'s syntax::Step) -> Before<'s> {
        // A `select` leaves nothing of the row before it.
        let has_windows = matches!(&step.kind, StepKind::Select(items) if have_windows(items));
        let columns = 0..if has_windows { self.scope.columns.len() } else { 0 };
        let names = columns.map(|position| self.scope.path(position)).collect();
        Before { step, steps: self.steps.len(), names }
    }

    /// Notes what a step that has been checked needs.
    pub(super) fn note_refresh(&mut self, before: &Before<'_>) {
        for position in before.steps..self.steps.len() {
            let read = match self.steps[position].source() {
                Some(SourceRef::Query(number)) => self.queries.get(number),
                _ => None,
            };
            if let Some(read) = read {
                // A query has told of what it needs itself.
                self.derived.refresh.raise(read.refresh.clone());
            }
            self.keep_groups(position);
            for (asked, span) in self.asked(&self.steps[position], before) {
                self.raise(asked, span);
            }
            self.begin_groups(position, before.step.keyword);
        }
    }

    /// What is kept of groups is kept in the view's own rows: a step that takes rows or keys away leaves
    /// no place for it.
    fn keep_groups(&mut self, position: usize) {
        let Some(groups) = &mut self.derived.groups else { return };
        let kept = match &self.steps[position] {
            Step::Derive(_) | Step::OrderBy(_) => Some(groups.keys.clone()),
            Step::Keep(kept) => {
                positions(&groups.keys, |key| kept.iter().position(|at| *at == key))
            }
            Step::Select(items) => positions(&groups.keys, |key| {
                let is_it =
                    |item: &NamedExpr| matches!(item.expr.kind, ExprKind::Column(at) if at == key);
                items.iter().position(is_it)
            }),
            _ => None,
        };
        match kept {
            Some(keys) => groups.keys = keys,
            None => self.lose_groups(),
        }
    }

    /// The rows are read by something else than the table that stores them.
    pub(super) fn lose_groups(&mut self) {
        if let Some(Groups { refresh, span, .. }) = self.derived.groups.take() {
            self.raise(refresh.without_state(), span);
        }
    }

    fn begin_groups(&mut self, position: usize, keyword: Range) {
        let Step::Aggregate { keys, aggregates } = &self.steps[position] else { return };
        if aggregates.iter().any(|item| self.without_state(&item.expr).is_some()) {
            return;
        }
        let operator = if keys.is_empty() { "aggregate" } else { "group by" };
        let refresh = refresh(RefreshClass::GroupState, operator, names(keys));
        let keys = (0..keys.len()).collect();
        self.derived.groups = Some(Groups { keys, refresh, span: keyword });
    }

    fn raise(&mut self, asked: Refresh, span: Range) {
        if let (RefreshClass::Full, Some(cause), RefreshOption::Strict(_)) =
            (asked.class, &asked.cause, self.view.options.refresh)
        {
            self.sink.error_range(span, messages::full_refresh(&cause.operator));
        }
        self.derived.refresh.raise(asked);
    }

    /// What a step asks of a refresh beyond what a row alone does.
    fn asked(&self, step: &Step, before: &Before<'_>) -> Vec<(Refresh, Range)> {
        let (word, keyword) = (before.step.kind.word(), before.step.keyword);
        let asked = match step {
            Step::Join { kind: JoinKind::Inner, .. } => {
                refresh(RefreshClass::Bilinear, "join", Vec::new())
            }
            Step::Join { kind, on, .. } => {
                let by = self.columns_of(on.iter().map(|(left, _)| left), &before.names);
                keyed(&format!("{} join", kind.word()), by)
            }
            Step::Asof { on, .. } => {
                let by = self.columns_of(on.iter().map(|(left, _)| left), &before.names);
                keyed(word, by)
            }
            Step::Set { kind: SetKind::UnionAll, .. } => return Vec::new(),
            Step::Set { .. } | Step::Distinct => keyed(word, vec!["all columns".to_owned()]),
            Step::DistinctOn { keys, .. } => {
                let by = self.columns_of(keys.iter(), &before.names);
                keyed(word, by)
            }
            Step::Aggregate { keys, aggregates } => {
                let found = aggregates.iter().find_map(|item| self.without_state(&item.expr));
                if let Some((name, span)) = found {
                    return vec![(keyed(&name, names(keys)), span)];
                }
                refresh(RefreshClass::GroupState, word, names(keys))
            }
            Step::Limit(_) => refresh(RefreshClass::Full, word, Vec::new()),
            Step::Derive(items) | Step::Select(items) => {
                let mut found = Vec::new();
                for item in items {
                    self.windows_in(&item.expr, &before.names, &mut found);
                }
                return found;
            }
            Step::From { .. }
            | Step::Where(_)
            | Step::Unnest { .. }
            | Step::Spread { .. }
            | Step::OrderBy(_)
            | Step::Keep(_) => return Vec::new(),
        };
        vec![(asked, keyword)]
    }

    fn windows_in(&self, expr: &Expr, names: &[String], found: &mut Vec<(Refresh, Range)>) {
        if let ExprKind::Window { function, over, .. } = &expr.kind {
            let by = self.columns_of(over.partition_by.iter(), names);
            let class = match by.is_empty() {
                true => RefreshClass::Full,
                false => RefreshClass::PartitionRecompute,
            };
            let operator = format!("{} … over", self.name_of(function));
            found.push((refresh(class, &operator, by), expr.span));
        }
        expr.for_each_child(&mut |child| self.windows_in(child, names, found));
    }

    /// An aggregate whose result does not follow from its result before and the rows that have changed.
    fn without_state(&self, expr: &Expr) -> Option<(String, Range)> {
        if let ExprKind::Aggregate { function, distinct, .. } = &expr.kind {
            let exact = match function {
                FunctionRef::Builtin("count") => true,
                FunctionRef::Builtin("sum") => is_exact(&expr.ty.ty),
                FunctionRef::Builtin("avg") => matches!(expr.ty.ty, Type::Decimal(_)),
                FunctionRef::Builtin(_) | FunctionRef::User(_) => false,
            };
            return (*distinct || !exact).then(|| (self.name_of(function), expr.span));
        }
        let mut found = None;
        expr.for_each_child(&mut |child| {
            if found.is_none() {
                found = self.without_state(child);
            }
        });
        found
    }

    fn name_of(&self, function: &FunctionRef) -> String {
        match function {
            FunctionRef::Builtin(name) => (*name).to_owned(),
            FunctionRef::User(position) => {
                let known = self.env.functions.get(*position).and_then(Option::as_ref);
                known.map_or_else(|| "…".to_owned(), |signature| signature.name.clone())
            }
        }
    }

    /// The columns that values are computed from, as the view speaks of them.
    fn columns_of<'e>(
        &self,
        exprs: impl Iterator<Item = &'e Expr>,
        names: &[String],
    ) -> Vec<String> {
        let mut columns = BTreeSet::new();
        exprs.for_each(|expr| add_columns(expr, &mut columns));
        let name = |position: usize| match names.get(position) {
            Some(name) => Some(name.clone()),
            None if position < self.scope.columns.len() => Some(self.scope.path(position)),
            None => None,
        };
        columns.into_iter().filter_map(name).collect()
    }
}

fn refresh(class: RefreshClass, operator: &str, by: Vec<String>) -> Refresh {
    Refresh { class, cause: Some(Cause { operator: operator.to_owned(), by }) }
}

/// All rows of a key; without one they are all rows.
fn keyed(operator: &str, by: Vec<String>) -> Refresh {
    let class = if by.is_empty() { RefreshClass::Full } else { RefreshClass::KeyRecompute };
    refresh(class, operator, by)
}

fn names(keys: &[NamedExpr]) -> Vec<String> {
    keys.iter().map(|key| key.name.clone()).collect()
}

/// The new places of keys, if each has one.
fn positions(keys: &[usize], place: impl Fn(usize) -> Option<usize>) -> Option<Vec<usize>> {
    keys.iter().map(|key| place(*key)).collect()
}

fn add_columns(expr: &Expr, found: &mut BTreeSet<usize>) {
    if let ExprKind::Column(position) = expr.kind {
        found.insert(position);
    }
    expr.for_each_child(&mut |child| add_columns(child, found));
}

/// Whether sums of the type are the same in any order.
const fn is_exact(ty: &Type) -> bool {
    !matches!(ty, Type::F32 | Type::F64)
}
