//! Texts that arrive while a program runs: what is reported, with places, and that nothing ends what
//! reads them but an error.

use std::fmt::Write as _;

use super::fixture::{FUNCTIONS, RELATIONS, SPAN};
use crate::cases::split;
use crate::lex::{FILE_MAX, QUERY_MAX, tokens};
use crate::render::Findings;
use crate::sink::{Diagnostic, Sink};
use crate::types::columns_to_text;
use crate::view::file::{Checked, check_file};
use crate::view::messages;
use crate::view::model::{Expr, ExprKind, FunctionRef, Literal, View};
use crate::view::names::{Names, last_name};
use crate::view::query::{STEPS_MAX, check_query};
use crate::view::signature::Signature;
use crate::view::template::Bundle;

/// The relations, functions and types of the other cases, and a function that two modules have.
pub(super) struct Known;

impl Names for Known {
    fn relation(&self, path: &str) -> Option<String> {
        let known = RELATIONS.iter().find(|(name, _)| *name == last_name(path));
        known.map(|(_, columns)| (*columns).to_owned())
    }

    fn function(&self, path: &str) -> Result<Option<String>, Vec<String>> {
        if path == "twice" {
            return Err(vec!["one::twice".to_owned(), "two::twice".to_owned()]);
        }
        let name_of = |text: &&&str| Signature::parse(text).unwrap().name == last_name(path);
        Ok(FUNCTIONS.iter().find(name_of).map(|text| (*text).to_owned()))
    }

    fn named_type(&self, path: &str) -> Option<String> {
        (last_name(path) == "Span").then(|| SPAN.to_owned())
    }

    fn schema_file(&self, path: &str) -> Result<Vec<u8>, String> {
        super::fixture::schema_file(path)
    }

    fn template(&self, path: &str) -> Option<String> {
        let text = "counted<R: Relation>(key, least: i64 = 1) =
            from R as r group by { r.key } aggregate { n: count() } where n >= least";
        let bundle = Bundle { text: text.to_owned(), ..Bundle::default() };
        (last_name(path) == "counted").then(|| bundle.to_text())
    }

    fn templates(&self) -> Vec<String> {
        vec!["counted".to_owned()]
    }

    fn fails(&self, view: &View, expr: &Expr) -> Option<String> {
        assert!(!view.columns.is_empty(), "the view of the constant");
        match &expr.kind {
            ExprKind::Call { function: FunctionRef::Builtin("make_date"), .. } => {
                Some("Month value '13' is out of range".to_owned())
            }
            ExprKind::Call { function: FunctionRef::Builtin("regexp_like"), args } => {
                let ExprKind::Literal(Literal::String(pattern)) = &args[1].kind else {
                    return None;
                };
                pattern.contains('(').then(|| format!("`{pattern}` is not closed"))
            }
            _ => {
                let mut found = None;
                expr.for_each_child(&mut |child| {
                    found = found.take().or_else(|| self.fails(view, child))
                });
                found
            }
        }
    }

    fn relations(&self) -> Vec<String> {
        RELATIONS.iter().map(|(name, _)| (*name).to_owned()).collect()
    }

    fn functions(&self) -> Vec<String> {
        FUNCTIONS.iter().map(|text| Signature::parse(text).unwrap().name).collect()
    }

    fn types(&self) -> Vec<String> {
        vec!["Span".to_owned()]
    }
}

const CASES: &str = include_str!("cases/texts.txt");

fn check(text: &str) -> (Vec<Checked>, Vec<Diagnostic>) {
    let sink = Sink::new();
    let checked = tokens(text, FILE_MAX, &sink).map(|tokens| check_file(tokens, &Known, &sink));
    (checked.unwrap_or_default(), sink.into_diagnostics())
}

/// What is reported of a case; one that is called so is a query whatever it begins with.
fn check_case(name: &str, text: &str) -> (Vec<Checked>, Vec<Diagnostic>) {
    if !name.starts_with("query") {
        return check(text);
    }
    let sink = Sink::new();
    let model =
        tokens(text, QUERY_MAX, &sink).and_then(|tokens| check_query(tokens, &Known, &sink).model);
    let checked = Checked { name: None, is_view: true, columns: model.map(|model| model.columns) };
    (vec![checked], sink.into_diagnostics())
}

