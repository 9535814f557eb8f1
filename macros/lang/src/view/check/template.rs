//! Templates: what is wrong whatever relation they are used over, and where errors of a use stand.

use std::collections::BTreeMap;

use super::subquery::with_joins;
use super::{Checker, check_queries};
use crate::sink::{Diagnostic, Sink};
use crate::tokens::{name_of, place};
use crate::types::{Type, ValueType};
use crate::view::env::{Env, Relation};
use crate::view::messages;
use crate::view::syntax::{Instance, ParamKind, Query, StepKind, Template};

/// Checks a template over relations of which nothing is known. `env` has them before all others
/// ([`Env::over`]).
///
/// What depends on the relations is checked at each use.
pub fn check_template(template: &Template, env: &Env, sink: &Sink) {
    let view = &*with_joins(&template.view, env, sink);
    check_names(template, env, sink);
    let queries = check_queries(view, env, sink, None);
    let name = view.name.span();
    let result = Query {
        name: None,
        steps: view.steps.clone(),
        span: (name, name),
        is_read: true,
        instance: None,
        is_hidden: false,
        around: BTreeMap::new(),
    };
    Checker::new(view, env, sink, &queries).query(&result);
}

/// The name of a parameter is that of no column which the template knows.
fn check_names(template: &Template, env: &Env, sink: &Sink) {
    let columns = template.params.iter();
    for param in columns.filter(|param| !matches!(param.kind, ParamKind::Value(_))) {
        let name = name_of(&param.name);
        let has_it = |relation: &&Relation| {
            let mut columns = relation.columns.iter().flatten();
            columns.any(|column| column.name == name)
        };
        // What other templates read is not named here.
        if let Some(relation) = env.relations.iter().take(env.own.relations).find(has_it) {
            sink.error(
                param.name.span(),
                messages::parameter_is_column(&name, &relation.name, "column"),
            );
        }
    }
}

/// What is always so of one relation may not be of another.
const NEVER_NULL: &str = "V0079";

impl<'a> Checker<'a> {
    /// Shows the errors of a use since there were `count`, and notes what it leaves out.
    pub(super) fn show_since(&mut self, count: usize, instance: &Instance, step: &str) {
        let (doubtful, doubts) = (self.doubtful, &mut self.doubts);
        self.sink.change_since(count, |error| {
            let of_nulls = error.message.code == NEVER_NULL;
            *doubts |= of_nulls;
            of_nulls == doubtful && instance.show(error, step)
        });
    }

    /// Checks a use again as if its relations had NULL everywhere, where an answer was known because
    /// they have none: what is known even so is known of every relation, and a mistake of the template.
    pub(super) fn check_in_doubt(&mut self, query: &'a Query, instance: &'a Instance) {
        if self.doubtful || !self.doubts {
            return;
        }
        let sink = Sink::new();
        let mut checker = Checker::new(self.view, self.env, &sink, self.queries);
        (checker.instance, checker.doubtful) = (Some(instance), true);
        checker.scope.open |= query.is_hidden;
        checker.steps(&query.steps);
        self.sink.extend(sink.into_diagnostics());
    }
}

/// Lets a value and each part of it be NULL.
pub(super) fn doubt(value: &mut ValueType) {
    value.nullable = true;
    match &mut value.ty {
        Type::List(item) => doubt(item),
        Type::Map(_, of_key) => doubt(of_key),
        Type::Struct(ty) => ty.fields.iter_mut().for_each(|field| doubt(&mut field.ty)),
        _ => {}
    }
}

impl Instance {
    /// Shows an error in the text of the template where the template is used: at the user's column,
    /// or else at the template's name.
    ///
    /// Whether it is to be shown: of a column one error says enough, however often the template
    /// mentions it.
    fn show(&self, error: &mut Diagnostic, step: &str) -> bool {
        if place(error.start) != place(error.end) {
            (error.start, error.end) = self.span;
        }
        let of_column = place(error.start) != place(self.span.0);
        if !of_column {
            // Whoever uses the template cannot write something else there.
            error.message.helps.clear();
        }
        if of_column && !self.reported.borrow_mut().insert(place(error.start)) {
            return false;
        }
        let defined = match self.place.as_str() {
            "" => String::new(),
            place => format!(" ({place})"),
        };
        let note = format!("in `{step}` of the template `{}`{defined}", self.name);
        error.message.notes.push(note);
        true
    }
}

impl StepKind {
    /// The word that it begins with, for messages.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::From(_) => "from",
            Self::Join { .. } => "join",
            Self::Where(_) => "where",
            Self::Unnest { .. } => "unnest",
            Self::Derive(_) => "derive",
            Self::Select(_) => "select",
            Self::Set { kind, .. } => kind.word(),
            Self::Distinct => "distinct",
            Self::DistinctOn { .. } => "distinct on",
            Self::Asof { .. } => "asof join",
            Self::Window(_) => "window",
            Self::Aggregate { keys, .. } if keys.is_empty() => "aggregate",
            Self::Aggregate { .. } => "group by",
            Self::Pivot(_) => "pivot",
            Self::OrderBy(_) => "order by",
            Self::Limit(_) => "limit",
            Self::Leave(_) => "where",
        }
    }
}
