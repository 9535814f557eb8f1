//! The engine has to agree with the checker: on the type of every column, on the absence of
//! anything left to coerce, and on NULLs up to a listed set of differences.
//!
//! One test holds all views of a program against it. A test beside each view would make every program
//! pay for the engine in the crates that define views.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use arrow_schema::DataType;
use belvedere_lang::types::Type;
use belvedere_lang::view::model::{
    self, Expr, ExprKind, FunctionRef, JoinKind, NamedExpr, SetKind, SourceRef, Step,
};
use datafusion::common::TableReference;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::logical_expr::LogicalPlan;
use datafusion::logical_expr::logical_plan::builder::LogicalTableSource;

use super::CheckError;
use crate::session::Runtime;
use crate::udf::types::SEMANTIC_TYPE;
use crate::udf::{Body, Function};
use crate::view::{
    Relation, RelationKind, ViewError, ViewGraph, arrow_schema, columns, data_type, model, plan,
};

/// Views that the engine plans otherwise than they were checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Disagreements(pub Vec<Disagreement>);

/// A view that the engine plans otherwise than it was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The view's name.
    pub view: &'static str,
    /// What they differ in.
    pub message: String,
}

impl fmt::Display for Disagreements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, Disagreement { view, message }) in self.0.iter().enumerate() {
            let end = if i == 0 { "" } else { "\n" };
            write!(f, "{end}view `{view}`: {message}")?;
        }
        Ok(())
    }
}

/// As [`Display`](fmt::Display) shows them: a test that unwraps prints this.
impl fmt::Debug for Disagreements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

impl Error for Disagreements {}

/// Plans every view of a graph over its sources' schemas, and compares the engine's schema with the one
/// that was derived when the view was compiled: names, types, what functions mark, and that what is never
/// NULL to the one is never NULL to the other, up to a list of cases in which the engine knows less. Nothing is read, and a plan that would still have to be coerced is a difference too.
///
/// # Errors
///
/// [`CheckError::Views`], all differences at once, or what keeps a session from being made.
pub fn check_views(graph: &ViewGraph) -> Result<(), CheckError> {
    let runtime = Runtime::builder().build()?;
    let mut found = Vec::new();
    for node in graph.nodes() {
        let derived = node.facts().map_err(Into::into);
        if let Err(error) = derived.and_then(|_| check_view(&runtime, node.relation())) {
            found.push(Disagreement { view: node.name(), message: error.to_string() });
        }
    }
    if found.is_empty() { Ok(()) } else { Err(Disagreements(found).into()) }
}

fn check_view(runtime: &Runtime, relation: &'static Relation) -> Result<(), Box<dyn Error>> {
    let RelationKind::View(text) = &relation.kind else { return Ok(()) };
    let widths =
        text.all_sources().into_iter().map(|source| Ok::<_, ViewError>(columns(source)?.len()));
    let widths: Vec<usize> = widths.collect::<Result<_, _>>()?;
    let plan = plan(relation, &mut |source| {
        let schema = arrow_schema(&columns(source)?)?;
        Ok((TableReference::bare(source.name), Arc::new(LogicalTableSource::new(schema))))
    })?;
    let functions = text.all_functions();
    agrees(runtime, &model(relation)?, Named { widths: &widths, functions: &functions }, &plan)
}

/// Where the engine says that a value may be NULL and the checker knows that it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Laxer {
    /// The engine's functions declare every result nullable unless they say otherwise. The
    /// catalogue of built-ins is tested against their behaviour, and so are the signatures under
    /// which the standard functions have some of them.
    Builtin,
    /// Every group has a row, so `max` of a column that is never NULL is never NULL; the engine
    /// declares the result of most aggregates nullable whatever they are given.
    GroupWithRows,
    /// Every frame that reaches to its row has one; the engine does not look at frames.
    FrameWithRows,
    /// A condition that is true says that a column is not NULL; the engine forgets it behind its
    /// filter or join. Of a row that both sides have, either side says so.
    Narrowed,
    /// An asof join reads both sides in one, where the columns of either are NULL beside the other's.
    Asof,
    /// The engine declares unnested elements nullable, because unnesting two lists at once pads the
    /// shorter one. A view unnests one. So are the fields of a struct that could be NULL in the rows
    /// that are dropped.
    Unnested,
}

