//! What can be wrong with a query.

use std::{fmt, io};

use belvedere_lang::render::{Finding, Findings};
use belvedere_lang::suggest::listed;

use crate::delta::Error;
use crate::program;
use crate::session::gate::SqlError;
use crate::view::{Unsupported, ViewError};

/// What errors call the text of a query, where a file has its name.
const TEXT: &str = "query";

/// What they call a spec.
const SPEC: &str = "spec";

/// An error of a query. Its text ends with what would help.
#[derive(Debug)]
#[non_exhaustive]
pub enum QueryError {
    /// The text, or the spec, has errors: all of them.
    Text(Findings),
    /// The runtime has no warehouse to query.
    NoWarehouse,
    /// A text of SQL is not one query, or does not fit the tables.
    Sql(Box<SqlError>),
    /// A linked relation is not published.
    NotPublished {
        /// Its name.
        relation: String,
    },
    /// A published table that this program does not know has a column that views cannot have.
    Unsupported {
        /// The table.
        table: String,
        /// The column.
        column: Unsupported,
    },
    /// A struct types no linked view, so that it is no row of anything.
    NoRelation {
        /// The struct.
        row: &'static str,
    },
    /// A struct types several linked views.
    SeveralRelations {
        /// The struct.
        row: &'static str,
        /// The views.
        views: Vec<&'static str>,
    },
    /// The columns that are read are not the fields of a struct of rows.
    Row {
        /// The struct, or the relation whose `Row` it is.
        row: &'static str,
        /// Everything in which they differ.
        problems: Vec<String>,
    },
    /// The linked relations contradict each other, or a view among them cannot be lowered.
    View(ViewError),
    /// Reading failed.
    Warehouse(Error),
    /// The text could not be read for lack of a thread.
    Thread(io::Error),
}

impl QueryError {
    /// Returns the errors one by one, each a text of its own.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        match self {
            Self::Text(findings) => texts(findings, name_of(findings)),
            other => vec![other.to_string()],
        }
    }
}

/// What errors call what they are about.
fn name_of(findings: &Findings) -> &'static str {
    let of_spec = findings.shown.iter().any(|finding| finding.pointer.is_some());
    if of_spec { SPEC } else { TEXT }
}

/// The errors of a text that is called `name`, one by one.
pub(crate) fn texts(findings: &Findings, name: &str) -> Vec<String> {
    let mut texts: Vec<String> =
        findings.shown.iter().map(|finding: &Finding| finding.to_text(name)).collect();
    match findings.left_out {
        0 => {}
        1 => texts.push("there is one more".to_owned()),
        more => texts.push(format!("there are {more} more")),
    }
    texts
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str(&self.texts().join("\nerror: ")),
            Self::NoWarehouse => f.write_str(
                "there is no warehouse to query\n\
                 help: name it: `Runtime::builder().warehouse(\"…\")`",
            ),
            Self::Sql(error) => error.fmt(f),
            Self::NotPublished { relation } => write!(
                f,
                "`{relation}` is not published\n\
                 help: {} publishes it, or says why it cannot be run",
                program::verb("run --source DIR")
            ),
            Self::Unsupported { table, column } => write!(
                f,
                "`{table}` cannot be read in a view: {column}\n\
                 help: {} reads it",
                program::verb("sql")
            ),
            Self::NoRelation { row } => write!(
                f,
                "no view of this program is typed by `{row}`\n\
                 help: `view! {{ <{row}> … }}` types one, and \
                 `runtime.query(\"from …\").rows::<{row}>()` reads any"
            ),
            Self::SeveralRelations { row, views } => write!(
                f,
                "several views are typed by `{row}`: {}\n\
                 help: `read::<{}::Row>()` reads one of them",
                listed(views.iter().copied()),
                views.first().unwrap_or(&"view")
            ),
            Self::Row { row, problems } => {
                write!(f, "the rows are none of `{row}`: {}", problems.join("\n"))
            }
            Self::View(error) => error.fmt(f),
            Self::Warehouse(error) => f.write_str(&error.told()),
            Self::Thread(error) => write!(f, "no thread could be started: {error}"),
        }
    }
}

impl std::error::Error for QueryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::View(error) => error.source(),
            Self::Warehouse(error) => error.source(),
            Self::Thread(error) => Some(error),
            Self::Unsupported { column, .. } => Some(column),
            _ => None,
        }
    }
}

impl From<ViewError> for QueryError {
    fn from(error: ViewError) -> Self {
        Self::View(error)
    }
}

impl From<Error> for QueryError {
    fn from(error: Error) -> Self {
        Self::Warehouse(error)
    }
}

impl From<io::Error> for QueryError {
    fn from(error: io::Error) -> Self {
        Self::Thread(error)
    }
}
