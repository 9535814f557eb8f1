//! The line editor: keys, history, and a way to stop a query without ending the program.

use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use belvedere_lang::lex::outline::Outline;
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{Behavior, CompletionType, Config, Editor};
use tokio::task::block_in_place;

use super::command::{Next, is_command};
use super::complete::Assistant;
use super::{Session, Unknown, placed};
use crate::cli::interrupt::interrupted;
use crate::cli::terminal::{Terminal, count};
use crate::cli::{CliResult, Failure};
use crate::query::known;

/// How many queries are kept.
const HISTORY: usize = 1_000;

const PROMPT: &str = "> ";

type LineEditor = Editor<Assistant, DefaultHistory>;

/// Reads queries and commands from the terminal until there are no more.
pub(super) async fn edit(mut session: Session<'_>, history: Option<PathBuf>) -> CliResult {
    let terminal = session.terminal;
    let mut editor = editor().map_err(told)?;
    editor.set_helper(Some(Assistant::new(known(&session.runtime).await?)));
    let mut history = history.filter(|file| load(&mut editor, file, terminal));
    terminal
        .line("a query begins with `from` and ends with `;`; Tab completes, `.help` tells more");
    loop {
        let text = match block_in_place(|| editor.readline(PROMPT)) {
            Ok(text) => text,
            // What was written is left.
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => return Err(told(error)),
        };
        if text.trim().is_empty() {
            continue;
        }
        let text = text.trim_end();
        let is_new = editor.add_history_entry(text).map_err(told)?;
        history = history.filter(|file| !is_new || keep(&mut editor, file, terminal));
        if is_command(text) {
            match session.command(text).await {
                Ok(Next::Continue) => {}
                Ok(Next::Quit) => return Ok(()),
                Err(failure) => terminal.failure(&failure),
            }
        } else {
            session.answer_statements(text).await;
        }
        // What has been published meanwhile can be read, so it is completed.
        if let (Some(assistant), Ok(known)) = (editor.helper_mut(), known(&session.runtime).await) {
            assistant.known = known;
        }
    }
}

fn editor() -> rustyline::Result<LineEditor> {
    // Where rows go to a file, what is written is shown on the terminal nevertheless.
    let behavior = if io::stdout().is_terminal() { Behavior::Stdio } else { Behavior::PreferTerm };
    let config = Config::builder()
        .behavior(behavior)
        .completion_type(CompletionType::List)
        .max_history_size(HISTORY)?
        .build();
    Editor::with_config(config)
}

fn told(error: ReadlineError) -> Failure {
    match error {
        ReadlineError::Io(error) => error.into(),
        other => Failure::Error(Box::new(other)),
    }
}

/// Reads the history; whether it can be kept.
fn load(editor: &mut LineEditor, file: &Path, terminal: &Terminal) -> bool {
    match editor.load_history(file) {
        Ok(()) => true,
        // The first session has none.
        Err(ReadlineError::Io(error)) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => {
            let file = file.display();
            terminal.warning(&format!("the history `{file}` cannot be read, and is left: {error}"));
            false
        }
    }
}

/// Writes what is new in the history behind what sessions beside this one have written; whether it can
/// be kept on.
fn keep(editor: &mut LineEditor, file: &Path, terminal: &Terminal) -> bool {
    let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
    let kept = folder.map_err(ReadlineError::from).and_then(|()| editor.append_history(file));
    if let Err(error) = &kept {
        let file = file.display();
        terminal.warning(&format!("the history `{file}` cannot be written: {error}"));
    }
    kept.is_ok()
}

impl Session<'_> {
    /// Answers what was entered; whatever goes wrong is told, and the session goes on.
    async fn answer_statements(&self, text: &str) {
        for statement in Outline::new(text).into_statements(text) {
            let begun = Instant::now();
            let statement = placed(text, &statement);
            let done = tokio::select! {
                done = self.answer(&statement, Unknown::LeftOut) => done,
                () = interrupted() => Err(Failure::Stopped("stopped".to_owned())),
            };
            match done {
                Ok(rows) => {
                    let (rows, time) = (count(rows, "row", "rows"), begun.elapsed());
                    self.terminal.line(&format!("{rows} in {:.2} s", time.as_secs_f64()));
                }
                Err(failure) => {
                    self.terminal.failure(&failure);
                    return;
                }
            }
        }
    }
}
