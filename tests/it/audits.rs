//! Audits: rows that do not pass stop a run, are told, or are put aside, and nothing of a run that was
//! killed before it published is ever taken for audited.

use std::ops::ControlFlow;

use belvedere::refresh::source::SourceKind;
use belvedere::refresh::{Observer, Silent, Step};
use belvedere::view::{Relation, ViewText};

use crate::command_line::belvedere;
use crate::support::lines;
use crate::support::warehouse::{Lab, outcomes};

const COLUMNS: &str = "select { l.path, line: l.number, l.text }";

/// A view of the lines with this text, which is their path, number and text.
fn view(name: &'static str, rest: &str) -> &'static Relation {
    let text = format!("{} = from lines as l {COLUMNS} {rest}", name);
    view_of(name, "path: String, line: i64, text: Option<String>", text)
}

fn view_of(name: &'static str, columns: &'static str, text: String) -> &'static Relation {
    static SOURCES: [&Relation; 1] = [&lines::LINES];
    let text = ViewText::new(text.leak(), &SOURCES);
    Box::leak(Box::new(Relation::view(name, "it::audits", columns, text)))
}

fn lab(views: Vec<&'static Relation>) -> Lab {
    let mut lab = Lab::with_files();
    lab.relations = vec![&lines::FILES, &lines::LINES];
    lab.relations.extend(views);
    lab
}

