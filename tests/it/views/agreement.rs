//! The engine has to agree with the checker: on the type of every column, on the absence of
//! anything left to coerce, and on NULLs up to a listed set of differences.

use std::collections::BTreeSet;
use std::error::Error;

use belvedere::session::Runtime;
use belvedere::udf::types::SEMANTIC_TYPE;
use belvedere::udf::{Body, Function};
use belvedere::view::data_type;
use belvedere_lang::types::Type;
use belvedere_lang::view::model::{
    self, Expr, ExprKind, FunctionRef, JoinKind, NamedExpr, SetKind, SourceRef, Step,
};
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::logical_expr::LogicalPlan;

use super::fixture::{Fixture, Lowered, Tested, has_views};

/// Where the engine says that a value may be NULL and the checker knows that it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Laxer {
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
pub(super) struct Named<'a> {
    /// The numbers of columns of its sources.
    pub(super) widths: &'a [usize],
    /// Its functions; none where there is nothing but their texts.
    pub(super) functions: &'a [&'static Function],
}

/// The plan with its schemas made anew. The analyzer forgets which columns decide others where it
/// writes a node again.
fn recomputed(plan: LogicalPlan) -> Result<LogicalPlan, Box<dyn Error>> {
    let recompute = |node: LogicalPlan| node.recompute_schema().map(Transformed::yes);
    Ok(plan.transform_up(recompute)?.data)
}

/// Compares the engine's idea of a view with the checker's.
pub(super) fn agrees(
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
        assert!(!has_views(field.data_type()), "text is Utf8 everywhere");
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
fn laxer_columns(model: &model::View, named: Named<'_>) -> Vec<BTreeSet<Laxer>> {
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

/// Every step and every kind of expression, over columns that can be NULL and columns that cannot:
/// views of one topic a file, apart by `---`.
const VIEWS: &[&str] = &[
    include_str!("cases/queries.txt"),
    include_str!("cases/rows.txt"),
    include_str!("cases/steps.txt"),
    include_str!("cases/subqueries.txt"),
    include_str!("cases/windows.txt"),
];

#[test]
fn every_step_and_expression_is_planned_as_it_was_checked() -> Tested {
    let fixture = Fixture::new()?;
    let mut wrong = Vec::new();
    for steps in VIEWS.iter().flat_map(|views| views.split("\n---\n")) {
        let checked = fixture.lower(steps).and_then(|lowered| {
            agrees(fixture.runtime(), &lowered.model, lowered.named(), &lowered.plan)
        });
        if let Err(error) = checked {
            wrong.push(format!("{steps}\n  {error}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// A reason that no view needs any longer should not excuse a new difference.
#[test]
fn every_listed_difference_exists() -> Tested {
    let fixture = Fixture::new()?;
    let cases = [
        (Laxer::Builtin, "from calls as c select { x: lower(c.callee) }"),
        (
            Laxer::GroupWithRows,
            "from calls as c group by { c.file_id } aggregate { x: max(c.bend) }",
        ),
        (Laxer::FrameWithRows, "from calls as c select { x: max(c.bend) over (order by c.bend) }"),
        (
            Laxer::Asof,
            "from calls as c asof join files as f on c.bend >= f.size select { x: f.path }",
        ),
        (Laxer::Unnested, "from calls as c unnest c.tags as x select { x }"),
        (Laxer::Unnested, "from calls as c unnest c.pos as p select { x: p.line }"),
        (Laxer::Narrowed, "from calls as c where c.weight > 1 select { x: c.weight }"),
        (
            Laxer::Narrowed,
            "from files as f join files as g on f.size == g.size select { x: g.size }",
        ),
        (
            Laxer::Narrowed,
            "from files as f select { x: f.lang } intersect (from files as f select { x: f.path })",
        ),
    ];
    for (reason, steps) in cases {
        let lowered = fixture.lower(steps)?;
        let Lowered { model, plan, .. } = &lowered;
        let last = model.columns.len() - 1;
        assert!(!model.columns[last].ty.nullable, "{steps}");
        assert!(plan.schema().field(last).is_nullable(), "{reason:?} is no difference: {steps}");
        let laxer = laxer_columns(model, lowered.named());
        assert_eq!(laxer[last], [reason].into(), "{steps}");
    }
    Ok(())
}
