//! Texts that arrive while a program runs, as tokens.
//!
//! rustc has read the tokens of a macro, and said what is wrong with them, before the macro sees any.
//! Of other texts it is said here: quotes and delimiters, nesting and length, which a text from
//! elsewhere may have as it likes, without an end to what reading it takes. [`outline`](mod@outline) is
//! of texts that need not be whole.

pub mod outline;

use std::borrow::Cow;
use std::str::FromStr as _;

use proc_macro2::{Span, TokenStream, TokenTree};

use crate::sink::Sink;
use crate::view::messages;

/// How many bytes a query may have. It may come from anywhere.
pub const QUERY_MAX: usize = 1 << 16;

/// How many bytes a file of definitions may have.
pub const FILE_MAX: usize = 1 << 20;

/// How deep delimiters may nest: what walks tokens recurses.
pub(crate) const DEPTH_MAX: usize = 128;

/// Reads a text of at most `length_max` bytes; `None` after an error that leaves no tokens, which the
/// sink has.
///
/// A text in single quotes, which is no token of Rust, is reported and read as if it stood in double
/// ones, so that what else is wrong is said too.
pub fn tokens(text: &str, length_max: usize, sink: &Sink) -> Option<TokenStream> {
    // Blank lines before a text give it its place in a larger one.
    let length = text.trim_start().len();
    if length > length_max {
        sink.error(Span::call_site(), messages::text_too_long(length, length_max));
        return None;
    }
    let mut scan = Scan::new(text, sink);
    if !scan.run() {
        return None;
    }
    let text = scan.requoted();
    match TokenStream::from_str(&text) {
        // Where a string ends is for the lexer to say, so the scan above is not asked alone.
        Ok(tokens) => match too_deep(&tokens) {
            Some(span) => {
                sink.error(span, messages::too_deep());
                None
            }
            None => Some(tokens),
        },
        Err(error) => {
            let at = error.span().start();
            let line = text.lines().nth(at.line.saturating_sub(1)).unwrap_or_default();
            let rest: String = line.chars().skip(at.column).collect();
            let before = text.split_inclusive('\n').take(at.line.saturating_sub(1));
            let before: usize = before.map(str::len).sum();
            let in_line: usize = line.chars().take(at.column).map(char::len_utf8).sum();
            if let Some((escape, inside, place)) = unknown_escape(&text, before + in_line) {
                let (line, column) = scan.place(place);
                let width = escape.chars().count();
                sink.error(span_at(line, column, width), messages::no_escape(&escape, &inside));
                return None;
            }
            let message = match rest.chars().next() {
                Some('"') => messages::unclosed("\"", "\""),
                _ if rest.starts_with("/*") => messages::unclosed("/*", "*/"),
                found => messages::no_token(found),
            };
            sink.error(error.span(), message);
            None
        }
    }
}

/// What a text in double quotes that begins at a byte has as an escape and Rust does not know, with the
/// characters of the text and the byte of the escape.
fn unknown_escape(text: &str, start: usize) -> Option<(String, String, usize)> {
    let behind = text.get(start..)?.strip_prefix('"')?;
    let mut escape: Option<(String, usize)> = None;
    let mut chars = behind.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => {
                let (escape, place) = escape?;
                return Some((escape, behind[..at].to_owned(), start + 1 + place));
            }
            '\\' => {
                let (_, next) = chars.next()?;
                let rest = &behind[at + 1..];
                let known = match next {
                    'n' | 'r' | 't' | '0' | '\\' | '\'' | '"' | '\n' => true,
                    'x' => rest.get(1..3).is_some_and(|hex| {
                        u8::from_str_radix(hex, 16).is_ok_and(|byte| byte.is_ascii())
                    }),
                    'u' => {
                        rest.get(1..).and_then(|rest| rest.strip_prefix('{')).is_some_and(|rest| {
                            let hex = rest.split_once('}').map(|(hex, _)| hex);
                            let code = hex.and_then(|hex| u32::from_str_radix(hex, 16).ok());
                            code.and_then(char::from_u32).is_some()
                        })
                    }
                    _ => false,
                };
                if !known && escape.is_none() {
                    escape = Some((format!("\\{next}"), at));
                }
            }
            _ => {}
        }
    }
    None
}

/// The first delimiters that nest too deeply for what walks tokens. Neither reading tokens nor this walk
/// recurses.
pub(crate) fn too_deep(tokens: &TokenStream) -> Option<Span> {
    let mut open = vec![tokens.clone().into_iter()];
    while let Some(inside) = open.last_mut() {
        match inside.next() {
            Some(TokenTree::Group(group)) if open.len() > DEPTH_MAX => {
                return Some(group.span_open());
            }
            Some(TokenTree::Group(group)) => open.push(group.stream().into_iter()),
            Some(_) => {}
            None => {
                open.pop();
            }
        }
    }
    None
}

