//! Normal forms, folding, blanks and qualified names: tables of cases, and the laws behind them.

use std::borrow::Cow;

use proptest::prelude::*;

use belvedere::Text;

use super::{Form, utf8_normalize, utf8_null_if_blank};

const FORMS: [Form; 4] = [Form::Nfc, Form::Nfd, Form::Nfkc, Form::Nfkd];

/// The function with its defaults.
fn normalize(value: &str) -> Cow<'_, str> {
    utf8_normalize(value, Form::Nfkc, true, true)
}

/// The name that is written, if there is one.
fn qname_normalize(symbol: &str, module: Option<&str>, lang: Option<&str>) -> Option<String> {
    let mut out = Text::default();
    let written = super::qname_normalize(symbol, module, lang, &mut out);
    written.map(|()| out.as_str().to_owned())
}

#[test]
fn the_defaults_compose_fold_and_collapse() {
    for (value, expected) in [
        ("  ﬁRST   Ａ ", "first a"),
        ("Straße", "strasse"),
        ("ΣΑΣ", "σασ"),
        ("İ", "i\u{307}"),
        ("J\u{30c}", "\u{1f0}"),
        ("ΑΙ", "αι"),
        ("´x", "\u{301}x"),
        ("a\u{a0}\u{3000}b\tc\r\nd", "a b c d"),
        ("   ", ""),
        ("", ""),
    ] {
        assert_eq!(normalize(value), expected, "{value:?}");
    }
}

#[test]
fn each_step_can_be_left_out() {
    assert_eq!(utf8_normalize("A  b", Form::Nfc, false, true), "A b");
    assert_eq!(utf8_normalize(" A  b ", Form::Nfc, true, false), " a  b ");
    assert_eq!(utf8_normalize(" \t ", Form::Nfkc, true, false), " \t ");
    assert_eq!(utf8_normalize("´x", Form::Nfkc, true, false), " \u{301}x");
    assert_eq!(utf8_normalize("ﬁ", Form::Nfc, false, false), "ﬁ");
}

/// A view of the text itself can be the result then, without a copy.
#[test]
fn text_that_is_normal_already_is_borrowed() {
    for text in ["", "plain words", "déjà vu", "σασ"] {
        assert!(matches!(normalize(text), Cow::Borrowed(_)), "{text:?}");
    }
}

#[test]
fn the_forms_are_unicode_s_own() {
    let text = "\u{1e9b}\u{323}";
    for (form, expected) in [
        (Form::Nfc, "\u{1e9b}\u{323}"),
        (Form::Nfd, "\u{17f}\u{323}\u{307}"),
        (Form::Nfkc, "\u{1e69}"),
        (Form::Nfkd, "s\u{323}\u{307}"),
    ] {
        assert_eq!(utf8_normalize(text, form, false, false), expected, "{form:?}");
    }
}

#[test]
fn forms_are_read_in_any_case_and_others_are_listed() {
    for (text, form) in
        [("nfc", Form::Nfc), ("NFD", Form::Nfd), ("Nfkc", Form::Nfkc), ("nfkd", Form::Nfkd)]
    {
        assert_eq!(text.parse(), Ok(form));
    }
    assert_eq!(
        "nfx".parse::<Form>().unwrap_err().to_string(),
        "unknown normal form `nfx`: use `nfc`, `nfd`, `nfkc` or `nfkd`"
    );
}

/// Folding a composed character can give one that composes again, or folds further. There is no
/// list of those, so every character of the scripts that have cases or compatibility forms is
/// tried, alone and between marks that it may compose with.
#[test]
fn normalising_every_character_twice_changes_nothing() {
    let scripts = ['\0'..='\u{33ff}', '\u{a640}'..='\u{abff}', '\u{f900}'..='\u{1f2ff}'];
    for character in scripts.into_iter().flatten() {
        let alone = character.to_string();
        if utf8_normalize(&alone, Form::Nfkd, true, false) == alone {
            continue;
        }
        for text in [format!("a{character}\u{345}\u{308}"), alone] {
            for form in FORMS {
                let once = utf8_normalize(&text, form, true, true);
                assert_eq!(utf8_normalize(&once, form, true, true), once, "{text:?} {form:?}");
            }
        }
    }
}

#[test]
fn blanks_become_null_and_nothing_else_changes() {
    for blank in ["", " ", "\t\r\n", "\u{a0}\u{3000}\u{2003}"] {
        assert_eq!(utf8_null_if_blank(blank), None, "{blank:?}");
    }
    for text in ["a", "  a ", "\u{200b}", "\0"] {
        assert_eq!(utf8_null_if_blank(text), Some(text), "{text:?}");
    }
}

#[test]
fn names_are_qualified_by_the_rules_of_their_language() {
    for (symbol, module, lang, expected) in [
        ("Foo", Some("Pkg.Mod"), Some("python"), Some("Pkg.Mod.Foo")),
        ("Foo", Some("Pkg.Mod"), None, Some("Pkg.Mod.Foo")),
        ("Foo", Some("crate::a"), Some("rust"), Some("crate::a::Foo")),
        ("Foo", Some("ns"), Some(" C++ "), Some("ns::Foo")),
        ("Foo", Some("Pkg"), Some("SQL"), Some("pkg.foo")),
        ("STRASSE", Some("Maße"), Some("Ada"), Some("masse.strasse")),
        ("Foo", Some("M"), Some("Visual Basic"), Some("m.foo")),
        ("Foo", Some("M"), Some("klingon"), Some("M.Foo")),
        ("a.B", Some("m"), Some("python"), Some("a.B")),
        ("a::B", Some("m"), Some("rust"), Some("a::B")),
        ("a.B", Some("m"), Some("cobol"), Some("a.b")),
        ("Foo", None, Some("python"), Some("Foo")),
        ("Foo", Some("  "), Some("python"), Some("Foo")),
        ("  ﬁx ", Some(" a\tb "), None, Some("a b.fix")),
        ("  ", Some("m"), Some("python"), None),
        ("", None, None, None),
    ] {
        let name = qname_normalize(symbol, module, lang);
        assert_eq!(name.as_deref(), expected, "{symbol:?} {module:?} {lang:?}");
    }
}

proptest! {
    #[test]
    fn normalising_twice_changes_nothing(
        text in any::<String>(), form in 0..FORMS.len(), fold: bool, collapse: bool,
    ) {
        let once = utf8_normalize(&text, FORMS[form], fold, collapse);
        prop_assert_eq!(&utf8_normalize(&once, FORMS[form], fold, collapse), &once);
    }

    #[test]
    fn collapsed_text_has_single_inner_spaces(text in "[ \t\u{a0}a-c´]{0,12}") {
        let once = normalize(&text);
        prop_assert_eq!(once.trim(), &once);
        prop_assert!(!once.contains("  "));
    }

    #[test]
    fn upper_and_lower_case_are_told_apart_only_where_they_differ(text in any::<String>()) {
        prop_assert_eq!(
            qname_normalize(&text, None, Some("sql")),
            Some(normalize(&text).into_owned()).filter(|name| !name.is_empty())
        );
    }

    #[test]
    fn a_name_that_was_made_stays(symbol in "[a-z]{1,4}", module in "[a-z]{1,4}", rust: bool) {
        let lang = Some(if rust { "rust" } else { "python" });
        let name = qname_normalize(&symbol, Some(&module), lang).unwrap();
        prop_assert_eq!(qname_normalize(&name, Some(&module), lang), Some(name.clone()));
    }
}
