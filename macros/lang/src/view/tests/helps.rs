//! A help that gives a form to write is held to it: the form is pasted where it may be meant, and
//! then this error is gone and no other has come.
//!
//! The message does not say what a form replaces: it may be tokens in or around the underlined text,
//! or be added somewhere. One place that helps is enough. Not tried is what leaves something to the
//! reader (`…`), what is an example ("for instance"), what a form "gives", and single words that are
//! not what the help says to write; [`TELLING`] are the codes whose helps speak of other places.

use std::str::FromStr as _;

use proc_macro2::{Span, TokenStream, TokenTree};

use super::fixture::World;
use super::{TOPICS, split_texts};
use crate::sink::Diagnostic;
use crate::view::parse::words::STEP_WORDS;

/// How many tokens to each side of the underlined text a form may replace.
const AROUND: usize = 12;

/// Codes whose helps are no replacements, each with what they speak of.
const TELLING: [(&str, &str); 14] = [
    ("V0022", "what columns look like"),
    ("V0064", "a step to be added, whose column is then read instead"),
    ("V0065", "a command"),
    ("V0116", "other ways to read rows"),
    ("V0140", "a field of the user's struct"),
    ("V0170", "a step to be added, whose columns the star then stands for"),
    ("V0206", "a use, with the template's own names"),
    ("V0207", "a use, with the template's own names"),
    ("V0208", "a use, with the template's own names"),
    ("V0211", "a use, with the template's own names"),
    ("V0243", "an option before the view"),
    ("V0252", "a command"),
    ("V0253", "a command"),
    ("V0254", "a line of a file"),
];

/// Of the reported errors, six of ten come with something to paste that was pasted and helps. The others
/// have no cure that could be known, or one of several tokens that is told in words.
#[test]
fn what_a_help_says_to_write_can_be_written_for_most_messages() {
    let (mut wrong, mut helped, mut all) = (Vec::new(), 0, 0);
    for (topic, cases) in TOPICS {
        for (name, texts) in split_texts(cases) {
            for Tried { code, failed, helps } in tried(&texts) {
                all += 1;
                helped += usize::from(helps);
                wrong.extend(failed.iter().map(|form| format!("{topic}/{name}: {code} `{form}`")));
            }
        }
    }
    assert_eq!(wrong, [""; 0], "\n{}", wrong.join("\n"));
    assert!(helped * 10 >= all * 6, "{helped} of {all} can be pasted");
}

/// Whatever the grammar wants, and whatever has no value, there is something that can be done.
#[test]
fn what_is_expected_has_an_example() {
    let all = super::all_diagnostics();
    let lacks = |found: &&Diagnostic| {
        ["V0001", "V0014", "V0124"].contains(&found.message.code) && found.message.helps.is_empty()
    };
    let without: Vec<String> =
        all.iter().filter(lacks).map(|found| found.message.to_string()).collect();
    assert_eq!(without, [""; 0]);
}

/// What became of a message whose forms were pasted.
struct Tried {
    code: &'static str,
    /// Forms that should help and do not.
    failed: Vec<String>,
    /// Whether one of them helps.
    helps: bool,
}

/// Pastes the forms of all messages of a case: those that help leave neither the error nor another one.
fn tried(texts: &[&str]) -> Vec<Tried> {
    let mut world = World::default();
    let found: Vec<Vec<Diagnostic>> = texts.iter().map(|text| world.define(text)).collect();
    let before: Vec<&str> = found.iter().flatten().map(|found| found.message.code).collect();
    let mut tried = Vec::new();
    for (position, diagnostics) in found.iter().enumerate() {
        for diagnostic in diagnostics {
            let code = diagnostic.message.code;
            let after = without(&before, code);
            let helps = |form: &String| {
                pasted(texts[position], diagnostic, form).any(|pasted| {
                    let mut changed = texts.to_vec();
                    changed[position] = &pasted;
                    codes(&changed).is_some_and(|mut codes| {
                        // Columns of one name are told of when nothing else is wrong.
                        codes.retain(|code| *code != "V0059");
                        is_part_of(codes, &after)
                    })
                })
            };
            let told = TELLING.iter().any(|(telling, _)| *telling == code);
            let forms = if told { Vec::new() } else { forms(diagnostic) };
            let (good, failed): (Vec<_>, Vec<_>) = forms.into_iter().partition(helps);
            let helps = !good.is_empty() || choices(diagnostic).iter().any(helps);
            tried.push(Tried { code, failed, helps });
        }
    }
    tried
}

/// Messages whose first line says what to write, and which of the texts between backticks it is.
const WRITTEN: [(&str, usize); 3] = [("V0014", 0), ("V0015", 1), ("V0096", 0)];

