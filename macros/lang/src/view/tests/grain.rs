//! Which steps leave a key, and which make one.

use super::fixture::{RELATIONS, World};
use crate::types::parse_columns;
use crate::view::grain::{Known, follows};

/// A relation whose first columns are a key.
fn known(name: &str, key: usize) -> Known {
    let (_, columns) = RELATIONS.into_iter().find(|(known, _)| *known == name).unwrap();
    Known { columns: parse_columns(columns).unwrap(), keys: vec![(0..key).collect()] }
}

/// Of views over `files` (its key is `file_id`), `ast_calls` (`file_id, path`) and `spans` (`id`), in the
/// order in which each first names them: whether columns are a key of the view.
fn check(views: &[(&str, &[&str], &str, bool)]) {
    for (steps, sources, key, expected) in views {
        let mut world = World::default();
        let text = format!("pub v = {steps}");
        let diagnostics = world.define(&text);
        assert_eq!(crate::render::short_report(&text, &diagnostics), "");
        let keys = |name: &&str| known(name, if *name == "ast_calls" { 2 } else { 1 });
        let sources: Vec<Known> = sources.iter().map(keys).collect();
        let key: Vec<String> = key.split(' ').map(str::to_owned).collect();
        assert_eq!(follows(&world.views[0], &key, &sources), *expected, "{steps}: {key:?}");
    }
}

#[test]
fn groups_and_distinct_rows_have_keys() {
    let of = |steps: &str| format!("from ast_calls as c {steps}");
    check(&[
        (&of("group by { c.path } aggregate { n: count() }"), &["ast_calls"], "path", true),
        (&of("group by { c.path } aggregate { n: count() }"), &["ast_calls"], "n", false),
        (&of("group by { c.path, c.bend } aggregate {}"), &["ast_calls"], "path", false),
        (&of("group by { c.path, c.bend } aggregate {}"), &["ast_calls"], "bend n path", true),
        (&of("aggregate { n: count() }"), &["ast_calls"], "n", true),
        (&of("select { c.path } distinct"), &["ast_calls"], "path", true),
        (&of("select { c.path, c.bend } distinct"), &["ast_calls"], "path", false),
        (
            &of("distinct on { c.path } order by c.bend select { p: c.path, c.bend }"),
            &["ast_calls"],
            "p",
            true,
        ),
        (&of("order by c.bend limit 1 select { c.bend }"), &["ast_calls"], "bend", true),
        (&of("order by c.bend limit 2 select { c.bend }"), &["ast_calls"], "bend", false),
    ]);
}

#[test]
fn a_key_is_lost_with_its_columns_and_with_rows_that_repeat() {
    let of = |steps: &str| format!("from files as f {steps}");
    check(&[
        (&of("where f.lang == \"rust\" derive { n: 1 }"), &["files"], "file_id", true),
        (&of("select { id: f.file_id, f.path }"), &["files"], "id path", true),
        (&of("select { id: upper(f.file_id) }"), &["files"], "id", false),
        (&of("select { f.path }"), &["files"], "path", false),
        (
            &of("select { f.path } union all (from files select { path })"),
            &["files"],
            "path",
            false,
        ),
        (&of("select { f.path } union (from files select { path })"), &["files"], "path", true),
        (
            &of("select { f.file_id, f.path } except (from ast_calls select { file_id, path })"),
            &["files", "ast_calls"],
            "file_id",
            true,
        ),
        ("from spans as s unnest s.edges as e select { s.id }", &["spans"], "id", false),
        ("from spans as s unnest s.at as a select { s.id, a.bend }", &["spans"], "id", true),
    ]);
}

#[test]
fn a_join_leaves_the_keys_of_rows_that_have_one_partner() {
    let join = |kind: &str, on: &str| {
        format!(
            "from ast_calls as c {kind} files as f on {on} \
             select {{ c.file_id, c.path, id: f.file_id, f.lang }}"
        )
    };
    let (both, id) = (&["ast_calls", "files"][..], "f.file_id == c.file_id");
    check(&[
        (&join("join", id), both, "file_id path", true),
        (&join("left join", id), both, "file_id path", true),
        (&join("right join", id), both, "file_id path", false),
        (&join("full join", id), both, "file_id path", false),
        (&join("full join", id), both, "file_id path id", true),
        (&join("join", "f.path == c.path"), both, "file_id path", false),
        (&join("join", "f.path == c.path"), both, "file_id path id", true),
        (&join("join", "f.path == c.path"), both, "id lang", false),
        (&join("join", id), both, "id", false),
        (
            "from files as f semi join ast_calls as c on c.path == f.path",
            &["files", "ast_calls"],
            "file_id",
            true,
        ),
        (
            "from ast_calls as c left asof join spans as s on s.id <= c.bend",
            &["ast_calls", "spans"],
            "file_id path",
            true,
        ),
        (
            "with n = (from ast_calls group by { path } aggregate { n: count() }) \
             from files as f join n as n on n.path == f.path select { f.file_id, n.n }",
            &["ast_calls", "files"],
            "file_id",
            true,
        ),
        ("from files as f cross join spans as s", &["files", "spans"], "file_id", false),
        ("from files as f cross join spans as s", &["files", "spans"], "file_id id", true),
    ]);
}
