//! Syntax to model: every rule of the language, in the order in which the steps run.
//!
//! | file | what it decides |
//! |---|---|
//! | [`scope`] | which column or relation a name means |
//! | [`expression`] | types and nulls of expressions |
//! | [`operator`] | operators, comparisons, `in`, `like`, `is null` |
//! | [`call`], [`builtin`] | arguments and results of functions and aggregates |
//! | [`clauses`], [`window`], [`frame`] | which rows an aggregate or a window function sees |
//! | [`coerce`] | which types meet, and the casts that bring them together |
//! | [`step`], [`join`], [`asof`], [`group`], [`pivot`], [`unnest`] | what each step makes of a row |
//! | [`star`] | the columns that a star stands for |
//! | [`set`] | `union`, `except`, `intersect`, `distinct` |
//! | [`query`] | queries inside of the view |
//! | [`subquery`] | queries in the place of a value, as joins |
//! | [`template`] | templates, and where errors of their uses are shown |
//! | [`promise`] | contracts, row types, keys, partitions, what can be stored |
//! | [`audit`] | what is asked of the rows |
//! | [`refresh`] | how much a refresh computes |
//! | [`table`], [`file`] | tables, those of schema files |
//! | [`mod@visible`], [`note`] | what can be named behind a step, and at a name |
//!
//! Errors go to the sink and the check goes on: an expression with an error has the type
//! [`Type::Unknown`], which agrees with everything, and a row behind a broken step has any column.
//! So each mistake is reported once, and a broken view still hands on what is known of it.

mod asof;
mod audit;
mod bind;
mod builtin;
mod call;
mod clauses;
mod coerce;
pub(in crate::view) mod constant;
mod decimal;
mod expression;
mod file;
mod frame;
mod group;
mod join;
mod length;
mod nested;
mod note;
mod operator;
mod pivot;
mod promise;
mod propose;
mod query;
mod recast;
mod refresh;
mod scope;
mod set;
mod star;
mod step;
mod subquery;
mod table;
mod template;
mod times;
mod unnest;
mod visible;
mod window;

use std::collections::BTreeSet;
use std::rc::Rc;

pub(in crate::view) use self::coerce::common_type;
use self::expression::{Place, Typer, Types};
pub use self::file::check_schema_file;
use self::query::CheckedQuery;
use self::refresh::Derived;
use self::scope::{Origin, RowColumn, Scope};
pub use self::table::check_table;
pub use self::template::check_template;
pub(super) use self::visible::{Visible, visible};
use super::editor::Notes;
use super::env::{Env, Relation};
use super::messages;
use super::model::{self, Expr, ExprKind, Lineage};
use super::syntax::{Instance, Materialize, SortKey, Step, StepKind, View};
use crate::sink::Sink;
use crate::types::{Column, Type};

/// Checks a view against its surroundings.
///
/// `None` when not even the names of its columns are known. A model is given in spite of errors in
/// the sink: its columns are what readers of the view may rely on, with [`Type::Unknown`] where an
/// error hides the type. Only the model of a view without errors can be lowered.
pub fn check_view(view: &View, env: &Env, sink: &Sink) -> Option<model::View> {
    check_noting(view, env, sink, None)
}

/// As [`check_view`]; notes what an editor can be told.
pub fn check_view_for_editor(
    view: &View,
    env: &Env,
    sink: &Sink,
    notes: &Notes,
) -> Option<model::View> {
    check_noting(view, env, sink, Some(notes))
}

fn check_noting(view: &View, env: &Env, sink: &Sink, notes: Option<&Notes>) -> Option<model::View> {
    let view = &*subquery::with_joins(view, env, sink);
    let queries = check_queries(view, env, sink, notes);
    let mut model = Checker::new(view, env, sink, &queries).noting(notes).whole_view()?;
    model.queries = queries.into_iter().map(|query| query.pipeline).collect();
    Some(model)
}

/// The queries inside of a view, each behind those that it reads.
fn check_queries(view: &View, env: &Env, sink: &Sink, notes: Option<&Notes>) -> Vec<CheckedQuery> {
    let mut queries = Vec::with_capacity(view.queries.len());
    for query in &view.queries {
        let checked = Checker::new(view, env, sink, &queries).noting(notes).query(query);
        queries.push(checked);
    }
    queries
}

