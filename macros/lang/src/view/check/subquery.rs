//! Queries in the place of a value: `exists (…)`, `x in (from …)`, `(from … aggregate { … })`.
//!
//! They become joins before the step in which they stand, so that what comes after knows nothing of
//! them, and neither does the engine: its own subqueries cannot be written down as a plan.
//!
//! | in the view | joined |
//! |---|---|
//! | `where exists (q)`, `where not exists (q)` | `semi join`, `anti join` |
//! | `where x in (q)`, `where x not in (q)` | the same, `on x ==` the column of `q` |
//! | `(q aggregate { v })` | `left join` with one row for each value that `q` compares with the row |
//! | `exists (q)` elsewhere | as a count that is more than zero |
//!
//! What a query compares with the row around it, in a `where` of its own, is the condition of the join.
//! A count of no rows is zero, of which the join knows nothing: `coalesce` says so.

mod around;
mod column;
mod parts;
mod written;

use std::borrow::Cow;
use std::collections::BTreeSet;

use proc_macro2::Ident;

use self::around::{Around, of_relation};
use self::column::Column;
pub(super) use self::parts::have_windows;
use self::parts::{
    conjuncts, for_each_expr, inner_parts, is_always, is_exists, is_of, joined_by, keeps_relations,
    key_name, mentions, name_of_value, note_aliases, sides, without_own,
};
use self::written::{
    and, binary, call, equal, instead, join, literal, named, never_null_equal, of_query,
};
use super::messages::{self, Hint};
use crate::sink::Sink;
use crate::tokens::{Range, name_of};
use crate::view::env::Env;
use crate::view::model::{BinaryOp, JoinKind, Literal};
use crate::view::syntax::{Expr, ExprKind, Item, Query, Step, StepKind, Subquery, View};

/// The view with joins for its subqueries.
pub(super) fn with_joins<'v>(view: &'v View, env: &Env, sink: &Sink) -> Cow<'v, View> {
    if !view.has_subqueries {
        return Cow::Borrowed(view);
    }
    let mut view = view.clone();
    let mut hoist = Hoist {
        env,
        sink,
        queries: std::mem::take(&mut view.queries),
        number: 0,
        around: Around::default(),
    };
    for position in 0..hoist.queries.len() {
        let steps = std::mem::take(&mut hoist.queries[position].steps);
        hoist.queries[position].steps = hoist.steps(steps);
    }
    view.steps = hoist.steps(view.steps);
    view.queries = hoist.queries;
    Cow::Owned(view)
}

struct Hoist<'a> {
    env: &'a Env,
    sink: &'a Sink,
    queries: Vec<Query>,
    /// How many subqueries have been joined.
    number: usize,
    /// The columns of the row that a step has, and how a query in it can write them.
    around: Around,
}

