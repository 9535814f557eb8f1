//! Texts of linked views, checked again when a program runs.
//!
//! A descriptor holds a view's text, not its model: constant data compiles fast, and the checker is
//! a library. What it is checked against are the texts of its sources and functions, which are the
//! ones that the macro had.

use std::sync::Arc;

use arrow_schema::SchemaRef;
use belvedere_lang::sink::Sink;
use belvedere_lang::types::{Column, Type, columns_to_text, parse_columns, parse_struct};
use belvedere_lang::view::env::{self, Env, RowType};
use belvedere_lang::view::grain::{self, Grain, Known};
use belvedere_lang::view::model::{self, Lineage, Refresh, Value};
use belvedere_lang::view::signature::Signature;
use belvedere_lang::view::syntax::{AuditOutcome, Materialize};
use belvedere_lang::view::template::Bundle;
use belvedere_lang::view::{check_view, parse_view_with};
use datafusion::common::TableReference;
#[cfg(feature = "delta")]
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::{LogicalPlan, TableSource};
use proc_macro2::TokenStream;

use super::descriptor::{Relation, RelationKind, ViewText};
use super::error::{Located, ViewError};
#[cfg(feature = "delta")]
use super::lower::audit_conditions;
use super::lower::{Input, lower};
use super::params::Params;
use super::schema::arrow_schema;

/// What is known of a relation without reading any rows.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The columns in order.
    pub columns: Vec<Column>,
    /// The same as an Arrow schema.
    pub schema: SchemaRef,
    /// The columns that identify a row.
    pub key: Vec<String>,
    /// What is asked of the rows before they are published: names, and what happens otherwise.
    pub audits: Vec<(String, AuditOutcome)>,
    /// What a view says besides; `None` for a table.
    pub view: Option<ViewFacts>,
}

/// What is known of a view.
#[derive(Clone, Debug)]
pub struct ViewFacts {
    /// Whether its rows are stored.
    pub materialize: Materialize,
    /// The columns by which the stored table is partitioned.
    pub partition_by: Vec<String>,
    /// The columns by which rows are sorted when they are stored.
    pub cluster_by: Vec<String>,
    /// Who answers for it.
    pub owner: Vec<String>,
    /// Labels by which views are selected.
    pub tags: Vec<String>,
    /// What a refresh of its rows would compute, had each relation that it reads rows of its own.
    pub refresh: Refresh,
    /// For each column, where it comes from. Positions are those of the view's sources.
    pub lineage: Vec<Lineage>,
    /// The constants that a run can give it, with what they are otherwise.
    pub params: Vec<Value>,
}

/// Reads a table's columns, or checks a view.
///
/// # Errors
///
/// [`ViewError::Check`] when the view's text has errors, [`ViewError::UnreadableColumns`] when the
/// descriptor was compiled against another version of the language.
pub fn facts(relation: &Relation) -> Result<Facts, ViewError> {
    let columns = columns(relation)?;
    let schema = arrow_schema(&columns)?;
    let Some(model) = asked_of_rows(relation)? else {
        return Ok(Facts { columns, schema, key: Vec::new(), audits: Vec::new(), view: None });
    };
    let checked = columns_to_text(&model.columns);
    if checked != relation.columns {
        let reason = format!("checked again, they are `{checked}`");
        return Err(unreadable(relation, reason));
    }
    let view = matches!(relation.kind, RelationKind::View(_)).then_some(ViewFacts {
        materialize: model.materialize,
        partition_by: model.partition_by,
        cluster_by: model.cluster_by,
        owner: model.owner,
        tags: model.tags,
        refresh: model.refresh,
        lineage: model.lineage,
        params: model.values,
    });
    let audits = model.audits.into_iter().map(|audit| (audit.name, audit.outcome)).collect();
    Ok(Facts { columns, schema, key: model.key, audits, view })
}

