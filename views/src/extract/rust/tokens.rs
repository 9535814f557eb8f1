//! Macros: their invocations, and what looks like a call among the tokens that they are given.

use std::borrow::Cow;

use tree_sitter::Node;

use crate::extract::columns::Attr;
use crate::extract::python::NO_NAME;
use crate::extract::rust::{path, string_literal};
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
    visitor.push_call(&Call { kind: "macro", callee, name, arg_count, place, attrs });
}

/// The names before brackets that stand directly between one pair of them, or in one repetition
/// (`$(…)*`); inner pairs come when they are walked. One pass, so that the work is linear in the
/// tokens.
pub(crate) fn token_tree<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>) {
    let tokens: Vec<Node<'t>> = node.children(&mut visitor.probe).collect();
    let mut path = Path::default();
    for token in tokens {
        if token.kind() != "token_tree" || path.angles > 0 {
            path.push(token, visitor.source.text_of(token));
            continue;
        }
        let round = visitor.source.text_of(token).starts_with('(');
        if let Some(first) = path.first
            && path.is_call(round)
        {
            let place = visitor.place_between(first, token);
            visitor.push_ref("in_macro", &path.text, path.name, place);
        }
        path = Path::default();
    }
}

/// The names and separators just before a bracket.
#[derive(Debug, Default)]
struct Path<'a, 't> {
    first: Option<Node<'t>>,
    text: String,
    name: Option<&'a str>,
    ends_with_name: bool,
    is_macro: bool,
    follows_fn: bool,
    /// How many brackets of `name::<T>` are open.
    angles: usize,
}

impl<'a, 't> Path<'a, 't> {
    fn push(&mut self, token: Node<'t>, text: &'a str) {
        if self.angles > 0 {
            return self.push_type_argument(token.kind());
        }
        match token.kind() {
            "<" if self.name.is_some() && self.text.ends_with("::") => self.angles = 1,
            "identifier" | "self" | "super" | "crate" | "metavariable" | "primitive_type"
                if !KEYWORDS.contains(&text) =>
            {
                if self.ends_with_name || self.is_macro {
                    *self = Self::default();
                }
                self.first = self.first.or(Some(token));
                self.text.push_str(text);
                self.name = Some(text);
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
            kind => *self = Self { follows_fn: kind == "fn", ..Self::default() },
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
