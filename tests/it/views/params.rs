//! Parameters of views: their defaults, the values of a run, and those of a query.

use belvedere::refresh::{Outcome, RunReport, Silent};
use belvedere::session::Runtime;
use belvedere::view::{Params, Relation, ViewText};

use super::fixture::Tested;
use crate::support::lines::LINES;
use crate::support::warehouse::Lab;

static PARAM_LONG: Relation = Relation::view(
    "param_long",
    "it::views::params",
    "path: String, text: String, least: i64",
    ViewText::new(
        "param_long = param least: i64 = 4 param like_text: String = \"%\" from lines as l
         where length(l.text) >= least and l.text like like_text
         select { l.path, l.text, least: least }",
        &[&LINES],
    ),
);

/// Computed where it is read, so that a value given for it changes what reads it.
static PARAM_SHORT: Relation = Relation::view(
    "param_short",
    "it::views::params",
    "text: Option<String>",
    ViewText::new(
        "#[view(materialize = view)] param_short = param most: i64 = 3 from lines as l
         where length(l.text) <= most select { l.text }",
        &[&LINES],
    ),
);

static PARAM_COUNT: Relation = Relation::view(
    "param_count",
    "it::views::params",
    "n: i64",
    ViewText::new("param_count = from param_short aggregate { n: count() }", &[&PARAM_SHORT]),
);

fn lab() -> Lab {
    let mut lab = Lab::with_files();
    lab.relations.extend([&PARAM_LONG, &PARAM_SHORT, &PARAM_COUNT]);
    lab
}

#[tokio::test(flavor = "multi_thread")]
async fn values_of_a_run_are_a_part_of_what_a_view_is() -> Tested {
    let mut lab = lab();
    let texts = "select text from param_long";
    let written = |report: &RunReport| {
        let changed = report.nodes.iter().filter(|node| node.outcome != Outcome::Skipped);
        changed.map(|node| node.node.clone()).collect::<Vec<_>>()
    };
    lab.run().await;
    assert_eq!(lab.query(texts).await, ["five", "four", "three"]);
    assert_eq!(lab.query("select n from param_count").await, ["2"]);
    // A value that is the default changes nothing.
    lab.params = Params::default().with("param_long", "least", 4_i64);
    assert_eq!(written(&lab.run().await), [""; 0]);
    lab.params =
        Params::default().with("param_long", "least", 5_i64).with("param_short", "most", 4_i64);
    assert_eq!(written(&lab.run().await), ["param_long", "param_count"]);
    assert_eq!(lab.query(texts).await, ["three"]);
    assert_eq!(lab.query("select n from param_count").await, ["4"]);
    assert_eq!(written(&lab.run().await), [""; 0]);
    // What is given is given for one run.
    lab.params = Params::default();
    assert_eq!(written(&lab.run().await), ["param_long", "param_count"]);
    assert_eq!(lab.query(texts).await, ["five", "four", "three"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_for_parameters_and_of_their_types() -> Tested {
    let mut lab = lab();
    let wrong = [
        (Params::default().with("param_lnog", "least", 5_i64), "did you mean `param_long`?"),
        (Params::default().with("param_long", "lest", 5_i64), "did you mean `least`?"),
        (
            Params::default().with("param_long", "least", "5"),
            "the value for `least` of `param_long` is no `i64` [V0290]\nhelp: it is written as in `least=1`",
        ),
        (
            Params::default().with("counts", "least", 5_i64),
            "`counts` has no parameter `least` [V0289]\nhelp: it has none; one is declared before `from`: `param least: i64 = 1`",
        ),
    ];
    for (params, reason) in wrong {
        lab.params = params;
        let error = lab.try_run(Silent).await.expect_err(reason);
        assert!(error.to_string().contains(reason), "{error}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_given_what_it_asks_for() -> Tested {
    let lab = lab();
    lab.run().await;
    let runtime = Runtime::builder().warehouse(&lab.warehouse).build()?;
    let text = "param word: String param most: i64 = 10 \
                from lines where text like word and length(text) < most select { text }";
    let query = runtime.query(text).param("word", "%o%");
    let count: usize = query.collect().await?.iter().map(|batch| batch.num_rows()).sum();
    assert_eq!(count, 3);
    let few = runtime.query(text).param("word", "%o%").param("most", 4_i64);
    assert_eq!(few.collect().await?.iter().map(|batch| batch.num_rows()).sum::<usize>(), 2);
    let missing = runtime.query(text).collect().await.expect_err("no word").to_string();
    assert!(missing.contains("needs a value for `word: String`"), "{missing}");
    let wrong = runtime.query(text).param("wrod", "a").collect().await.expect_err("no such");
    assert!(wrong.to_string().contains("did you mean `word`?"), "{wrong}");
    Ok(())
}