/// What a view names.
#[derive(Clone, Copy)]
pub struct Named<'a> {
    /// The numbers of columns of its sources.
    pub widths: &'a [usize],
    /// Its functions; none where there is nothing but their texts.
    pub functions: &'a [&'static Function],
}

/// The plan with its schemas made anew. The analyzer forgets which columns decide others where it
/// writes a node again.
fn recomputed(plan: LogicalPlan) -> Result<LogicalPlan, Box<dyn Error>> {
    let recompute = |node: LogicalPlan| node.recompute_schema().map(Transformed::yes);
    Ok(plan.transform_up(recompute)?.data)
}

/// Compares the engine's idea of a view with the checker's.
///
/// # Errors
///
/// What they differ in, as a text.
pub fn agrees(
    runtime: &Runtime,
    model: &model::View,
    named: Named<'_>,
    plan: &LogicalPlan,
) -> Result<(), Box<dyn Error>> {
    let state = runtime.state();
    let options = state.config_options();
    let analysed = state.analyzer().execute_and_check(plan.clone(), options, |_, _| {})?;
    if recomputed(analysed.clone())? != recomputed(plan.clone())? {
        let (before, after) = (plan.display_indent_schema(), analysed.display_indent_schema());
        return Err(format!("the analyzer changed\n{before}\ninto\n{after}").into());
    }
    let schema = plan.schema();
    if schema.fields().len() != model.columns.len() {
        return Err(format!("{} columns for {}", schema.fields().len(), model.columns.len()).into());
    }
    let laxer = laxer_columns(model, named);
    for (i, column) in model.columns.iter().enumerate() {
        let (qualifier, field) = schema.qualified_field(i);
        if qualifier.is_some() || *field.name() != column.name {
            return Err(format!("column {i} is `{}`, not `{}`", field.name(), column.name).into());
        }
        if Some(field.data_type()) != data_type(&column.ty.ty).as_ref() {
            return Err(format!("`{column}` is {} to the engine", field.data_type()).into());
        }
        if has_views(field.data_type()) {
            return Err(format!("`{column}` has texts that are not Utf8").into());
        }
        if field.is_nullable() && !column.ty.nullable && laxer[i].is_empty() {
            return Err(format!("`{column}` is nullable to the engine, for no known reason").into());
        }
        let semantic = match &column.ty.ty {
            Type::Struct(ty) => ty.name.as_ref(),
            _ => None,
        };
        // What else is marked, a function has marked: an id, for instance.
        if semantic.is_some() && field.metadata().get(SEMANTIC_TYPE) != semantic {
            return Err(format!("`{column}` has the metadata {:?}", field.metadata()).into());
        }
    }
    Ok(())
}

/// For each column of the result, the reasons for which the engine may call it nullable.
pub fn laxer_columns(model: &model::View, named: Named<'_>) -> Vec<BTreeSet<Laxer>> {
    let mut queries: Vec<Vec<BTreeSet<Laxer>>> = Vec::new();
    for query in &model.queries {
        queries.push(named.laxer_row(&query.steps, &queries));
    }
    named.laxer_row(&model.steps, &queries)
}

