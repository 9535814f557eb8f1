//! The command line, as a library: a project of its own gets it by
//! `fn main() -> std::process::ExitCode { belvedere::cli::main() }` and by naming the crates whose
//! tables, views and functions it wants.
//!
//! Exit codes: 0 done, 1 failed, 2 wrong usage, 3 nothing of that name, 4 published, but something
//! could not be run, 130 stopped by Ctrl-C.
//! Results go to standard output, everything else to standard error.

mod check;
mod execution;
mod explain;
mod functions;
mod generate;
mod interrupt;
mod ls;
mod memory;
mod output;
mod params;
mod progress;
mod query;
mod registry;
mod rows;
mod run;
mod schema;
mod show;
mod sql;
mod terminal;

use std::error::Error as StdError;
use std::ffi::{OsStr, OsString};
use std::io;
use std::num::NonZeroUsize;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};

use clap::error::{ContextKind, ContextValue};
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use datafusion::DATAFUSION_VERSION;
use futures::FutureExt as _;

use self::terminal::Terminal;
use crate::program;
use crate::udf::adapter::panic_text;

/// The stack of a worker thread, in bytes. Plans are trees, and unoptimised code recurses deeply.
const STACK: usize = 8 << 20;

/// Annotated Rust functions and checked views as DataFusion functions and Delta Lake tables.
#[derive(Debug, Parser)]
#[command(arg_required_else_help = true, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    verb: Verb,
}

/// What every verb takes.
#[derive(Debug, Args)]
struct Common {
    /// The folder of tables
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "BELVEDERE_WAREHOUSE",
        default_value = ".belvedere"
    )]
    warehouse: PathBuf,

    /// Say less: errors and results only
    #[arg(short, long, global = true)]
    quiet: bool,

    /// Say more: what `run` skipped, tables of Belvedere's own in `ls`, the columns that `check` found,
    /// where a bug is
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    verbose: bool,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Bring all tables and views up to date with a source, and publish them together
    Run(run::RunArgs),
    /// List tables and views, with what is published of them
    Ls,
    /// Show a table or view: columns, types, nullability, sources, functions, lineage; or a template,
    /// or a function
    Show(show::ShowArgs),
    /// Query what is published, in the language of views
    Query(query::QueryArgs),
    /// Check files of views against the program and what is published, without running anything
    Check(check::CheckArgs),
    /// Query what is published, in SQL, read-only
    Sql(sql::SqlArgs),
    /// List functions, or show one
    Functions(functions::FunctionsArgs),
    /// Explain a code such as V0012 of an error message
    Explain(explain::ExplainArgs),
    /// Print every linked function, table and view as JSON, for `registry.json`
    Registry,
    /// Describe tables that others write, by schema files
    Schema(schema::SchemaArgs),
    /// Write the registry, Python stubs and reference pages of a project, or compare them
    Generate(generate::GenerateArgs),
}

/// How a verb ends when it is not done.
#[derive(Debug)]
enum Failure {
    /// It failed.
    Error(Box<dyn StdError + Send + Sync>),
    /// A text has errors, one by one.
    Texts(Vec<String>),
    /// There is nothing of that name; the text says so.
    NoMatch(String),
    /// What could be done is done; the text says what could not.
    Partial(String),
    /// It was stopped; the text says what that means.
    Stopped(String),
    /// Nobody reads the output any more.
    BrokenPipe,
}

type CliResult = Result<(), Failure>;

impl Failure {
    /// The exit code that says so.
    const fn code(&self) -> u8 {
        match self {
            Self::BrokenPipe => 0,
            Self::Error(_) | Self::Texts(_) => 1,
            Self::NoMatch(_) => 3,
            Self::Partial(_) => 4,
            Self::Stopped(_) => 130,
        }
    }
}

/// Runs the command line of the process; returns its exit code.
#[must_use]
pub fn main() -> ExitCode {
    ExitCode::from(main_from(std::env::args_os()))
}

/// Runs a command line, the program's name first; returns its exit code.
#[must_use]
pub fn main_from<T: Into<OsString> + Clone>(args: impl IntoIterator<Item = T>) -> u8 {
    let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
    let program = args.first().map(Path::new).and_then(Path::file_stem);
    let program = program.map_or("belvedere".into(), OsStr::to_string_lossy);
    let _speaking = program::CommandLine::new(&program);
    let cli = match parse(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; where printing fails, there is nobody to tell.
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
    };
    let terminal = Arc::new(Terminal::new(cli.common.quiet, cli.common.verbose));
    quieten_panics(cli.common.verbose);
    let executor =
        tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build();
    let result = match executor {
        Ok(executor) => {
            let result = executor.block_on(contained(dispatch(&cli, &terminal)));
            // Threads that still read files have been told to stop; nobody waits for them.
            executor.shutdown_background();
            result
        }
        Err(error) => Err(error.into()),
    };
    match result {
        Ok(()) => 0,
        Err(failure) => {
            terminal.failure(&failure);
            failure.code()
        }
    }
}

/// Parses a command line of the program that people have started, whatever it is called.
fn parse(args: Vec<OsString>) -> Result<Cli, clap::Error> {
    static VERSION: LazyLock<String> = LazyLock::new(|| version(program::name()));
    let command = Cli::command().name(program::name()).version(VERSION.as_str());
    Cli::from_arg_matches(&command.try_get_matches_from(args).map_err(with_tip)?)
}