/// A walk over a text that knows strings and comments apart from the rest.
struct Scan<'a> {
    text: &'a str,
    /// The byte that is read next.
    at: usize,
    /// Delimiters that are open: the character and where it stands.
    open: Vec<(char, usize)>,
    /// Where texts in single quotes begin and end: the bytes of their quotes.
    quoted: Vec<(usize, usize)>,
    /// Where characters stand that are reported and read over: the first byte and the one behind the last.
    blank: Vec<(usize, usize)>,
    sink: &'a Sink,
}

/// What a text ends in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// Code.
    #[default]
    Code,
    /// A comment that the end of its line ends.
    LineComment,
    /// A string, or a comment, that has not been closed.
    Quoted,
}

impl<'a> Scan<'a> {
    fn new(text: &'a str, sink: &'a Sink) -> Self {
        Self { text, at: 0, open: Vec::new(), quoted: Vec::new(), blank: Vec::new(), sink }
    }

    /// Whether the delimiters match and do not nest too deeply.
    fn run(&mut self) -> bool {
        while let Some(c) = self.rest().chars().next() {
            let before = self.at;
            if self.skip_opaque(c).is_some() {
                continue;
            }
            match c {
                '\'' => self.quote(),
                '`' => self.quoted_name(),
                '-' | '#' if self.begins_comment(c) => self.foreign_comment(c),
                '(' | '[' | '{' if self.open.len() == DEPTH_MAX => {
                    self.error(before, 1, messages::too_deep());
                    return false;
                }
                '(' | '[' | '{' => self.open.push((c, before)),
                ')' | ']' | '}' if !self.close(c) => return false,
                _ => {}
            }
            if self.at == before {
                self.at += c.len_utf8();
            }
        }
        match self.open.last() {
            Some((open, at)) => {
                let close = match open {
                    '(' => ")",
                    '[' => "]",
                    _ => "}",
                };
                self.error(*at, 1, messages::unclosed(&open.to_string(), close));
                false
            }
            None => true,
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Goes over a comment, a string in double quotes or a name, in which no character means anything,
    /// and says what the text is in behind it; `None` where there is none of them.
    fn skip_opaque(&mut self, c: char) -> Option<End> {
        let (closed, open) = match c {
            '/' if self.rest().starts_with("//") => (self.skip_until("\n"), End::LineComment),
            '/' if self.rest().starts_with("/*") => (self.skip_comment(), End::Quoted),
            '"' => (self.skip_string(), End::Quoted),
            'r' if self.raw_hashes().is_some() => (self.skip_raw_string(), End::Quoted),
            c if is_in_name(c) => {
                self.skip_name();
                (true, End::Code)
            }
            _ => return None,
        };
        Some(if closed { End::Code } else { open })
    }

    /// Goes behind the next `end`, or to the end of the text; whether there is one.
    fn skip_until(&mut self, end: &str) -> bool {
        let found = self.rest().find(end);
        self.at += found.map_or(self.rest().len(), |found| found + end.len());
        found.is_some()
    }

    /// `/* … /* … */ … */`; one that does not end is for the lexer to report.
    fn skip_comment(&mut self) -> bool {
        let mut depth = 0_usize;
        loop {
            let rest = self.rest();
            let (open, close) = (rest.find("/*"), rest.find("*/"));
            match (open, close) {
                (Some(open), Some(close)) if open < close => {
                    depth += 1;
                    self.at += open + 2;
                }
                (_, Some(close)) => {
                    self.at += close + 2;
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return true;
                    }
                }
                _ => {
                    self.at = self.text.len();
                    return false;
                }
            }
        }
    }

    fn skip_string(&mut self) -> bool {
        self.at += 1;
        let mut escaped = false;
        for (i, c) in self.rest().char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => {
                    self.at += i + 1;
                    return true;
                }
                _ => {}
            }
        }
        self.at = self.text.len();
        false
    }

    /// How many `#` stand between `r` and `"`, if this begins a raw string.
    fn raw_hashes(&self) -> Option<usize> {
        let rest = self.rest().strip_prefix('r')?;
        let hashes = rest.bytes().take_while(|byte| *byte == b'#').count();
        rest[hashes..].starts_with('"').then_some(hashes)
    }

    fn skip_raw_string(&mut self) -> bool {
        let hashes = self.raw_hashes().unwrap_or_default();
        self.at += hashes + 2;
        self.skip_until(&format!("\"{}", "#".repeat(hashes)))
    }

    /// Goes over a name, whose letters begin nothing else.
    fn skip_name(&mut self) {
        self.at += self.rest().find(|c| !is_in_name(c)).unwrap_or(self.rest().len());
    }

    /// `'x'` and `'static` are tokens of Rust; any other `'` begins a text as SQL has it.
    fn quote(&mut self) {
        let line = self.rest().lines().next().unwrap_or_default();
        let inside = &line[1..];
        let mut chars = inside.chars();
        let is_char = match chars.next() {
            Some('\\') => inside.chars().nth(2) == Some('\''),
            Some('\'') | None => false,
            Some(_) => chars.next() == Some('\''),
        };
        // SQL writes a quote in a text twice.
        let mut from = 0;
        let end = loop {
            let Some(found) = inside[from..].find('\'').map(|found| from + found) else {
                break None;
            };
            if !inside[found + 1..].starts_with('\'') {
                break Some(found);
            }
            from = found + 2;
        };
        match (is_char, end) {
            (true, _) => {
                // What is escaped may be the quote itself.
                let from = if inside.starts_with('\\') { 2 } else { 0 };
                self.at += 1 + inside[from..].find('\'').map_or(0, |end| from + end + 1);
            }
            (false, Some(end)) => {
                let written = &inside[..end];
                let width = written.chars().count() + 2;
                self.error(self.at, width, messages::single_quotes(written));
                self.quoted.push((self.at, self.at + 1 + end));
                self.at += end + 2;
            }
            (false, None) => {}
        }
    }

    /// `` `name` ``, as MySQL and BigQuery write it: read as if the quotes were not there.
    fn quoted_name(&mut self) {
        let inside = &self.rest()[1..];
        let Some(end) = inside.find('`').filter(|end| inside[..*end].chars().all(is_in_name))
        else {
            return;
        };
        let name = &inside[..end];
        self.error(self.at, name.chars().count() + 2, messages::quoted_name(name));
        self.blank.push((self.at, self.at + 1));
        self.blank.push((self.at + 1 + end, self.at + 2 + end));
        self.at += end + 2;
    }

    /// Whether `--` of SQL, or `#` of shells and Python, begins a comment: `a - -b` and `#[…]` do not.
    fn begins_comment(&self, c: char) -> bool {
        let rest = self.rest();
        let behind = if c == '#' { &rest[1..] } else { rest.strip_prefix("--").unwrap_or("x") };
        behind.is_empty() || behind.starts_with(char::is_whitespace)
    }

    /// A comment of another language, read over as it is meant.
    fn foreign_comment(&mut self, c: char) {
        let sign = if c == '#' { "#" } else { "--" };
        self.error(self.at, sign.len(), messages::comment_sign(sign));
        let end = self.rest().find('\n').unwrap_or(self.rest().len());
        self.blank.push((self.at, self.at + end));
        self.at += end;
    }

    fn close(&mut self, c: char) -> bool {
        let wanted = match c {
            ')' => '(',
            ']' => '[',
            _ => '{',
        };
        let message = match self.open.pop() {
            Some((open, _)) if open == wanted => return true,
            Some((open, at)) => {
                let (line, column) = self.place(at);
                messages::closes_another(c, open, line, column + 1)
            }
            None => messages::closes_nothing(c),
        };
        self.error(self.at, 1, message);
        false
    }

    /// The text with double quotes for single ones, and without what is read over. All places in the text
    /// are what they were.
    fn requoted(&self) -> Cow<'a, str> {
        if self.quoted.is_empty() && self.blank.is_empty() {
            return Cow::Borrowed(self.text);
        }
        let quoted = self.quoted.iter().map(|(start, end)| (*start, end + 1, true));
        let blank = self.blank.iter().map(|(start, end)| (*start, *end, false));
        let mut parts: Vec<(usize, usize, bool)> = quoted.chain(blank).collect();
        parts.sort_unstable();
        let mut text = String::with_capacity(self.text.len());
        let mut done = 0;
        for (start, end, is_quoted) in parts {
            text.push_str(&self.text[done..start]);
            let part = &self.text[start..end];
            if is_quoted {
                text.push('"');
                let inside = part[1..part.len() - 1].chars();
                text.extend(inside.map(|c| if matches!(c, '"' | '\\') { ' ' } else { c }));
                text.push('"');
            } else {
                text.extend(part.chars().map(|_| ' '));
            }
            done = end;
        }
        text.push_str(&self.text[done..]);
        Cow::Owned(text)
    }

    /// The line of a byte, from 1, and the character in it, from 0.
    fn place(&self, at: usize) -> (usize, usize) {
        let before = &self.text[..at];
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (line, before[start..].chars().count())
    }

    /// Reports an error at so many characters, where no token can be.
    fn error(&self, at: usize, width: usize, message: crate::messages::Message) {
        let (line, column) = self.place(at);
        self.sink.error(span_at(line, column, width), message);
    }
}

/// Whether a character can stand in a name, its first place aside.
pub(crate) fn is_in_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// A span is had from a token alone: this is one at that place of another text.
fn span_at(line: usize, column: usize, width: usize) -> Span {
    let text =
        format!("{}{}{}", "\n".repeat(line - 1), " ".repeat(column), "_".repeat(width.max(1)));
    let tokens = TokenStream::from_str(&text).unwrap_or_default();
    tokens.into_iter().next().map_or_else(Span::call_site, |token| token.span())
}