impl Named<'_> {
    /// The reasons for the row that some steps leave; `queries` are those of the view's queries.
    fn laxer_row(self, steps: &[Step], queries: &[Vec<BTreeSet<Laxer>>]) -> Vec<BTreeSet<Laxer>> {
        let mut row: Vec<BTreeSet<Laxer>> = Vec::new();
        for step in steps {
            let all = |columns: &[NamedExpr], row: &[BTreeSet<Laxer>]| -> Vec<_> {
                columns.iter().map(|column| self.laxer(&column.expr, row, &[])).collect()
            };
            match step {
                Step::From { source, .. } => row.extend(self.source(*source, queries)),
                Step::Join { kind, source, on, filter, .. } => {
                    let width = row.len();
                    row.extend(self.source(*source, queries));
                    if matches!(kind, JoinKind::Inner | JoinKind::Semi) {
                        for (left, right) in on {
                            narrow(left.null_with(), &mut row);
                            narrow(right.null_with().iter().map(|at| width + at), &mut row);
                        }
                        narrow(filter.iter().flat_map(Expr::present_where_true), &mut row);
                    }
                    if kind.only_filters() {
                        row.truncate(width);
                    }
                }
                Step::Set { kind, source, left, right } => {
                    let others = all(right, &self.source(*source, queries));
                    row = all(left, &row);
                    if kind.is_union() {
                        row.iter_mut().zip(others).for_each(|(own, others)| own.extend(others));
                    }
                    if *kind == SetKind::Intersect {
                        narrow(0..row.len(), &mut row);
                    }
                }
                Step::Distinct | Step::DistinctOn { .. } => {}
                Step::Where(condition) => narrow(condition.present_where_true(), &mut row),
                Step::OrderBy(_) | Step::Limit(_) => {}
                Step::Keep(positions) => {
                    row = positions.iter().map(|position| row[*position].clone()).collect();
                }
                Step::Spread { fields, .. } => {
                    row.extend(fields.iter().map(|_| BTreeSet::from([Laxer::Unnested])));
                }
                Step::Asof { source, .. } => {
                    row.extend(self.source(*source, queries));
                    row.iter_mut().for_each(|column| {
                        column.insert(Laxer::Asof);
                    });
                }
                Step::Unnest { .. } => row.push([Laxer::Unnested].into()),
                Step::Derive(columns) => row.extend(all(columns, &row)),
                Step::Select(columns) => row = all(columns, &row),
                Step::Aggregate { keys, aggregates } => row = self.grouped(keys, aggregates, &row),
            }
        }
        row
    }

    fn source(self, source: SourceRef, queries: &[Vec<BTreeSet<Laxer>>]) -> Vec<BTreeSet<Laxer>> {
        match source {
            SourceRef::Relation(position) => vec![BTreeSet::new(); self.widths[position]],
            SourceRef::Query(position) => queries[position].clone(),
        }
    }

    fn grouped(
        self,
        keys: &[NamedExpr],
        aggregates: &[NamedExpr],
        row: &[BTreeSet<Laxer>],
    ) -> Vec<BTreeSet<Laxer>> {
        let keys: Vec<_> = keys.iter().map(|key| self.laxer(&key.expr, row, &[])).collect();
        let values = aggregates.iter().map(|value| self.laxer(&value.expr, row, &keys));
        let values: Vec<_> = values.collect();
        keys.into_iter().chain(values).collect()
    }

    fn laxer(
        self,
        expr: &Expr,
        row: &[BTreeSet<Laxer>],
        keys: &[BTreeSet<Laxer>],
    ) -> BTreeSet<Laxer> {
        let mut found = match &expr.kind {
            ExprKind::Column(position) => row[*position].clone(),
            ExprKind::Key(position) => keys[*position].clone(),
            ExprKind::Call { function, .. } if self.is_of_engine(function) => {
                [Laxer::Builtin].into()
            }
            ExprKind::Aggregate { .. } => [Laxer::GroupWithRows].into(),
            ExprKind::Window { .. } => [Laxer::FrameWithRows].into(),
            _ => BTreeSet::new(),
        };
        expr.for_each_child(&mut |child| found.extend(self.laxer(child, row, keys)));
        found
    }

    fn is_of_engine(self, function: &FunctionRef) -> bool {
        match function {
            FunctionRef::Builtin(_) => true,
            FunctionRef::User(position) => {
                let function = self.functions.get(*position);
                function.is_some_and(|function| matches!(function.body, Body::Engine(_)))
            }
        }
    }
}

fn narrow(columns: impl IntoIterator<Item = usize>, row: &mut [BTreeSet<Laxer>]) {
    for column in columns {
        row[column].insert(Laxer::Narrowed);
    }
}

/// Whether a type has text in another encoding than Utf8 anywhere.
fn has_views(ty: &DataType) -> bool {
    match ty {
        DataType::Utf8View | DataType::BinaryView | DataType::LargeUtf8 => true,
        DataType::List(field) | DataType::Map(field, _) => has_views(field.data_type()),
        DataType::Struct(fields) => fields.iter().any(|field| has_views(field.data_type())),
        _ => false,
    }
}
