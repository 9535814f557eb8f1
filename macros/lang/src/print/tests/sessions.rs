//! Examples in SQL as sessions of Python.

use super::*;

/// A registry of functions of each kind, the first of which has an example.
fn with_example(sql: &str, expected: &str) -> Vec<Function> {
    let example = Example { sql: sql.to_owned(), expected: expected.to_owned() };
    let of = |kind, name: &str, params, ty: &str| Function {
        kind,
        returns: Returns { ty: ty.to_owned(), nullable: true },
        ..function(name, "What it does.", params)
    };
    let scalar = |name, params, ty| of(FunctionKind::Scalar, name, params, ty);
    let units = ["byte", "utf16"].map(str::to_owned).to_vec();
    let unit = Param { values: units, ..literal("unit", "String", "\"byte\"") };
    vec![
        Function { examples: vec![example], ..scalar("shown", vec![param("x", "i64")], "i64") },
        Function { aliases: vec!["other".into()], ..scalar("text", vec![unit], "String") },
        scalar("place", vec![param("x", "i64")], "{ line: i64, of: List<String> }"),
        scalar("pairs", vec![param("m", "Map<String, f64>")], "Map<String, Option<f64>>"),
        scalar("open", vec![param("x", "T")], "T"),
        scalar("day", Vec::new(), "Date"),
        scalar("moment", Vec::new(), "Timestamp"),
        of(FunctionKind::Aggregate, "total", vec![param("x", "i64")], "i64"),
        of(FunctionKind::Window, "nth", vec![param("x", "i64")], "i64"),
        of(FunctionKind::Table, "numbers", vec![param("end", "i64")], "i64"),
    ]
}

/// The session behind `Examples:`, if there is one.
fn session(sql: &str, expected: &str) -> String {
    let text = file("functions.py", with_example(sql, expected));
    let Some((_, text)) = text.split_once("    Examples:\n") else { return "SQL".to_owned() };
    let lines = text.lines().take_while(|line| !line.ends_with("In SQL::"));
    let lines: Vec<&str> = lines.map(|line| line.trim_start_matches("        ")).collect();
    lines.join("\n").trim_end().to_owned()
}

