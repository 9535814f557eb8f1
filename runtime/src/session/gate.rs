//! The gate: the one door through which SQL from outside enters.
//!
//! What is let in is one statement, a query or `explain` of one, over tables that the session knows.
//! The statement is refused by its syntax, before anything is planned, because planning already
//! looks at tables; the plan is verified as well. The session is the caller's: it should know the
//! tables that may be read and nothing else.

use std::fmt;
use std::ops::ControlFlow;

use belvedere_lang::suggest;
use datafusion::common::{Column, SchemaError, TableReference};
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::planner::object_name_to_table_reference;
use datafusion::sql::sqlparser::ast::{
    Expr, ObjectName, Query, Select, Spanned as _, Statement as SqlStatement, TableFactor,
    Visit as _, Visitor,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan, Tokenizer};

/// Functions that make rows from their arguments alone.
const TABLE_FUNCTIONS: [&str; 3] = ["generate_series", "range", "unnest"];

/// How deep expressions nest at most. A chain of operators nests as deep as it is long, and what walks
/// it, here and in the engine, takes stack for each level.
const DEPTH_MAX: usize = 1000;

/// A query that the gate let in.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// The analysed plan.
    pub plan: LogicalPlan,
    /// The tables that it reads, sorted.
    pub tables: Vec<TableReference>,
}

/// A refusal or an error, with its place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlError {
    /// What is wrong.
    pub message: String,
    /// Where, if that is known.
    pub place: Option<Place>,
    /// What is known about it.
    pub notes: Vec<String>,
    /// What would work.
    pub helps: Vec<String>,
    /// The line of the text that `place` speaks of.
    line: Option<String>,
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// How many characters, at least 1.
    pub width: usize,
}

/// Lets a query in, planned against the tables of `session`.
///
/// # Errors
///
/// When the text is not one query, or does not fit the tables. Boxed, because it is large and rare.
pub async fn admit(session: &SessionContext, sql: &str) -> Result<Admitted, Box<SqlError>> {
    let state = session.state();
    let statement = parse(&state, sql)?;
    let mut policy = Policy { relations: Vec::new(), depth: 0 };
    check_statement(&statement, &mut policy).map_err(|error| error.in_text(sql))?;
    let tables = state
        .resolve_table_references(&statement)
        .map_err(|error| SqlError::of_engine(&error).in_text(sql))?;
    let mut known = Vec::new();
    for table in tables {
        if TABLE_FUNCTIONS.contains(&table.table()) {
            continue;
        }
        if !session.table_exist(table.clone()).unwrap_or(false) {
            return Err(unknown_table(session, &table, &policy).near(table.table(), sql));
        }
        known.push(table);
    }
    known.sort();
    let plan = state
        .statement_to_plan(statement)
        .await
        .map_err(|error| SqlError::of_planner(&error, sql))?;
    // Only types are left to check; what is executed is analysed when it is planned.
    state
        .analyzer()
        .execute_and_check(plan.clone(), state.config_options(), |_, _| {})
        .map_err(|error| SqlError::of_planner(&error, sql))?;
    if plan.schema().fields().is_empty() {
        let error = SqlError::new("the query has no columns").help("for example: select * from …");
        return Err(error.in_text(sql));
    }
    SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false)
        .verify_plan(&plan)
        .map_err(|error| SqlError::of_engine(&error).in_text(sql))?;
    Ok(Admitted { plan, tables: known })
}

/// Parses the one statement.
fn parse(state: &SessionState, sql: &str) -> Result<Statement, Box<SqlError>> {
    let tokens = Tokenizer::new(&GenericDialect {}, sql)
        .tokenize_with_location()
        .map_err(|error| SqlError::of_parser(&error.to_string(), sql).in_text(sql))?;
    if let Some(span) = template_marker(&tokens) {
        let error = SqlError::new("this is a template, not SQL")
            .at(span)
            .help("write the value itself; text is not rendered, so that it cannot be injected");
        return Err(error.in_text(sql));
    }
    if let Some(span) = second_statement(&tokens) {
        let error = SqlError::new("only one statement at a time").at(span);
        return Err(error.help("run each by itself").in_text(sql));
    }
    let limit = state.config_options().sql_parser.recursion_limit.get();
    let mut statements = DFParserBuilder::new(tokens)
        .with_recursion_limit(limit)
        .build()
        .and_then(|mut parser| parser.parse_statements())
        .map_err(|error| SqlError::of_syntax(&error, sql).in_text(sql))?;
    statements.pop_front().ok_or_else(|| {
        SqlError::new("there is no statement").help("for example: select 1").in_text(sql)
    })
}