/// Returns the plan of a view. `source` gives what is scanned for each relation that it reads, and
/// the name of the scan in the plan.
///
/// # Errors
///
/// Those of [`facts`] and of [`lower`], and what `source` returns.
pub fn plan(
    relation: &Relation,
    source: &mut dyn FnMut(
        &'static Relation,
    ) -> Result<(TableReference, Arc<dyn TableSource>), ViewError>,
) -> Result<LogicalPlan, ViewError> {
    plan_with(relation, &Params::default(), source)
}

/// Returns the plan of a view with other values of its parameters than their defaults.
///
/// # Errors
///
/// Those of [`plan`] and of [`Params::give`].
pub fn plan_with(
    relation: &Relation,
    params: &Params,
    source: &mut dyn FnMut(
        &'static Relation,
    ) -> Result<(TableReference, Arc<dyn TableSource>), ViewError>,
) -> Result<LogicalPlan, ViewError> {
    let mut model = model(relation)?;
    params.give(&mut model)?;
    let text = view_text(relation)?;
    let input = |relation: &&'static Relation| {
        let (name, source) = source(relation)?;
        Ok(Input { name, columns: columns(relation)?, source })
    };
    let inputs = text.all_sources();
    let inputs = inputs.iter().map(input).collect::<Result<Vec<_>, ViewError>>()?;
    let functions = text.all_functions();
    let functions: Vec<_> = functions.into_iter().map(|function| function.to_engine()).collect();
    lower(&model, &inputs, &functions)
}

/// A view, or a view of all rows of a table, with the conditions of its audits.
#[cfg(feature = "delta")]
pub(crate) struct Audited {
    pub(crate) view: model::View,
    /// Those of its audits, in their order.
    pub(crate) conditions: Vec<Expr>,
}

/// Returns a view, or that of a table, with the conditions of its audits over the rows of `plan`, which
/// has its columns; `None` for a table of which nothing is asked.
#[cfg(feature = "delta")]
pub(crate) fn audited(
    relation: &Relation,
    params: &Params,
    plan: &LogicalPlan,
) -> Result<Option<Audited>, ViewError> {
    let Some(mut view) = asked_of_rows(relation)? else { return Ok(None) };
    params.give(&mut view)?;
    let functions = match &relation.kind {
        RelationKind::View(text) => text.all_functions(),
        RelationKind::Table | RelationKind::External { .. } => Vec::new(),
    };
    let functions: Vec<_> = functions.into_iter().map(|function| function.to_engine()).collect();
    let conditions = audit_conditions(&view, &functions, plan)?;
    Ok(Some(Audited { view, conditions }))
}

/// Returns the plan of the rows of a view as a table stores them.
#[cfg(feature = "delta")]
pub(crate) fn stored_rows(
    view: &model::View,
    name: TableReference,
    source: Arc<dyn TableSource>,
) -> Result<LogicalPlan, ViewError> {
    let columns = view.columns.clone();
    super::lower::stored_rows(view, Input { name, columns, source })
}

/// Returns the columns that a descriptor declares.
///
/// # Errors
///
/// [`ViewError::UnreadableColumns`] when the text is not in the form that this version writes.
pub fn columns(relation: &Relation) -> Result<Vec<Column>, ViewError> {
    parse_columns(relation.columns).map_err(|error| unreadable(relation, error.to_string()))
}

/// Returns the typed model of a view.
///
/// # Errors
///
/// Those of [`facts`], and [`ViewError::NotAView`].
pub fn model(relation: &Relation) -> Result<model::View, ViewError> {
    let text = view_text(relation)?;
    checked(relation, text.text, &env(relation, text)?)
}

/// Returns the view whose key and audits are asked of the rows of a relation: itself, or what a table has
/// for one; `None` where nothing is asked of the rows of a table.
///
/// # Errors
///
/// Those of [`facts`].
pub(crate) fn asked_of_rows(relation: &Relation) -> Result<Option<model::View>, ViewError> {
    if let RelationKind::View(_) = relation.kind {
        return model(relation).map(Some);
    }
    let Some(text) = relation.audits else { return Ok(None) };
    let rows = env::Relation::parse(relation.name, relation.columns);
    let rows = rows.map_err(|error| unreadable(relation, error.to_string()))?;
    let env = Env { relations: vec![rows], ..Env::default() };
    checked(relation, text, &env).map(Some)
}

