//! Diagnostics as rustc shows them: the message, then the line with carets under it. Tests only.

use std::fmt::Write as _;

use crate::sink::Diagnostic;

pub(crate) fn diagnostics(text: &str, diagnostics: &[Diagnostic]) -> String {
    let mut report = String::new();
    for diagnostic in diagnostics {
        let message = diagnostic.message.to_string();
        let mut lines = message.lines();
        writeln!(report, "error: {}", lines.next().unwrap()).unwrap();
        for line in lines {
            writeln!(report, "       {line}").unwrap();
        }
        let (start, end) = (diagnostic.start.start(), diagnostic.end.end());
        let Some(line) = start.line.checked_sub(1).and_then(|i| text.lines().nth(i)) else {
            writeln!(report, "  (no place)").unwrap();
            continue;
        };
        let width = line.chars().count();
        let to = if end.line == start.line { end.column } else { width };
        let (from, count) = if start.column == 0 && start.line == 1 && to == 0 {
            (width, 1)
        } else {
            (start.column, to.saturating_sub(start.column).max(1))
        };
        writeln!(report, "  | {line}").unwrap();
        writeln!(report, "  | {}{}", " ".repeat(from), "^".repeat(count)).unwrap();
    }
    report
}
