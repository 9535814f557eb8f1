//! Tokens of SQL as text of the language, with the signs and words that are written otherwise replaced.

use proc_macro2::{Delimiter, Spacing, TokenTree};

use super::expression::WORDS;
use crate::view::builtins;

/// Words besides [`WORDS`] that SQL writes in upper case.
const MORE_WORDS: [&str; 23] = [
    "null",
    "true",
    "false",
    "case",
    "asc",
    "desc",
    "nulls",
    "first",
    "last",
    "distinct",
    "over",
    "partition",
    "order",
    "by",
    "rows",
    "range",
    "preceding",
    "following",
    "unbounded",
    "current",
    "row",
    "exists",
    "cast",
];

/// A word in lower case.
pub(super) fn word_of(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(word) => Some(word.to_string().to_lowercase()),
        _ => None,
    }
}

/// Whether this is the word, in any case.
pub(super) fn is_word(token: &TokenTree, word: &str) -> bool {
    word_of(token).is_some_and(|found| found == word)
}

/// Whether the word comes first, in any case.
pub(super) fn begins_with(tokens: proc_macro2::TokenStream, word: &str) -> bool {
    tokens.into_iter().next().is_some_and(|first| is_word(&first, word))
}

/// The tokens as they are written here; `None` for what is not known.
pub(super) fn text(tokens: &[TokenTree]) -> Option<String> {
    let mut written = String::new();
    let mut before: Option<&TokenTree> = None;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let next = tokens.get(at + 1);
        at += 1;
        let piece = match token {
            TokenTree::Ident(_) => word(token, next),
            TokenTree::Literal(literal) => match literal.to_string() {
                char if char.starts_with('\'') => format!("{:?}", char.trim_matches('\'')),
                other => other,
            },
            TokenTree::Group(group) => {
                let asked = before.is_some_and(|before| is_word(before, "exists"));
                group_text(group, asked)?
            }
            TokenTree::Punct(_) => {
                let (sign, length) = sign(&tokens[at - 1..])?;
                at += length - 1;
                sign.to_owned()
            }
        };
        if before.is_some_and(|before| is_apart(before, token)) {
            written.push(' ');
        }
        written.push_str(&piece);
        before = tokens.get(at - 1);
    }
    Some(written)
}

/// Words of the language and names of functions are in lower case; names of columns stay.
fn word(token: &TokenTree, next: Option<&TokenTree>) -> String {
    let (written, lower) = (token.to_string(), word_of(token).unwrap_or_default());
    let is_call = matches!(next, Some(TokenTree::Group(_)));
    let is_column = written == lower
        || !(WORDS.contains(&lower.as_str())
            || MORE_WORDS.contains(&lower.as_str())
            || (is_call && builtins::is_builtin(&lower)));
    if is_column { written } else { lower }
}

fn group_text(group: &proc_macro2::Group, is_asked: bool) -> Option<String> {
    if let Some(query) = super::sql::nested(group, is_asked) {
        return Some(format!("({})", query?));
    }
    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
    match (group.delimiter(), inside.as_slice()) {
        // `count(*)`
        (Delimiter::Parenthesis, [TokenTree::Punct(star)]) if star.as_char() == '*' => {
            Some("()".to_owned())
        }
        (Delimiter::Parenthesis, inside) => Some(format!("({})", text(inside)?)),
        (Delimiter::Bracket, inside) => Some(format!("[{}]", text(inside)?)),
        _ => None,
    }
}

/// A sign as it is written here, and how many characters of tokens it was.
fn sign(tokens: &[TokenTree]) -> Option<(&'static str, usize)> {
    const SIGNS: [(&str, &str); 15] = [
        ("<>", "!="),
        ("!=", "!="),
        ("<=", "<="),
        (">=", ">="),
        ("==", "=="),
        ("=", "=="),
        ("<", "<"),
        (">", ">"),
        ("+", "+"),
        ("-", "-"),
        ("*", "*"),
        ("/", "/"),
        ("%", "%"),
        (",", ","),
        (".", "."),
    ];
    let mut run = String::new();
    for token in tokens {
        let TokenTree::Punct(punct) = token else { break };
        run.push(punct.as_char());
        if punct.spacing() == Spacing::Alone {
            break;
        }
    }
    let (sql, own) = SIGNS.into_iter().find(|(sql, _)| run.starts_with(sql))?;
    let known = sql == run || matches!(sql, "," | "." | "*" | "-");
    known.then_some((own, sql.len()))
}

fn is_apart(before: &TokenTree, next: &TokenTree) -> bool {
    let dot = |token: &TokenTree| matches!(token, TokenTree::Punct(dot) if dot.as_char() == '.');
    match next {
        next if dot(before) || dot(next) => false,
        TokenTree::Punct(comma) => comma.as_char() != ',',
        TokenTree::Group(_) => match word_of(before) {
            Some(word) => {
                WORDS.contains(&word.as_str()) || matches!(word.as_str(), "over" | "exists")
            }
            None => true,
        },
        _ => true,
    }
}