/// Looks for `{{`, `{%` and `{#`. Inside of text they are text: the tokenizer has set that apart.
fn template_marker(tokens: &[TokenWithSpan]) -> Option<Span> {
    tokens.windows(2).find_map(|pair| {
        let marker = matches!(
            (&pair[0].token, &pair[1].token),
            (Token::LBrace, Token::LBrace | Token::Mod | Token::Sharp)
        );
        marker.then(|| Span::new(pair[0].span.start, pair[1].span.end))
    })
}

fn second_statement(tokens: &[TokenWithSpan]) -> Option<Span> {
    let end = tokens.iter().position(|token| token.token == Token::SemiColon)?;
    tokens[end..]
        .iter()
        .find(|token| !matches!(token.token, Token::SemiColon | Token::Whitespace(_) | Token::EOF))
        .map(|token| token.span)
}

fn check_statement(statement: &Statement, policy: &mut Policy) -> Result<(), Box<SqlError>> {
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
    let error = SqlError::new(format!("`{word}` is not allowed: this door is for reading"))
        .at_start(word.chars().count());
    match word.as_str() {
        "show" | "describe" | "desc" => error
            .help("`belvedere ls` and `belvedere show NAME` list tables and columns")
            .help("in SQL: select * from information_schema.columns"),
        _ => error.help("write `select …`, `with …` or `explain select …`"),
    }
}

/// What a query may consist of.
struct Policy {
    /// The relations that it names, with their places.
    relations: Vec<(TableReference, Span)>,
    /// How deep the expression is that is visited.
    depth: usize,
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
        let error = SqlError::new(format!("an expression nests deeper than {DEPTH_MAX} levels"));
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
        let error = SqlError::new("`for update` and `for share` are not allowed");
        ControlFlow::Break(Box::new(error.help("leave it out: what is published never changes")))
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<Self::Break> {
        if select.into.is_none() {
            return ControlFlow::Continue(());
        }
        let error = SqlError::new("`select … into` is not allowed: this door is for reading");
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
            return ControlFlow::Break(Box::new(SqlError::new(message).at(factor.span())));
        }
        if let Some(name) = function
            && !TABLE_FUNCTIONS.contains(&name.to_string().to_lowercase().as_str())
        {
            let error = SqlError::new(format!("the table function `{name}` is not allowed"))
                .at(name.span())
                .help(format!("allowed are: {}", TABLE_FUNCTIONS.join(", ")));
            return ControlFlow::Break(Box::new(error));
        }
        ControlFlow::Continue(())
    }
}

fn unknown_table(session: &SessionContext, table: &TableReference, policy: &Policy) -> SqlError {
    let span = policy.relations.iter().find(|(name, _)| name == table).map(|(_, span)| *span);
    let name = table.table();
    let file = name.contains(['/', '\\']) || {
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        extension.is_some_and(|e| ["parquet", "csv", "json", "arrow", "avro"].contains(&e))
    };
    let mut error = if file {
        SqlError::new(format!("`{name}` is a file: only published tables can be read"))
    } else {
        SqlError::new(format!("no table or view is called `{table}`"))
    };
    if let Some(span) = span {
        error = error.at(span);
    }
    let published = published_names(session);
    let near = if file { None } else { suggest::nearest(name, published.iter().map(|s| &**s)) };
    match near {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help("`belvedere ls` lists what there is"),
    }
}

