//! Hashes and ids against vectors that Python's `hashlib` computed.

use belvedere::Text;
use belvedere::udf::Planned;
use belvedere::udf::planned::Argument;
use belvedere::udf::types::SEMANTIC_TYPE;
use proptest::prelude::*;

use super::{TooFewParts, kind_of_id, kind_of_values, stable_hash64};

/// What a function writes, as a text.
macro_rules! as_texts {
    ($($name:ident($($param:ident: $ty:ty),*);)*) => {
        $(
            fn $name($($param: $ty),*) -> String {
                Text::of(|out| super::$name($($param,)* out))
            }
        )*
    };
}

as_texts! {
    stable_hash128(value: &str);
    prefixed_hash64(prefix: &str, value: &str);
    stable_id(prefix: &str, value: &str);
    stable_id_parts(prefix: &str, parts: &[Option<&str>]);
    prefixed_hash_parts64(prefix: &str, parts: &[Option<&str>]);
    stable_hash_any(value: Option<&str>, canonical: Option<bool>, sentinel: Option<&str>);
    span_id(
        prefix: &str,
        path: Option<&str>,
        bstart: Option<i64>,
        bend: Option<i64>,
        kind: &[Option<&str>]
    );
}

/// What a function writes that may give NULL or fail.
fn tried(
    write: impl FnOnce(&mut Text) -> Result<Option<()>, TooFewParts>,
) -> Result<Option<String>, TooFewParts> {
    let mut out = Text::default();
    let written = write(&mut out)?;
    Ok(written.map(|()| out.as_str().to_owned()))
}

fn stable_id_parts_required(
    prefix: &str,
    required: i64,
    parts: &[Option<&str>],
) -> Result<Option<String>, TooFewParts> {
    tried(|out| super::stable_id_parts_required(prefix, required, parts, out))
}

/// Text, `hash64`, `hash128`: `hashlib.blake2b(text, digest_size=8 or 16)`.
const VECTORS: [(&str, i64, &str); 9] = [
    ("", 7_252_660_547_403_494_068, "cae66941d9efbd404e4d88758ea67670"),
    ("alpha", 5_982_700_193_828_047_002, "b52f7e54cd313e691148cc2c80345831"),
    ("beta", 1_390_570_534_839_725_742, "3fbcb3213a60fe28c29ec4283042c6e2"),
    ("gamma", 8_666_994_792_918_649_077, "1ad1681ff58b47897848793151cb45d1"),
    ("delta", 6_315_955_185_590_287_590, "7fe3792fbdd937674be221ed030739da"),
    ("é", 5_411_848_509_986_117_935, "d4b1b0202b21bb84e60a3d272ecab0db"),
    ("__NULL__", 1_577_052_789_191_928_133, "a57b800059f43b1b7b599199eb6e1b74"),
    ("a\u{1f}b", 8_668_388_485_945_676_816, "065ab5741cdfad44687cf119c1eb4ec9"),
    ("a\u{1f}__NULL__", 8_982_507_147_066_422_756, "e572d4f485d45f5df562e024a5aa26e5"),
];

/// Texts of which only `hash128` is known.
const VECTORS_128: [(&str, &str); 5] = [
    ("1\u{1f}true", "814f0cfc0a52a87030557b6632d99413"),
    ("p.py\u{1f}10\u{1f}20", "aff188e6595b7a1cc328aa47e8b4bfb9"),
    ("p.py\u{1f}10\u{1f}20\u{1f}call", "af352f784e1288ea78855835265f8fc1"),
    ("fi", "2abfbacd4688fba9a1b35ca7741ca279"),
    ("42", "755345b7ef54b0d592c17e04737ab3d9"),
];

#[test]
fn hashes_equal_the_reference_vectors() {
    for (text, hash64, hash128) in VECTORS {
        assert_eq!(stable_hash64(text), hash64, "{text}");
        assert_eq!(stable_hash128(text), hash128, "{text}");
    }
    for (text, hash128) in VECTORS_128 {
        assert_eq!(stable_hash128(text), hash128, "{text}");
    }
}