/// What is between backticks in the helps, or in the first line of some, and can be pasted.
fn forms(diagnostic: &Diagnostic) -> Vec<String> {
    let message = &diagnostic.message;
    let mut forms = Vec::new();
    if let Some((_, nth)) = WRITTEN.iter().find(|(code, _)| *code == message.code) {
        forms.extend(message.text.split('`').nth(2 * nth + 1).map(str::to_owned));
    }
    for help in message
        .helps
        .iter()
        .filter(|_| !["V0004", "V0032", "V0056", "V0071"].contains(&message.code))
    {
        if help.contains("there is ") || help.contains("for instance") {
            continue;
        }
        let alone = help.starts_with('`') && help.matches('`').count() == 2;
        let written = alone || help.contains("did you mean") || help.contains("write");
        let written = written || help.starts_with("promise ");
        let before = help.split(" gives ").next().unwrap_or_default();
        forms.extend(before.split('`').skip(1).step_by(2).filter_map(|form| {
            let words =
                form.split_whitespace().all(|word| word == "by" || STEP_WORDS.contains(&word));
            let single = form.chars().all(|c| c.is_alphanumeric() || c == '_');
            let sign = !form.contains(|c: char| c.is_alphanumeric());
            let told = form.starts_with('#')
                || form.ends_with('!')
                || words
                || sign
                || (single && !written);
            (!told).then(|| form.to_owned())
        }));
    }
    forms.retain(|form| !form.contains('…'));
    forms
}

/// What may be meant, and need not be: names that a help lists to choose from, the steps that it names, the
/// token that is missing, a name whose uses would have to follow, and a type whose parameters can be others.
fn choices(diagnostic: &Diagnostic) -> Vec<String> {
    let message = &diagnostic.message;
    let quoted =
        |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let lists = message.helps.iter().filter_map(|help| help.split("there is ").nth(1));
    let mut choices: Vec<String> = lists.flat_map(quoted).collect();
    match message.code {
        "V0001" => {
            let wanted =
                message.text.strip_prefix("expected `").and_then(|rest| rest.split('`').next());
            choices.extend(wanted.map(str::to_owned));
        }
        "V0004" | "V0008" | "V0032" | "V0056" | "V0071" => {
            choices.extend(message.helps.iter().flat_map(|help| quoted(help)))
        }
        _ => {}
    }
    choices.retain(|choice| !choice.contains('…'));
    choices
}

/// The text with the form over some of the tokens in and around the underlined ones, then with the
/// form between two tokens, as a part of a list or not.
fn pasted<'a>(
    text: &'a str,
    diagnostic: &Diagnostic,
    form: &'a str,
) -> impl Iterator<Item = String> + 'a {
    let mut tokens = Vec::new();
    flatten(TokenStream::from_str(text).unwrap(), &mut tokens);
    let (start, end) = (diagnostic.start.byte_range().start, diagnostic.end.byte_range().end);
    let first = tokens.iter().position(|token| token.1 > start).unwrap_or(0);
    let last = tokens.iter().rposition(|token| token.0 < end).unwrap_or(first).max(first);
    let near = first.saturating_sub(AROUND)..tokens.len().min(last + AROUND);
    let mut ranges = vec![(0, start, end)];
    // What the whole rest of a list is to be.
    if let Some(end) = end_of_list(&tokens, first) {
        ranges.push((1, start, tokens[end].1));
    }
    for from in near.clone() {
        for to in from..near.end {
            let touches = from <= last && to >= first;
            if touches && is_balanced(&tokens[from..=to]) {
                let apart = from.abs_diff(first) + to.abs_diff(last);
                ranges.push((apart, tokens[from].0, tokens[to].1));
            }
        }
    }
    ranges.sort_unstable();
    let over = ranges
        .into_iter()
        .map(move |(_, from, to)| format!("{} {form} {}", &text[..from], &text[to..]));
    let added = tokens.into_iter().flat_map(move |(_, at, _)| {
        let (before, after) = text.split_at(at);
        [format!("{before} {form} {after}"), format!("{before}, {form} {after}")]
    });
    over.chain(added)
}

/// The last token of the list that this one is in.
fn end_of_list(tokens: &[Token], first: usize) -> Option<usize> {
    let mut depth = 0;
    let within = tokens[first..].iter().take_while(|(_, _, change)| {
        depth += change;
        depth >= 0
    });
    (first + within.count()).checked_sub(1)
}

/// Start, end and what it does to the depth.
type Token = (usize, usize, i32);

fn flatten(tokens: TokenStream, flat: &mut Vec<Token>) {
    let token = |span: Span, depth| (span.byte_range().start, span.byte_range().end, depth);
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => {
                flat.push(token(group.span_open(), 1));
                flatten(group.stream(), flat);
                flat.push(token(group.span_close(), -1));
            }
            other => flat.push(token(other.span(), 0)),
        }
    }
}

fn is_balanced(tokens: &[Token]) -> bool {
    let mut depth = 0;
    let never_below = tokens.iter().all(|(_, _, change)| {
        depth += change;
        depth >= 0
    });
    never_below && depth == 0
}

/// The codes of all errors of a case; `None` for what is no text of tokens.
fn codes(texts: &[&str]) -> Option<Vec<&'static str>> {
    let mut world = World::default();
    let mut codes = Vec::new();
    for text in texts {
        TokenStream::from_str(text).ok()?;
        codes.extend(world.define(text).iter().map(|diagnostic| diagnostic.message.code));
    }
    Some(codes)
}

fn without<'a>(codes: &[&'a str], code: &str) -> Vec<&'a str> {
    let mut rest = codes.to_vec();
    let at = rest.iter().position(|other| *other == code);
    at.map(|at| rest.remove(at));
    rest
}

fn is_part_of(codes: Vec<&str>, of: &[&str]) -> bool {
    let mut of = of.to_vec();
    codes.iter().all(|code| match of.iter().position(|other| other == code) {
        Some(at) => {
            of.remove(at);
            true
        }
        None => false,
    })
}
