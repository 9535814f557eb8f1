//! Where in a text something is written: in which pipeline, in which step, behind which word.

use syn::buffer::TokenBuffer;

use super::super::check::{Visible, visible};
use super::super::names::{Names, env};
use super::super::parse::words::{STEP_WORDS, begins_step};
use super::super::query::STEPS_MAX;
use super::super::{parse_query, parse_query_with};
use crate::lex::outline::Outline;
use crate::lex::{QUERY_MAX, is_in_name, tokens};
use crate::sink::Sink;
use crate::tokens::Reader;

/// The words that a step which joins can begin with.
pub(super) const JOINS: [&str; 8] =
    ["inner", "left", "right", "full", "semi", "anti", "cross", "asof"];

/// A place in a text.
pub(super) struct Place<'a> {
    /// The step that the place is in; none before the first.
    pub(super) step: Option<Step<'a>>,
    /// The row that the steps before leave, with the relation that is being joined.
    pub(super) row: Visible,
    /// The rows of the pipelines around, which a query in the place of a value sees.
    pub(super) outer: Vec<Visible>,
    /// The delimiters that are open here, the innermost last, each with the word before it.
    pub(super) open: Vec<(char, &'a str)>,
    /// The word right before the place, if no sign stands between.
    pub(super) word: Option<&'a str>,
    /// The sign right before the place, if no word does.
    pub(super) sign: Option<char>,
    /// The names before the dot that the place is behind.
    pub(super) path: Option<Vec<&'a str>>,
}

/// The step that a place is in.
pub(super) struct Step<'a> {
    /// Its first word; `join` for all that join.
    pub(super) word: &'a str,
    /// Whether what it reads has been given a name.
    pub(super) is_named: bool,
    /// Whether its condition has begun.
    pub(super) has_condition: bool,
}

impl<'a> Place<'a> {
    /// The place at the end of a text.
    pub(super) fn new(before: &'a str, names: &dyn Names) -> Self {
        let open = Outline::new(before).open;
        // A query inside of the text is a pipeline of its own.
        let inner = open.iter().filter(|at| begins_query(before, **at)).map(|at| at + 1);
        let starts: Vec<usize> = [0].into_iter().chain(inner).collect();
        let ends = starts.iter().skip(1).map(|start| start - 1).chain([before.len()]);
        let head = head(&before[..*starts.get(1).unwrap_or(&before.len())]);
        let mut found = None;
        let mut rows = Vec::new();
        for (start, end) in starts.iter().zip(ends) {
            let level = Level::new(&before[*start..end]);
            rows.push(level.row(head, names));
            found = Some((level.step(), *start));
        }
        let (step, start) = found.unwrap_or_default();
        let row = rows.pop().unwrap_or_default();
        let word_before = |at: usize| last_word(&before[..at]).unwrap_or_default();
        let open = open.into_iter().filter(|at| *at >= start);
        let open = open.filter_map(|at| Some((before[at..].chars().next()?, word_before(at))));
        let word = last_word(before);
        let sign = before.trim_end().chars().next_back().filter(|_| word.is_none());
        Self { step, row, outer: rows, open: open.collect(), word, sign, path: dotted(before) }
    }

    /// Whether an operand stands right before the place, so that a step can begin here.
    pub(super) fn is_behind_operand(&self) -> bool {
        self.open.is_empty()
            && (self.word.is_some() || matches!(self.sign, Some(')' | ']' | '}' | '"' | '*')))
    }
}

/// The text of one pipeline up to the place, or up to the query that the place is in.
struct Level<'a> {
    text: &'a str,
    /// The byte at which the last step begins, with the word that says what it is.
    last: Option<(usize, &'a str)>,
    /// The byte at which the row begins to be another than the last step sees.
    seen: usize,
    /// Where the relation that is joined stands, and the condition, as far as they are written.
    joined: Option<(usize, Option<usize>)>,
    /// Whether `as` stands in the last step.
    is_named: bool,
}

impl<'a> Level<'a> {
    fn new(text: &'a str) -> Self {
        let mut level = Self { text, last: None, seen: 0, joined: None, is_named: false };
        // A list that is not closed belongs to the last step, whatever is in it.
        let closed = Outline::new(text).open.first().map_or(text, |at| &text[..*at]);
        for_each_token(closed, |reader, at| {
            if let Some(word) = reader.peek_ident() {
                level.read(reader, at, &text[at..at + word.to_string().len()]);
            }
        });
        level
    }

    /// Goes over a word, which may begin a step.
    fn read(&mut self, reader: &Reader<'_>, at: usize, word: &'a str) {
        let before = self.last.map(|(_, word)| word);
        // `left asof join` is one step.
        let joins = self.joined.is_none() && before.is_some_and(|before| JOINS.contains(&before));
        match word {
            "join" => {
                let start = self.last.filter(|_| joins).map_or(at, |(start, _)| start);
                (self.last, self.seen) = (Some((start, word)), start);
                (self.joined, self.is_named) = (Some((at + word.len(), None)), false);
            }
            word if joins && JOINS.contains(&word) => {}
            word if begins_step(reader) || begins_unfinished(reader) => {
                // `group by { k } aggregate { … }` is one step, which sees what is before it.
                if !(before == Some("group") && word == "aggregate") {
                    self.seen = at;
                }
                (self.last, self.joined, self.is_named) = (Some((at, word)), None, false);
            }
            "as" => self.is_named = true,
            "on" => {
                if let Some((_, condition)) = &mut self.joined {
                    condition.get_or_insert(at);
                }
            }
            _ => {}
        }
    }

