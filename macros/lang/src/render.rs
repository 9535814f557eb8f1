//! Diagnostics as people read them: the message, the place, and the line of the text with carets.
//!
//! Spans are known to one thread, and only as long as the text is; a [`Finding`] is plain data, which
//! can be handed on.
//!
//! Carets stand below characters as a terminal shows them: one of Chinese or an emoji takes two columns,
//! an accent of its own none. Characters that are not shown, or that a terminal obeys, are escapes.

use std::fmt::Write as _;

use crate::messages::Message;
use crate::sink::Diagnostic;

/// How many characters of a line are shown; of a longer one, those around the place.
const LINE_MAX: usize = 200;

/// How many errors of a text are shown.
const FINDINGS_MAX: usize = 50;

/// How many characters before the place are shown of a longer line.
const BEFORE: usize = 60;

/// What is indented so stands below the text behind `error: `.
const INDENT: &str = "       ";

/// An error of a text, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub message: Message,
    /// The line, from 1; 0 when the error has no place.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// Of a spec: the JSON pointer of the node that it is about; the line is of the text that it means.
    pub pointer: Option<String>,
    excerpt: Option<Excerpt>,
}

/// A line of the text and what is underlined in it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Excerpt {
    line: String,
    /// What stands below the characters before the place: tabs stay tabs.
    indent: String,
    width: usize,
}

/// A character as it is shown: what a terminal would obey, or turn the line around at, as an escape.
fn shown(c: char) -> String {
    let hidden = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    if (c.is_control() && c != '\t') || hidden { c.escape_unicode().to_string() } else { c.into() }
}

/// A text of which nothing is obeyed; its lines stay lines.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { "\n".to_owned() } else { shown(c) }).collect()
}

