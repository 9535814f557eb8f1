//! Audits: what is asked of the rows of a table or view after they are written and before they are published.
//!
//! A version that fails is in its table and published by nobody. A run that is killed between writing
//! and publishing loses what its audits found, so they are asked of versions that are adopted too. What
//! is published has passed, and is asked no more: conditions are a part of the key.

use std::sync::Arc;

use arrow::array::{Array as _, AsArray as _, RecordBatch};
use arrow::datatypes::Int64Type;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use belvedere_lang::view::model::{QUARANTINE, QUARANTINE_REASON, View};
use belvedere_lang::view::syntax::AuditOutcome;
use datafusion::catalog::TableProvider;
use datafusion::common::{Column, TableReference};
use datafusion::datasource::provider_as_source;
use datafusion::functions::expr_fn::concat_ws;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{
    Expr, ExprFunctionExt as _, LogicalPlan, LogicalPlanBuilder, lit, when,
};

use super::run::{Content, Run};
use super::settle::Settled;
use crate::delta::audits::AuditResult;
use crate::delta::layout::Layout;
use crate::delta::{Error, Result};
use crate::plan::{Bundle, Key, KeyHasher, Pins};
use crate::session::Runtime;
use crate::view::{Audited, Params, Relation, asked_of_rows, audited, key_follows};

/// How many rows that do not pass are shown.
const SAMPLES: usize = 5;

/// How many characters of such a row are shown.
const SAMPLE_WIDTH: usize = 160;

/// The name of the table of rows that the audits of a view have put aside.
pub(super) fn quarantine(view: &str) -> String {
    format!("{view}{QUARANTINE}")
}

/// The key of these rows, which are as much as those of the view a matter of its text and its sources.
pub(super) fn quarantine_key(view: &Key) -> Key {
    KeyHasher::new("quarantine").part(view.as_str()).finish()
}

/// Whether any audit puts rows aside.
pub(super) fn puts_aside(view: &View) -> bool {
    view.audits.iter().any(|audit| audit.outcome == AuditOutcome::Quarantine)
}

/// The rows of `content` that pass the audits which put rows aside.
pub(super) fn passing(relation: &Relation, params: &Params, content: Content) -> Result<Content> {
    let conditions = quarantine_conditions(relation, params, &content.plan)?;
    let Some(all) = conditions.into_iter().map(|(_, passes)| passes).reduce(Expr::and) else {
        return Ok(content);
    };
    // NULL does not pass, as in a `where`.
    let plan =
        LogicalPlanBuilder::from(content.plan.clone()).filter(all).and_then(|plan| plan.build());
    Ok(Content { plan: plan.map_err(|error| planned(relation, error))?, ..content })
}

/// The rows of `content` that do not, with the names of the audits.
pub(super) fn put_aside(relation: &Relation, params: &Params, content: Content) -> Result<Content> {
    let fail = |error| planned(relation, error);
    let conditions = quarantine_conditions(relation, params, &content.plan)?;
    let any = conditions.iter().map(|(_, passes)| passes.clone().is_not_true()).reduce(Expr::or);
    let Some(any) = any else { return Ok(content) };
    let reasons = conditions
        .into_iter()
        .map(|(name, passes)| when(passes.is_not_true(), lit(name)).end().map_err(fail));
    let reason = concat_ws(lit(", "), reasons.collect::<Result<Vec<_>>>()?);
    let columns = content.plan.schema().columns().into_iter().map(Expr::Column);
    let exprs: Vec<Expr> = columns.chain([reason.alias(QUARANTINE_REASON)]).collect();
    let plan = LogicalPlanBuilder::from(content.plan).filter(any);
    let plan = plan.and_then(|plan| plan.project(exprs)?.build()).map_err(fail)?;
    Ok(Content { plan, pins: content.pins, layout: Layout::default() })
}

fn quarantine_conditions(
    relation: &Relation,
    params: &Params,
    plan: &LogicalPlan,
) -> Result<Vec<(String, Expr)>> {
    let Some(Audited { view, conditions }) = audited(relation, params, plan)? else {
        return Ok(Vec::new());
    };
    let conditions = view.audits.into_iter().zip(conditions);
    let aside = conditions.filter(|(audit, _)| audit.outcome == AuditOutcome::Quarantine);
    Ok(aside.map(|(audit, condition)| (audit.name, condition)).collect())
}

fn planned(relation: &Relation, error: datafusion::error::DataFusionError) -> Error {
    let node = relation.name.to_owned();
    Error::Engine { node, text: error.to_string(), source: Box::new(error) }
}