/// The columns that a view promises, which its readers can be given before it is checked.
///
/// `None` when it has no contract that could be read. `types` are those that [`View::types`] names.
/// What is wrong with the contract is [`Type::Unknown`] here and reported by [`check_view`].
#[must_use]
pub fn promised_columns(view: &View, types: &[Type]) -> Option<Vec<Column>> {
    let contract = view.contract.as_ref().filter(|contract| contract.whole)?;
    Some(promise::contract_columns(contract, &view.types, types, &Sink::ignoring()))
}

/// What the steps of one pipeline, the view's own or that of a query inside of it, make of a row.
struct Checker<'a> {
    view: &'a View,
    env: &'a Env,
    sink: &'a Sink,
    /// The queries that have been checked before, which the steps may read.
    queries: &'a [CheckedQuery],
    /// The use of a template that the steps are.
    instance: Option<&'a Instance>,
    /// Whether each column that the steps read may be NULL, whatever is known of it.
    doubtful: bool,
    /// Whether an error was left out that may be one of the relations of a use.
    doubts: bool,
    scope: Scope,
    steps: Vec<model::Step>,
    /// Columns that decide which rows there are.
    influences: BTreeSet<Origin>,
    /// What a refresh of the rows would compute.
    derived: Derived,
    /// Where names are noted, if somebody asks for them.
    notes: Option<&'a Notes>,
}

impl<'a> Checker<'a> {
    fn new(view: &'a View, env: &'a Env, sink: &'a Sink, queries: &'a [CheckedQuery]) -> Self {
        let scope = Scope { open: !view.whole, ..Scope::default() };
        Self {
            view,
            env,
            sink,
            queries,
            instance: None,
            doubtful: false,
            doubts: false,
            scope,
            steps: Vec::new(),
            influences: BTreeSet::new(),
            derived: Derived::default(),
            notes: None,
        }
    }

    /// Notes the names, if `notes` are asked for.
    fn noting(mut self, notes: Option<&'a Notes>) -> Self {
        self.notes = notes;
        self
    }

    fn steps(&mut self, steps: &[Step]) {
        for (i, step) in steps.iter().enumerate() {
            let reported = self.sink.count();
            let before = self.before(step);
            self.step(step, i == 0);
            self.note_refresh(&before);
            if let Some(instance) = self.instance {
                self.show_since(reported, instance, step.kind.word());
            }
        }
    }

