//! Unit tests of views, by `view_test!`, and what one that fails shows.

use std::panic::catch_unwind;

use belvedere::__private::run_view_test;
use belvedere::view_test;
use belvedere_views::schema::{ast_calls, source_files};
use belvedere_views::views::calls::call_attrs;
use belvedere_views::views::files::file_metrics;

view_test! {
    /// Each entry of a map is a row; a call without any has none.
    attributes_are_rows: call_attrs
    given {
        ast_calls: [
            { call_id: "c1", callee: "open", attrs: { "awaited": "true", "mode": "r" }, .. },
            { call_id: "c2", callee: "close", attrs: {}, .. },
        ],
    }
    expect [
        { call_id: "c1", callee: "open", key: "awaited", value: "true", .. },
        { call_id: "c1", callee: "open", key: "mode", value: "r", .. },
    ]
}

view_test! {
    /// What is not given is empty, and views that are not given are computed.
    file_metrics
    given { source_files: [ { file_id: "f", path: "a.rs", line_count: 9, blank_lines: 2, comment_lines: 3, .. } ] }
    expect [ { path: "a.rs", code_lines: 4, def_count: 0, .. } ]
}

/// What a test says that fails.
fn failure(test: impl FnOnce() + std::panic::UnwindSafe) -> String {
    *catch_unwind(test).unwrap_err().downcast::<String>().unwrap()
}

#[test]
fn a_failure_is_a_table_of_what_differs() {
    let text = failure(|| {
        let given = [(&source_files::RELATION, "")];
        run_view_test(&file_metrics::RELATION, &given, &["path"], "{\"path\":\"a.rs\"}\n");
    });
    assert_eq!(
        text,
        "`file_metrics` has other rows: 1 missing (-), 0 not expected (+)\n  path\n- a.rs\n"
    );
    let text = failure(|| {
        run_view_test(&file_metrics::RELATION, &[(&call_attrs::RELATION, "")], &["path"], "");
    });
    let start = "`file_metrics` could not be tested: it does not read `call_attrs`, which is given; it reads ";
    assert!(text.starts_with(start), "{text}");
}