/// What is reported of texts that are too large to stand in a file.
fn large_texts() -> Vec<String> {
    vec![
        "x".repeat(FILE_MAX + 1),
        format!("from files where {}true{}", "(".repeat(100_000), ")".repeat(100_000)),
        // What ends a raw string of bytes the lexer knows.
        format!(r###"from br#"\"# {}true{}"###, "(".repeat(100_000), ")".repeat(100_000)),
        format!("from files {}", "where true ".repeat(STEPS_MAX)),
        format!("from files derive {{ a0: 1, {} }}", chain(STEPS_MAX)),
        format!("{} from q29", doubled(30)),
    ]
}

/// Columns each of which is made of the one before.
fn chain(length: usize) -> String {
    (1..=length).map(|i| format!("a{i}: a{} + 1, ", i - 1)).collect()
}

/// Queries each of which reads the one before twice.
fn doubled(count: usize) -> String {
    let query = |i| match i {
        0 => "with q0 = (from files select { path }) ".to_owned(),
        i => format!(
            "with q{i} = (from q{0} as a join q{0} as b on a.path == b.path select {{ a.path }}) ",
            i - 1
        ),
    };
    (0..count).map(query).collect()
}

pub(super) fn all_diagnostics() -> Vec<Diagnostic> {
    let cases = split(CASES).flat_map(|(name, text)| check_case(name, text).1);
    let params = param_messages().map(|message| {
        let span = proc_macro2::Span::call_site();
        Diagnostic { message, start: span, end: span }
    });
    cases.chain(params).chain(large_texts().iter().flat_map(|text| check(text).1)).collect()
}

#[test]
fn texts() {
    let mut report = String::new();
    for (name, text) in split(CASES) {
        writeln!(report, "=== {name}").unwrap();
        let (checked, diagnostics) = check_case(name, text);
        for Checked { name, is_view, columns } in checked.iter().filter(|_| diagnostics.is_empty())
        {
            let kind = if *is_view { "view" } else { "table" };
            let columns = columns.as_deref().map_or("…".to_owned(), columns_to_text);
            writeln!(report, "{kind} {}: {columns}", name.as_deref().unwrap_or("_")).unwrap();
        }
        for finding in Findings::new(diagnostics, text).shown {
            writeln!(report, "error: {}", finding.to_text("q.view")).unwrap();
        }
        report.push('\n');
    }
    insta::with_settings!(
        { omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots" },
        { insta::assert_snapshot!("texts", report) }
    );
}

/// What is said of values that are given besides the text.
fn param_messages() -> impl Iterator<Item = crate::messages::Message> {
    let decimal = crate::types::parse_value_type("Decimal<12, 2>").unwrap().ty;
    let digits = Literal::Int(1 << 40).outside(&decimal).unwrap();
    let messages = [
        messages::unknown_param("query", "sicne", Some("since"), "`since`, `until`"),
        messages::unknown_param("query", "page", None, "`since`, `until`"),
        messages::unknown_param("query", "page", None, ""),
        messages::param_value("late_orders", "since", &crate::types::Type::Date, None),
        messages::param_value("late_orders", "least", &decimal, None),
        messages::param_value("late_orders", "least", &decimal, Some(&digits)),
        messages::param_missing("query", "since", "Date"),
    ];
    messages.into_iter()
}

#[test]
fn values_of_parameters() {
    let texts: Vec<String> = param_messages().map(|message| message.to_string()).collect();
    let expected = [
        "`query` has no parameter `sicne` [V0289]\nhelp: did you mean `since`?",
        "`query` has no parameter `page` [V0289]\nhelp: there is `since`, `until`",
        "`query` has no parameter `page` [V0289]\n\
         help: it has none; one is declared before `from`: `param page: i64 = 1`",
        "the value for `since` of `late_orders` is no `Date` [V0290]\n\
         help: it is written as in `since=2024-02-29`",
        "the value for `least` of `late_orders` is no `Decimal<12, 2>` [V0290]\n\
         help: it is written as in `least=1.5`",
        "the value for `least` of `late_orders` does not fit `Decimal<12, 2>` [V0290]\n\
         help: one has 10 digits before the point at most, and 2 behind it",
        "`query` needs a value for `since: Date` [V0291]\n\
         help: give it, by `--param since=…` on the command line, or a default: \
         `param since: Date = …`",
    ];
    assert_eq!(texts, expected);
}

#[test]
fn large_texts_are_refused_with_one_error() {
    let codes = ["V0278", "V0018", "V0018", "V0279", "V0279", "V0279"];
    for (text, code) in large_texts().iter().zip(codes) {
        let (_, diagnostics) = check(text);
        let [one] = diagnostics.as_slice() else { panic!("{} errors", diagnostics.len()) };
        assert_eq!(one.message.code, code, "{}", one.message);
    }
    let most = format!("from files {}", "where true ".repeat(STEPS_MAX - 1));
    assert!(check(&most).1.is_empty());
}

/// Of the texts above, which are too long to be shown.
#[test]
fn what_is_said_of_large_texts_and_where() {
    let told = |text: &str| {
        let shown = Findings::new(check(text).1, text).shown;
        let [one] = shown.as_slice() else { panic!("{} errors", shown.len()) };
        format!("{}:{}: {}", one.line, one.column, one.message)
    };
    let texts = large_texts();
    assert_eq!(
        told(&texts[0]),
        format!(
            "1:{}: the text has {} bytes; no more than {FILE_MAX} are read [V0278]\n\
             help: constants belong into a table that is joined, parts of a query into views",
            FILE_MAX + 2,
            FILE_MAX + 1,
        )
    );
    // At the last step.
    let column = texts[3].rfind("where").unwrap() + 1;
    assert_eq!(
        told(&texts[3]),
        format!(
            "1:{column}: the text has {} steps; no more than {STEPS_MAX} can be planned [V0279]\n\
             help: name a part of it as a view, `view! {{ part = … }}`, and begin with `from part`",
            STEPS_MAX + 1,
        )
    );
}

#[test]
fn of_many_errors_the_first_are_shown() {
    let text = format!("from files select {{ {} }}", "nothing, ".repeat(1000));
    let Findings { shown, left_out } = Findings::new(check(&text).1, &text);
    assert_eq!((shown.len(), left_out), (50, 950));
    assert_eq!(shown[1].column, shown[0].column + "nothing, ".len());
}

#[test]
fn a_text_cut_at_any_byte_is_an_error_or_none() {
    let text = "view! { pub v = from files as f where f.path like \"%ä\" and 'a b' == r#\"x\"# // c\n \
                and f.size > 'x' /* c */ select { f.path, n: [1, (2)], } }";
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        check(&text[..end]);
        check(&text[end..]);
    }
}

#[test]
fn the_place_of_an_error_is_within_the_text() {
    for (_, text) in split(CASES) {
        for finding in Findings::new(check(text).1, text).shown {
            let line = text.lines().nth(finding.line.saturating_sub(1)).unwrap_or_default();
            assert!(finding.column <= line.chars().count() + 1, "{}", finding.to_text("q"));
        }
    }
}