    fn typer(&self, place: Place<'a>) -> Typer<'_> {
        let Self { env, sink, scope, view, .. } = self;
        // The names in a template are not the user's.
        let notes = self.notes.filter(|_| self.instance.is_none());
        let types = match self.instance {
            Some(instance) => {
                let (first, names) = &instance.types;
                Types { names, types: env.types.get(*first..).unwrap_or_default() }
            }
            None => Types { names: &view.types, types: &env.types },
        };
        Typer { env, types, values: &view.values, sink, scope, place, guarded: false, notes }
    }

    /// The columns that an expression is computed from.
    fn origins(&self, expr: &Expr, keys: &[model::NamedExpr]) -> Rc<[Origin]> {
        // A column on its own shares the list that it has.
        if let ExprKind::Column(position) = expr.kind {
            return Rc::clone(&self.scope.columns[position].origins);
        }
        let mut found = BTreeSet::new();
        self.add_origins(expr, keys, &mut found);
        found.into_iter().collect()
    }

    fn add_origins(&self, expr: &Expr, keys: &[model::NamedExpr], found: &mut BTreeSet<Origin>) {
        match expr.kind {
            ExprKind::Column(position) => {
                found.extend(self.scope.columns[position].origins.iter().copied());
            }
            ExprKind::Key(position) => self.add_origins(&keys[position].expr, &[], found),
            _ => {}
        }
        expr.for_each_child(&mut |child| self.add_origins(child, keys, found));
    }

    /// The sources' columns that an expression passes on as they are.
    fn same_as(&self, expr: &Expr, keys: &[model::NamedExpr]) -> Rc<[Origin]> {
        match expr.kind {
            ExprKind::Column(position) => Rc::clone(&self.scope.columns[position].same_as),
            ExprKind::Key(position) => self.same_as(&keys[position].expr, &[]),
            _ => Rc::default(),
        }
    }

    fn influence(&mut self, expr: &Expr) {
        let mut found = std::mem::take(&mut self.influences);
        self.add_origins(expr, &[], &mut found);
        self.influences = found;
    }

    fn whole_view(mut self) -> Option<model::View> {
        self.steps(&self.view.steps);
        if self.view.steps.is_empty() && self.view.whole {
            self.sink.error(self.view.name.span(), messages::no_steps());
        }
        let stored = self.view.options.materialize == Materialize::Table;
        self.check_order(&self.view.steps, stored.then_some("a stored table"));
        self.check_names();
        self.check_promises();
        let audits = self.audits();
        self.note_result();
        let promised = self.promised();
        let known = !self.scope.is_open();
        if promised.is_none() && !known {
            return None;
        }
        let lineage = self.lineage(promised.as_deref());
        let columns = promised.unwrap_or_else(|| {
            let column =
                |column: &RowColumn| Column { name: column.name.clone(), ty: column.ty.clone() };
            self.scope.columns.iter().map(column).collect()
        });
        let names = |idents: &[proc_macro2::Ident]| {
            idents.iter().map(crate::tokens::name_of).collect::<Vec<_>>()
        };
        Some(model::View {
            name: crate::tokens::name_of(&self.view.name),
            doc: self.view.doc.clone(),
            materialize: self.view.options.materialize,
            key: names(&self.view.options.key),
            partition_by: names(&self.view.options.partition_by),
            cluster_by: names(&self.view.options.cluster_by),
            owner: self.view.options.owner.clone(),
            tags: names(&self.view.options.tags),
            values: self.values(),
            audits,
            refresh: self.derived.refresh,
            queries: Vec::new(),
            steps: self.steps,
            columns,
            lineage,
        })
    }

    fn values(&self) -> Vec<model::Value> {
        for value in &self.view.values {
            let name = crate::tokens::name_of(&value.name);
            let mut relations = self.env.relations.iter().take(self.view.sources().len());
            let has_it = |relation: &&Relation| {
                relation.columns.iter().flatten().any(|column| column.name == name)
            };
            if let Some(relation) = relations.find(has_it) {
                let message = messages::parameter_is_column(&name, &relation.name, "param");
                self.sink.error(value.name.span(), message);
            }
        }
        let values = self.view.values.iter().map(|value| model::Value {
            name: crate::tokens::name_of(&value.name),
            ty: value.to_type(),
            default: value.default.clone(),
        });
        values.collect()
    }

    /// What readers of the view have been told, if they have been told before.
    fn promised(&self) -> Option<Vec<Column>> {
        if self.view.contract.is_some() {
            return promised_columns(self.view, &self.env.types);
        }
        self.env.row.as_ref()?.columns.clone()
    }

    /// Where each column of the result comes from, in the order of the result.
    fn lineage(&self, promised: Option<&[Column]>) -> Vec<Lineage> {
        let influences = self.named(&self.influences);
        let of = |column: &RowColumn| Lineage {
            values: self.named(column.origins.iter()),
            same_as: self.named(column.same_as.iter()),
            influences: influences.clone(),
        };
        match promised {
            None => self.scope.columns.iter().map(of).collect(),
            Some(promised) => promised
                .iter()
                .map(|column| self.scope.columns.iter().find(|row| row.name == column.name))
                .map(|found| found.map(of).unwrap_or_default())
                .collect(),
        }
    }

    fn named<'o>(&self, origins: impl IntoIterator<Item = &'o Origin>) -> Vec<(usize, String)> {
        let name = |(source, column): &Origin| {
            let columns = self.env.relations.get(*source)?.columns.as_ref()?;
            Some((*source, columns.get(*column)?.name.clone()))
        };
        let mut names: Vec<_> = origins.into_iter().filter_map(name).collect();
        names.sort_unstable();
        names
    }

    /// A stored table has no order, nor has what another step reads: sorting says something only
    /// about the rows that a `limit` keeps.
    fn check_order(&self, steps: &[Step], unordered: Option<&str>) {
        let mut steps = steps.iter().rev().filter(|step| {
            matches!(
                step.kind,
                StepKind::OrderBy(_)
                    | StepKind::Limit(_)
                    | StepKind::Aggregate { .. }
                    | StepKind::Pivot(_)
            )
        });
        let (last, before) = (steps.next(), steps.next());
        let Some(Step { kind: StepKind::OrderBy(keys), keyword }) = last else { return };
        if !self.view.whole {
            return;
        }
        let keys: Vec<_> = keys.iter().map(SortKey::to_short_text).collect();
        let form = format!("order by {}", keys.join(", "));
        let message = match (before.map(|step| &step.kind), unordered) {
            (Some(StepKind::Limit(number)), _) => messages::limit_before_order(&form, *number),
            (_, Some(what)) => messages::order_without_limit(what, &form),
            _ => return,
        };
        self.sink.error_range(*keyword, message);
    }
}
