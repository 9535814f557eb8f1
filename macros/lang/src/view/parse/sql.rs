//! A query of SQL as a query of views, which the help of `select … from …` shows.
//!
//! Clauses come in the order in which they run, names before their values, and the few signs that differ
//! are replaced. It is a proposal: where a part of the query is not known for what it is there is none,
//! and one that could not be read is not shown.

use std::fmt::Write as _;
use std::str::FromStr as _;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::buffer::TokenBuffer;

use super::Parser;
use super::expression::WORDS;
use super::sql_text::{is_word, text, word_of};
use crate::sink::Sink;
use crate::tokens::Reader;
use crate::view::builtins;
use crate::view::signature::FunctionKind;

/// The same query, beginning with `from`; `tokens` begin with `select`.
pub(super) fn as_view(tokens: TokenStream) -> Option<String> {
    let form = query(&tokens.into_iter().collect::<Vec<_>>(), false)?;
    is_read(&form).then_some(form)
}

/// The same behind `exists`, which asks for rows and not for columns.
pub(super) fn as_condition(tokens: TokenStream) -> Option<String> {
    let form = query(&tokens.into_iter().collect::<Vec<_>>(), true)?;
    is_read(&form).then_some(form)
}

/// Whether the parser takes it.
fn is_read(form: &str) -> bool {
    let Ok(tokens) = TokenStream::from_str(form) else { return false };
    let sink = Sink::new();
    let buffer = TokenBuffer::new2(tokens);
    Parser::new(&sink).steps(&mut Reader::of_text(buffer.begin()));
    sink.into_diagnostics().is_empty()
}

/// What begins a clause.
const CLAUSES: [&str; 7] = ["select", "from", "where", "group", "having", "order", "limit"];

/// What this translation does not know.
const OTHERS: [&str; 12] = [
    "union",
    "intersect",
    "minus",
    "offset",
    "fetch",
    "window",
    "qualify",
    "into",
    "contract",
    "audit",
    "view",
    "lateral",
];

/// A query in its clauses, those that are not there empty.
#[derive(Default)]
struct Clauses<'t> {
    parts: [&'t [TokenTree]; CLAUSES.len()],
}

impl<'t> Clauses<'t> {
    fn read(tokens: &'t [TokenTree]) -> Option<Self> {
        let mut clauses = Self::default();
        let (mut current, mut start) = (None, 0);
        let tokens = match tokens {
            [most @ .., TokenTree::Punct(end)] if end.as_char() == ';' => most,
            all => all,
        };
        for (at, token) in tokens.iter().enumerate() {
            let word = word_of(token).unwrap_or_default();
            let is_column =
                at > 0 && matches!(&tokens[at - 1], TokenTree::Punct(dot) if dot.as_char() == '.');
            if is_column {
                continue;
            }
            let is_star =
                current == Some(0) && matches!(tokens.get(at + 1), Some(TokenTree::Group(_)));
            if OTHERS.contains(&word.as_str()) || (word == "except" && !is_star) {
                return None;
            }
            let Some(next) = CLAUSES.iter().position(|clause| *clause == word) else { continue };
            if current.is_some_and(|current| current >= next) {
                return None;
            }
            if let Some(current) = current {
                clauses.parts[current] = &tokens[start..at];
            }
            let has_by = matches!(word.as_str(), "group" | "order");
            if has_by && !tokens.get(at + 1).is_some_and(|by| is_word(by, "by")) {
                return None;
            }
            (current, start) = (Some(next), at + 1 + usize::from(has_by));
        }
        clauses.parts[current?] = tokens.get(start..)?;
        Some(clauses)
    }
}

/// An entry behind `select`.
struct Item {
    /// What it is called, if it says so or is a column.
    name: Option<String>,
    /// Whether that stands there.
    is_named: bool,
    value: String,
    is_aggregate: bool,
    is_star: bool,
}

