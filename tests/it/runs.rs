//! Runs: what is written, what is skipped, and why.

use crate::support::warehouse::{Lab, all_skipped, outcomes};

#[tokio::test(flavor = "multi_thread")]
async fn a_first_run_publishes_all_rows() {
    let lab = Lab::with_files();
    let report = lab.run().await;
    assert_eq!(
        outcomes(&report),
        ["files: written (new)", "lines: written (new)", "belvedere.inputs: written (new)",]
    );
    assert!(report.published);
    assert_eq!((report.publication, report.inputs, report.ignored, report.extracted), (1, 3, 1, 3));
    assert_eq!(lab.query("select * from files").await, ["a.txt|8", "b.txt|12", "c.txt|5"]);
    assert_eq!(
        lab.query("select * from lines where path = 'b.txt'").await,
        ["b.txt|1|three", "b.txt|2|NULL", "b.txt|3|four"]
    );
    let size = report.nodes[1].size;
    assert_eq!((size.rows, size.files), (6, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_without_changes_writes_nothing() {
    let lab = Lab::with_files();
    lab.run().await;
    let before = lab.listing();
    let report = lab.run().await;
    assert!(all_skipped(&report), "{:?}", outcomes(&report));
    assert!(!report.published);
    assert_eq!(report.extracted, 0);
    assert!(lab.listing() == before, "files of the warehouse changed");
}
