//! The relations that a query of SQL reads, as steps.

use std::fmt::Write as _;

use proc_macro2::{Delimiter, TokenTree};

use super::sql_text::{is_word, text, word_of};

/// The words before `join`, and `join` itself.
const JOINS: [&str; 8] = ["join", "inner", "left", "right", "full", "cross", "outer", "natural"];

/// What stands behind `from`.
pub(super) fn sources(tokens: &[TokenTree]) -> Option<String> {
    let (first, alias, mut rest) = relation(tokens)?;
    let mut steps = format!("from {first}");
    let mut joins = 0;
    while !rest.is_empty() {
        let words: Vec<String> =
            rest.iter().map_while(word_of).take_while(|word| is_join_word(word)).collect();
        rest = rest.get(words.len()..)?;
        let kind = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["join"] | ["inner", "join"] => "join",
            ["left", "join"] | ["left", "outer", "join"] => "left join",
            ["right", "join"] | ["right", "outer", "join"] => "right join",
            ["full", "join"] | ["full", "outer", "join"] => "full join",
            ["cross", "join"] => "cross join",
            _ => return None,
        };
        let (joined, its_alias, behind) = relation(rest)?;
        let _ = write!(steps, " {kind} {joined}");
        joins += 1;
        rest = match behind {
            [on, condition @ ..] if is_word(on, "on") => {
                let end = next_join(condition);
                let _ = write!(steps, " on {}", text(&condition[..end])?);
                &condition[end..]
            }
            [using, TokenTree::Group(columns), rest @ ..]
                if is_word(using, "using") && joins == 1 =>
            {
                let columns: Vec<TokenTree> = columns.stream().into_iter().collect();
                let names = columns.iter().filter_map(|token| match token {
                    TokenTree::Ident(name) => Some(name.to_string()),
                    _ => None,
                });
                let equal = names.map(|name| format!("{alias}.{name} == {its_alias}.{name}"));
                let _ = write!(steps, " on {}", equal.collect::<Vec<_>>().join(" and "));
                rest
            }
            rest if kind == "cross join" => rest,
            _ => return None,
        };
    }
    Some(steps)
}

fn is_join_word(word: &str) -> bool {
    JOINS.contains(&word)
}

/// Where the next join begins.
fn next_join(tokens: &[TokenTree]) -> usize {
    let begins = |at: usize| {
        let word = |at: usize| tokens.get(at).and_then(word_of).unwrap_or_default();
        word(at) == "join" || (is_join_word(&word(at)) && is_join_word(&word(at + 1)))
    };
    (0..tokens.len()).find(|at| begins(*at)).unwrap_or(tokens.len())
}

/// A relation as it is written here, the name by which columns speak of it, and what follows it.
fn relation(tokens: &[TokenTree]) -> Option<(String, String, &[TokenTree])> {
    let (relation, own, mut rest) = match tokens {
        [TokenTree::Group(group), rest @ ..] if group.delimiter() == Delimiter::Parenthesis => {
            (format!("({})", super::sql::nested(group, false)??), None, rest)
        }
        [TokenTree::Ident(name), rest @ ..] => {
            let mut name = name.to_string();
            let mut rest = rest;
            // A schema: relations have one name here.
            while let [TokenTree::Punct(dot), TokenTree::Ident(last), behind @ ..] = rest
                && dot.as_char() == '.'
            {
                name = last.to_string();
                rest = behind;
            }
            (name.clone(), Some(name), rest)
        }
        _ => return None,
    };
    if let [word, behind @ ..] = rest
        && is_word(word, "as")
    {
        rest = behind;
    }
    match rest {
        [TokenTree::Ident(alias), behind @ ..] => {
            let word = alias.to_string().to_lowercase();
            if !is_join_word(&word) && !matches!(word.as_str(), "on" | "using") {
                return Some((format!("{relation} as {alias}"), alias.to_string(), behind));
            }
        }
        [] => {}
        [TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_), ..] => return None,
    }
    let own = own?;
    Some((relation, own, rest))
}
