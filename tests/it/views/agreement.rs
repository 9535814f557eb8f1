//! The engine agrees with the checker about every step and every kind of expression.

use belvedere::testing::agreement::{Laxer, agrees, laxer_columns};

use super::fixture::{Fixture, Lowered, Tested};

/// Every step and every kind of expression, over columns that can be NULL and columns that cannot:
/// views of one topic a file, apart by `---`.
const VIEWS: &[&str] = &[
    include_str!("cases/queries.txt"),
    include_str!("cases/rows.txt"),
    include_str!("cases/steps.txt"),
    include_str!("cases/subqueries.txt"),
    include_str!("cases/windows.txt"),
];

#[test]
fn every_step_and_expression_is_planned_as_it_was_checked() -> Tested {
    let fixture = Fixture::new()?;
    let mut wrong = Vec::new();
    for steps in VIEWS.iter().flat_map(|views| views.split("\n---\n")) {
        let checked = fixture.lower(steps).and_then(|lowered| {
            agrees(fixture.runtime(), &lowered.model, lowered.named(), &lowered.plan)
        });
        if let Err(error) = checked {
            wrong.push(format!("{steps}\n  {error}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// A reason that no view needs any longer should not excuse a new difference.
#[test]
fn every_listed_difference_exists() -> Tested {
    let fixture = Fixture::new()?;
    let cases = [
        (Laxer::Builtin, "from calls as c select { x: lower(c.callee) }"),
        (
            Laxer::GroupWithRows,
            "from calls as c group by { c.file_id } aggregate { x: max(c.bend) }",
        ),
        (Laxer::FrameWithRows, "from calls as c select { x: max(c.bend) over (order by c.bend) }"),
        (
            Laxer::Asof,
            "from calls as c asof join files as f on c.bend >= f.size select { x: f.path }",
        ),
        (Laxer::Unnested, "from calls as c unnest c.tags as x select { x }"),
        (Laxer::Unnested, "from calls as c unnest c.pos as p select { x: p.line }"),
        (Laxer::Narrowed, "from calls as c where c.weight > 1 select { x: c.weight }"),
        (
            Laxer::Narrowed,
            "from files as f join files as g on f.size == g.size select { x: g.size }",
        ),
        (
            Laxer::Narrowed,
            "from files as f select { x: f.lang } intersect (from files as f select { x: f.path })",
        ),
    ];
    for (reason, steps) in cases {
        let lowered = fixture.lower(steps)?;
        let Lowered { model, plan, .. } = &lowered;
        let last = model.columns.len() - 1;
        assert!(!model.columns[last].ty.nullable, "{steps}");
        assert!(plan.schema().field(last).is_nullable(), "{reason:?} is no difference: {steps}");
        let laxer = laxer_columns(model, lowered.named());
        assert_eq!(laxer[last], [reason].into(), "{steps}");
    }
    Ok(())
}

#[test]
fn a_difference_is_found() -> Tested {
    let fixture = Fixture::new()?;
    let checked = fixture.lower("from calls as c select { x: c.bend }")?;
    for (other, expected) in [
        ("from calls as c select { y: c.bend }", "column 0 is `y`, not `x`"),
        ("from calls as c select { x: c.bend, y: c.bend }", "2 columns for 1"),
        ("from calls as c select { x: c.callee }", "`x: i64` is Utf8 to the engine"),
        (
            "from calls as c select { x: cast(c.weight as i64) }",
            "`x: i64` is nullable to the engine, for no known reason",
        ),
    ] {
        let planned = fixture.lower(other)?;
        let found = agrees(fixture.runtime(), &checked.model, checked.named(), &planned.plan);
        assert_eq!(found.unwrap_err().to_string(), expected, "{other}");
    }
    Ok(())
}