#[test]
fn constants_are_computed_one_by_one() {
    let cases = [
        ("SELECT shown(-1), SHOWN(2)", "1 2"),
        ("SELECT shown(1), shown(NULL)", "-1 NULL"),
        ("SELECT text('UTF16'), other(unit => 'byte')", "it's two"),
        ("SELECT place(1)", "{line: 1, of: [a, b c]}"),
        ("SELECT pairs(MAP {'a': 1.5, 'b': NULL})", "{a: 1.5, b: NULL}"),
        ("SELECT open([true, NULL]), open(named_struct('a', 1))", "[true, NULL] {a: 1}"),
        ("SELECT shown(1) = abs(-1), day()", "true 2026-11-21"),
        ("SELECT text('byte'), shown(1)", "(empty) 1"),
    ];
    let sessions = cases.map(|(sql, expected)| session(sql, expected)).join("\n\n");
    insta::assert_snapshot!(sessions, @r#"
    >>> rt.evaluate(f.shown(-1))
    1
    >>> rt.evaluate(f.shown(2))
    2

    >>> rt.evaluate(f.shown(1))
    -1
    >>> rt.evaluate(f.shown(None))

    >>> rt.evaluate(f.text("utf16"))
    "it's"
    >>> rt.evaluate(f.text(unit="byte"))
    'two'

    >>> rt.evaluate(f.place(1))
    {'line': 1, 'of': ['a', 'b c']}

    >>> rt.evaluate(f.pairs({"a": 1.5, "b": None}))
    [('a', 1.5), ('b', None)]

    >>> rt.evaluate(f.open([True, None]))
    [True, None]
    >>> rt.evaluate(f.open({"a": 1}))
    {'a': 1}

    >>> rt.evaluate(f.shown(1) == b.abs(-1))
    True
    >>> rt.evaluate(f.day())
    datetime.date(2026, 11, 21)

    >>> rt.evaluate(f.text("byte"))
    ''
    >>> rt.evaluate(f.shown(1))
    1
    "#);
}

#[test]
fn rows_that_stand_in_a_statement_become_a_relation() {
    let rows = "FROM (VALUES ('b', 1), ('a', NULL)) AS t(g, v)";
    let cases = [
        (format!("SELECT total(v), total(DISTINCT v) FILTER (WHERE v > 0) {rows}"), "3 NULL"),
        (format!("SELECT total(v ORDER BY g DESC) IGNORE NULLS AS sum {rows}"), "1"),
        (format!("SELECT g, nth(v) OVER (ORDER BY g, v) {rows} ORDER BY g DESC"), "b 2\na NULL"),
        (format!("SELECT nth(v) OVER (PARTITION BY g) {rows} ORDER BY v"), "2\nNULL"),
        (format!("SELECT g, shown(v + 1) AS x {rows} WHERE g = 'b'"), "b 2"),
    ];
    let sessions: Vec<_> = cases.iter().map(|(sql, expected)| session(sql, expected)).collect();
    insta::assert_snapshot!(sessions.join("\n\n"), @r#"
    >>> rows = rt.from_pydict({"g": ["b", "a"], "v": [1, None]})
    >>> rows.aggregate(
    ...     total=f.total(col("v")),
    ...     total_2=f.total(col("v"), distinct=True, filter=col("v") > 0),
    ... ).to_pydict()
    {'total': [3], 'total_2': [None]}

    >>> rows = rt.from_pydict({"g": ["b", "a"], "v": [1, None]})
    >>> rows.aggregate(
    ...     sum=f.total(
    ...         col("v"),
    ...         order_by=col("g").sort(ascending=False),
    ...         ignore_nulls=True,
    ...     ),
    ... ).to_pydict()
    {'sum': [1]}

    >>> rows = rt.from_pydict({"g": ["b", "a"], "v": [1, None]})
    >>> rows = rows.select("g", nth=f.nth(col("v"), order_by=["g", "v"]))
    >>> rows.sort(col("g").sort(ascending=False)).to_pydict()
    {'g': ['b', 'a'], 'nth': [2, None]}

    >>> rows = rt.from_pydict({"g": ["b", "a"], "v": [1, None]})
    >>> rows = rows.with_columns(nth=f.nth(col("v"), partition_by="g"))
    >>> rows = rows.sort("v")
    >>> rows.select("nth").to_pydict()
    {'nth': [2, None]}

    >>> rows = rt.from_pydict({"g": ["b", "a"], "v": [1, None]})
    >>> rows = rows.filter(col("g") == "b")
    >>> rows.select("g", x=f.shown(col("v") + 1)).to_pydict()
    {'g': ['b'], 'x': [2]}
    "#);
}

#[test]
fn table_functions_are_relations() {
    let cases = [
        ("SELECT value FROM numbers(3) ORDER BY value", "1\n2"),
        ("SELECT count(*) FROM numbers(\"end\" => 3)", "2"),
        ("SELECT count(*) FROM numbers(end => 3)", "2"),
    ];
    let sessions = cases.map(|(sql, expected)| session(sql, expected)).join("\n\n");
    insta::assert_snapshot!(sessions, @r#"
    >>> tables.numbers(rt, 3).select("value").sort("value").to_pydict()
    {'value': [1, 2]}

    SQL

    >>> tables.numbers(rt, end=3).count()
    2
    "#);
}

#[test]
fn what_builders_cannot_say_stays_sql() {
    let cases = [
        // A subquery, a cast, a literal of a type, a function that nobody knows.
        ("SELECT shown(x) FROM (SELECT 1 AS x)", "1"),
        ("SELECT shown(1)::text", "1"),
        ("SELECT shown(DATE '2026-11-21')", "1"),
        ("SELECT shown(no_such_function(1))", "1"),
        // Python would compare by itself.
        ("SELECT shown(1 = 2)", "1"),
        // Where NULL goes, and rows in no order.
        ("SELECT shown(v) FROM (VALUES (1), (2)) AS t(v) ORDER BY v NULLS FIRST", "1\n2"),
        ("SELECT shown(v) FROM (VALUES (1), (2)) AS t(v)", "1\n2"),
        ("SELECT nth(v) OVER () FROM (VALUES (1)) AS t(v)", "1"),
        // A result that can be read in two ways, or whose type has no text that is known.
        ("SELECT text('byte'), text('byte')", "a b c"),
        ("SELECT text('byte'), shown(1)", "only"),
        ("SELECT moment()", "2026-11-21T00:00:00Z"),
    ];
    for (sql, expected) in cases {
        assert_eq!(session(sql, expected), "SQL", "{sql}");
    }
}

#[test]
fn a_twin_shows_the_examples_of_the_function_that_fails() {
    let mut functions = with_example("SELECT shown(1), text('byte')", "1 b");
    let shown = functions[0].name.clone();
    functions.push(Function {
        twin_of: Some(shown),
        ..function("try_shown", "Like `shown`.", vec![param("x", "i64")])
    });
    let text = file("functions.py", functions);
    assert!(text.contains(">>> rt.evaluate(f.try_shown(1))\n        1\n"), "{text}");
}