    fn step(&self) -> Option<Step<'a>> {
        let (_, word) = self.last?;
        let has_condition = self.joined.is_some_and(|(_, condition)| condition.is_some());
        Some(Step { word, is_named: self.is_named, has_condition })
    }

    /// The row that the last step sees.
    fn row(&self, head: &str, names: &dyn Names) -> Visible {
        let before = &self.text[..self.seen];
        let steps = match (self.joined, self.last) {
            // A condition sees what is joined, whatever the join leaves of it.
            (Some((source, Some(condition))), _) => {
                format!("{before} cross join {}", &self.text[source..condition])
            }
            // A column sees those before it.
            (None, Some((_, "derive"))) => {
                format!("{before} {}", whole_items(&self.text[self.seen..]))
            }
            _ => before.to_owned(),
        };
        // The head of the outermost pipeline is in its own text.
        let head = if before.starts_with(head) { "" } else { head };
        row_behind(&format!("{head} {steps}"), names)
    }
}

/// The items of an open list that end with a comma, as a step; empty without any.
fn whole_items(step: &str) -> String {
    let Some(open) = Outline::new(step).open.first().copied() else { return String::new() };
    let inside = &step[open + 1..];
    let closed = Outline::new(inside).open.first().map_or(inside, |at| &inside[..*at]);
    let mut comma = None;
    for_each_token(closed, |reader, at| {
        if reader.peek(',') {
            comma = Some(at);
        }
    });
    comma.map_or_else(String::new, |comma| format!("{}{} }}", &step[..=open], &inside[..comma]))
}

/// The parameters and the queries with names before the first step, those that are whole.
fn head(text: &str) -> &str {
    let closed = Outline::new(text).open.first().map_or(text, |at| &text[..*at]);
    let (mut from, mut last) = (None, 0);
    for_each_token(closed, |reader, at| match reader.peek_ident() {
        Some(word) if word == "from" => _ = from.get_or_insert(at),
        Some(word) if word == "with" || word == "param" => last = at,
        _ => {}
    });
    &text[..from.unwrap_or(last)]
}

/// The row behind the steps of a text.
fn row_behind(text: &str, names: &dyn Names) -> Visible {
    let sink = Sink::ignoring();
    let Some(tokens) = tokens(text, QUERY_MAX, &sink) else { return Visible::default() };
    let view = parse_query(tokens.clone(), &sink);
    if view.steps.len() > STEPS_MAX {
        return Visible::default();
    }
    let env = env(&view, names, &sink);
    if view.templates().is_empty() {
        return visible(&view, &env);
    }
    visible(&parse_query_with(tokens, env.known(&sink), &sink), &env)
}

/// Reads the tokens of a text that has everything closed, with the byte at which each begins; what
/// stands behind a dot is a name, whatever it is called, and left out.
fn for_each_token(text: &str, mut found: impl FnMut(&Reader<'_>, usize)) {
    // The first token tells where the text begins among all that this thread has read.
    let Some(tokens) = tokens(&format!("_ {text}"), QUERY_MAX, &Sink::ignoring()) else { return };
    let buffer = TokenBuffer::new2(tokens);
    let mut reader = Reader::of_text(buffer.begin());
    let origin = reader.span().byte_range().start + "_ ".len();
    reader.skip();
    while !reader.is_end() {
        found(&reader, reader.span().byte_range().start - origin);
        reader.skip();
        if reader.punct('.').is_some() {
            reader.skip();
        }
    }
}

/// A step whose list is what is being written: its word is the last.
fn begins_unfinished(reader: &Reader<'_>) -> bool {
    let mut ahead = *reader;
    let Some(word) = ahead.ident() else { return false };
    let is_step = STEP_WORDS.iter().any(|step| word == step);
    is_step && (ahead.is_end() || (word == "distinct" && ahead.peek_word("on")))
}

fn begins_query(text: &str, open: usize) -> bool {
    let inside = text[open..].strip_prefix('(').map(str::trim_start);
    let behind = inside.and_then(|inside| inside.strip_prefix("from"));
    behind.is_some_and(|behind| !behind.starts_with(is_in_name))
}

/// The word at the end of a text, blanks aside.
fn last_word(text: &str) -> Option<&str> {
    let text = text.trim_end();
    let word = &text[text.trim_end_matches(is_in_name).len()..];
    Some(word).filter(|word| !word.is_empty())
}

/// The names before the dot at the end of a text.
fn dotted(before: &str) -> Option<Vec<&str>> {
    let path = before.strip_suffix('.')?;
    let start = path.trim_end_matches(|c| is_in_name(c) || c == '.').len();
    let names: Vec<&str> = path[start..].split('.').collect();
    names.iter().all(|name| !name.is_empty()).then_some(names)
}
