//! Cases of what is reported: a file under `tests/cases` for each topic, and a snapshot for each.
//!
//! `=== name` begins a case, whose text goes on to the next one. A module of tests says what is
//! reported for all cases of a topic by a function `report` of its own.

/// Declares the topics: a test for each that compares what is reported with its snapshot, and
/// `TOPICS`, the names with the cases.
macro_rules! topics {
    ($($topic:ident)*) => {
        const TOPICS: &[(&str, &str)] = &[
            $((stringify!($topic), include_str!(concat!("tests/cases/", stringify!($topic), ".txt")))),*
        ];

        $(
            #[test]
            fn $topic() {
                let (_, cases) = TOPICS.iter().find(|(name, _)| *name == stringify!($topic)).unwrap();
                insta::with_settings!(
                    { omit_expression => true, prepend_module_to_snapshot => false },
                    { insta::assert_snapshot!(stringify!($topic), report(cases)); }
                );
            }
        )*
    };
}

pub(crate) use topics;

/// The cases of a topic: name and text.
pub(crate) fn split(cases: &str) -> impl Iterator<Item = (&str, &str)> {
    cases.split("=== ").skip(1).map(|case| {
        let (name, text) = case.split_once('\n').unwrap();
        (name, text.trim_end())
    })
}
