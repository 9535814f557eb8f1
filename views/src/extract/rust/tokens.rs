//! Macros: their invocations, and what looks like a call among the tokens that they are given.

use std::borrow::Cow;

use tree_sitter::Node;

use crate::extract::columns::Attr;
use crate::extract::names::Spaces;
use crate::extract::names::rust::space_of;
use crate::extract::python::NO_NAME;
use crate::extract::rust::{last_name, path, string_literal};
use crate::extract::visit::{Call, Visitor};

/// Words that come before round brackets without calling anything.
const KEYWORDS: [&str; 12] =
    ["as", "dyn", "else", "for", "if", "in", "match", "move", "mut", "ref", "return", "while"];

/// `name!(…)`, a row of kind `macro`. Its arguments are what commas separate.
pub(crate) fn macro_call<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>) {
    let Some(invoked) = node.child_by_field_name("macro") else { return };
    let (callee, name) = path(visitor, invoked);
    let mut attrs: Vec<Attr<'_>> = Vec::new();
    let mut arg_count = 0;
    let children: Vec<Node<'_>> = node.named_children(&mut visitor.probe).collect();
    if let Some(tokens) = children.into_iter().find(|child| child.kind() == "token_tree") {
        let tokens: Vec<Node<'_>> = tokens.children(&mut visitor.probe).collect();
        arg_count = argument_count(&tokens);
        let first = tokens.get(1).and_then(|first| string_literal(visitor, *first));
        if let Some(text) = first {
            attrs.push(("first_string", text));
        }
    }
    let place = visitor.place(node);
    let callee = format!("{callee}!");
    let name = name.map(Cow::Borrowed);
    let name_at = Some(last_name(invoked));
    visitor.push_call(&Call { kind: "macro", callee, name, name_at, arg_count, place, attrs });
}

/// The names that stand directly between one pair of brackets, or in one repetition (`$(…)*`);
/// inner pairs come when they are walked. A name before brackets is a call. One pass, so that the
/// work is linear in the tokens.
pub(crate) fn token_tree<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>) {
    let tokens: Vec<Node<'t>> = node.children(&mut visitor.probe).collect();
    let mut path = Path::default();
    for token in tokens {
        if token.kind() != "token_tree" || path.angles > 0 {
            if matches!(token.kind(), "string_literal" | "raw_string_literal") {
                captures(visitor, token);
            }
            if let Some(ended) = path.push(token, visitor.source.text_of(token)) {
                ended.tell(visitor, None);
            }
            continue;
        }
        let round = visitor.source.text_of(token).starts_with('(');
        let call = path.is_call(round).then_some(token);
        std::mem::take(&mut path).tell(visitor, call);
    }
    path.tell(visitor, None);
}

/// The names in `"{name} {name:>width$.digits$}"`, which macros that format take from where they are
/// called.
fn captures<'t>(visitor: &mut Visitor<'_, '_, 't>, literal: Node<'t>) {
    let text = visitor.source.text_of(literal);
    for (at, rest) in text.match_indices('{').map(|(at, _)| (at + 1, &text[at + 1..])) {
        // `{{` is a brace, `{{{` one before a name.
        let before = &text[..at - 1];
        let is_brace = (before.len() - before.trim_end_matches('{').len()) % 2 == 1;
        let Some(hole) = rest.split(['{', '}']).next().filter(|_| !is_brace) else { continue };
        let end = hole.find(':').unwrap_or(hole.len());
        let sizes = hole.match_indices('$').map(|(end, _)| end).filter(|size| *size > end);
        let sizes = sizes.map(|end| (hole[..end].trim_end_matches(is_of_name).len(), end));
        for (from, to) in std::iter::once((0, end)).chain(sizes) {
            let name = &hole[from..to];
            let is_name = name.starts_with(|char: char| char.is_alphabetic() || char == '_');
            if is_name && name.chars().all(is_of_name) && rest[hole.len()..].starts_with('}') {
                let start = literal.start_byte() + at + from;
                let place = ((start, start + name.len()), literal);
                visitor.push_use(("token", Spaces::VALUE), name, name, place, None);
            }
        }
    }
}

