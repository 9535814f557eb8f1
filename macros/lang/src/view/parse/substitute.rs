//! The text of a template with the columns of a use in the places of its parameters.
//!
//! It is done with tokens, so that whatever a step can say of a column can be said of a parameter.
//! A name is a parameter's unless it is a word of the language or that of a function: `order` in
//! `order by r.order` is one of each.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

use super::words::STEP_WORDS;
use crate::tokens::name_of;

/// What a parameter stands for.
#[derive(Clone)]
pub(super) struct Columns {
    /// Its name.
    pub(super) name: String,
    /// The columns.
    pub(super) columns: Vec<Ident>,
    /// Whether it is written `...name`.
    pub(super) many: bool,
}

/// Every token at one place.
pub(super) fn placed(tokens: TokenStream, span: Span) -> TokenStream {
    let place = |mut tree: TokenTree| {
        if let TokenTree::Group(group) = &tree {
            tree = Group::new(group.delimiter(), placed(group.stream(), span)).into();
        }
        tree.set_span(span);
        tree
    };
    tokens.into_iter().map(place).collect()
}

/// Puts columns in the places of parameters. An entry that begins with `...` is repeated for each
/// column of the parameter in it.
///
/// `alone` is told of each mention of a parameter for several columns outside of such an entry.
pub(super) fn substituted(
    tokens: TokenStream,
    params: &[Columns],
    alone: &mut dyn FnMut(&Ident),
) -> TokenStream {
    inside(tokens, Delimiter::None, params, alone)
}

fn inside(
    tokens: TokenStream,
    delimiter: Delimiter,
    params: &[Columns],
    alone: &mut dyn FnMut(&Ident),
) -> TokenStream {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = TokenStream::new();
    let mut at = 0;
    while at < trees.len() {
        if !is_spread(&trees[at..]) {
            out.extend([one(&trees, at, delimiter, params, alone)]);
            at += 1;
            continue;
        }
        let entry = &trees[at + 3..];
        let comma = |tree: &TokenTree| matches!(tree, TokenTree::Punct(p) if p.as_char() == ',');
        let length = entry.iter().position(comma).unwrap_or(entry.len());
        let entry = &entry[..length];
        let spread = params.iter().position(|param| param.many && mentions(entry, &param.name));
        let entry: TokenStream = entry.iter().cloned().collect();
        match spread {
            Some(spread) => {
                for (i, column) in params[spread].columns.iter().enumerate() {
                    if i > 0 {
                        let mut comma = Punct::new(',', Spacing::Alone);
                        comma.set_span(trees[at].span());
                        out.extend([TokenTree::from(comma)]);
                    }
                    let mut params = params.to_vec();
                    params[spread].columns = vec![column.clone()];
                    params[spread].many = false;
                    out.extend(inside(entry.clone(), delimiter, &params, alone));
                }
            }
            // The dots stay: the parser says what is wrong with them.
            None => {
                out.extend(trees[at..at + 3].iter().cloned());
                out.extend(inside(entry, delimiter, params, alone));
            }
        }
        at += 3 + length;
    }
    out
}

/// `...`
fn is_spread(trees: &[TokenTree]) -> bool {
    let dot = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '.');
    trees.len() >= 3 && trees[..3].iter().all(dot)
}

fn mentions(trees: &[TokenTree], name: &str) -> bool {
    trees.iter().any(|tree| match tree {
        TokenTree::Ident(ident) => name_of(ident) == name,
        TokenTree::Group(group) => mentions(&group.stream().into_iter().collect::<Vec<_>>(), name),
        _ => false,
    })
}

/// The token at this position.
fn one(
    trees: &[TokenTree],
    at: usize,
    delimiter: Delimiter,
    params: &[Columns],
    alone: &mut dyn FnMut(&Ident),
) -> TokenTree {
    match &trees[at] {
        TokenTree::Group(group) => {
            let delimiter = group.delimiter();
            let inside = inside(group.stream(), delimiter, params, alone);
            let mut copy = Group::new(delimiter, inside);
            copy.set_span(group.span());
            copy.into()
        }
        TokenTree::Ident(ident) if is_column(trees, at, delimiter, &name_of(ident)) => {
            let param = params.iter().find(|param| name_of(ident) == param.name);
            if param.is_some_and(|param| param.many) {
                alone(ident);
            }
            let column = param.and_then(|param| param.columns.first());
            column.unwrap_or(ident).clone().into()
        }
        tree => tree.clone(),
    }
}

/// Whether a name could be that of a column where it stands.
fn is_column(trees: &[TokenTree], at: usize, delimiter: Delimiter, name: &str) -> bool {
    let is = |tree: Option<&TokenTree>, wanted: char| matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted);
    let (next, second) = (trees.get(at + 1), trees.get(at + 2));
    // `f(key => 1)`, `other<R>(key: path)`, but not `select { key: 1 }`.
    let names_an_argument = (is(next, '=') && is(second, '>'))
        || (delimiter == Delimiter::Parenthesis && is(next, ':'));
    if names_an_argument || (is(next, ':') && is(second, ':')) {
        return false;
    }
    let after_dot = at > 0 && is(trees.get(at - 1), '.');
    let after_path = at > 1 && is(trees.get(at - 1), ':') && is(trees.get(at - 2), ':');
    if after_dot || after_path {
        return !after_path;
    }
    let begins_step = STEP_WORDS.contains(&name);
    match next {
        Some(TokenTree::Group(group)) => match group.delimiter() {
            Delimiter::Parenthesis => false,
            Delimiter::Brace => !begins_step,
            _ => true,
        },
        Some(TokenTree::Ident(word)) => *word != "by" && !(begins_step && *word == "join"),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::{format_ident, quote};

    fn with(tokens: TokenStream) -> String {
        let columns = |name: &str, columns: &[&str], many| Columns {
            name: name.to_owned(),
            columns: columns.iter().map(|name| format_ident!("{name}")).collect(),
            many,
        };
        let params = [columns("order", &["at"], false), columns("parts", &["a", "b"], true)];
        let mut alone = Vec::new();
        let tokens = substituted(tokens, &params, &mut |ident| alone.push(ident.to_string()));
        format!("{tokens} {}", alone.join(" ")).trim_end().to_owned()
    }

    #[test]
    fn words_of_the_language_stay() {
        let text = quote!(order by r.order desc where order(order, order => 1) > order limit 1
            join other<R>(order: order) as o select { order: o.order });
        let wanted = quote!(order by r.at desc where order(at, order => 1) > at limit 1
            join other<R>(order: at) as o select { at: o.at });
        assert_eq!(with(text), wanted.to_string());
    }

    #[test]
    fn an_entry_is_repeated() {
        let text = quote!(f(x, ...coalesce(r.parts, order), 1) g(...parts));
        let wanted = quote!(f(x, coalesce(r.a, at), coalesce(r.b, at), 1) g(a, b));
        assert_eq!(with(text), wanted.to_string());
        assert_eq!(with(quote!(f(parts))), "f (a) parts");
    }
}