impl Item {
    fn read(tokens: &[TokenTree]) -> Option<Self> {
        let (value, alias) = match tokens {
            [value @ .., word, alias] if is_word(word, "as") => (value, Some(name(alias)?)),
            // `sum(x) total`
            [value @ .., before, alias @ TokenTree::Ident(word)]
                if !WORDS.contains(&word.to_string().to_lowercase().as_str())
                    && !matches!(before, TokenTree::Punct(_))
                    && !word_of(before).is_some_and(|word| WORDS.contains(&word.as_str())) =>
            {
                (&tokens[..=value.len()], Some(name(alias)?))
            }
            value => (value, None),
        };
        let is_star = matches!(value.last(), Some(TokenTree::Punct(star)) if star.as_char() == '*')
            || value.iter().any(|token| is_word(token, "except"));
        let is_column = matches!(value.last(), Some(TokenTree::Ident(_)))
            && value.iter().all(|token| match token {
                TokenTree::Punct(dot) => dot.as_char() == '.',
                token => matches!(token, TokenTree::Ident(_)),
            });
        let own = value.last().filter(|_| is_column).map(ToString::to_string);
        Some(Self {
            is_named: alias.is_some() && alias != own,
            name: alias.or(own),
            value: text(value)?,
            is_aggregate: has_aggregate(value),
            is_star,
        })
    }

    /// As `select { … }` has it.
    fn written(&self) -> String {
        match (&self.name, self.is_named) {
            (None, _) if self.is_star => self.value.clone(),
            (None, _) => format!("name: {}", self.value),
            (Some(name), true) => format!("{name}: {}", self.value),
            (Some(_), false) => self.value.clone(),
        }
    }
}

/// The name behind `as`, which other languages write in quotes too.
fn name(token: &TokenTree) -> Option<String> {
    let text = token.to_string();
    let plain = text.trim_matches('"');
    syn::parse_str::<proc_macro2::Ident>(plain).ok().map(|name| name.to_string())
}

/// Whether an aggregate that is no window function is called.
fn has_aggregate(tokens: &[TokenTree]) -> bool {
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Group(group) => has_aggregate(&group.stream().into_iter().collect::<Vec<_>>()),
        token => {
            let is_call = matches!(tokens.get(at + 1), Some(TokenTree::Group(_)));
            let over = tokens.get(at + 2).is_some_and(|over| is_word(over, "over"));
            let found = builtins::find(&word_of(token).unwrap_or_default());
            let known = found.iter().any(|builtin| builtin.kind() == FunctionKind::Aggregate);
            is_call && !over && known
        }
    })
}

/// The entries between commas.
fn entries(tokens: &[TokenTree]) -> impl Iterator<Item = &[TokenTree]> {
    let comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ',');
    tokens.split(comma).filter(|entry| !entry.is_empty())
}

/// A whole query. Of what `exists` asks no columns are wanted.
pub(super) fn query(tokens: &[TokenTree], is_asked: bool) -> Option<String> {
    let clauses = Clauses::read(tokens)?;
    let [select, from, condition, group, having, order, limit] = clauses.parts;
    let (is_distinct, select) = match select {
        [word, rest @ ..] if is_word(word, "distinct") => (true, rest),
        all => (false, all),
    };
    if from.is_empty() || select.is_empty() {
        return None;
    }
    let mut view = super::sql_from::sources(from)?;
    if !condition.is_empty() {
        let _ = write!(view, " where {}", text(condition)?);
    }
    let items: Vec<Item> = entries(select).map(Item::read).collect::<Option<_>>()?;
    if is_asked {
        return (group.is_empty() && having.is_empty()).then_some(view);
    }
    let is_grouped = !group.is_empty() || items.iter().any(|item| item.is_aggregate);
    let order = Order::read(order, &items)?;
    match is_grouped {
        true => grouped(&mut view, &items, group, having)?,
        false if !having.is_empty() => return None,
        false => {
            let before = order.as_ref().filter(|order| !order.is_of_items);
            if let Some(order) = before {
                let _ = write!(view, " order by {}", order.written.join(", "));
                // What follows keeps the rows that come first.
                push_limit(&mut view, limit)?;
            }
            selected(&mut view, &items);
        }
    }
    if is_distinct {
        view.push_str(" distinct");
    }
    match order {
        Some(order) if order.is_of_items || is_grouped => {
            let _ = write!(view, " order by {}", order.keys.join(", "));
        }
        // A `distinct` leaves no order behind.
        Some(_) if is_distinct => return None,
        Some(_) => return Some(view),
        None => {}
    }
    push_limit(&mut view, limit)?;
    Some(view)
}

fn push_limit(view: &mut String, limit: &[TokenTree]) -> Option<()> {
    match limit {
        [] => {}
        [number @ TokenTree::Literal(_)] => {
            let _ = write!(view, " limit {number}");
        }
        _ => return None,
    }
    Some(())
}

fn selected(view: &mut String, items: &[Item]) {
    if let [Item { is_star: true, value, .. }] = items
        && value == "*"
    {
        return;
    }
    let written: Vec<String> = items.iter().map(Item::written).collect();
    let _ = write!(view, " select {{ {} }}", written.join(", "));
}

