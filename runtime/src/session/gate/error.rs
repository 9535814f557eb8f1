//! Refusals and errors of SQL, with their place in the text.

use std::fmt;

use belvedere_lang::suggest;
use datafusion::common::{Column, SchemaError};
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan, Tokenizer};

use crate::plan;
use crate::session::{CATALOG, SCHEMA};

/// How the engine's note about a column with another name begins.
const POSSIBLE_COLUMN: &str = "possible column ";

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
    /// The table that is asked for and that the session does not have.
    pub(super) unknown_table: Option<String>,
    refused: bool,
}

/// The name that a message of the engine speaks of: the first in quotes, or a field of a struct.
fn subject(message: &str) -> &str {
    let field = message.strip_prefix("Field ").and_then(|rest| rest.split_once(" not found in "));
    let quoted = || message.split(['\'', '`']).nth(1);
    field.map(|(name, _)| name).or_else(quoted).unwrap_or_default()
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

impl SqlError {
    /// Returns the table that is asked for and that the session does not have, if that is what is
    /// wrong.
    #[must_use]
    pub fn unknown_table(&self) -> Option<&str> {
        self.unknown_table.as_deref()
    }

    /// Returns what an error of the planner means, for plans that no text stands for.
    #[must_use]
    pub fn of_plan(error: &DataFusionError) -> Self {
        *Box::new(Self::of_engine(error)).no_form()
    }

    /// Returns whether the text asks what no text may ask, whatever tables there are.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        self.refused
    }

    pub(super) fn new(message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            message,
            place: None,
            notes: Vec::new(),
            helps: Vec::new(),
            line: None,
            unknown_table: None,
            refused: false,
        }
    }

    /// An error about what no text may ask.
    pub(super) fn refusal(message: impl Into<String>) -> Self {
        Self { refused: true, ..Self::new(message) }
    }

    pub(super) fn at(mut self, span: Span) -> Self {
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

    pub(super) fn at_start(mut self, width: usize) -> Self {
        self.place = Some(Place { line: 1, column: 1, width: width.max(1) });
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.helps.push(help.into());
        self
    }

    /// An error of the engine while it plans `sql`. Not every one knows its place; it is then that
    /// of the name which the error speaks of, if the text has it once.
    pub(super) fn of_planner(error: &DataFusionError, sql: &str) -> Box<Self> {
        let wrapped = Self::of_engine(error);
        match error.find_root() {
            DataFusionError::SchemaError(schema, _) => match schema.as_ref() {
                SchemaError::FieldNotFound { field, .. } => wrapped.near(&field.name, sql),
                SchemaError::AmbiguousReference { field } => wrapped.near(&field.name, sql),
                _ => wrapped.in_text(sql),
            },
            _ => {
                let name = subject(&wrapped.message).to_owned();
                wrapped.near(&name, sql)
            }
        }
    }

    /// Points at the one token that is `name`, if the place is not known.
    pub(super) fn near(self, name: &str, sql: &str) -> Box<Self> {
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
    pub(super) fn of_engine(error: &DataFusionError) -> Self {
        let Some(diagnostic) = error.diagnostic() else {
            return match error.find_root() {
                DataFusionError::External(error) => Self::new(plain(&error.to_string())),
                DataFusionError::SchemaError(schema, _)
                    if let SchemaError::FieldNotFound { field, valid_fields } = schema.as_ref() =>
                {
                    Self::of_unknown_column(field, valid_fields)
                }
                root => Self::of_text(&plain(&root.strip_backtrace())),
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
        for note in &wrapped.notes {
            let column =
                note.strip_prefix(POSSIBLE_COLUMN).and_then(|name| name.rsplit('.').next());
            wrapped.helps.extend(column.and_then(quoted));
        }
        wrapped.helps.extend(diagnostic.helps.iter().map(|help| plain(&help.message)));
        wrapped
    }

    /// A message of ours, which may have helps behind it.
    fn of_text(text: &str) -> Self {
        let mut parts = text.split("\nhelp: ");
        let error = Self::new(parts.next().unwrap_or_default());
        parts.fold(error, Self::help)
    }

    /// The engine lists every column that there is; one is of use.
    fn of_unknown_column(field: &Column, known: &[Column]) -> Self {
        let error = Self::new(format!("column '{}' not found", field.name));
        match suggest::nearest(&field.name, known.iter().map(|column| column.name.as_str())) {
            Some(near) => {
                error.help(quoted(near).unwrap_or_else(|| format!("did you mean `{near}`?")))
            }
            None => error,
        }
    }

    pub(super) fn of_syntax(error: &DataFusionError, sql: &str) -> Self {
        match error.find_root() {
            DataFusionError::SQL(parser, _) => Self::of_parser(&parser.to_string(), sql),
            _ => Self::of_engine(error),
        }
    }

    /// The parser puts the place at the end of its text, or says that the text ended too early.
    pub(super) fn of_parser(text: &str, sql: &str) -> Self {
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

    pub(super) fn in_text(mut self, sql: &str) -> Box<Self> {
        // An empty line has nothing to point at.
        self.line = self.place.and_then(|place| sql.lines().nth(place.line - 1)).map(str::to_owned);
        Box::new(self)
    }
}

/// What to write for a column with capitals: SQL folds what is not quoted to lower case.
fn quoted(column: &str) -> Option<String> {
    let capitals = column.chars().any(|c| c.is_ascii_uppercase());
    capitals.then(|| format!("a column with capitals is quoted: `\"{column}\"`"))
}

/// The engine speaks of tables by their full names; people do not.
fn plain(text: &str) -> String {
    let text = text.replace(&format!("{}.{}.", CATALOG, SCHEMA), "");
    plan::plain(&text).to_owned()
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
