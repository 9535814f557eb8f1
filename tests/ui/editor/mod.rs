//! What rust-analyzer knows of views: columns are completed, hovered over and followed to where they
//! are written.
//!
//! Where there is no rust-analyzer the test says so and does nothing.

mod project;
mod server;

use self::project::Project;

const TABLES: &str = "belvedere::table! {
    /// Files of the source tree.
    pub source_files { file_id: String, path: String, size: Option<i64> }
}
belvedere::table! {
    pub ast_calls {
        call_id: String,
        file_id: String,
        bend: i64,
        pos: { line: i64, col: i32 },
        span: Span,
    }
}
#[derive(belvedere::ArrowType)]
pub struct Span {
    pub start: i64,
    pub stop: i64,
}
#[belvedere::udf]
pub fn next(number: i64) -> i64 {
    number + 1
}
";

const VIEWS: &str = "use crate::tables::{ast_calls, next, source_files};

belvedere::view! {
    pub call_lines =
        from ast_calls as c
        join source_files as f on f.file_id == c.file_id
        where c.bend > 3 and c.span.start > 1
        derive { half: next(c.bend) }
        select { c.call_id, f.path, half, line: c.pos.line }
}

belvedere::view! {
    pub long_calls =
        from call_lines as l
        where l.half > 100 and path != \"\"
        group by { l.path } aggregate { n: count(l.call_id) }
}
";

/// The text of the views with a part of it, which is there once, in another form.
fn with(part: &str, form: &str) -> String {
    assert_eq!(VIEWS.matches(part).count(), 1, "{part}");
    VIEWS.replacen(part, form, 1)
}

/// One test, since one analysis of the project serves all.
#[test]
fn rust_analyzer_understands_views() {
    let command = match project::rust_analyzer() {
        Ok(command) => command,
        Err(reason) => return eprintln!("skipped: {reason}"),
    };
    let mut project = Project::open(command, TABLES, VIEWS);
    columns_are_completed(&mut project);
    columns_have_types(&mut project);
    columns_are_followed(&mut project);
    errors_are_shown(&mut project);
}

fn columns_are_completed(project: &mut Project) {
    let calls = ["call_id", "file_id", "bend", "pos", "span"];
    let files = ["file_id", "path", "size"];
    let lines = ["call_id", "path", "half", "line"];
    let cases: [(&str, &str, &[&str]); 13] = [
        ("c.bend > 3", "c.| > 3", &calls),
        ("c.bend > 3", "c.be| > 3", &calls),
        ("c.bend > 3", "c.bend| > 3", &calls),
        ("where c.bend > 3", "where c.|", &calls),
        ("f.file_id == c", "f.| == c", &files),
        ("== c.file_id", "== c.|", &calls),
        ("f.path,", "f.|,", &files),
        ("c.pos.line }", "c.| }", &calls),
        ("c.pos.line }", "c.pos.| }", &["line", "col"]),
        ("c.span.start > 1", "c.span.| > 1", &["start", "stop"]),
        ("l.half >", "l.| >", &lines),
        ("count(l.call_id)", "count(l.|)", &lines),
        ("path != ", "pa| != ", &lines),
    ];
    for (part, form, columns) in cases {
        let (found, others) = project.completed(&with(part, form));
        assert_eq!(found, columns, "{form}");
        assert_eq!(others, [""; 0], "{form}");
    }
}

fn columns_have_types(project: &mut Project) {
    for (part, form, shown) in [
        ("c.bend > 3", "c.be|nd > 3", ["pub bend: i64"]),
        ("f.file_id ==", "f.fi|le_id ==", ["pub file_id: String"]),
        ("c.pos.line }", "c.pos.li|ne }", ["pub line: i64"]),
        ("l.half > ", "l.ha|lf > ", ["pub half: i64"]),
        ("path != ", "pa|th != ", ["pub path: String"]),
        ("n: count", "n|: count", ["pub n: i64"]),
        ("half: next", "ha|lf: next", ["pub half: i64"]),
    ] {
        assert_eq!(project.hover("src/views.rs", &with(part, form)), shown, "{form}");
    }
}

fn columns_are_followed(project: &mut Project) {
    for (part, form, target) in [
        ("c.bend > 3", "c.be|nd > 3", "tables.rs: ‹bend›: i64,"),
        (
            "f.file_id ==",
            "f.file|_id ==",
            "tables.rs: pub source_files { ‹file_id›: String, path: String, size: Option<i64> }",
        ),
        (
            "l.half > ",
            "l.ha|lf > ",
            "views.rs: select { c.call_id, f.path, ‹half›, line: c.pos.line }",
        ),
        (
            "count(l.call_id",
            "count(l.|call_id",
            "views.rs: select { c.‹call_id›, f.path, half, line: c.pos.line }",
        ),
        (
            "path != ",
            "pa|th != ",
            "views.rs: select { c.call_id, f.‹path›, half, line: c.pos.line }",
        ),
        ("c.span.start > 1", "c.span.st|art > 1", "tables.rs: pub ‹start›: i64,"),
        ("c.bend > 3", "|c.bend > 3", "views.rs: from ast_calls as ‹c›"),
    ] {
        assert_eq!(project.definitions("src/views.rs", &with(part, form)), [target], "{form}");
    }
    let marked = TABLES.replacen("bend", "be|nd", 1);
    assert_eq!(
        project.references("src/tables.rs", &marked),
        [
            "tables.rs: ‹bend›: i64,",
            "views.rs: derive { half: next(c.‹bend›) }",
            "views.rs: where c.‹bend› > 3 and c.span.start > 1"
        ]
    );
}

fn errors_are_shown(project: &mut Project) {
    assert_eq!(project.errors(VIEWS), [""; 0]);
    assert_eq!(
        project.errors(&with("c.bend > 3", "c.ben > 3")),
        ["no column `ben` in `c` (ast_calls) [V0050]\nhelp: did you mean `bend`?"]
    );
}
