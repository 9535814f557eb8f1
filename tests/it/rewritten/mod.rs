//! Functions of DataFusion in this language, against DataFusion's: `docs/rewritten.md` shows them.

mod functions;

use datafusion::prelude::SessionContext;

/// Texts of every length of a character, and what the functions look for.
const TEXTS: &str = "(NULL), (''), ('a'), ('b,a'), ('a,b,a,'), ('ß.ü.€.🚀'), ('a.b..c'), ('aaaa'), \
                     (' '), ('e\u{301}'), ('Straße'), ('kitten'), ('sitting'), ('x,y,z,a,aaaa')";

/// Numbers about zero and at the ends of their type.
const NUMBERS: &str = "(NULL), (0), (1), (-1), (2), (-2), (3), (12), (20), (48), (-18), (65), \
                       (128640), (9223372036854775807), (-9223372036854775807)";

/// Names, arguments and the rows that a function accepts.
const CALLS: &[(&str, &str, &str)] = &[
    ("ascii", "a", "true"),
    ("chr", "m", "m BETWEEN 0 AND 128640"),
    ("factorial", "m", "m BETWEEN 0 AND 20"),
    ("find_in_set", "a, b", "true"),
    ("gcd", "m, n", "true"),
    ("left", "a, n", "true"),
    ("levenshtein", "a, b", "true"),
    ("make_date", "CAST(m AS INT), CAST(n AS INT), 7", "abs(m) < 200000 AND n BETWEEN 1 AND 12"),
    ("reverse", "a", "true"),
    ("split_part", "a, b, n", "n <> 0"),
];

/// Each pair of texts with each pair of numbers.
async fn session() -> SessionContext {
    let session = crate::functions::session(Vec::new());
    let sql = format!(
        "CREATE TABLE t AS SELECT a, b, m, n FROM (VALUES {TEXTS}) AS a(a), (VALUES {TEXTS}) AS b(b), \
         (VALUES {NUMBERS}) AS m(m), (VALUES {NUMBERS}) AS n(n)"
    );
    session.sql(&sql).await.unwrap().collect().await.unwrap();
    session
}

#[tokio::test]
async fn results_are_those_of_datafusion() {
    let session = session().await;
    for (name, arguments, accepted) in CALLS {
        let sql = format!(
            "SELECT count(*) FILTER (WHERE {name}({arguments}) IS DISTINCT FROM \
             rewritten_{name}({arguments})) AS wrong, count(DISTINCT {name}({arguments})) > 3 AS many \
             FROM t WHERE {accepted}"
        );
        assert_eq!(crate::functions::rows(&session, &sql).await, "0 | true", "{sql}");
    }
}

#[tokio::test]
async fn both_refuse_the_same_arguments() {
    let session = session().await;
    for call in [
        "chr(-1)",
        "chr(55296)",
        "chr(1114112)",
        "factorial(21)",
        "factorial(-1)",
        "gcd(-9223372036854775808, 0)",
        "make_date(2023, 2, 29)",
        "make_date(2023, 13, 1)",
        "make_date(2023, -1, 1)",
        "split_part('a', '.', 0)",
    ] {
        for name in [call.to_owned(), format!("rewritten_{call}")] {
            let error = crate::functions::error(&session, &format!("SELECT {name}")).await;
            assert!(
                error.contains("Execution error") || error.contains("Compute error"),
                "{error}"
            );
        }
    }
}
