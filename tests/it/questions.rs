//! The questions of `docs/questions.md`, asked of this repository: each answer on the page is the
//! answer.

use std::path::{Path, PathBuf};

use belvedere::view::ViewGraph;
use belvedere_views::extract::CODE;

use crate::support::warehouse::Lab;

const OPEN: &str = "```sql\n";
const ANSWER: &str = "```text\n";
const CLOSE: &str = "```\n";

fn page() -> PathBuf {
    root().join("docs/questions.md")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A part of the page: its text up to the end of the query, and the query.
struct Question<'a> {
    text: &'a str,
    sql: &'a str,
}

/// The questions, and what follows the last answer.
fn questions(page: &str) -> (Vec<Question<'_>>, &str) {
    let mut rest = page;
    let mut questions = Vec::new();
    while let Some(start) = rest.find(OPEN).map(|at| at + OPEN.len()) {
        let sql_end = start + rest[start..].find(CLOSE).unwrap();
        let end = sql_end + CLOSE.len();
        questions.push(Question { text: &rest[..end], sql: &rest[start..sql_end] });
        rest = &rest[end..];
        let after = rest.trim_start();
        if let Some(answer) = after.strip_prefix(ANSWER) {
            rest = &answer[answer.find(CLOSE).unwrap() + CLOSE.len()..];
        }
    }
    (questions, rest)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_what_the_index_says() {
    let mut lab = Lab::new();
    lab.kind = &CODE;
    lab.source = root();
    let graph = ViewGraph::linked().unwrap();
    lab.relations = graph
        .nodes()
        .iter()
        .map(|node| node.relation())
        .filter(|relation| relation.module.starts_with("belvedere_views::"))
        .collect();
    assert!(lab.run().await.published);
    let page_text = std::fs::read_to_string(page()).unwrap();
    let (questions, rest) = questions(&page_text);
    assert_eq!(questions.len(), 20);
    let mut expected = String::new();
    for question in questions {
        let table = lab.table(question.sql).await;
        expected.push_str(&format!("{}\n{ANSWER}{table}\n{CLOSE}", question.text));
    }
    expected.push_str(rest);
    if std::env::var_os("BLESS_SLT").is_some() {
        std::fs::write(page(), expected).unwrap();
        return;
    }
    assert!(page_text == expected, "`cargo xtask bless it` writes the answers:\n{expected}");
}
