//! `belvedere query`: a text, statements from standard input, or a line editor.

mod command;
mod complete;
mod editor;

use std::env;
use std::io::{self, IsTerminal as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

use belvedere_lang::lex::outline::Outline;
use belvedere_lang::render::Findings;
use belvedere_lang::spec::QuerySpec;
use clap::Args;

use super::execution::Execution;
use super::interrupt::{interrupted, listen};
use super::output::{OutputArgs, read_text, text_or_input};
use super::params::parse_param;
use super::terminal::{Terminal, print};
use super::{CliResult, Failure, parse_bytes};
use crate::delta::Error;
use crate::query::{QUERY, Query, QueryError, read_query, texts};
use crate::session::{DEFAULT_MEMORY, Runtime};
use crate::view::ParamValue;

/// Names the file of the history; empty where none is kept.
const HISTORY: &str = "BELVEDERE_HISTORY";

#[derive(Debug, Args)]
#[command(
    after_help = "Without TEXT a line editor begins; where standard input is no terminal, its \
                        queries, each ended by `;`, are answered.\n\
                        BELVEDERE_HISTORY names the file of the editor's history; empty, none is kept."
)]
pub(super) struct QueryArgs {
    /// The steps of a view, `from files as f where f.size > 100 select { f.path }`, or `-` for queries
    /// from standard input, each ended by `;`
    text: Option<String>,

    /// A query as data, in JSON, in place of TEXT; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    spec: Option<PathBuf>,

    /// Print the text that a spec means, and read nothing
    #[arg(long, requires = "spec", conflicts_with = "text")]
    as_text: bool,

    #[command(flatten)]
    output: OutputArgs,

    /// A value for a `param` of the text; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_param)]
    param: Vec<(String, ParamValue)>,

    /// The memory of the query; what needs more spills to disk
    #[arg(long, value_name = "SIZE", value_parser = parse_bytes, env = "BELVEDERE_MEMORY")]
    memory: Option<usize>,

    /// Neither read nor write the history of the line editor
    #[arg(long)]
    no_history: bool,
}

/// What the queries of one start have in common.
struct Session<'a> {
    runtime: Runtime,
    warehouse: &'a Path,
    terminal: &'a Terminal,
    output: OutputArgs,
    params: Vec<(String, ParamValue)>,
}

/// What becomes of a value whose parameter a text does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unknown {
    /// It is a mistake.
    Refused,
    /// It is for another query.
    LeftOut,
}

pub(super) async fn query(args: &QueryArgs, path: &Path, terminal: &Terminal) -> CliResult {
    let spec = args.spec.as_deref().map(Spec::read).transpose()?;
    if let Some(spec) = spec.as_ref().filter(|_| args.as_text) {
        let text = spec.query.to_text().map_err(|findings| spec.failure(&findings))?;
        return Ok(print(text)?);
    }
    let runtime = Runtime::builder()
        .memory(args.memory.unwrap_or(DEFAULT_MEMORY))
        .warehouse(path)
        .build()
        .map_err(|error| Failure::Error(Error::engine(path, QUERY, error).told().into()))?;
    let (output, params) = (args.output.clone(), args.param.clone());
    let session = Session { runtime, warehouse: path, terminal, output, params };
    listen()?;
    let text = args.text.as_deref().filter(|text| *text != "-");
    if args.text.is_none() && spec.is_none() && io::stdin().is_terminal() {
        let history = history().filter(|_| !args.no_history);
        return editor::edit(session, history).await;
    }
    tokio::select! {
        result = async {
            match (spec, text) {
                (Some(spec), _) => session.answer_spec(&spec).await,
                (None, Some(text)) => session.answer(text, Unknown::Refused).await.map(|_| ()),
                (None, None) => session.answer_all(&text_or_input("-")?).await,
            }
        } => result,
        () = interrupted() => Err(Failure::Stopped("stopped".to_owned())),
    }
}

