//! What a statement may consist of, told by its syntax alone.

use std::ops::ControlFlow;

use datafusion::common::TableReference;
use datafusion::sql::parser::Statement;
use datafusion::sql::planner::object_name_to_table_reference;
use datafusion::sql::sqlparser::ast::{
    Expr, ObjectName, Query, Select, Spanned as _, Statement as SqlStatement, TableFactor,
    Visit as _, Visitor,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::error::SqlError;
use crate::program;
use crate::registry::Registry;
use crate::udf::Kind;
use crate::udtf::adapter::table_function;

/// Functions that make rows from their arguments alone.
const TABLE_FUNCTIONS: [&str; 3] = ["generate_series", "range", "unnest"];

/// Whether a table function may be called: one of the program's own, or one that makes rows from its
/// arguments alone.
pub(super) fn is_table_function(name: &str) -> bool {
    TABLE_FUNCTIONS.contains(&name) || table_function(name).is_some()
}

/// The names of all of them.
fn allowed() -> Vec<&'static str> {
    let linked = Registry::linked().map(Registry::functions).unwrap_or_default();
    let own = linked.iter().filter(|function| function.kind() == Kind::Table);
    let mut names: Vec<&str> = TABLE_FUNCTIONS.into_iter().chain(own.map(|f| f.name)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// How deep expressions nest at most. A chain of operators nests as deep as it is long, and what walks
/// it, here and in the engine, takes stack for each level.
pub(super) const DEPTH_MAX: usize = 1000;
pub(super) fn check_statement(
    statement: &Statement,
    policy: &mut Policy,
) -> Result<(), Box<SqlError>> {
    match statement {
        Statement::Statement(statement) => match statement.as_ref() {
            SqlStatement::Query(query) => match query.visit(policy) {
                ControlFlow::Continue(()) => Ok(()),
                ControlFlow::Break(error) => Err(error),
            },
            other => Err(Box::new(refused(&other.to_string()))),
        },
        Statement::Explain(explain) => check_statement(&explain.statement, policy),
        other => Err(Box::new(refused(&other.to_string()))),
    }
}

fn refused(statement: &str) -> SqlError {
    let word = statement.split_whitespace().next().unwrap_or_default().to_lowercase();
    let error = SqlError::refusal(format!("`{word}` is not allowed: this door is for reading"))
        .at_start(word.chars().count());
    match word.as_str() {
        "show" | "describe" | "desc" => error
            .help(format!(
                "{} and {} list tables and columns",
                program::verb("ls"),
                program::verb("show NAME")
            ))
            .help("in SQL: select * from information_schema.columns"),
        _ => error.help("write `select …`, `with …` or `explain select …`"),
    }
}

/// What a query may consist of.
pub(super) struct Policy {
    /// The relations that it names, with their places.
    pub(super) relations: Vec<(TableReference, Span)>,
    /// How deep the expression is that is visited.
    pub(super) depth: usize,
}

impl Visitor for Policy {
    type Break = Box<SqlError>;

    fn pre_visit_statement(&mut self, statement: &SqlStatement) -> ControlFlow<Self::Break> {
        // A statement inside of a query is an INSERT, UPDATE, DELETE or MERGE.
        let mut error = refused(&statement.to_string());
        error.place = None;
        ControlFlow::Break(Box::new(error.at(statement.span())))
    }

    fn pre_visit_expr(&mut self, _: &Expr) -> ControlFlow<Self::Break> {
        self.depth += 1;
        if self.depth <= DEPTH_MAX {
            return ControlFlow::Continue(());
        }
        let error =
            SqlError::refusal(format!("an expression nests deeper than {DEPTH_MAX} levels"));
        ControlFlow::Break(Box::new(error.help("for many values: x in (1, 2, …), or a join")))
    }

    fn post_visit_expr(&mut self, _: &Expr) -> ControlFlow<Self::Break> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Self::Break> {
        if query.locks.is_empty() {
            return ControlFlow::Continue(());
        }
        let error = SqlError::refusal("`for update` and `for share` are not allowed");
        ControlFlow::Break(Box::new(error.help("leave it out: what is published never changes")))
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<Self::Break> {
        if select.into.is_none() {
            return ControlFlow::Continue(());
        }
        let error = SqlError::refusal("`select … into` is not allowed: this door is for reading");
        ControlFlow::Break(Box::new(error.at(select.span())))
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<Self::Break> {
        if let Ok(table) = object_name_to_table_reference(relation.clone(), true) {
            self.relations.push((table, relation.span()));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<Self::Break> {
        let (function, other) = match factor {
            TableFactor::Table { name, args, version, sample, .. } => (
                args.is_some().then_some(name),
                match (version, sample) {
                    (Some(_), _) => Some("a version of a table cannot be chosen here"),
                    (_, Some(_)) => Some("`tablesample` is not supported"),
                    _ => None,
                },
            ),
            TableFactor::Function { name, .. } => (Some(name), None),
            TableFactor::TableFunction { .. } => (None, Some("`table(…)` is not supported")),
            TableFactor::Derived { .. }
            | TableFactor::UNNEST { .. }
            | TableFactor::NestedJoin { .. } => (None, None),
            TableFactor::Pivot { .. } => (None, Some("`pivot` is not supported")),
            TableFactor::Unpivot { .. } => (None, Some("`unpivot` is not supported")),
            // The engine would answer with the tree of its parser.
            _ => (None, Some("this form of a table is not supported")),
        };
        if let Some(message) = other {
            return ControlFlow::Break(Box::new(SqlError::refusal(message).at(factor.span())));
        }
        if let Some(name) = function
            && !is_table_function(&name.to_string().to_lowercase())
        {
            let error = SqlError::refusal(format!("the table function `{name}` is not allowed"))
                .at(name.span())
                .help(format!("allowed are: {}", allowed().join(", ")));
            return ControlFlow::Break(Box::new(error));
        }
        ControlFlow::Continue(())
    }
}