/// Whether anything is asked of the stored rows of a relation.
fn is_audited(relation: &Relation) -> Result<bool> {
    let Some(view) = asked_of_rows(relation)? else { return Ok(false) };
    let asked = view.audits.iter().any(|audit| audit.outcome != AuditOutcome::Quarantine);
    Ok(asked || !asked_key(relation, &view)?.is_empty())
}

/// The key that is looked for in the rows: none where the steps of the view say that they keep to it.
fn asked_key(relation: &Relation, view: &View) -> Result<Vec<String>> {
    Ok(if view.key.is_empty() || key_follows(relation)? { Vec::new() } else { view.key.clone() })
}

/// What is asked of the stored rows of a relation. It holds no syntax, which is bound to a thread: a run may
/// go on on another one while it waits.
struct Questions {
    stored: LogicalPlan,
    conditions: Vec<Condition>,
    key: Vec<String>,
}

/// A condition that all rows should pass.
struct Condition {
    name: String,
    outcome: AuditOutcome,
    passes: Expr,
}

fn questions(
    relation: &Relation,
    params: &Params,
    provider: Arc<dyn TableProvider>,
) -> Result<Option<Questions>> {
    let Some(view) = asked_of_rows(relation)? else { return Ok(None) };
    let name = TableReference::bare(relation.name);
    let stored = crate::view::stored_rows(&view, name, provider_as_source(provider))?;
    let audited = audited(relation, params, &stored)?;
    let conditions = audited.map(|audited| audited.conditions).unwrap_or_default();
    let key = asked_key(relation, &view)?;
    let conditions = view.audits.into_iter().zip(conditions);
    let asked = conditions.filter(|(audit, _)| audit.outcome != AuditOutcome::Quarantine);
    let conditions = asked.map(|(audit, passes)| {
        let (name, outcome) = (audit.name, audit.outcome);
        Condition { name, outcome, passes }
    });
    Ok(Some(Questions { stored, conditions: conditions.collect(), key }))
}

impl Run<'_> {
    /// Asks the audits and the key of a relation of a version of it that is not published yet.
    ///
    /// # Errors
    ///
    /// [`Error::Audit`] with all that do not hold and fail a run.
    pub(super) async fn audit(
        &self,
        relation: &Relation,
        params: &Params,
        settled: &Settled,
    ) -> Result<Vec<AuditResult>> {
        // Nothing is opened for a relation of which nothing is asked.
        if !is_audited(relation)? {
            return Ok(Vec::new());
        }
        let pinned = settled.pin(self.warehouse, relation.name).await?;
        let audit = Audit { runtime: self.runtime, relation, root: self.warehouse.root() };
        let provider = pinned.provider(&self.runtime.state()).map_err(|error| audit.fail(error))?;
        let Some(questions) = questions(relation, params, provider)? else {
            return Ok(Vec::new());
        };
        let Questions { stored, conditions, key } = questions;
        let mut found = audit.conditions(conditions, &stored).await?;
        found.extend(audit.key(&key, &stored).await?);
        let fails = |result: &&AuditResult| result.outcome == AuditOutcome::Fail;
        let failed: Vec<AuditResult> =
            found.iter().filter(fails).filter(|result| result.failed > 0).cloned().collect();
        if failed.is_empty() {
            return Ok(found);
        }
        let (view, rows) = (relation.name.to_owned(), settled.size.rows);
        Err(Error::Audit { view, rows, failed })
    }

    /// Tells what audits have found that stops nothing, when it is published for the first time and in
    /// every run after it.
    pub(super) fn warn(&mut self, node: &str, settled: &Settled) {
        for result in settled.audits.iter().filter(|result| result.failed > 0) {
            let told = result.told(settled.size.rows);
            self.report.warnings.push(format!("`{node}`: {told}"));
        }
    }
}

/// The audits of one version.
struct Audit<'a> {
    runtime: &'a Runtime,
    relation: &'a Relation,
    root: &'a std::path::Path,
}