fn published_names(session: &SessionContext) -> Vec<String> {
    let catalog = session.catalog(super::CATALOG);
    let schema = catalog.and_then(|catalog| catalog.schema(super::SCHEMA));
    schema.map(|schema| schema.table_names()).unwrap_or_default()
}

impl SqlError {
    fn new(message: impl Into<String>) -> Self {
        let message = message.into();
        Self { message, place: None, notes: Vec::new(), helps: Vec::new(), line: None }
    }

    fn at(mut self, span: Span) -> Self {
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        if span.start.line > 0 {
            let one_line = span.start.line == span.end.line;
            let width =
                if one_line { span.end.column.saturating_sub(span.start.column) } else { 1 };
            self.place = Some(Place {
                line: number(span.start.line),
                column: number(span.start.column),
                width: number(width).max(1),
            });
        }
        self
    }

    fn at_start(mut self, width: usize) -> Self {
        self.place = Some(Place { line: 1, column: 1, width: width.max(1) });
        self
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.helps.push(help.into());
        self
    }

    /// An error of the engine while it plans `sql`. Not every one knows its place; it is then that
    /// of the name which the error speaks of, if the text has it once.
    fn of_planner(error: &DataFusionError, sql: &str) -> Box<Self> {
        let wrapped = Self::of_engine(error);
        match error.find_root() {
            DataFusionError::SchemaError(schema, _) => match schema.as_ref() {
                SchemaError::FieldNotFound { field, .. } => wrapped.near(&field.name, sql),
                SchemaError::AmbiguousReference { field } => wrapped.near(&field.name, sql),
                _ => wrapped.in_text(sql),
            },
            _ => {
                let name = wrapped.message.split(['\'', '`']).nth(1).unwrap_or_default().to_owned();
                wrapped.near(&name, sql)
            }
        }
    }

    /// Points at the one token that is `name`, if the place is not known.
    fn near(self, name: &str, sql: &str) -> Box<Self> {
        if self.place.is_some() {
            return self.in_text(sql);
        }
        let tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize_with_location();
        let tokens = tokens.unwrap_or_default();
        let is_name = |token: &&TokenWithSpan| match &token.token {
            Token::Word(word) if word.quote_style.is_none() => {
                word.value.eq_ignore_ascii_case(name)
            }
            Token::Word(word) => word.value == name,
            Token::SingleQuotedString(text) => text == name,
            _ => false,
        };
        let mut found = tokens.iter().filter(is_name);
        match (found.next(), found.next()) {
            (Some(token), None) => self.at(token.span).in_text(sql),
            _ => self.in_text(sql),
        }
    }

    /// An error of the engine while it plans.
    fn of_engine(error: &DataFusionError) -> Self {
        let Some(diagnostic) = error.diagnostic() else {
            return match error.find_root() {
                DataFusionError::External(error) => Self::new(plain(&error.to_string())),
                DataFusionError::SchemaError(schema, _)
                    if let SchemaError::FieldNotFound { field, valid_fields } = schema.as_ref() =>
                {
                    Self::of_unknown_column(field, valid_fields)
                }
                root => Self::new(plain(&root.strip_backtrace())),
            };
        };
        let mut wrapped = Self::new(plain(&diagnostic.message));
        let of_notes = || diagnostic.notes.iter().find_map(|note| note.span);
        if let Some(span) = diagnostic.span.or_else(of_notes) {
            let one_line = span.start.line == span.end.line;
            let width = span.end.column.saturating_sub(span.start.column);
            wrapped.place = Some(Place {
                line: usize::try_from(span.start.line).unwrap_or(1),
                column: usize::try_from(span.start.column).unwrap_or(1),
                width: if one_line { usize::try_from(width).unwrap_or(1).max(1) } else { 1 },
            });
        }
        wrapped.notes = diagnostic.notes.iter().map(|note| plain(&note.message)).collect();
        wrapped.helps = diagnostic.helps.iter().map(|help| plain(&help.message)).collect();
        wrapped
    }

