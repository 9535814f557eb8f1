//! Structs that are written out, and values of maps.

use super::fixture::{Fixture, Tested};

async fn check(steps: &str, expected: &[&str]) -> Tested {
    assert_eq!(Fixture::new()?.rows(steps).await?, expected, "{steps}");
    Ok(())
}

#[tokio::test]
async fn structs_have_the_fields_that_are_written() -> Tested {
    check(
        "from calls as c derive { s: { id: c.call_id, c.weight, at: { c.at.line } } }
         select { s.id, s.weight, s.at.line }",
        &["c1 | 1.5 | 1", "c2 | NULL | 2", "c3 | 0.5 | 3", "c4 | 2.0 | 4"],
    )
    .await?;
    check(
        "from calls as c select { s: { c.call_id, n: 1 } } where s.call_id > \"c2\"",
        &["{call_id: c3, n: 1}", "{call_id: c4, n: 1}"],
    )
    .await?;
    check(
        "from files as f where f.size == 0 select { s: { a: 1, b: { c: \"x\" } } }",
        &["{a: 1, b: {c: x}}"],
    )
    .await?;
    check(
        "from calls as c group by { c.file_id } aggregate { s: { n: count(), least: min(c.bend) } }
         select { s.n, s.least }",
        &["1 | 6", "1 | 9", "2 | 10"],
    )
    .await
}

#[tokio::test]
async fn a_map_gives_the_value_of_a_key_or_null() -> Tested {
    check(
        "from calls as c select { c.call_id, a: c.attrs[\"k\"], b: c.attrs[\"j\"], n: c.fixed[\"n\"] }",
        &["c1 | v | NULL | 1", "c2 | NULL | NULL | NULL", "c3 | NULL | w | NULL", "c4 | NULL | NULL | NULL"],
    )
    .await?;
    check("from calls as c where c.attrs[lower(\"K\")] == \"v\" select { c.call_id }", &["c1"])
        .await
}
