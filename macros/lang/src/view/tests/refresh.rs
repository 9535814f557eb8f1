//! Which class each step gives a view, and what keeps or takes it.

use super::fixture::World;

/// Checks the refresh classes of views without errors.
fn check(views: &[(&str, &str)]) {
    for (steps, expected) in views {
        let mut world = World::default();
        let text = format!("pub v = {steps}");
        let diagnostics = world.define(&text);
        assert_eq!(crate::render::short_report(&text, &diagnostics), "");
        assert_eq!(world.views[0].refresh.to_string(), *expected, "{steps}");
    }
}

#[test]
fn rows_that_follow_from_one_row_are_linear() {
    check(&[
        ("from files as f where f.size > 3 select { f.path }", "linear"),
        ("from ast_calls as c unnest c.tags as tag derive { n: c.bend + 1 }", "linear"),
        ("from files as f select { f.path } union all (from ast_calls select { path })", "linear"),
    ]);
}

#[test]
fn joins_need_the_rows_of_a_key() {
    let join = |kind: &str| {
        format!("from ast_calls as c {kind} files as f on f.path == c.path select {{ c.bend }}")
    };
    check(&[
        (&join("join"), "bilinear (join)"),
        (&join("left join"), "key recompute by c.path (left join)"),
        (&join("semi join"), "key recompute by c.path (semi join)"),
        (&join("anti join"), "key recompute by c.path (anti join)"),
        ("from files as f cross join spans as s", "bilinear (join)"),
        ("from ast_calls as c left join spans as s on s.id > c.bend", "full (left join)"),
        (
            "from ast_calls as c asof join files as f on f.path == c.path and f.size <= c.bend \
             select { c.path, f.lang }",
            "key recompute by c.path (asof join)",
        ),
        (
            "from ast_calls as c asof join spans as s on s.id <= c.bend select { c.path, s.id }",
            "full (asof join)",
        ),
    ]);
}

#[test]
fn counts_and_exact_sums_are_kept_for_groups() {
    let of = |aggregate: &str| {
        format!("from spans as s group by {{ s.day }} aggregate {{ value: {aggregate} }}")
    };
    check(&[
        (&of("count()"), "group state by day (group by)"),
        (&of("sum(s.id) / count()"), "group state by day (group by)"),
        (&of("sum(s.score)"), "key recompute by day (sum)"),
        (&of("avg(s.id)"), "key recompute by day (avg)"),
        (&of("max(s.id)"), "key recompute by day (max)"),
        (&of("count(distinct s.id)"), "key recompute by day (count)"),
        (&of("count_if(s.ok)"), "key recompute by day (count_if)"),
        ("from spans as s aggregate { n: count() }", "group state (aggregate)"),
        ("from spans as s aggregate { n: max(s.id) }", "full (max)"),
    ]);
}

#[test]
fn groups_are_kept_where_their_rows_and_keys_are() {
    let after = |steps: &str| {
        format!("from spans as s group by {{ s.day, s.ok }} aggregate {{ n: count() }} {steps}")
    };
    let kept = "group state by day, ok (group by)";
    let lost = "key recompute by day, ok (group by)";
    check(&[
        (&after("derive { m: n + 1 }"), kept),
        (&after("select { m: n, ok, date: day }"), kept),
        (&after("select { n, ok }"), lost),
        (&after("where n > 3"), lost),
        (&after("join spans as w on w.id == n select { n }"), lost),
        (&format!("from ({}) as q", after("")), lost),
        ("from (from spans as s aggregate { n: count() }) as q", "full (aggregate)"),
        ("from spans as s aggregate { n: count() } where n > 3", "full (aggregate)"),
    ]);
}

#[test]
fn windows_need_their_partitions() {
    check(&[
        (
            "from ast_calls as c select { n: row_number() over (partition by c.path order by c.bend) }",
            "partition recompute by c.path (row_number … over)",
        ),
        ("from ast_calls as c derive { n: sum(c.bend) over () } select { n }", "full (sum … over)"),
        (
            "from ast_calls as c window { w: partition by c.path } derive { n: 1 + count() over w }",
            "partition recompute by c.path (count … over)",
        ),
    ]);
}

#[test]
fn whole_rows_are_keys() {
    check(&[
        ("from files distinct", "key recompute by all columns (distinct)"),
        ("from files union files", "key recompute by all columns (union)"),
        ("from files except files", "key recompute by all columns (except)"),
        (
            "from files as f distinct on { f.path } order by f.size",
            "key recompute by f.path (distinct on)",
        ),
    ]);
}

#[test]
fn the_step_that_needs_most_decides() {
    check(&[
        ("from files as f order by f.size limit 3 where f.lang == \"rust\"", "full (limit)"),
        (
            "with few = (from files as f order by f.size limit 3) \
             from ast_calls as c join few as f on f.path == c.path select { c.bend }",
            "full (limit)",
        ),
        (
            "from ast_calls as c left join files as f on f.path == c.path \
             group by { f.lang } aggregate { n: max(c.bend) }",
            "key recompute by lang (max)",
        ),
        (
            "from ast_calls as c where exists (from files as f where f.path == c.path)",
            "key recompute by c.path (semi join)",
        ),
    ]);
}