    /// The engine lists every column that there is; one is of use.
    fn of_unknown_column(field: &Column, known: &[Column]) -> Self {
        let error = Self::new(format!("column '{}' not found", field.name));
        match suggest::nearest(&field.name, known.iter().map(|column| column.name.as_str())) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error,
        }
    }

    fn of_syntax(error: &DataFusionError, sql: &str) -> Self {
        match error.find_root() {
            DataFusionError::SQL(parser, _) => Self::of_parser(&parser.to_string(), sql),
            _ => Self::of_engine(error),
        }
    }

    /// The parser puts the place at the end of its text, or says that the text ended too early.
    fn of_parser(text: &str, sql: &str) -> Self {
        let text = text.strip_prefix("sql parser error: ").unwrap_or(text);
        let (message, place) = match text.rsplit_once(" at Line: ") {
            Some((message, place)) => (message, place),
            None => (text, ""),
        };
        let mut error = Self::new(message);
        if let Some((line, column)) = place.split_once(", Column: ")
            && let (Ok(line), Ok(column)) = (line.trim().parse(), column.trim().parse())
        {
            error.place = Some(Place { line, column, width: 1 });
        } else if message.contains("found: EOF") {
            let line = sql.lines().count().max(1);
            let column = sql.lines().last().map_or(0, |line| line.chars().count()) + 1;
            error.place = Some(Place { line, column, width: 1 });
        }
        error
    }

    fn in_text(mut self, sql: &str) -> Box<Self> {
        // An empty line has nothing to point at.
        self.line = self.place.and_then(|place| sql.lines().nth(place.line - 1)).map(str::to_owned);
        Box::new(self)
    }
}

/// The engine speaks of tables by their full names; people do not.
fn plain(text: &str) -> String {
    let text = text.replace(&format!("{}.{}.", super::CATALOG, super::SCHEMA), "");
    let prefixes =
        ["Error during planning: ", "Schema error: ", "This feature is not implemented: "];
    prefixes.iter().fold(text.as_str(), |text, p| text.strip_prefix(p).unwrap_or(text)).to_owned()
}

impl std::error::Error for SqlError {}