/// Whether the steps of a view say that its key tells its rows apart, so that nobody need look at them.
///
/// # Errors
///
/// Those of [`facts`].
pub(crate) fn key_follows(relation: &Relation) -> Result<bool, ViewError> {
    let RelationKind::View(text) = &relation.kind else { return Ok(false) };
    let view = model(relation)?;
    Ok(!view.key.is_empty() && grain::follows(&view, &view.key, &known_sources(text)?))
}

fn known_sources(text: &ViewText) -> Result<Vec<Known>, ViewError> {
    text.all_sources().into_iter().map(known).collect()
}

/// What is known of the rows of a relation: keys that a run has asked of them, or else what the steps of
/// a view say that is computed where it is read.
fn known(relation: &Relation) -> Result<Known, ViewError> {
    let columns = columns(relation)?;
    let declared = |view: &model::View| -> Option<Grain> {
        let place = |name: &String| columns.iter().position(|column| column.name == *name);
        let places = view.key.iter().map(place).collect::<Option<Grain>>();
        places.filter(|places| !places.is_empty())
    };
    let keys = match (&relation.kind, asked_of_rows(relation)?) {
        (RelationKind::View(text), Some(view)) if view.materialize == Materialize::View => {
            grain::keys(&view, &known_sources(text)?)
        }
        (_, view) => view.as_ref().and_then(declared).into_iter().collect(),
    };
    Ok(Known { columns, keys })
}

fn checked(relation: &Relation, text: &str, env: &Env) -> Result<model::View, ViewError> {
    let tokens: TokenStream =
        text.parse().map_err(|error| unreadable(relation, format!("{error}")))?;
    let sink = Sink::new();
    let view = parse_view_with(tokens, env.known(&sink), &sink);
    let model = view.and_then(|view| check_view(&view, env, &sink));
    let errors = sink.into_diagnostics();
    match model {
        Some(model) if errors.is_empty() => Ok(model),
        _ => Err(ViewError::Check {
            view: relation.name.to_owned(),
            diagnostics: errors.iter().map(Located::from).collect(),
        }),
    }
}

fn view_text(relation: &Relation) -> Result<&ViewText, ViewError> {
    match &relation.kind {
        RelationKind::View(text) => Ok(text),
        RelationKind::Table | RelationKind::External { .. } => {
            Err(ViewError::NotAView { relation: relation.name.to_owned() })
        }
    }
}

/// What the macro knew of a view's surroundings.
fn env(relation: &Relation, text: &ViewText) -> Result<Env, ViewError> {
    let fail = |error: belvedere_lang::types::TextError| unreadable(relation, error.to_string());
    let relations =
        text.sources.iter().map(|source| env::Relation::parse(source.name, source.columns));
    let functions = text.functions.iter().map(|f| Signature::parse_carrier(f.signature));
    let types = text.types.iter().map(|text| parse_struct(text).map(Type::Struct));
    let row = text.row.first().map(|columns| RowType::parse("the row type", columns));
    let templates = text.templates.iter().map(|template| {
        let other = |_| unreadable(relation, format!("`{}` is of another version", template.name));
        Bundle::parse(template.text).map(Option::unwrap_or_default).map_err(other)
    });
    let templates = templates.collect::<Result<Vec<_>, ViewError>>()?;
    let env = Env {
        relations: relations.collect::<Result<_, _>>().map_err(fail)?,
        functions: functions.collect::<Result<_, _>>().map_err(fail)?,
        missing: Vec::new(),
        types: types.collect::<Result<_, _>>().map_err(fail)?,
        row: row.transpose().map_err(fail)?,
        ..Env::default()
    };
    Ok(env.with(templates))
}

fn unreadable(relation: &Relation, reason: String) -> ViewError {
    ViewError::UnreadableColumns { relation: relation.name.to_owned(), reason }
}
