//! What each step makes of the row.

use std::rc::Rc;

use proc_macro2::Ident;

use super::Checker;
use super::expression::Place;
use super::scope::{RowColumn, RowRelation, Scope};
use super::template::doubt;
use crate::tokens::{Range, name_of};
use crate::view::messages;
use crate::view::model::{self, Expr, ExprKind, NamedExpr, SourceRef};
use crate::view::syntax::{self, Item, Source, StepKind};

/// Columns that a step computes, with where the view writes them.
pub(super) type Items = Vec<(NamedExpr, Range)>;

/// What is said of a column of the same `derive`.
const SEEN_BEHIND: &str = "this `derive` makes it: an entry sees those that stand before it";

/// What is said of a column of the same `select`.
const MADE_HERE: &str = "this `select` makes it: compute it in a `derive { … }` before";

/// The names that entries give.
fn names(items: &[Item]) -> Vec<String> {
    let name = |item: &Item| match item {
        Item::Value { name, .. } => name.as_ref().map(name_of),
        Item::Star(_) => None,
    };
    items.iter().filter_map(name).collect()
}

impl Checker<'_> {
    /// Checks a step; `first` says that it is the first one of the text.
    pub(super) fn step(&mut self, step: &syntax::Step, first: bool) {
        let nothing_read = self.steps.is_empty();
        match &step.kind {
            StepKind::From(_) if !nothing_read => {
                if self.view.whole {
                    self.sink.error_range(step.keyword, messages::second_from());
                }
                // What it reads is spoken of behind it.
                self.scope.open = true;
            }
            StepKind::From(source) => self.from(source),
            // One error speaks for the missing `from`.
            _ if nothing_read && first && self.view.whole => {
                self.sink.error_range(step.keyword, messages::starts_with_from(None));
                self.scope.open = true;
                self.any_step(step);
            }
            _ => self.any_step(step),
        }
    }

    fn any_step(&mut self, step: &syntax::Step) {
        match &step.kind {
            StepKind::From(source) => self.from(source),
            StepKind::Join { kind, source, on } => self.join(*kind, source, on),
            StepKind::Set { kind, source } => self.set(*kind, source, step.keyword),
            StepKind::DistinctOn { keys, order_by } => self.distinct_on(keys, order_by),
            StepKind::Distinct => self.distinct(step.keyword),
            StepKind::Asof { outer, source, on } => self.asof(*outer, source, on),
            StepKind::Where(condition) => {
                let condition = self.typer(Place::Row("where")).condition(condition, "where");
                self.influence(&condition);
                self.scope.narrow(&condition);
                self.steps.push(model::Step::Where(condition));
            }
            StepKind::Unnest { list, outer, alias } => self.unnest(list, *outer, alias),
            StepKind::Window(windows) => self.windows(windows),
            StepKind::Derive(items) => self.derive(items),
            StepKind::Select(items) => self.select(items, step.keyword),
            StepKind::Aggregate { keys, aggregates } => self.aggregate(keys, aggregates),
            StepKind::Pivot(pivot) => self.pivot(pivot),
            StepKind::OrderBy(keys) => self.order_by(keys),
            StepKind::Limit(count) => self.steps.push(model::Step::Limit(*count)),
            StepKind::Leave(queries) => self.leave(queries),
        }
    }

    /// Leaves out the columns of queries in the place of values, which are the last relations.
    fn leave(&mut self, queries: &[usize]) {
        let joined = |query: &usize| self.scope.joined(*query);
        let Some(first) = queries.iter().filter_map(joined).min() else { return };
        let stays = |column: &RowColumn| column.relation.is_none_or(|relation| relation < first);
        let positions = self.scope.columns.iter().enumerate();
        let positions = positions.filter(|(_, column)| stays(column)).map(|(position, _)| position);
        self.steps.push(model::Step::Keep(positions.collect()));
        self.scope.columns.retain(stays);
        self.scope.relations.truncate(first);
    }

    fn from(&mut self, source: &Source) {
        let (relation, columns) = self.source(source);
        self.steps.push(model::Step::From { source: source.what, alias: relation.alias.clone() });
        self.scope.relations.push(relation);
        self.scope.columns = columns;
    }

    /// What a step reads, and its columns as columns of the row.
    pub(super) fn source(&mut self, source: &Source) -> (RowRelation, Vec<RowColumn>) {
        let (relation, mut columns) = match source.what {
            SourceRef::Relation(index) => self.relation_source(index, source),
            SourceRef::Query(number) => self.query_source(number, source),
        };
        if self.doubtful {
            columns.iter_mut().for_each(|column| doubt(&mut column.ty));
        }
        (relation, columns)
    }

    fn relation_source(&self, index: usize, source: &Source) -> (RowRelation, Vec<RowColumn>) {
        let alias = name_of(&source.alias);
        let own = name_of(&self.view.name);
        let reads_itself =
            source.path == own || source.path.strip_prefix("self::") == Some(own.as_str());
        if reads_itself {
            self.sink.error_range(source.span, messages::reads_itself(&own));
        }
        let known = self.env.relations.get(index).filter(|_| !reads_itself);
        let columns = known.and_then(|relation| relation.columns.as_deref());
        let position = self.scope.relations.len();
        let row = columns.unwrap_or_default().iter().enumerate().map(|(i, column)| RowColumn {
            name: column.name.clone(),
            ty: column.ty.clone(),
            relation: Some(position),
            origins: Rc::new([(index, i)]),
            same_as: Rc::new([(index, i)]),
            span: None,
        });
        let name = source.path.clone();
        let given = (name.rsplit("::").next() != Some(&alias)).then(|| source.alias.span());
        let open = columns.is_none();
        let relation = RowRelation { alias, name, open, given, query: None };
        (relation, row.collect())
    }

    /// The name of a column that a step adds to a row: no column or relation may have it yet,
    /// since it could not be named without the other.
    pub(super) fn new_column_name(&self, ident: &Ident, step: &str) -> String {
        let name = name_of(ident);
        if self.scope.has_column(&name) {
            self.sink.error(ident.span(), messages::column_exists(&name, step));
        } else if self.scope.relation(&name).is_some() {
            self.sink.error(ident.span(), messages::alias_taken(&name, false));
        }
        name
    }

    /// Each entry sees the ones before it; one that uses them begins a step of its own, since a
    /// step's expressions are over the row before it.
    fn derive(&mut self, items: &[Item]) {
        let mut width = self.scope.columns.len();
        let mut batch = Vec::new();
        for (position, item) in items.iter().enumerate() {
            self.scope.made = (names(&items[position..]), SEEN_BEHIND);
            let Some((item, span)) = self.items(std::slice::from_ref(item), "derive").pop() else {
                continue;
            };
            if self.scope.has_column(&item.name) {
                // The first one stays, so that what uses the name says nothing.
                self.sink.error_range(span, messages::column_exists(&item.name, "derive"));
                continue;
            }
            if self.scope.relation(&item.name).is_some() {
                self.sink.error_range(span, messages::alias_taken(&item.name, false));
            }
            if reads_from(&item.expr, width) {
                self.steps.push(model::Step::Derive(std::mem::take(&mut batch)));
                width = self.scope.columns.len();
            }
            let column = self.row_column(&item, span, &[]);
            self.scope.columns.push(column);
            batch.push(item);
        }
        self.scope.made.0.clear();
        if !batch.is_empty() {
            self.steps.push(model::Step::Derive(batch));
        }
    }

    fn select(&mut self, items: &[Item], keyword: Range) {
        if items.is_empty() {
            self.sink.error_range(keyword, messages::empty_select());
        }
        self.scope.made = (names(items), MADE_HERE);
        let typed = self.distinct_names(self.items(items, "select"), &[]);
        let open_star = self.has_open_star(items);
        let columns = self.row_columns(&typed);
        self.leave_relations(columns, "select");
        self.scope.open = open_star;
        let exprs = typed.into_iter().map(|(expr, _)| expr).collect();
        self.steps.push(model::Step::Select(exprs));
    }

    /// The row becomes these columns, which belong to no relation.
    pub(super) fn leave_relations(&mut self, columns: Vec<RowColumn>, step: &'static str) {
        let open = self.scope.open && !self.view.whole;
        let around = std::mem::take(&mut self.scope.around);
        self.scope = Scope { columns, open, after: Some(step), around, ..Scope::default() };
    }

    /// Types the entries of a `select` or `derive`.
    fn items(&self, items: &[Item], step: &'static str) -> Items {
        let typer = self.typer(Place::Row(step));
        let mut typed = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Item::Value { name, expr } => {
                    let value = typer.value(expr);
                    if let Some((name, span)) = self.item_name(name.as_ref(), expr) {
                        typed.push((NamedExpr { name, expr: value }, span));
                    }
                }
                Item::Star(star) if step != "select" => {
                    self.sink.error_range(star.span, messages::star_outside_select(step, None));
                }
                Item::Star(star) => typed.extend(self.star(star)),
            }
        }
        typed
    }

    /// The name of an entry's column: the one that it is given, or that of the column it is.
    pub(super) fn item_name(
        &self,
        name: Option<&Ident>,
        expr: &syntax::Expr,
    ) -> Option<(String, Range)> {
        if let Some(name) = name {
            return Some((name_of(name), (name.span(), name.span())));
        }
        match &expr.kind {
            syntax::ExprKind::Name(name) | syntax::ExprKind::Field(_, name) => {
                Some((name_of(name), expr.span))
            }
            syntax::ExprKind::Joined(joined) if joined.name.is_some() => {
                joined.name.as_ref().map(|name| (name_of(name), expr.span))
            }
            syntax::ExprKind::Unfinished(_) | syntax::ExprKind::Error => None,
            _ => {
                let shown = expr.to_short_text();
                let name = match &expr.kind {
                    syntax::ExprKind::Call(call) => call.name.rsplit("::").next(),
                    _ => None,
                };
                // `||` means one of two things, and only its types say which.
                let shown = match &expr.kind {
                    syntax::ExprKind::Bars { .. } => "…".to_owned(),
                    _ => shown,
                };
                let form = format!("{}: {shown}", name.unwrap_or("name"));
                self.sink.error_range(expr.span, messages::unnamed_expression(&form));
                None
            }
        }
    }

    /// Two columns of one name could not be told apart by whoever reads the view: the first stays.
    pub(super) fn distinct_names(&self, items: Items, before: &[(NamedExpr, Range)]) -> Items {
        let mut kept: Items = Vec::with_capacity(items.len());
        for (item, span) in items {
            let is_key = before.iter().any(|(key, _)| key.name == item.name);
            let hidden = item.expr.ty.ty.has_unknown();
            if hidden && (is_key || kept.iter().any(|(other, _)| other.name == item.name)) {
                // The error in it may be the wrong name.
                continue;
            }
            if is_key {
                self.sink.error_range(span, messages::key_twice(&item.name));
            } else if kept.iter().any(|(other, _)| other.name == item.name) {
                let written = self.written(&item.expr);
                self.sink.error_range(span, messages::duplicate_column(&item.name, &written));
            } else {
                kept.push((item, span));
            }
        }
        kept
    }

    /// How the view would write a value again, for a message.
    fn written(&self, expr: &Expr) -> String {
        match expr.kind {
            ExprKind::Column(position) => self.scope.path(position),
            _ => "…".to_owned(),
        }
    }

    fn row_columns(&self, items: &[(NamedExpr, Range)]) -> Vec<RowColumn> {
        items.iter().map(|(item, span)| self.row_column(item, *span, &[])).collect()
    }

    pub(super) fn row_column(
        &self,
        item: &NamedExpr,
        span: Range,
        keys: &[NamedExpr],
    ) -> RowColumn {
        RowColumn {
            name: item.name.clone(),
            ty: item.expr.ty.clone(),
            relation: None,
            origins: self.origins(&item.expr, keys),
            same_as: self.same_as(&item.expr, keys),
            span: Some(span),
        }
    }

    fn order_by(&mut self, keys: &[syntax::SortKey]) {
        let sorted = self.typer(Place::Row("order by")).sort_keys(keys);
        for key in &sorted {
            // What is sorted by decides which rows a `limit` keeps.
            self.influence(&key.expr);
        }
        self.steps.push(model::Step::OrderBy(sorted));
    }
}

/// Whether an expression reads a column at `width` or behind it.
fn reads_from(expr: &Expr, width: usize) -> bool {
    let mut found = matches!(expr.kind, ExprKind::Column(position) if position >= width);
    expr.for_each_child(&mut |child| found |= reads_from(child, width));
    found
}