impl fmt::Display for SqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let (Some(place), Some(line)) = (self.place, &self.line) {
            let number = place.line.to_string();
            let margin = " ".repeat(number.len());
            let tab = |c: char| if c == '\t' { '\t' } else { ' ' };
            let indent: String = line.chars().take(place.column - 1).map(tab).collect();
            let carets = "^".repeat(place.width);
            write!(f, "\n{margin} |\n{number} | {line}\n{margin} | {indent}{carets}")?;
        }
        for note in &self.notes {
            write!(f, "\nnote: {note}")?;
        }
        for help in &self.helps {
            write!(f, "\nhelp: {help}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_schema::{DataType, Field, Schema};
    use datafusion::datasource::empty::EmptyTable;

    use super::*;
    use crate::Runtime;

    async fn refusal(sql: &str) -> String {
        let session = Runtime::builder().build().unwrap().session();
        let schema = Schema::new(vec![Field::new("name", DataType::Utf8, false)]);
        let table = Arc::new(EmptyTable::new(Arc::new(schema)));
        session.register_table("ast_defs", table).unwrap();
        match admit(&session, sql).await {
            Ok(_) => "admitted".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[tokio::test]
    async fn queries_are_admitted() {
        for sql in [
            "select name, count(*) from ast_defs group by name",
            "with t as (select * from ast_defs) select * from t;",
            "explain select 1",
            "explain analyze select 1",
            "values (1), (2)",
            "select '{{ not a template }}'",
            "select value from generate_series(1, 3)",
            "select table_name from information_schema.tables",
            "SELECT NAME FROM AST_DEFS",
        ] {
            assert_eq!(refusal(sql).await, "admitted", "{sql}");
        }
    }

    #[tokio::test]
    async fn everything_else_is_refused() {
        for (sql, word) in [
            ("create table t as select 1", "create"),
            ("drop table ast_defs", "drop"),
            ("insert into ast_defs values ('x')", "insert"),
            ("update ast_defs set name = 'x'", "update"),
            ("delete from ast_defs", "delete"),
            ("copy ast_defs to 'x.csv'", "copy"),
            ("set datafusion.execution.batch_size = 1", "set"),
            ("reset datafusion.execution.batch_size", "reset"),
            ("show tables", "show"),
            ("create external table t stored as csv location '/etc/passwd'", "create"),
            ("explain insert into ast_defs values ('x')", "insert"),
            ("prepare p as select 1", "prepare"),
        ] {
            let text = refusal(sql).await;
            assert!(text.starts_with(&format!("`{word}` is not allowed")), "{sql}: {text}");
        }
    }

    #[tokio::test]
    async fn what_hides_in_a_query_is_refused() {
        for (sql, part) in [
            ("select * into t from ast_defs", "`select … into` is not allowed"),
            ("select * from '/etc/passwd'", "`/etc/passwd` is a file"),
            ("select * from 'x.parquet'", "`x.parquet` is a file"),
            ("select * from read_csv('x')", "the table function `read_csv` is not allowed"),
            ("select 1; select 2", "only one statement at a time"),
            ("select * from {{ ref('x') }}", "this is a template"),
            ("select 1 {% if x %}", "this is a template"),
            ("select * from ast_defs for update", "`for update`"),
            ("select * from ast_defs pivot (count(name) for name in ('x'))", "`pivot` is not"),
            (
                "select * from json_table('[]', '$' columns (a int path '$'))",
                "this form of a table",
            ),
            ("from ast_defs", "the query has no columns"),
            ("", "there is no statement"),
        ] {
            let text = refusal(sql).await;
            assert!(text.starts_with(part), "{sql}: {text}");
        }
    }

    #[tokio::test]
    async fn deep_expressions_are_refused_and_long_lists_are_not() {
        for levels in [DEPTH_MAX + 1, 10_000] {
            let text = refusal(&format!("select {}1", "1 + ".repeat(levels))).await;
            assert!(
                text.starts_with("an expression nests deeper than 1000 levels\nhelp: "),
                "{text}"
            );
        }
        let list = vec!["'x'"; 20_000].join(", ");
        let sql = format!("select name from ast_defs where name in ({list})");
        assert_eq!(refusal(&sql).await, "admitted");
    }

    #[tokio::test]
    async fn errors_show_their_place() {
        assert_eq!(
            refusal("select *\nfrom ast_def").await,
            "no table or view is called `ast_def`\n  |\n2 | from ast_def\n  |      ^^^^^^^\n\
             help: did you mean `ast_defs`?"
        );
        let text = refusal("select nme from ast_defs").await;
        assert!(
            text.starts_with(
                "column 'nme' not found\n  |\n1 | select nme from ast_defs\n  |        ^^^"
            ),
            "{text}"
        );
        let text = refusal("select name frm ast_defs").await;
        assert!(text.contains("\n1 | select name frm ast_defs\n  |                 ^"), "{text}");
        let text = refusal("select * from '/etc/passwd'").await;
        assert!(text.contains("\n  |               ^^^^^^^^^^^^^"), "{text}");
        assert_eq!(
            refusal("select name from ast_defs order by nme").await,
            "column 'nme' not found\n  |\n1 | select name from ast_defs order by nme\n  \
             |                                    ^^^\nhelp: did you mean `name`?"
        );
        let text = refusal("select upper() from ast_defs").await;
        assert!(text.contains("\n1 | select upper() from ast_defs\n  |        ^^^^^"), "{text}");
        let text = refusal("select name from ast_defs where name between true and 1").await;
        assert!(!text.contains("type_coercion"), "{text}");
        let text = refusal("select name + 1 from ast_defs").await;
        assert!(text.contains("\n1 | select name + 1 from ast_defs\n  |        ^^^^"), "{text}");
        let text = refusal("select 'abc").await;
        assert!(text.contains("\n1 | select 'abc\n  |        ^"), "{text}");
        let text = refusal("select (").await;
        assert!(text.contains("\n1 | select (\n  |         ^"), "{text}");
    }
}
