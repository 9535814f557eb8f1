//! No token stream makes the parser or the checker panic, and what is broken is reported.

use std::str::FromStr as _;

use proc_macro2::{TokenStream, TokenTree};

use super::fixture::World;

const GOOD: &str = "/// Docs.
#[view(materialize = table, key = [file_id], tags = [a, b])]
pub(crate) v =
    from ast_calls as c
    left join crate::files as f on f.file_id == c.file_id and f.size > 3
    where c.bend > c.bstart and span_len(c.bstart, c.bend) < 100 or not f.path like \"%.rs\"
    unnest map_entries(c.attrs) outer as kv
    derive { half: c.bend / 2, sign: case when c.bend > 1 then -1 else cast(\"2\" as i64) end }
    where kv.key is not null and half in (1, 2, c.pos.line)
    group by { c.file_id, lang: coalesce(f.lang, normalize(c.path, fold => false)) }
    aggregate { n: count(), files: count(distinct c.path), longest: max(half) - min(sign) }
    where n > 2
    order by n desc nulls first, file_id
    limit 10
    contract { file_id: String, lang: String, n: i64, files: i64, longest: i64 }";

fn check(tokens: TokenStream) -> usize {
    World::default().define(&tokens.to_string()).len()
}

#[test]
fn the_good_view_is_good() {
    let diagnostics = World::default().define(GOOD);
    assert_eq!(crate::render::short_report(GOOD, &diagnostics), "");
}

#[test]
fn a_view_cut_anywhere_is_reported() {
    let tokens: Vec<TokenTree> = TokenStream::from_str(GOOD).unwrap().into_iter().collect();
    for end in 0..tokens.len() {
        let cut: TokenStream = tokens[..end].iter().cloned().collect();
        // A cut between two steps leaves a whole view, whose columns the key may not name.
        check(cut);
    }
}

#[test]
fn a_view_without_one_token_does_not_panic() {
    fn without(tokens: TokenStream, skip: &mut usize) -> TokenStream {
        let mut kept = Vec::new();
        for tree in tokens {
            if *skip == 0 {
                *skip = usize::MAX;
                continue;
            }
            *skip = skip.wrapping_sub(1);
            kept.push(match tree {
                TokenTree::Group(group) => {
                    let inside = without(group.stream(), skip);
                    proc_macro2::Group::new(group.delimiter(), inside).into()
                }
                other => other,
            });
        }
        kept.into_iter().collect()
    }
    let tokens = TokenStream::from_str(GOOD).unwrap();
    for position in 0..GOOD.split_whitespace().count() * 4 {
        check(without(tokens.clone(), &mut position.clone()));
    }
}

#[test]
fn arbitrary_tokens_do_not_panic() {
    const WORDS: [&str; 56] = [
        "from",
        "ast_calls",
        "as",
        "c",
        "join",
        "left",
        "on",
        "where",
        "unnest",
        "outer",
        "derive",
        "select",
        "group",
        "by",
        "aggregate",
        "order",
        "limit",
        "contract",
        "desc",
        "nulls",
        "first",
        "not",
        "and",
        "or",
        "is",
        "null",
        "in",
        "like",
        "case",
        "when",
        "then",
        "else",
        "end",
        "cast",
        "count",
        "span_len",
        "{ }",
        "( )",
        "[ ]",
        "{ c.path , n : c.bend }",
        "( c.bend , 1 )",
        ".",
        ",",
        ":",
        "::",
        "=",
        "==",
        "=>",
        "<",
        ">",
        "-",
        "*",
        "1",
        "\"x\"",
        "#",
        "'a'",
    ];
    // A linear congruential generator: the same texts in every run.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(state >> 33).unwrap() % bound
    };
    for _ in 0..3_000 {
        let mut text = String::from("pub v = from ast_calls as c ");
        for _ in 0..next(14) {
            text.push_str(WORDS[next(WORDS.len())]);
            text.push(' ');
        }
        check(TokenStream::from_str(&text).unwrap());
    }
}

/// What is documented is so: one more is refused.
#[test]
fn parentheses_nest_41_deep() {
    let report = |depth: usize| {
        let (open, close) = ("(".repeat(depth), ")".repeat(depth));
        let text =
            format!("v = from ast_calls as c where {open}c.bend == 1{close} select {{ c.path }}");
        let found = World::default().define(&text);
        found.iter().map(|found| found.message.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(report(41), Vec::<String>::new());
    assert_eq!(
        report(42),
        ["this is nested too deeply [V0018]\n\
          help: compute a part of it in `derive { … }`, or write `x in (…)` for many `==`"]
    );
}

#[test]
fn deep_nesting_is_an_error() {
    let deep = [
        format!("v = from ast_calls as c where {}true{}", "(".repeat(300), ")".repeat(300)),
        format!("v = from ast_calls as c where {}true", "not ".repeat(5_000)),
        format!("v = from ast_calls as c where c.bend == 1{}", " or c.bend == 1".repeat(5_000)),
        format!("v = from ast_calls as c where c{} == 1", ".x".repeat(5_000)),
        format!("v = from ast_calls as c where {}1 > 0", "-".repeat(5_000)),
    ];
    for text in &deep {
        let diagnostics = World::default().define(text);
        assert_eq!(diagnostics.len(), 1, "{}", crate::render::short_report("", &diagnostics));
        assert_eq!(diagnostics[0].message.code, "V0018");
    }
    let deep_type = format!("table t {{ x: {}i64{} }}", "List<".repeat(2_000), ">".repeat(2_000));
    assert_eq!(World::default().define(&deep_type).len(), 1);
}