#[test]
fn prefixes_are_not_hashed() {
    for (text, hash64, hash128) in VECTORS {
        assert_eq!(prefixed_hash64("ns", text), format!("ns:{hash64}"));
        assert_eq!(stable_id("ns", text), format!("ns:{hash128}"));
        assert_eq!(stable_id("", text), format!(":{hash128}"));
    }
}

#[test]
fn parts_are_hashed_as_the_joined_text() {
    let ids = [
        (vec![Some("a"), Some("b")], "span:065ab5741cdfad44687cf119c1eb4ec9"),
        (vec![Some("a"), None], "span:e572d4f485d45f5df562e024a5aa26e5"),
        (vec![Some("1"), Some("true")], "span:814f0cfc0a52a87030557b6632d99413"),
        (vec![None], "span:a57b800059f43b1b7b599199eb6e1b74"),
        (vec![Some("alpha")], "span:b52f7e54cd313e691148cc2c80345831"),
        (vec![], "span:cae66941d9efbd404e4d88758ea67670"),
    ];
    for (parts, id) in ids {
        assert_eq!(stable_id_parts("span", &parts), id, "{parts:?}");
    }
}

#[test]
fn parts_are_hashed_to_numbers_too() {
    let ids = [
        (vec![Some("a"), Some("b")], "ns:8668388485945676816"),
        (vec![Some("a"), None], "ns:8982507147066422756"),
        (vec![None], "ns:1577052789191928133"),
        (vec![Some("gamma")], "ns:8666994792918649077"),
        (vec![], "ns:7252660547403494068"),
    ];
    for (parts, id) in ids {
        assert_eq!(prefixed_hash_parts64("ns", &parts), id, "{parts:?}");
    }
}

#[test]
fn any_text_is_hashed_canonically_or_as_it_is() {
    for (value, canonical, sentinel, hash) in [
        (Some("42"), true, "__NULL__", "755345b7ef54b0d592c17e04737ab3d9"),
        (Some("ﬁ "), true, "__NULL__", "2abfbacd4688fba9a1b35ca7741ca279"),
        (Some("fi"), false, "__NULL__", "2abfbacd4688fba9a1b35ca7741ca279"),
        (None, true, "__NULL__", "a57b800059f43b1b7b599199eb6e1b74"),
        (None, false, "__NULL__", "a57b800059f43b1b7b599199eb6e1b74"),
        (None, true, " ﬁ ", "2abfbacd4688fba9a1b35ca7741ca279"),
        (Some(" \u{a0}"), true, "__NULL__", "cae66941d9efbd404e4d88758ea67670"),
    ] {
        let found = stable_hash_any(value, Some(canonical), Some(sentinel));
        assert_eq!(found, hash, "{value:?} {sentinel}");
    }
    assert_ne!(stable_hash_any(Some("ﬁ "), Some(false), Some("")), stable_hash128("fi"));
    assert_eq!(stable_hash_any(Some("ﬁ "), Some(false), Some("")), stable_hash128("ﬁ "));
    assert_eq!(stable_hash_any(Some("ﬁ "), None, None), stable_hash128("fi"));
    assert_eq!(stable_hash_any(None, None, None), stable_hash128("__NULL__"));
}

#[test]
fn required_parts_make_the_id_null() {
    let parts = [Some("a"), None, Some("b")];
    assert_eq!(
        stable_id_parts_required("x", 1, &parts),
        Ok(Some(stable_id_parts("x", &parts))),
        "a NULL beyond the required parts is hashed"
    );
    assert_eq!(stable_id_parts_required("x", 0, &[None]), Ok(Some(stable_id("x", "__NULL__"))));
    assert_eq!(stable_id_parts_required("x", 2, &parts), Ok(None));
    assert_eq!(stable_id_parts_required("x", 3, &parts), Ok(None));
    for required in [4, -1] {
        assert_eq!(
            stable_id_parts_required("x", required, &parts).unwrap_err().to_string(),
            format!("`required` is {required}: use a number from 0 to 3, the number of parts")
        );
    }
}

