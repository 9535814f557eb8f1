//! What can be wrong with linked relations and with texts that arrive while a program runs.

use belvedere_lang::sink::Diagnostic;
use datafusion::error::DataFusionError;

use crate::plan::plain;

/// An error of a relation, a view text or the graph of both.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The program links no relation at all.
    #[error(
        "no table or view is linked into this program\n\
         help: name the crates that define them, or the linker drops them: `use my_views as _;`"
    )]
    NothingLinked,
    /// Two relations have one name.
    #[error(
        "two relations are called `{name}`: one in `{first}`, one in `{second}`\n\
         help: rename one: the name is the Delta table's and the SQL table's"
    )]
    DuplicateName {
        /// The name.
        name: String,
        /// The module of one.
        first: String,
        /// The module of the other.
        second: String,
    },
    /// The names of two relations differ in capitals alone.
    #[error(
        "two relations are called `{first}` and `{second}`, which is one name to SQL\n\
         help: rename one: SQL folds names to lower case unless they are quoted"
    )]
    OneNameInSql {
        /// The name that sorts first.
        first: String,
        /// The other.
        second: String,
    },
    /// Views read each other in a circle.
    #[error("views read each other in a circle: {}", .path.join(" → "))]
    Cycle {
        /// The names along the circle, the first one again at the end.
        path: Vec<String>,
    },
    /// No relation has this name.
    #[error("no relation is called `{name}`{}", did_you_mean(.suggestion))]
    UnknownRelation {
        /// The name that was asked for.
        name: String,
        /// A linked name that is close to it.
        suggestion: Option<String>,
    },
    /// A descriptor cannot be read.
    #[error(
        "the description of `{relation}` cannot be read: {reason}\n\
         help: the crate was compiled against another version of belvedere; build it again"
    )]
    UnreadableColumns {
        /// The relation.
        relation: String,
        /// What the reader said.
        reason: String,
    },
    /// A view is used without one of the constants that its use has to give.
    #[error("{}", belvedere_lang::view::messages::param_missing(.view, .value, .ty))]
    MissingValue {
        /// The view.
        view: String,
        /// The constant.
        value: String,
        /// Its type.
        ty: String,
    },
    /// A value is given for a parameter that a view does not have, or is none of its type.
    #[error("{reason}")]
    WrongParam {
        /// The view.
        view: String,
        /// The parameter.
        param: String,
        /// What is wrong, and what helps.
        reason: String,
    },
    /// A column's type is hidden by an error in what defines it.
    #[error("column `{column}` has no type: an error in its definition hides it")]
    UntypedColumn {
        /// The column.
        column: String,
    },
    /// A view's text is wrong.
    #[error("view `{view}` has errors:\n{}", messages(.diagnostics))]
    Check {
        /// The view.
        view: String,
        /// Each error, in the order of the text.
        diagnostics: Vec<Located>,
    },
    /// A table was asked for its plan.
    #[error("`{relation}` is a table: it is written, and no plan computes it")]
    NotAView {
        /// The table.
        relation: String,
    },
    /// A source does not have the columns that the view was checked against.
    #[error(
        "`{relation}` has no column `{column}: {expected}`; it has {found}\n\
         help: the stored table is of another version; rebuild it"
    )]
    SourceMismatch {
        /// The relation.
        relation: String,
        /// The column.
        column: String,
        /// The Arrow type that the column has by its declaration.
        expected: String,
        /// What the source offers.
        found: String,
    },
    /// The engine types an expression otherwise than the checker: one of the two has a bug.
    #[error(
        "`{expr}` is {engine} to the engine and {checker} to the checker\n\
         help: this is a bug in Belvedere's catalogue of functions; please report it"
    )]
    Disagreement {
        /// The expression as the engine prints it.
        expr: String,
        /// The engine's type.
        engine: String,
        /// The checker's type.
        checker: String,
    },
    /// The engine has no function of this name.
    #[error("the engine has no function `{name}`")]
    MissingFunction {
        /// The name.
        name: String,
    },
    /// The engine refused the plan, or a function its constants.
    #[error("{}", plain(&.0.find_root().strip_backtrace()))]
    Engine(#[from] DataFusionError),
}

/// An error in a text, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// The message with its code, notes and help.
    pub message: String,
}

impl From<&Diagnostic> for Located {
    fn from(diagnostic: &Diagnostic) -> Self {
        let start = diagnostic.start.start();
        Self { line: start.line, column: start.column + 1, message: diagnostic.message.to_string() }
    }
}

fn did_you_mean(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map(|name| format!("\nhelp: did you mean `{name}`?")).unwrap_or_default()
}

fn messages(diagnostics: &[Located]) -> String {
    let lines = diagnostics.iter().map(|d| format!("{}:{}: {}", d.line, d.column, d.message));
    lines.collect::<Vec<_>>().join("\n")
}