async fn error(lab: &Lab) -> String {
    lab.try_run(Silent).await.unwrap_err().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_fail_stop_the_run_and_are_shown() {
    let strict = view("v", "audit { text is not null, early: line < 3, length(text) > 1 }");
    let mut lab = lab(vec![strict]);
    assert_eq!(
        error(&lab).await,
        "nothing was published: some nodes failed\n  \
         v: `text is not null` does not hold for 1 of 6 rows\n      path: b.txt, line: 2, text: null\n    \
         `early` does not hold for 1 of 6 rows\n      path: b.txt, line: 3, text: four\n    \
         `length(text) > 1` does not hold for 1 of 6 rows\n      path: b.txt, line: 2, text: null\n    \
         help: `… warn` behind a condition tells it only, `… quarantine` puts the rows aside\n\
         help: the next run keeps what was written and repeats what failed"
    );
    // What failed is in its table, and no later run takes it for right.
    assert!(error(&lab).await.contains("`early` does not hold for 1 of 6 rows"));
    lab.write("b.txt", "three\nfour\n");
    let report = lab.run().await;
    assert!(report.published && report.warnings.is_empty(), "{:?}", report.warnings);
    lab.relations[2] = view("v", "audit { text is not null, early: line < 2 }");
    assert!(error(&lab).await.contains("`early` does not hold for 2 of 5 rows"));
    assert_eq!(lab.query("select count(*) from v").await, ["5"], "what was published holds");
}

#[tokio::test(flavor = "multi_thread")]
async fn warnings_are_told_in_every_run() {
    let lab = lab(vec![view("v", "audit { text is not null warn, line > 0 warn }")]);
    let told = "`v`: `text is not null` does not hold for 1 of 6 rows\n  \
                path: b.txt, line: 2, text: null";
    assert_eq!(lab.run().await.warnings, [told]);
    let again = lab.run().await;
    assert!(!again.published);
    assert_eq!(again.warnings, [told], "of what is published, without looking again");
    let listed = belvedere(&lab.warehouse, &["ls"]);
    let line = listed.out.lines().find(|line| line.starts_with("v "));
    let counts: Vec<&str> = line.unwrap_or_default().split_whitespace().collect();
    assert_eq!((counts[2], counts[3], counts[6]), ("6", "1", "1"), "{}", listed.out);
    let shown = belvedere(&lab.warehouse, &["show", "v"]);
    let told =
        "\nwarning: `text is not null` does not hold for 1 of 6 rows\n  path: b.txt, line: 2";
    assert!(shown.out.contains(told), "{}", shown.out);
    assert_eq!(lab.query("select count(*) from v").await, ["6"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_put_aside_with_the_reasons() {
    let text =
        "audit { text is not null quarantine, short: length(text) < 5 quarantine, line > 0 }";
    let mut lab = lab(vec![view("v", text)]);
    let report = lab.run().await;
    let views: Vec<_> = outcomes(&report).into_iter().filter(|l| l.starts_with('v')).collect();
    assert_eq!(views, ["v: written (new)", "v__quarantine: written (new)"]);
    assert_eq!(lab.query("select text from v").await, ["five", "four", "one", "two"]);
    assert_eq!(
        lab.query("select path, line, text, failed_audits from v__quarantine").await,
        ["b.txt|1|three|short", "b.txt|2|NULL|text is not null, short"]
    );
    assert!(!lab.run().await.published);

    lab.remove("b.txt");
    lab.run().await;
    assert_eq!(lab.query("select count(*) from v__quarantine").await, ["0"], "empty, and there");

    lab.relations[2] = view("v", "audit { line > 0 }");
    let report = lab.run().await;
    assert_eq!(report.retired, ["v__quarantine"]);
    assert!(lab.warehouse.join("v__quarantine").exists(), "its folder stays");
    lab.relations[2] = view("v", text);
    lab.write("b.txt", "longer\n");
    lab.run().await;
    assert_eq!(lab.query("select text from v__quarantine").await, ["longer"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_tells_rows_apart() {
    let keyed = |key| view("v", "").text_with(&format!("#[view(key = [{key}])]"));
    let mut lab = lab(vec![keyed("path, line")]);
    lab.run().await;
    lab.relations[2] = keyed("path");
    let found = error(&lab).await;
    assert!(found.contains("`key [path]` does not hold for 2 of 6 rows"), "{found}");
    assert!(found.contains("path: a.txt, rows: 2\n      path: b.txt, rows: 3"), "{found}");
    lab.write("n.txt", "\n\n\n\n\n\n\n");
    lab.relations[2] = keyed("text");
    let found = error(&lab).await;
    assert!(found.contains("text: null, rows: "), "NULL is one key: {found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_follows_from_the_steps_is_not_looked_for() {
    let keyed = |steps: &str| {
        let text = format!("#[view(key = [path])] v = from lines as l {steps}");
        view_of("v", "path: String", text)
    };
    let audits = async |lab: &Lab| {
        lab.query("select coalesce(audits, '') from belvedere.pointers where node = 'v'").await
    };
    let mut lab = lab(vec![keyed("select { l.path } distinct")]);
    lab.run().await;
    assert_eq!(audits(&lab).await, [""]);
    lab.relations[2] = keyed("where l.number == 1 select { l.path }");
    lab.run().await;
    let found = audits(&lab).await.remove(0);
    assert!(found.contains("key [path]"), "{found}");
    lab.relations[2] = keyed("select { l.path }");
    assert!(error(&lab).await.contains("`key [path]` does not hold"));
}

trait Options {
    fn text_with(&self, options: &str) -> &'static Relation;
}

impl Options for Relation {
    fn text_with(&self, options: &str) -> &'static Relation {
        let text = format!("{options} {} = from lines as l {COLUMNS}", self.name);
        view_of(self.name, self.columns, text)
    }
}

/// The source of the lab, whose files have these audits.
fn kind_with(audits: &'static str) -> (&'static SourceKind, &'static Relation) {
    let files = Relation::table("files", "it::audits", lines::FILES.columns).with_audits(audits);
    let files: &'static Relation = Box::leak(Box::new(files));
    let tables: &'static [&'static Relation] = Box::leak(Box::new([files, &lines::LINES]));
    (Box::leak(Box::new(SourceKind { tables, ..lines::KIND })), files)
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_table_are_audited_as_its_source_gives_them() {
    let mut lab = lab(vec![view("v", "")]);
    let asks = |lab: &mut Lab, audits| {
        let (kind, files) = kind_with(audits);
        (lab.kind, lab.relations[0]) = (kind, files);
    };
    asks(&mut lab, "#[view(key = [path])] __rows = from files audit { bytes > 0, bytes < 9 warn }");
    let told = "`files`: `bytes < 9` does not hold for 1 of 3 rows\n  path: b.txt, bytes: 12";
    assert_eq!(lab.run().await.warnings, [told]);
    assert_eq!(lab.run().await.warnings, [told], "of what is published");

    lab.write("empty.txt", "");
    assert_eq!(
        error(&lab).await,
        "nothing was published: some nodes failed\n  \
         files: `bytes > 0` does not hold for 1 of 4 rows\n      path: empty.txt, bytes: 0\n    \
         help: `… warn` behind a condition tells it only, `… quarantine` puts the rows aside\n\
         help: the next run keeps what was written and repeats what failed"
    );
    assert!(error(&lab).await.contains("path: empty.txt"), "it is asked again");
    assert_eq!(lab.query("select count(*) from files").await, ["3"]);
    lab.remove("empty.txt");
    assert_eq!(lab.run().await.warnings, [told]);

    // Other audits are asked of the same rows.
    asks(&mut lab, "#[view(key = [bytes])] __rows = from files");
    lab.write("d.txt", "fiv\n\n");
    let found = error(&lab).await;
    assert!(found.contains("files: `key [bytes]` does not hold for 1 of 4 rows"), "{found}");
    asks(&mut lab, "__rows = from files audit { bytes > 0 }");
    assert!(lab.run().await.published);
}

/// Stops before a step.
struct Stop(&'static str);

impl Observer for Stop {
    fn step(&self, step: &Step<'_>) -> ControlFlow<()> {
        if step.to_string() == self.0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_run_has_written_is_audited_by_the_next() {
    let lab = lab(vec![view("v", "audit { text is not null, line > 0 warn }")]);
    assert!(lab.try_run(Stop("auditing v")).await.is_err());
    let report = error(&lab).await;
    assert!(report.contains("`text is not null` does not hold for 1 of 6 rows"), "{report}");

    let mut lab =
        self::lab(vec![view("v", "audit { text is not null quarantine, line > 1 warn }")]);
    for step in ["auditing v", "done v", "writing v__quarantine", "publishing"] {
        let error = lab.try_run(Stop(step)).await.unwrap_err().to_string();
        assert!(error.starts_with("stopped"), "{step}: {error}");
    }
    let report = lab.run().await;
    assert_eq!(report.warnings.len(), 1, "found again in what is adopted");
    let views: Vec<_> = outcomes(&report).into_iter().filter(|l| l.starts_with('v')).collect();
    assert_eq!(views, ["v: adopted (new)", "v__quarantine: adopted (new)"]);
    assert_eq!(lab.query("select count(*) from v").await, ["5"]);
    assert_eq!(lab.query("select line from v__quarantine").await, ["2"]);

    // A view that loses its audit between two runs, the second of which is killed.
    lab.relations[2] = view("v", "");
    assert!(lab.try_run(Stop("publishing")).await.is_err());
    assert_eq!(lab.query("select line from v__quarantine").await, ["2"], "as published");
    lab.run().await;
    assert_eq!(lab.query("select count(*) from v").await, ["6"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_values_are_shown_in_a_line() {
    let lab = lab(vec![view("v", "audit { line < 0 }")]);
    lab.write("a.txt", &format!("{}\u{7}\t|\n", "ü".repeat(5000)));
    let found = error(&lab).await;
    let longest = found.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(longest < 200, "{longest}");
    assert_eq!(found.lines().filter(|line| line.contains("path: ")).count(), 5, "{found}");
}