#[test]
fn other_ids_have_required_parts_too() {
    let number = |required, parts: &[Option<&str>]| {
        tried(|out| super::prefixed_hash_parts64_required("ns", required, parts, out))
    };
    let parts = [Some("a"), None];
    assert_eq!(number(1, &parts), Ok(Some(prefixed_hash_parts64("ns", &parts))));
    assert_eq!(number(2, &parts), Ok(None));
    assert!(number(3, &parts).is_err());
    let span = |required, bend, kind: &[Option<&str>]| {
        tried(|out| super::span_id_required("x", required, Some("p"), Some(1), bend, kind, out))
    };
    let id = span_id("x", Some("p"), Some(1), None, &[]);
    assert_eq!(span(2, None, &[]), Ok(Some(id)));
    assert_eq!(span(3, None, &[]), Ok(None));
    assert_eq!(span(4, Some(2), &[None]), Ok(None));
    assert_eq!(
        span(5, Some(2), &[None]).unwrap_err().to_string(),
        "`required` is 5: use a number from 0 to 4, the number of parts"
    );
}

#[test]
fn a_span_id_is_the_id_of_its_parts() {
    assert_eq!(
        span_id("span", Some("p.py"), Some(10), Some(20), &[]),
        "span:aff188e6595b7a1cc328aa47e8b4bfb9"
    );
    assert_eq!(
        span_id("span", Some("p.py"), Some(10), Some(20), &[Some("call")]),
        "span:af352f784e1288ea78855835265f8fc1"
    );
    assert_eq!(
        span_id("span", None, Some(-1), None, &[None]),
        stable_id_parts("span", &[None, Some("-1"), None, None])
    );
}

proptest! {
    #[test]
    fn a_hash_is_never_negative_and_an_id_has_one_part(text in any::<String>()) {
        prop_assert!(0 <= stable_hash64(&text));
        prop_assert_eq!(stable_id_parts("p", &[Some(&text)]), stable_id("p", &text));
        prop_assert_eq!(stable_id("p", &text), format!("p:{}", stable_hash128(&text)));
    }

    #[test]
    fn an_id_of_one_part_is_that_of_its_value(prefix in any::<String>(), text in any::<String>()) {
        prop_assert_eq!(
            prefixed_hash_parts64(&prefix, &[Some(&text)]),
            prefixed_hash64(&prefix, &text)
        );
        prop_assert_eq!(stable_hash_any(Some(&text), Some(false), None), stable_hash128(&text));
    }

    #[test]
    fn parts_never_need_to_be_joined(parts in prop::collection::vec(any::<Option<String>>(), 0..6)) {
        let parts: Vec<_> = parts.iter().map(Option::as_deref).collect();
        let joined: Vec<_> = parts.iter().map(|part| part.unwrap_or("__NULL__")).collect();
        prop_assert_eq!(stable_id_parts("p", &parts), stable_id("p", &joined.join("\u{1f}")));
    }
}

#[test]
fn a_constant_prefix_says_what_an_id_is_of() {
    let kind = |prefix: Option<&str>| {
        let argument = Argument::new(prefix.map(str::to_owned), None);
        kind_of_id(&Planned::new(vec![("prefix", argument)])).unwrap()
    };
    let is = |kind: &str| vec![(SEMANTIC_TYPE, kind.to_owned())];
    assert_eq!(kind(Some("node")), is("NodeId"));
    assert_eq!(kind(Some(" Edge_ID ")), is("EdgeId"));
    assert_eq!(kind(Some("spanid")), is("SpanId"));
    assert_eq!(kind(Some("file")), Vec::new());
    assert_eq!(kind(None), Vec::new(), "a prefix of each row is told by no plan");
}

#[test]
fn a_tag_names_a_kind_of_ids_or_whatever_it_says() {
    let tagged = |word: &str| {
        let argument = Argument::new(Some(word.to_owned()), None);
        kind_of_values(&Planned::new(vec![("semantic_type", argument)]))
    };
    for (word, kind) in [("node", "NodeId"), (" EDGE_ID", "EdgeId"), (" Symbol ", "Symbol")] {
        assert_eq!(tagged(word).unwrap(), vec![(SEMANTIC_TYPE, kind.to_owned())]);
    }
    for blank in ["", " \t"] {
        assert_eq!(
            tagged(blank).unwrap_err().to_string(),
            "`semantic_type` is blank: name what the values are"
        );
    }
}