/// `group by { … } aggregate { … }`, and a `where` for what SQL calls `having`.
fn grouped(
    view: &mut String,
    items: &[Item],
    group: &[TokenTree],
    having: &[TokenTree],
) -> Option<()> {
    let mut keys = Vec::new();
    let mut names = Vec::new();
    for key in entries(group) {
        let value = text(key)?;
        let number = value.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let item = match number {
            Some(number) => Some(items.get(number)?),
            None => {
                items.iter().find(|item| item.value == value || item.name.as_ref() == Some(&value))
            }
        };
        let item = match item {
            Some(item) => item,
            None => &Item::read(key)?,
        };
        names.push(item.name.clone()?);
        keys.push(item.written());
    }
    let mut aggregates = Vec::new();
    let mut wanted = Vec::new();
    let mut having = if having.is_empty() { None } else { Some(text(having)?) };
    for item in items {
        if !item.is_aggregate {
            // What is neither a key nor an aggregate is an error in SQL too.
            let name = item.name.clone().filter(|name| names.contains(name))?;
            wanted.push(name);
            continue;
        }
        let own = item.value.split('(').next().unwrap_or_default();
        let name = item.name.clone().unwrap_or_else(|| own.to_owned());
        syn::parse_str::<proc_macro2::Ident>(&name).ok()?;
        having = having.map(|condition| condition.replace(&item.value, &name));
        aggregates.push(format!("{name}: {}", item.value));
        wanted.push(name);
    }
    if !keys.is_empty() {
        let _ = write!(view, " group by {{ {} }}", keys.join(", "));
    }
    let given =
        names.iter().cloned().chain(wanted.iter().filter(|name| !names.contains(name)).cloned());
    let given: Vec<String> = given.collect();
    if !aggregates.is_empty() {
        let _ = write!(view, " aggregate {{ {} }}", aggregates.join(", "));
    }
    if let Some(condition) = having {
        let tokens = TokenStream::from_str(&condition).ok()?;
        if has_aggregate(&tokens.into_iter().collect::<Vec<_>>()) {
            return None;
        }
        let _ = write!(view, " where {condition}");
    }
    if given != wanted {
        let _ = write!(view, " select {{ {} }}", wanted.join(", "));
    }
    Some(())
}

/// The keys of `order by`.
struct Order {
    keys: Vec<String>,
    /// The keys as columns of the rows before.
    written: Vec<String>,
    /// Whether they are columns of the result; otherwise they are those of the rows before.
    is_of_items: bool,
}

impl Order {
    /// `None` within where there are no keys.
    fn read(tokens: &[TokenTree], items: &[Item]) -> Option<Option<Self>> {
        if tokens.is_empty() {
            return Some(None);
        }
        let is_all = matches!(items, [Item { is_star: true, value, .. }] if value == "*");
        let (mut keys, mut written, mut is_of_items) = (Vec::new(), Vec::new(), true);
        for key in entries(tokens) {
            let behind = |token: &TokenTree| {
                word_of(token).is_some_and(|word| matches!(word.as_str(), "asc" | "desc" | "nulls"))
            };
            let end = key.iter().position(behind).unwrap_or(key.len());
            let value = text(&key[..end])?;
            let number = value.parse::<usize>().ok();
            let item = match number {
                Some(number) => Some(items.get(number.checked_sub(1)?)?),
                None => items
                    .iter()
                    .find(|item| item.value == value || item.name.as_ref() == Some(&value)),
            };
            let own = |item: &Item| match (&item.name, item.is_aggregate) {
                (Some(name), _) => Some(name.clone()),
                (None, true) => item.value.split('(').next().map(str::to_owned),
                (None, false) => None,
            };
            let name = item.and_then(own);
            if number.is_some() && name.is_none() {
                return None;
            }
            is_of_items &= name.is_some() || is_all;
            let behind = text(&key[end..])?;
            let behind = if behind.is_empty() { behind } else { format!(" {behind}") };
            written.push(format!("{}{behind}", item.map_or(&value, |item| &item.value)));
            keys.push(format!("{}{behind}", name.unwrap_or(value)));
        }
        Some(Some(Self { keys, written, is_of_items }))
    }
}

/// What a query in parentheses is written as.
pub(super) fn nested(group: &proc_macro2::Group, is_asked: bool) -> Option<Option<String>> {
    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
    let is_query = group.delimiter() == Delimiter::Parenthesis
        && inside.first().is_some_and(|first| is_word(first, "select"));
    is_query.then(|| query(&inside, is_asked))
}