/// Verbs of other tools, and what does their work here.
const OTHER_VERBS: [(&[&str], &str); 5] = [
    (&["lineage", "graph", "dag", "deps"], "`show NAME` says what a table or view is made of"),
    (&["check", "diff"], "`schema pull --check` compares schema files with their tables"),
    (
        &["build", "refresh", "materialize", "publish"],
        "`run` computes and publishes what has changed",
    ),
    (&["list", "tables", "status"], "`ls` lists the tables and views"),
    (&["describe", "desc", "info"], "`show NAME` describes a table, view, template or function"),
];

/// Says which verb does what was asked for, unless one is written nearly so.
fn with_tip(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(verb)) = error.get(ContextKind::InvalidSubcommand) else {
        return error;
    };
    let known = OTHER_VERBS.iter().find(|(verbs, _)| verbs.contains(&verb.as_str()));
    if let Some((_, tip)) = known {
        error.remove(ContextKind::SuggestedSubcommand);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![(*tip).into()]));
    }
    error
}

/// What `--version` says behind the name: a program of its own has a version that is not known here.
fn version(program: &str) -> String {
    let own = format!("{} (DataFusion {DATAFUSION_VERSION})", env!("CARGO_PKG_VERSION"));
    if program == "belvedere" { own } else { format!("with belvedere {own}") }
}

/// A panic comes back as an error of what its thread worked for, which says more than the panic; a
/// writer whose disk is full is a case. Only `--verbose` shows both.
fn quieten_panics(verbose: bool) {
    if !verbose {
        std::panic::set_hook(Box::new(|_| ()));
    }
}

/// Makes an error of a panic, so that a bug ends like any other failure.
async fn contained(work: impl Future<Output = CliResult>) -> CliResult {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|panic| {
        let text = panic_text(&*panic);
        let help = "help: --verbose shows where; please report it";
        Err(Failure::Error(format!("a bug: panic: {text}\n{help}").into()))
    })
}

async fn dispatch(cli: &Cli, terminal: &Arc<Terminal>) -> CliResult {
    let warehouse = &cli.common.warehouse;
    match &cli.verb {
        Verb::Run(args) => run::run(args, warehouse, terminal).await,
        Verb::Ls => ls::ls(warehouse, terminal).await,
        Verb::Show(args) => show::show(args, warehouse, terminal).await,
        Verb::Query(args) => query::query(args, warehouse, terminal).await,
        Verb::Check(args) => check::check(args, warehouse, terminal).await,
        Verb::Sql(args) => sql::sql(args, warehouse, terminal).await,
        Verb::Functions(args) => functions::functions(args, terminal),
        Verb::Explain(args) => explain::explain(args, terminal),
        Verb::Registry => registry::registry(),
        Verb::Schema(args) => schema::schema(args, terminal).await,
        Verb::Generate(args) => generate::generate(args, terminal),
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::BrokenPipe
        } else {
            Self::Error(Box::new(error))
        }
    }
}

impl From<crate::delta::Error> for Failure {
    fn from(error: crate::delta::Error) -> Self {
        Self::Error(Box::new(error))
    }
}

impl From<crate::query::QueryError> for Failure {
    fn from(error: crate::query::QueryError) -> Self {
        Self::Texts(error.texts())
    }
}

impl From<crate::view::ViewError> for Failure {
    fn from(error: crate::view::ViewError) -> Self {
        Self::Error(Box::new(error))
    }
}

/// Below that a number without a unit is one whose unit has been forgotten.
const LEAST_BYTES: usize = 1 << 16;

/// Reads a size such as `512M` or `2G`, in bytes.
fn parse_bytes(text: &str) -> Result<usize, String> {
    let form = || "write a number and a unit, K, M or G: 2G".to_owned();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit: usize = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" if digits.parse().is_ok_and(|bytes: usize| bytes < LEAST_BYTES) => {
            return Err(format!("`{text}` is a number of bytes: {}", form()));
        }
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        _ => return Err(form()),
    };
    let number: usize = digits.parse().map_err(|_| form())?;
    number.checked_mul(unit).filter(|bytes| *bytes > 0).ok_or("out of range".to_owned())
}

/// Reads a number of threads.
fn parse_threads(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "write a whole number from 1 on".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[tokio::test]
    async fn a_panic_is_a_failure_with_its_text() {
        let found = contained(async { panic!("row {}", 7) }).await.unwrap_err();
        assert!(matches!(&found, Failure::Error(error)
            if error.to_string().starts_with("a bug: panic: row 7\nhelp: ")));
        contained(async { Ok(()) }).await.unwrap();
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(parse_bytes("512M"), Ok(512 << 20));
        assert_eq!(parse_bytes("2GiB"), Ok(2 << 30));
        assert_eq!(parse_bytes("536870912"), Ok(512 << 20));
        assert_eq!(parse_bytes("100b"), Ok(100));
        assert_eq!(
            parse_bytes("1"),
            Err("`1` is a number of bytes: write a number and a unit, K, M or G: 2G".to_owned())
        );
        assert!(parse_bytes("2X").is_err());
        assert!(parse_bytes("G").is_err());
        assert!(parse_bytes("0").is_err());
        assert!(parse_bytes("foo").is_err());
        assert!(parse_threads("0").is_err());
        assert_eq!(parse_threads("2").map(NonZeroUsize::get), Ok(2));
    }

    #[test]
    fn a_program_of_its_own_does_not_claim_our_version() {
        let version = version("shop");
        assert!(version.starts_with("with belvedere "), "{version}");
        assert!(version.contains("DataFusion"), "{version}");
    }
}