/// How many columns a terminal gives a character: by the blocks of Unicode that are wide or combine.
/// The crate that knows them all is none of the few that this one depends on.
fn columns(c: char) -> usize {
    match u32::from(c) {
        0x0300..=0x036f | 0x0483..=0x0489 | 0x0591..=0x05bd | 0x0610..=0x061a | 0x064b..=0x065f => {
            0
        }
        0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0xfe00..=0xfe0f | 0xfe20..=0xfe2f => {
            0
        }
        0x1f3fb..=0x1f3ff | 0xe0100..=0xe01ef => 0,
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0x4dbf | 0x4e00..=0xa4cf | 0xa960..=0xa97f => {
            2
        }
        0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 => {
            2
        }
        0x1f300..=0x1f64f | 0x1f680..=0x1f6ff | 0x1f900..=0x1f9ff | 0x1fa70..=0x1faff => 2,
        0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

impl Finding {
    /// Finds the place of a diagnostic in the text that its tokens come from.
    #[must_use]
    pub fn new(diagnostic: &Diagnostic, text: &str) -> Self {
        Self::within(diagnostic, text, LINE_MAX)
    }

    /// `line_max` is how many characters of the line are kept.
    fn within(diagnostic: &Diagnostic, text: &str, line_max: usize) -> Self {
        let message = diagnostic.message.clone();
        let (start, end) = (diagnostic.start.start(), diagnostic.end.end());
        let line = start.line.checked_sub(1).and_then(|i| text.lines().nth(i));
        // An empty text has no lines, and an error in it a place nevertheless.
        let line = line.or_else(|| (start.line == 1).then_some(""));
        let Some(line) = line else { return Self::without_place(message) };
        let length = line.chars().count();
        let to = if end.line == start.line { end.column } else { length };
        let no_width = start.column == 0 && start.line == 1 && to == 0;
        let (from, width) = match no_width {
            // The end of a text, where something is missing.
            true => (length, 1),
            false => (start.column, to.saturating_sub(start.column).max(1)),
        };
        let excerpt = Some(Excerpt::new(line, from, width, line_max));
        Self { message, line: start.line, column: from + 1, pointer: None, excerpt }
    }

    /// An error that is about no place of a text.
    #[must_use]
    pub const fn without_place(message: Message) -> Self {
        Self { message, line: 0, column: 0, pointer: None, excerpt: None }
    }

    /// An error at these bytes of a text.
    #[must_use]
    pub fn of_bytes(message: Message, text: &str, bytes: std::ops::Range<usize>) -> Self {
        let (before, inside) = (&text[..bytes.start], &text[bytes]);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[start..].lines().next().unwrap_or_default();
        let from = before[start..].chars().count();
        let width = inside.lines().next().unwrap_or_default().chars().count().max(1);
        let excerpt = Some(Excerpt::new(line, from, width, LINE_MAX));
        let number = before.matches('\n').count() + 1;
        Self { message, line: number, column: from + 1, pointer: None, excerpt }
    }

    /// The message as rustc shows it, behind `error: `: notes and help below the text, the place in
    /// the text that is called `name`, the line with carets.
    #[must_use]
    pub fn to_text(&self, name: &str) -> String {
        let mut text = self.indented_message();
        let Some(excerpt) = &self.excerpt else { return text };
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        let Excerpt { line, indent, width } = excerpt;
        // Writing to a `String` never fails.
        let _ = match &self.pointer {
            None => write!(text, "\n{margin}--> {name}:{}:{}", self.line, self.column),
            Some(pointer) if pointer.is_empty() => write!(text, "\n{margin}--> {name}"),
            Some(pointer) => write!(text, "\n{margin}--> {name}:{pointer}"),
        };
        let carets = "^".repeat(*width);
        let _ = write!(text, "\n{margin} |\n{number} | {line}\n{margin} | {indent}{carets}");
        text
    }

    /// The same without the place, for a text of few lines.
    #[cfg(test)]
    fn to_short_text(&self) -> String {
        let text = self.indented_message();
        match &self.excerpt {
            Some(Excerpt { line, indent, width }) => {
                format!("{text}\n  | {line}\n  | {indent}{}", "^".repeat(*width))
            }
            None => format!("{text}\n  (no place)"),
        }
    }

    fn indented_message(&self) -> String {
        harmless(&self.message.to_string()).replace('\n', &format!("\n{INDENT}"))
    }
}

impl Excerpt {
    fn new(line: &str, from: usize, width: usize, line_max: usize) -> Self {
        let is_long = line.chars().count() > line_max;
        let skipped = if is_long { from.saturating_sub(BEFORE) } else { 0 };
        let mut chars = line.chars().skip(skipped);
        let mut kept: Vec<char> = chars.by_ref().take(line_max).collect();
        let mut from = from - skipped;
        if skipped > 0 {
            kept.insert(0, '…');
            from += 1;
        }
        if chars.next().is_some() {
            kept.push('…');
        }
        let width = width.min(line_max.saturating_sub(from)).max(1);
        let wide = |c: char| shown(c).chars().map(columns).sum::<usize>();
        let blank = |c: &char| match c {
            '\t' => "\t".to_owned(),
            c => " ".repeat(wide(*c)),
        };
        let mut indent: String = kept.iter().take(from).map(blank).collect();
        // Where something is missing behind the end.
        indent.extend(std::iter::repeat_n(' ', from.saturating_sub(kept.len())));
        let underlined = kept.iter().skip(from).take(width);
        let behind = (from + width).saturating_sub(kept.len().max(from));
        let width = underlined.map(|c| wide(*c)).sum::<usize>() + behind;
        Self { line: kept.into_iter().map(shown).collect(), indent, width: width.max(1) }
    }
}

/// The errors of a text, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The first ones.
    pub shown: Vec<Finding>,
    /// How many more there are.
    pub left_out: usize,
}

impl Findings {
    /// Finds the places of diagnostics in the text that their tokens come from.
    #[must_use]
    pub fn new(diagnostics: Vec<Diagnostic>, text: &str) -> Self {
        Self::each(diagnostics, |diagnostic| Finding::new(diagnostic, text))
    }

    /// The same where the places are not those of the text alone.
    #[must_use]
    pub fn each(mut diagnostics: Vec<Diagnostic>, find: impl Fn(&Diagnostic) -> Finding) -> Self {
        diagnostics.sort_by_key(|diagnostic| {
            let start = diagnostic.start.start();
            (start.line, start.column)
        });
        Self::of(diagnostics.iter().map(find))
    }

    /// These, the first ones shown.
    #[must_use]
    pub fn of(findings: impl ExactSizeIterator<Item = Finding>) -> Self {
        let left_out = findings.len().saturating_sub(FINDINGS_MAX);
        Self { shown: findings.take(FINDINGS_MAX).collect(), left_out }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }
}

/// Diagnostics without places, each line of the text whole.
#[cfg(test)]
pub(crate) fn short_report(text: &str, diagnostics: &[Diagnostic]) -> String {
    let texts = diagnostics.iter().map(|diagnostic| {
        format!("error: {}\n", Finding::within(diagnostic, text, usize::MAX).to_short_text())
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use proc_macro2::{TokenStream, TokenTree};

    use super::{Finding, LINE_MAX};
    use crate::messages::Message;
    use crate::sink::Diagnostic;

    /// An error at the last token of a text.
    fn at_last(text: &str) -> Finding {
        let token: TokenTree = text.parse::<TokenStream>().unwrap().into_iter().last().unwrap();
        let message = Message::new("V9999", "wrong").note("known").help("right");
        let diagnostic = Diagnostic { message, start: token.span(), end: token.span() };
        Finding::new(&diagnostic, text)
    }

    #[test]
    fn the_place_is_that_of_the_token() {
        let expected = "wrong [V9999]\n       note: known\n       help: right\n --> q:2:4\n  |\n\
                        2 | b\t cde\n  |  \t ^^^";
        assert_eq!(at_last("a\nb\t cde").to_text("q"), expected);
    }

    #[test]
    fn carets_stand_below_wide_characters() {
        let text = "where \"漢字🎉e\u{301}\" == größe";
        let expected = "2 | where \"漢字🎉e\u{301}\" == größe\n  |                    ^^^^^";
        assert!(at_last(&format!("a\n{text}")).to_text("q").ends_with(expected));
        let expected = "1 | a \"漢字\"\n  |   ^^^^^^";
        assert!(at_last("a \"漢字\"").to_text("q").ends_with(expected));
    }

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        let shown = at_last("\"\u{1b}[31m\u{202e}\" wrong").to_text("q");
        let expected = "1 | \"\\u{1b}[31m\\u{202e}\" wrong\n  |                      ^^^^^";
        assert!(shown.ends_with(expected), "{shown}");
        let message = Message::new("V9999", "no `\u{1b}[2J`");
        let finding = Finding::without_place(message);
        assert_eq!(finding.to_text("q"), "no `\\u{1b}[2J` [V9999]");
    }

    #[test]
    fn of_a_long_line_the_part_around_the_place_is_shown() {
        let text = format!("{} wrong {}", "a ".repeat(3000), "");
        let shown = at_last(text.trim_end()).to_text("q");
        let lines: Vec<&str> = shown.lines().collect();
        let (line, carets) = (lines[5], lines[6]);
        assert!(line.chars().count() < LINE_MAX + 10, "{line}");
        let at = carets.chars().position(|c| c == '^').unwrap();
        assert_eq!(line.chars().skip(at).take(5).collect::<String>(), "wrong");
        assert!(shown.contains("q:1:6002"), "{shown}");
    }
}