impl Audit<'_> {
    /// One pass over the rows for all conditions, and one for samples of each that does not hold.
    async fn conditions(
        &self,
        conditions: Vec<Condition>,
        stored: &LogicalPlan,
    ) -> Result<Vec<AuditResult>> {
        if conditions.is_empty() {
            return Ok(Vec::new());
        }
        let counts = conditions.iter().enumerate().map(|(i, condition)| {
            let fails = condition.passes.clone().is_not_true();
            let failed = count(lit(1_i64)).filter(fails).build();
            Ok(failed.map_err(|error| self.fail(error))?.alias(format!("failed {i}")))
        });
        let counts = counts.collect::<Result<Vec<_>>>()?;
        let plan = LogicalPlanBuilder::from(stored.clone()).aggregate(Vec::<Expr>::new(), counts);
        let found = self.rows(plan.and_then(|plan| plan.build())).await?;
        let mut results = Vec::with_capacity(conditions.len());
        for (i, Condition { name, outcome, passes }) in conditions.into_iter().enumerate() {
            let failed = found.iter().map(|batch| number(batch, i)).sum();
            let samples = match failed {
                0 => Vec::new(),
                _ => {
                    let rows = LogicalPlanBuilder::from(stored.clone());
                    let rows = rows.filter(passes.is_not_true());
                    self.samples(rows.and_then(|rows| rows.limit(0, Some(SAMPLES))?.build()))
                        .await?
                }
            };
            results.push(AuditResult { name, outcome, failed, samples });
        }
        Ok(results)
    }

    /// Whether the key of the view tells its rows apart.
    async fn key(&self, key: &[String], stored: &LogicalPlan) -> Result<Option<AuditResult>> {
        if key.is_empty() {
            return Ok(None);
        }
        let columns = stored.schema().columns().into_iter();
        let columns = columns.filter(|column| key.contains(&column.name)).map(Expr::Column);
        let columns: Vec<Expr> = columns.collect();
        let twice = LogicalPlanBuilder::from(stored.clone())
            .aggregate(columns, [count(lit(1_i64)).alias("rows")])
            .and_then(|keys| {
                let rows = Expr::Column(Column::new_unqualified("rows"));
                keys.filter(rows.gt(lit(1_i64)))
            });
        let twice = twice.and_then(|twice| twice.build()).map_err(|error| self.fail(error))?;
        let some = LogicalPlanBuilder::from(twice.clone()).limit(0, Some(SAMPLES));
        let samples = self.samples(some.and_then(|some| some.build())).await?;
        let failed = match samples.len() {
            fewer if fewer < SAMPLES => fewer as u64,
            _ => {
                let all = LogicalPlanBuilder::from(twice)
                    .aggregate(Vec::<Expr>::new(), [count(lit(1_i64)).alias("keys")]);
                let all = self.rows(all.and_then(|all| all.build())).await?;
                all.iter().map(|batch| number(batch, 0)).sum()
            }
        };
        let name = format!("key [{}]", key.join(", "));
        Ok(Some(AuditResult { name, outcome: AuditOutcome::Fail, failed, samples }))
    }

    async fn samples(&self, plan: datafusion::error::Result<LogicalPlan>) -> Result<Vec<String>> {
        let mut samples = Vec::new();
        for batch in self.rows(plan).await? {
            samples.extend(shown(&batch).map_err(|error| self.fail(error.into()))?);
        }
        samples.sort_unstable();
        Ok(samples)
    }

    async fn rows(&self, plan: datafusion::error::Result<LogicalPlan>) -> Result<Vec<RecordBatch>> {
        let plan = plan.map_err(|error| self.fail(error))?;
        let (name, pins) = (self.relation.name.to_owned(), Pins::new());
        let bundle = Bundle { name, key: None, pins, plan };
        let rows = bundle.execute(self.runtime).await.map_err(|error| self.fail(error))?;
        let rows = datafusion::physical_plan::common::collect(rows).await;
        rows.map_err(|error| self.fail(error))
    }

    fn fail(&self, error: datafusion::error::DataFusionError) -> Error {
        Error::engine(self.root, self.relation.name, error)
    }
}

/// The number in a column of a row of counts.
fn number(batch: &RecordBatch, column: usize) -> u64 {
    let counts = batch.column(column).as_primitive_opt::<Int64Type>();
    let counts = counts.filter(|counts| !counts.is_empty());
    counts.and_then(|counts| u64::try_from(counts.value(0)).ok()).unwrap_or(0)
}

/// Rows as `column: value, …`, cut where they are long.
fn shown(batch: &RecordBatch) -> std::result::Result<Vec<String>, arrow_schema::ArrowError> {
    let options = FormatOptions::default().with_null("null");
    let schema = batch.schema();
    let columns = batch.columns().iter().zip(schema.fields()).map(|(column, field)| {
        Ok((field.name().as_str(), ArrayFormatter::try_new(column, &options)?))
    });
    let columns = columns.collect::<std::result::Result<Vec<_>, arrow_schema::ArrowError>>()?;
    let row = |row| {
        let cells = columns.iter().map(|(name, cells)| format!("{name}: {}", cells.value(row)));
        let text = cells.collect::<Vec<_>>().join(", ");
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        match text.char_indices().nth(SAMPLE_WIDTH) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    };
    Ok((0..batch.num_rows()).map(row).collect())
}