/// Where the history is kept: it can be lost, and belongs to one machine.
fn history() -> Option<PathBuf> {
    if let Some(file) = env::var_os(HISTORY) {
        return Some(PathBuf::from(file)).filter(|file| !file.as_os_str().is_empty());
    }
    let set = |name| env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let state = set("XDG_STATE_HOME").or_else(|| set("LOCALAPPDATA"));
    let state = state.or_else(|| Some(env::home_dir()?.join(".local").join("state")))?;
    Some(state.join(crate::program::name()).join("queries"))
}

/// A query as data, and what errors call it.
struct Spec {
    name: String,
    query: QuerySpec,
}

impl Spec {
    fn read(file: &Path) -> Result<Self, Failure> {
        let is_input = file == Path::new("-");
        let name = if is_input { "standard input".into() } else { file.to_string_lossy() };
        let text = read_text(file).map_err(|text| Failure::Error(text.into()))?;
        let query = read_query(&text).map_err(|error| named(error, &name))?;
        Ok(Self { name: name.into_owned(), query })
    }

    fn failure(&self, findings: &Findings) -> Failure {
        Failure::Texts(texts(findings, &self.name))
    }
}

/// An error of a spec under the name of its file.
fn named(error: QueryError, name: &str) -> Failure {
    match error {
        QueryError::Text(findings) => Failure::Texts(texts(&findings, name)),
        error => error.into(),
    }
}

impl Session<'_> {
    async fn answer_spec(&self, spec: &Spec) -> CliResult {
        let query = self.runtime.query_spec(&spec.query);
        let answered = self.answer_query(query, Unknown::Refused, |error| named(error, &spec.name));
        answered.await.map(|_| ())
    }

    /// Answers a text; returns how many rows are written.
    async fn answer(&self, text: &str, unknown: Unknown) -> Result<usize, Failure> {
        self.answer_query(self.runtime.query(text), unknown, Failure::from).await
    }

    async fn answer_query(
        &self,
        mut query: Query<'_>,
        unknown: Unknown,
        refused: impl FnOnce(QueryError) -> Failure,
    ) -> Result<usize, Failure> {
        for (name, value) in &self.params {
            query = match unknown {
                Unknown::Refused => query.param(name.clone(), value.clone()),
                Unknown::LeftOut => query.param_if_known(name.clone(), value.clone()),
            };
        }
        let prepared = query.prepare().await.map_err(refused)?;
        let fail = |error| Failure::from(query.engine_error(error, &prepared));
        let execution = Execution::new()?;
        let batches = execution.stream(&prepared.bundle, &self.runtime).await.map_err(fail)?;
        self.output.write(batches, self.terminal, fail).await
    }

    /// Answers the queries of an input in turn; the first that fails is the last.
    async fn answer_all(&self, input: &str) -> CliResult {
        let statements = Outline::new(input).into_statements(input);
        match statements.as_slice() {
            // What is said of a text without steps is said of an empty one too.
            [] => self.answer(input, Unknown::Refused).await.map(|_| ()),
            [one] => self.answer(&placed(input, one), Unknown::Refused).await.map(|_| ()),
            several => {
                for statement in several {
                    self.answer(&placed(input, statement), Unknown::LeftOut).await?;
                }
                Ok(())
            }
        }
    }
}

/// A statement at the line and column that it has in its input, which errors name.
fn placed(input: &str, at: &Range<usize>) -> String {
    let (before, statement) = (&input[..at.start], &input[at.clone()]);
    let line = before.rsplit('\n').next().unwrap_or_default();
    let blank = |c: char| if c == '\t' { c } else { ' ' };
    let indent: String = line.chars().map(blank).collect();
    format!("{}{indent}{statement}", "\n".repeat(before.matches('\n').count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_keeps_its_place() {
        let input = "from a;\nfrom bä;\tfrom c\nwhere x";
        let statements = Outline::new(input).into_statements(input);
        let texts: Vec<String> = statements.iter().map(|at| placed(input, at)).collect();
        assert_eq!(texts, ["from a", "       \nfrom bä", "\n        \tfrom c\nwhere x"]);
    }
}
