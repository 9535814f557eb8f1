//! The gate: the one door through which SQL from outside enters.
//!
//! What is let in is one statement, a query or `explain` of one, over tables that the session knows.
//! The statement is refused by its syntax (`policy`), before anything is planned, because planning
//! already looks at tables; the plan is verified as well. Refusals and errors of the engine are shown
//! at their place in the text (`error`, `calls`). The session is the caller's: it should know the tables that
//! may be read and nothing else.

mod calls;
mod error;
mod policy;

use belvedere_lang::suggest;
use datafusion::common::TableReference;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan, Tokenizer};

pub use self::error::{Place, SqlError};
use self::policy::{Policy, check_statement, is_table_function};
use crate::program;
use crate::session::shift;

/// A query that the gate let in.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// The plan to execute.
    pub plan: LogicalPlan,
    /// The same with the casts that the engine adds, for errors that speak of them.
    pub analysed: LogicalPlan,
    /// The tables that it reads, sorted.
    pub tables: Vec<TableReference>,
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
        // A table function is a relation too, as far as the engine is concerned.
        if session.table_exist(table.clone()).unwrap_or(false) {
            known.push(table);
        } else if !is_table_function(table.table()) {
            return Err(unknown_table(session, &table, &policy).near(table.table(), sql));
        }
    }
    known.sort();
    let refuse = |error| SqlError::of_planner(&error, sql).with_calls(&state);
    let plan = state.statement_to_plan(statement).await.map_err(refuse)?;
    shift::check_plan(&plan).map_err(refuse)?;
    // Only types are left to check; what is executed is analysed when it is planned.
    let analysed = state
        .analyzer()
        .execute_and_check(plan.clone(), state.config_options(), |_, _| {})
        .map_err(refuse)?;
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
    Ok(Admitted { plan, analysed, tables: known })
}

/// Parses the one statement.
fn parse(state: &SessionState, sql: &str) -> Result<Statement, Box<SqlError>> {
    let tokens = Tokenizer::new(&GenericDialect {}, sql)
        .tokenize_with_location()
        .map_err(|error| SqlError::of_parser(&error.to_string(), sql).in_text(sql))?;
    if let Some(span) = template_marker(&tokens) {
        let error = SqlError::refusal("this is a template, not SQL")
            .at(span)
            .help("write the value itself; text is not rendered, so that it cannot be injected");
        return Err(error.in_text(sql));
    }
    if let Some(span) = second_statement(&tokens) {
        let error = SqlError::refusal("only one statement at a time").at(span);
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

fn unknown_table(session: &SessionContext, table: &TableReference, policy: &Policy) -> SqlError {
    let span = policy.relations.iter().find(|(name, _)| name == table).map(|(_, span)| *span);
    let name = table.table();
    let file = name.contains(['/', '\\']) || {
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        extension.is_some_and(|e| ["parquet", "csv", "json", "arrow", "avro"].contains(&e))
    };
    let mut error = if file {
        SqlError::refusal(format!("`{name}` is a file: only published tables can be read"))
    } else {
        SqlError::new(format!("no table or view is called `{table}`"))
    };
    if let Some(span) = span {
        error = error.at(span);
    }
    let published = published_names(session);
    if table.schema().is_some() && published.iter().any(|known| known == name) {
        return error.help(format!("`{name}` alone names the one that is published"));
    }
    error.unknown_table = Some(name.to_owned());
    let near = if file { None } else { suggest::nearest(name, published.iter().map(|s| &**s)) };
    match near {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(format!("{} lists what there is", program::verb("ls"))),
    }
}

fn published_names(session: &SessionContext) -> Vec<String> {
    let catalog = session.catalog(super::CATALOG);
    let schema = catalog.and_then(|catalog| catalog.schema(super::SCHEMA));
    schema.map(|schema| schema.table_names()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_schema::{DataType, Field, Schema};
    use datafusion::datasource::empty::EmptyTable;

    use super::policy::DEPTH_MAX;
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
        let text = refusal("select s.nope from (select named_struct('a', 1) as s)").await;
        assert!(
            text.contains(
                "\n1 | select s.nope from (select named_struct('a', 1) as s)\n  |          ^^^^"
            ),
            "{text}"
        );
        let text = refusal("select * from foo.public.ast_defs").await;
        assert!(text.ends_with("help: `ast_defs` alone names the one that is published"), "{text}");
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