impl Hoist<'_> {
    /// The steps of a pipeline, each behind the joins that it needs.
    fn steps(&mut self, steps: Vec<Step>) -> Vec<Step> {
        let mut aliases = BTreeSet::new();
        let mut out = Vec::with_capacity(steps.len());
        self.around = Around::default();
        for mut step in steps {
            let (mut joins, mut tests) = (Vec::new(), Vec::new());
            match &mut step.kind {
                StepKind::Where(condition) => {
                    let (rest, taken) = self.tests(condition.clone(), &aliases);
                    tests = taken;
                    let Some(rest) = rest else {
                        out.extend(tests);
                        continue;
                    };
                    *condition = rest;
                    self.values(condition, &aliases, &mut joins);
                }
                StepKind::Derive(items) | StepKind::Select(items) => {
                    for item in items {
                        if let Item::Value { expr, .. } = item {
                            self.values(expr, &aliases, &mut joins);
                        }
                    }
                }
                // The checker says that a query gives no value there.
                other => for_each_expr(other, &mut |expr| self.hide_queries(expr)),
            }
            let keyword = step.keyword;
            let replaces = matches!(step.kind, StepKind::Select(_));
            note_aliases(&step.kind, &mut aliases);
            self.around.note(&step.kind, self.env);
            let brought: Vec<usize> = joins.iter().filter_map(joined_by).collect();
            out.extend(joins);
            out.push(step);
            if !brought.is_empty() && !replaces {
                out.push(Step { kind: StepKind::Leave(brought), keyword });
            }
            // Behind the rest of the condition, which does not know yet what they leave.
            out.extend(tests);
        }
        out
    }

    /// Takes the tests for rows out of a condition, each a join of its own.
    fn tests(&mut self, condition: Expr, aliases: &BTreeSet<String>) -> (Option<Expr>, Vec<Step>) {
        let (mut rest, mut joins) = (Vec::new(), Vec::new());
        for conjunct in conjuncts(condition) {
            let (inner, negated) = match conjunct.kind {
                ExprKind::Not(inner) if is_exists(&inner) => (*inner, true),
                kind => (Expr { kind, span: conjunct.span }, false),
            };
            match inner.kind {
                ExprKind::Subquery(Subquery::Exists, query) => {
                    joins.push(self.test(query, None, negated, aliases));
                }
                ExprKind::Subquery(Subquery::In { expr, negated }, query) => {
                    joins.push(self.test(query, Some(*expr), negated, aliases));
                }
                kind => rest.push(Expr { kind, span: inner.span }),
            }
        }
        (rest.into_iter().reduce(and), joins)
    }

    /// `exists (…)` or `member in (…)` as a join that keeps rows or drops them.
    fn test(
        &mut self,
        query: usize,
        member: Option<Expr>,
        negated: bool,
        aliases: &BTreeSet<String>,
    ) -> Step {
        let span = self.queries[query].span;
        let correlated = self.correlated(query, aliases);
        let equal: Equality = if negated { never_null_equal } else { equal };
        let (mut on, mut computed) = (Vec::new(), None);
        if let Some(member) = member {
            match self.only_column(query) {
                Some(Column::Value(value)) => computed = Some((member, value, equal)),
                Some(Column::Name(name)) => {
                    let shown = Expr { kind: ExprKind::Name(name.clone()), span };
                    let column = instead(shown, None, of_query(query, &name_of(&name), span));
                    on.push(equal(member, column));
                }
                None => self.sink.error_range(span, messages::subquery_of_one_column()),
            }
        }
        on.extend(self.keys(query, correlated, computed, aliases));
        if on.is_empty() {
            // Whatever the rows hold: there is one or there is none.
            self.end_with(query, vec![found(span)]);
        }
        let kind = if negated { JoinKind::Anti } else { JoinKind::Semi };
        join(kind, query, self.alias(span), on, span)
    }

    /// Joins the queries in an expression, and puts columns in their places.
    fn values(&mut self, expr: &mut Expr, aliases: &BTreeSet<String>, joins: &mut Vec<Step>) {
        let span = expr.span;
        match &mut expr.kind {
            ExprKind::Subquery(Subquery::Scalar, query) => {
                let query = *query;
                let name = name_of_value(&self.queries[query].steps);
                let value = self.scalar(query, aliases, joins);
                *expr = match value {
                    Some(value) => instead(expr.clone(), name, value),
                    None => self.hidden(query),
                };
            }
            ExprKind::Subquery(Subquery::Exists, query) => {
                let query = *query;
                let steps = &mut self.queries[query].steps;
                if matches!(steps.last().map(|step| &step.kind), Some(StepKind::Select(_))) {
                    steps.pop();
                }
                let count = call("count", Vec::new(), span);
                let aggregates = vec![named("value", count, span)];
                let kind = StepKind::Aggregate { keys: Vec::new(), aggregates };
                self.queries[query].steps.push(Step { kind, keyword: span });
                let value = self.scalar(query, aliases, joins);
                *expr = match value {
                    Some(count) => {
                        let zero = literal(Literal::Int(0), span);
                        instead(expr.clone(), None, binary(count, BinaryOp::Gt, zero))
                    }
                    None => self.hidden(query),
                };
            }
            _ => expr.for_each_child_mut(&mut |child| self.values(child, aliases, joins)),
        }
    }

    /// A query that gives one value for each row: the column that holds it after a join.
    fn scalar(
        &mut self,
        query: usize,
        aliases: &BTreeSet<String>,
        joins: &mut Vec<Step>,
    ) -> Option<Expr> {
        let span = self.queries[query].span;
        let correlated = self.correlated(query, aliases);
        let alias = self.alias(span);
        if correlated.is_empty() {
            let (kind, name) = self.one_row(query)?;
            joins.push(join(kind, query, alias, Vec::new(), span));
            return Some(of_query(query, &name, span));
        }
        let Some(Step { kind: StepKind::Aggregate { keys, aggregates }, .. }) =
            self.queries[query].steps.last()
        else {
            self.sink.error_range(span, messages::subquery_of_one_value());
            return None;
        };
        let ([Item::Value { expr: value, .. }], []) = (aggregates.as_slice(), keys.as_slice())
        else {
            self.sink.error_range(span, messages::subquery_of_one_value());
            return None;
        };
        let before = self.queries[query].steps.split_last().map_or(&[][..], |(_, before)| before);
        if let Some(first) = correlated.first()
            && !before.iter().all(|step| keeps_relations(&step.kind))
        {
            let shown = first.to_short_text();
            self.sink.error_range(first.span, messages::outer_column(&shown));
            return None;
        }
        let (value, zero) = (value.clone(), self.of_no_rows(value)?);
        let (mut keys, mut on) = (Vec::new(), Vec::new());
        for conjunct in correlated {
            let Some((outer, inner)) = sides(&conjunct, aliases) else {
                self.sink.error_range(conjunct.span, messages::subquery_by_equality());
                return None;
            };
            let name = key_name(&inner, &keys);
            let span = inner.span;
            let key = instead(inner.clone(), None, of_query(query, &name, span));
            on.push(equal(outer, key));
            keys.push(named(&name, inner, span));
        }
        let aggregates = vec![named("value", value, span)];
        self.keep_joined(query);
        if let Some(last) = self.queries[query].steps.last_mut() {
            last.kind = StepKind::Aggregate { keys, aggregates };
        }
        joins.push(join(JoinKind::Left, query, alias, on, span));
        let value = of_query(query, "value", span);
        Some(match zero {
            true => call("coalesce", vec![value, literal(Literal::Int(0), span)], span),
            false => value,
        })
    }

    /// What an error stands for; the query is read by nothing.
    fn hidden(&mut self, query: usize) -> Expr {
        self.queries[query].is_hidden = true;
        self.queries[query].steps.clear();
        Expr { kind: ExprKind::Error, span: self.queries[query].span }
    }

    /// Lets nothing be said of queries in an expression, which are refused.
    fn hide_queries(&mut self, expr: &mut Expr) {
        if let ExprKind::Subquery(_, query) = expr.kind {
            self.hidden(query);
        }
        expr.for_each_child_mut(&mut |child| self.hide_queries(child));
    }

    /// Takes the conditions out of a query that compare with the row around it.
    fn correlated(&mut self, query: usize, aliases: &BTreeSet<String>) -> Vec<Expr> {
        let mut steps = std::mem::take(&mut self.queries[query].steps);
        let outer = without_own(&steps, aliases);
        self.queries[query].around = self.around.columns();
        let mut found = Vec::new();
        let mut plain = true;
        for step in &mut steps {
            plain &= keeps_relations(&step.kind);
            if let StepKind::Where(condition) = &mut step.kind
                && plain
            {
                let all = conjuncts(condition.clone());
                let (outside, inside): (Vec<Expr>, Vec<Expr>) =
                    all.into_iter().partition(|conjunct| mentions(conjunct, &outer));
                found.extend(outside.into_iter().filter(|conjunct| self.sees(conjunct, &outer)));
                let inside = inside.into_iter().reduce(and);
                *condition = inside.unwrap_or_else(|| literal(Literal::Bool(true), condition.span));
            }
            for_each_expr(&mut step.kind, &mut |expr| self.refuse(expr, &outer));
        }
        if !found.is_empty() {
            steps.retain(|step| !is_always(&step.kind));
        }
        self.queries[query].steps = steps;
        found
    }

    /// Whether a query sees the columns of the row around it that a condition names.
    fn sees(&self, condition: &Expr, outer: &BTreeSet<String>) -> bool {
        if let Some((alias, name)) = of_relation(condition, outer)
            && self.around.is_unseen(&alias, &name)
        {
            let message =
                messages::unknown_column(&name, &format!("`{alias}`"), Hint::Around(None));
            self.sink.error_range(condition.span, message);
            return false;
        }
        let mut all = true;
        condition.for_each_child(&mut |child| all &= self.sees(child, outer));
        all
    }

    /// Reports columns of the row around a query where they cannot stand.
    fn refuse(&self, expr: &mut Expr, outer: &BTreeSet<String>) {
        if is_of(expr, outer) {
            let shown = expr.to_short_text();
            self.sink.error_range(expr.span, messages::outer_column(&shown));
            expr.kind = ExprKind::Error;
            return;
        }
        expr.for_each_child_mut(&mut |child| self.refuse(child, outer));
    }

    /// Makes columns of what the conditions take from the query, which is all that it then has. `member` is
    /// a value of the row, which is equal to one of the query: no name in it is the query's own.
    fn keys(
        &mut self,
        query: usize,
        conditions: Vec<Expr>,
        member: Option<(Expr, Expr, Equality)>,
        aliases: &BTreeSet<String>,
    ) -> Vec<Expr> {
        let value = member.as_ref().map(|(_, value, _)| value);
        let Some(first) = conditions.first().or(value) else { return conditions };
        let span = first.span;
        let steps = self.queries[query].steps.as_slice();
        let before = match steps {
            [before @ .., Step { kind: StepKind::Select(items), .. }] if !have_windows(items) => {
                before
            }
            all => all,
        };
        if !before.iter().all(|step| keeps_relations(&step.kind)) {
            // What it compares is not in its rows any more.
            let shown = first.to_short_text();
            self.sink.error_range(first.span, messages::outer_column(&shown));
            return Vec::new();
        }
        let outer = without_own(&self.queries[query].steps, aliases);
        let mut keys = Vec::new();
        let mut conditions = conditions;
        for condition in &mut conditions {
            inner_parts(condition, &outer, &mut |part| {
                let (name, span) = (key_name(part, &keys), part.span);
                let column = instead(part.clone(), None, of_query(query, &name, span));
                keys.push(named(&name, std::mem::replace(part, column), span));
            });
        }
        if let Some((member, value, equal)) = member {
            let (name, span) = (key_name(&value, &keys), value.span);
            let column = instead(value.clone(), None, of_query(query, &name, span));
            conditions.push(equal(member, column));
            keys.push(named(&name, value, span));
        }
        if keys.is_empty() {
            // The conditions speak of the row around the query alone.
            keys.push(found(span));
        }
        self.keep_joined(query);
        self.end_with(query, keys);
        conditions
    }

    /// Lets the step that a query is about to end with see what joins for its own queries have brought:
    /// it leaves nothing else of the row.
    fn keep_joined(&mut self, query: usize) {
        self.queries[query].steps.retain(|step| !matches!(step.kind, StepKind::Leave(_)));
    }

    /// Gives a query these columns; those of a `select` at its end nothing reads.
    fn end_with(&mut self, query: usize, items: Vec<Item>) {
        let span = self.queries[query].span;
        let steps = &mut self.queries[query].steps;
        if matches!(steps.last().map(|step| &step.kind), Some(StepKind::Select(_))) {
            steps.pop();
        }
        steps.push(Step { kind: StepKind::Select(items), keyword: span });
    }

    /// The name that plans have for what a query gives; no name of a view means it.
    fn alias(&mut self, span: Range) -> Ident {
        self.number += 1;
        Ident::new(&format!("subquery_{}", self.number), span.0)
    }
}

/// A column for a query of which no other is read.
fn found(span: Range) -> Item {
    named("found", literal(Literal::Bool(true), span), span)
}

/// How two values are said to be equal.
type Equality = fn(Expr, Expr) -> Expr;
