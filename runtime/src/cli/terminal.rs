//! What is written where: results to standard output, the rest to standard error, colours only for
//! people.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write};

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::Failure;

/// The two streams of the process.
#[derive(Debug)]
pub(super) struct Terminal {
    pub(super) quiet: bool,
    pub(super) verbose: bool,
    /// Whether bars may be drawn.
    pub(super) live: bool,
    colour: bool,
}

/// A column of a table: its title, and whether it holds numbers.
pub(super) struct Heading(pub(super) &'static str, pub(super) bool);

impl Terminal {
    pub(super) fn new(quiet: bool, verbose: bool) -> Self {
        let live = io::stderr().is_terminal();
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self { quiet, verbose, live: live && !quiet, colour: live && wanted }
    }

    /// Writes an error, whose first line says what is wrong.
    pub(super) fn error(&self, text: &str) {
        self.stderr(&format!("{} {text}", self.paint("error:", "1;31")));
    }

    /// Tells how a verb has ended.
    pub(super) fn failure(&self, failure: &Failure) {
        match failure {
            Failure::Error(error) => self.error(&error.to_string()),
            Failure::Texts(texts) => texts.iter().for_each(|text| self.error(text)),
            Failure::NoMatch(text) | Failure::Partial(text) => self.error(text),
            Failure::Stopped(text) => self.line(text),
            Failure::BrokenPipe => {}
        }
    }

    pub(super) fn warning(&self, text: &str) {
        self.stderr(&format!("{} {text}", self.paint("warning:", "1;33")));
    }

    /// Writes a line about what goes on.
    pub(super) fn line(&self, text: &str) {
        if !self.quiet {
            self.stderr(text);
        }
    }

    fn stderr(&self, text: &str) {
        // Where standard error is closed, there is nobody to tell.
        let _ = writeln!(io::stderr(), "{text}");
    }

    pub(super) fn green(&self, text: &str) -> String {
        self.paint(text, "32")
    }

    pub(super) fn red(&self, text: &str) -> String {
        self.paint(text, "31")
    }

    fn paint(&self, text: &str, code: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Writes to standard output.
pub(super) fn print(text: impl Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Returns an aligned table without rules.
pub(super) fn table(headings: &[Heading], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(headings.iter().map(|heading| heading.0));
    table.add_rows(rows);
    for (index, heading) in headings.iter().enumerate() {
        if let Some(column) = table.column_mut(index) {
            column.set_padding((0, 2));
            if heading.1 {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}

/// Returns a number with separators between thousands.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns a size in a unit that suits it.
pub(super) fn bytes(bytes: u64) -> String {
    indicatif::HumanBytes(bytes).to_string()
}

/// Returns a count with its noun.
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", number(n as u64), if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        let texts = [0, 999, 1000, 1234567].map(number);
        assert_eq!(texts, ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn tables_align_and_have_no_trailing_spaces() {
        let rows = [vec!["a".to_owned(), "1".to_owned()], vec!["bbb".to_owned(), "22".to_owned()]];
        let text = table(&[Heading("name", false), Heading("rows", true)], rows);
        assert_eq!(text, "name  rows\na        1\nbbb     22");
    }
}
