//! A query: the steps of a view without a name, which arrive while a program runs.

use proc_macro2::TokenStream;

use super::constants::check_constants;
use super::names::{Names, env};
use super::syntax::View;
use super::{check_view, messages, model, parse_query, parse_query_with};
use crate::sink::Sink;

/// How many steps can be planned, those of a query inside counted wherever it is read: a plan is as
/// deep as it has steps, and what walks it recurses.
pub const STEPS_MAX: usize = 200;

/// A query that has been checked.
#[derive(Debug)]
pub struct Query {
    /// What was written.
    pub syntax: View,
    /// What it means; `None` where errors hide it. With errors in the sink it cannot be lowered.
    pub model: Option<model::View>,
}

/// Checks a query against what it can name.
pub fn check_query(tokens: TokenStream, names: &dyn Names, sink: &Sink) -> Query {
    let reported = sink.count();
    let mut syntax = parse_query(tokens.clone(), sink);
    let written = syntax.steps.len();
    if written > STEPS_MAX {
        too_many_steps(&syntax, written, sink);
        return Query { syntax, model: None };
    }
    let env = env(&syntax, names, sink);
    if !syntax.templates().is_empty() {
        syntax = parse_query_with(tokens, env.known(sink), &Sink::ignoring());
    }
    let model = check_view(&syntax, &env, sink);
    let planned = model.as_ref().map_or(0, planned_steps);
    if planned > STEPS_MAX {
        too_many_steps(&syntax, planned, sink);
    } else if let Some(model) = &model
        && sink.count() == reported
    {
        check_constants(model, names, sink);
    }
    Query { syntax, model }
}

fn too_many_steps(syntax: &View, steps: usize, sink: &Sink) {
    if let Some(last) = syntax.steps.last() {
        sink.error_range(last.keyword, messages::too_many_steps(steps, STEPS_MAX));
    }
}

/// How many steps the plan has. Columns of one `derive` that use each other are steps of their own.
fn planned_steps(model: &model::View) -> usize {
    let mut of_queries: Vec<usize> = Vec::with_capacity(model.queries.len());
    for query in &model.queries {
        of_queries.push(steps_with_sources(&query.steps, &of_queries));
    }
    steps_with_sources(&model.steps, &of_queries)
}

fn steps_with_sources(steps: &[model::Step], of_queries: &[usize]) -> usize {
    let of_source = |step: &model::Step| match step.source() {
        Some(model::SourceRef::Query(query)) => of_queries.get(query).copied().unwrap_or(0),
        Some(model::SourceRef::Relation(_)) | None => 0,
    };
    // Queries that each read the one before twice double each time.
    steps.iter().fold(0, |sum, step| sum.saturating_add(of_source(step)).saturating_add(1))
}
