//! What rustyline asks while a query is written: does Enter run it, what can stand at the cursor.
//!
//! The answers are those of the language; here they are brought into rustyline's forms.

use std::borrow::Cow;
use std::thread;

use belvedere_lang::lex::outline::Outline;
use belvedere_lang::view::complete::{Completion, complete};
use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter, MatchingBracketHighlighter};
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};

use super::command::{is_command, names};
use crate::query::{Known, STACK};

/// What is known while a query is written.
pub(super) struct Assistant {
    pub(super) known: Known,
    brackets: MatchingBracketHighlighter,
}

impl Assistant {
    pub(super) fn new(known: Known) -> Self {
        Self { known, brackets: MatchingBracketHighlighter::new() }
    }

    /// Reads a text on a thread of its own, whose stack is known and with which the places of its tokens
    /// end. One that cannot be read, which would be a bug, is one that nothing completes.
    fn complete(&self, text: &str, at: usize) -> Completion {
        let known = &self.known;
        let read = move || complete(text, at, known);
        let found = thread::scope(|scope| {
            let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, read);
            thread.ok()?.join().ok()
        });
        found.unwrap_or_else(|| Completion { start: at, candidates: Vec::new() })
    }
}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(
        &self,
        text: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        if text.starts_with('.') {
            let known = names().filter(|name| name.starts_with(&text[..at]));
            let pair = |name: &str| Pair { display: name.to_owned(), replacement: name.to_owned() };
            return Ok((0, known.map(pair).collect()));
        }
        let found = self.complete(text, at);
        let pairs = found
            .candidates
            .into_iter()
            .map(|candidate| Pair { display: candidate.label, replacement: candidate.text });
        Ok((found.start, pairs.collect()))
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input();
        let is_whole = is_command(text) || Outline::new(text).is_entered(text);
        Ok(if is_whole { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, text: &'l str, at: usize) -> Cow<'l, str> {
        self.brackets.highlight(text, at)
    }

    fn highlight_char(&self, text: &str, at: usize, kind: CmdKind) -> bool {
        self.brackets.highlight_char(text, at, kind)
    }
}

impl Hinter for Assistant {
    type Hint = String;
}

impl Helper for Assistant {}