fn is_of_name(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// The names and separators just before a bracket.
#[derive(Debug, Default)]
struct Path<'a, 't> {
    first: Option<Node<'t>>,
    text: String,
    name: Option<&'a str>,
    /// The names, with where the text up to each ends.
    names: Vec<(Node<'t>, usize)>,
    ends_with_name: bool,
    is_macro: bool,
    follows_fn: bool,
    /// How many brackets of `name::<T>` are open.
    angles: usize,
    /// The names between them.
    argument: Option<Box<Self>>,
}

impl<'a, 't> Path<'a, 't> {
    /// Adds a token; gives the path before it if it is not a part of that.
    fn push(&mut self, token: Node<'t>, text: &'a str) -> Option<Self> {
        if self.angles > 0 {
            self.push_type_argument(token.kind());
            return match token.kind() {
                "<" | ">" | ">>" => self.argument.take().map(|argument| *argument),
                _ => self.argument.get_or_insert_default().push(token, text),
            };
        }
        let mut ended = None;
        match token.kind() {
            "<" if self.name.is_some() && self.text.ends_with("::") => self.angles = 1,
            "identifier" | "self" | "super" | "crate" | "metavariable" | "primitive_type"
                if !KEYWORDS.contains(&text) =>
            {
                if self.ends_with_name || self.is_macro {
                    ended = Some(std::mem::take(self));
                }
                self.first = self.first.or(Some(token));
                self.text.push_str(text);
                self.name = Some(text);
                self.names.push((token, self.text.len()));
                self.ends_with_name = true;
            }
            separator @ ("::" | ".") => {
                self.first = self.first.or(Some(token));
                // What comes before is something else than names: `f(x).g(y)`.
                if separator == "." && self.text.is_empty() {
                    self.text.push_str(NO_NAME);
                }
                self.text.push_str(separator);
                self.ends_with_name = false;
            }
            "!" if self.ends_with_name => {
                self.text.push('!');
                self.is_macro = true;
                self.ends_with_name = false;
            }
            kind => {
                let next = Self { follows_fn: kind == "fn", ..Self::default() };
                ended = Some(std::mem::replace(self, next));
            }
        }
        ended
    }

    /// Tells the uses of its names: the last is a call if brackets follow.
    fn tell(self, visitor: &mut Visitor<'a, '_, 't>, call: Option<Node<'t>>) {
        if let Some(argument) = self.argument {
            argument.tell(visitor, None);
        }
        let count = self.names.len();
        for (at, (token, end)) in self.names.iter().enumerate() {
            let text = self.text.get(..*end).unwrap_or("");
            let is_last = at + 1 == count;
            match (call, self.first) {
                (Some(brackets), Some(first)) if is_last => {
                    let place = visitor.place_between(first, brackets);
                    let space = if self.is_macro { Spaces::MACRO } else { Spaces::VALUE };
                    visitor.push_ref(("in_macro", space), &self.text, *token, Some(place));
                }
                _ if self.follows_fn || token.kind() != "identifier" => {}
                _ => {
                    let name = visitor.source.text_of(*token);
                    let rest = self.text.get(*end..).unwrap_or("");
                    let space = if rest.starts_with("::") { Spaces::TYPE } else { space_of(name) };
                    visitor.push_ref(("token", space), text, *token, None);
                }
            }
        }
    }

    /// What stands between the angle brackets of a turbofish is no part of the callee's name.
    fn push_type_argument(&mut self, token: &str) {
        match token {
            "<" => self.angles += 1,
            ">" => self.angles -= 1,
            ">>" => self.angles = self.angles.saturating_sub(2),
            _ => {}
        }
        if self.angles == 0 {
            self.text.truncate(self.text.len() - "::".len());
            self.ends_with_name = true;
        }
    }

    fn is_call(&self, round: bool) -> bool {
        !self.follows_fn && (self.is_macro || (round && self.ends_with_name))
    }
}

/// How many arguments there are between the brackets that are the first and last token.
fn argument_count(tokens: &[Node<'_>]) -> i64 {
    let inner = tokens.get(1..tokens.len().saturating_sub(1)).unwrap_or(&[]);
    let Some(last) = inner.last() else { return 0 };
    let commas = inner.iter().filter(|token| token.kind() == ",").count();
    let trailing = usize::from(last.kind() == ",");
    i64::try_from(commas + 1 - trailing).unwrap_or(i64::MAX)
}
