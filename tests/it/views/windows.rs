//! The rows of windows: frames, peers, NULLs, and the clauses of aggregates.

use super::fixture::{Fixture, Lowered, Tested};

/// Rows are compared sorted: a relation has no order.
async fn check(steps: &str, expected: &[&str]) -> Tested {
    let mut expected: Vec<_> = expected.iter().map(|row| (*row).to_owned()).collect();
    expected.sort();
    assert_eq!(Fixture::new()?.rows(steps).await?, expected, "{steps}");
    Ok(())
}

#[tokio::test]
async fn rows_are_numbered_in_their_partition() -> Tested {
    check(
        "from calls as c select { c.call_id,
             n: row_number() over (partition by c.file_id order by c.bstart desc),
             all: row_number() over (order by c.weight desc nulls first) }",
        &["c1 | 2 | 3", "c2 | 1 | 1", "c3 | 1 | 4", "c4 | 1 | 2"],
    )
    .await
}

/// `open` comes twice, and NULL is a peer of NULL.
#[tokio::test]
async fn peers_have_one_rank() -> Tested {
    check(
        "from calls as c select { c.call_id, r: rank() over (order by c.callee desc),
             d: dense_rank() over (order by c.callee desc), p: percent_rank() over (order by c.callee desc),
             s: cume_dist() over (order by c.callee desc), t: ntile(2) over (order by c.call_id) }",
        &[
            "c1 | 1 | 1 | 0.0 | 0.5 | 1",
            "c2 | 4 | 3 | 1.0 | 1.0 | 1",
            "c3 | 1 | 1 | 0.0 | 0.5 | 2",
            "c4 | 3 | 2 | 0.6666666666666666 | 0.75 | 2",
        ],
    )
    .await?;
    check(
        "from calls as c left join files as f on f.file_id == c.file_id and f.size > 0
         select { c.call_id, f.size, r: rank() over (order by f.size), n: count() over (order by f.size) }",
        &["c1 | 10 | 1 | 2", "c2 | 10 | 1 | 2", "c3 | NULL | 3 | 4", "c4 | NULL | 3 | 4"],
    )
    .await
}

#[tokio::test]
async fn values_of_other_rows() -> Tested {
    check(
        "from calls as c window { w: order by c.bstart } select { c.call_id,
             a: lag(c.callee) over w, b: lead(c.bend, 2, 0) over w, d: lag(c.small, default => 99) over w,
             e: lag(c.weight) over w, f: lag(c.weight) ignore nulls over w, g: lead(c.weight, 1, 7.5) over w }",
        &[
            "c1 | NULL | 9 | 99 | NULL | NULL | 0.5",
            "c2 | lo%st | 0 | 1 | 2.0 | 2.0 | 7.5",
            "c3 | open | 20 | 7 | 1.5 | 1.5 | 2.0",
            "c4 | open | 0 | 0 | 0.5 | 0.5 | NULL",
        ],
    )
    .await
}

#[tokio::test]
async fn without_a_frame_a_window_reaches_to_the_last_peer() -> Tested {
    check(
        "from calls as c select { c.call_id, to: sum(c.bend) over (order by c.callee),
             rows: last_value(c.call_id) over (order by c.callee, c.call_id rows unbounded preceding),
             all: sum(c.bend) over () }",
        &["c1 | 45 | c1 | 45", "c2 | 20 | c2 | 45", "c3 | 45 | c3 | 45", "c4 | 29 | c4 | 45"],
    )
    .await
}

#[tokio::test]
async fn frames_may_be_empty() -> Tested {
    check(
        "from calls as c window { w: order by c.bstart rows between 2 preceding and 1 preceding }
         select { c.call_id, n: count() over w, s: sum(c.bend) over w, l: list_of(c.call_id) over w,
             f: first_value(c.call_id) over w, m: max(c.callee) over w, a: avg(c.bend) over w }",
        &[
            "c1 | 0 | NULL | NULL | NULL | NULL | NULL",
            "c2 | 2 | 15 | [c3, c4] | c3 | open | 7.5",
            "c3 | 1 | 10 | [c1] | c1 | open | 10.0",
            "c4 | 2 | 16 | [c1, c3] | c1 | open | 8.0",
        ],
    )
    .await
}

#[tokio::test]
async fn ranges_are_differences_and_groups_are_peers() -> Tested {
    check(
        "from calls as c select { c.call_id,
             near: count() over (order by c.bstart range between 2 preceding and 3 following),
             down: count() over (order by c.bstart desc range 3 preceding),
             group: list_of(c.call_id) over (order by c.callee groups 1 preceding),
             none: count() over (order by c.weight range 0.5 preceding) }",
        &[
            "c1 | 1 | 1 | [c4, c1, c3] | 1",
            "c2 | 1 | 1 | [c2] | 1",
            "c3 | 2 | 2 | [c4, c1, c3] | 1",
            "c4 | 3 | 2 | [c2, c4] | 2",
        ],
    )
    .await
}

#[tokio::test]
async fn ranges_of_decimals_are_exact() -> Tested {
    check(
        "from calls as c derive { price: cast(c.bend as Decimal<12, 2>) + cast(0.1 as Decimal<2, 1>),
             whole: cast(c.bend as Decimal<38, 0>) }
         select { c.bend, near: list_of(c.bend) over (order by price range between 1 preceding and 3.9 following),
             down: list_of(c.bend) over (order by price desc range 3.99 preceding),
             all: count() over (order by whole range between 4 preceding and 10 following),
             peers: count() over (order by price range current row) }",
        &[
            "10 | [9, 10] | [10] | 4 | 1",
            "20 | [20] | [20] | 1 | 1",
            "6 | [6, 9] | [6, 9] | 3 | 1",
            "9 | [9, 10] | [9, 10] | 3 | 1",
        ],
    )
    .await
}

#[tokio::test]
async fn ranges_of_time_are_written_as_text() -> Tested {
    check(
        "from files as f derive { at: case when f.path == \"a.rs\" then cast(\"2024-01-31\" as Date)
             when f.path == \"b.py\" then cast(\"2024-02-29\" as Date) end }
         derive { moment: cast(at as Timestamp) }
         select { f.path, n: count() over (order by at range \"1 month\" preceding),
             m: count() over (order by moment range \"28 days 23 hours\" preceding),
             o: count() over (order by at range between current row and \"29 days\" following) }",
        &["a.rs | 1 | 1 | 2", "b.py | 2 | 1 | 1", "c.txt | 1 | 1 | 1"],
    )
    .await
}

#[tokio::test]
async fn a_filter_leaves_rows_out() -> Tested {
    check(
        "from calls as c group by { c.file_id } aggregate { n: count() filter (c.flag),
             w: sum(c.weight) filter (c.weight > 1), l: list_of(c.call_id) filter (c.bend > 6) }",
        &["f1 | 1 | 1.5 | [c1, c2]", "f2 | 0 | NULL | NULL", "f9 | 1 | 2.0 | [c4]"],
    )
    .await?;
    check(
        "from calls as c select { c.call_id, n: count() filter (c.flag) over (order by c.call_id),
             m: min(c.bend) filter (c.bend > 9) over (order by c.call_id rows 1 preceding) }",
        &["c1 | 1 | 10", "c2 | 1 | 10", "c3 | 1 | 20", "c4 | 2 | NULL"],
    )
    .await
}

#[tokio::test]
async fn aggregates_take_an_order_and_pass_over_nulls() -> Tested {
    check(
        "from calls as c aggregate { a: first_value(c.call_id order by c.bend),
             b: last_value(c.weight order by c.bend), d: last_value(c.weight order by c.bend) ignore nulls,
             e: list_of(c.call_id order by c.flag nulls first, c.bend desc),
             f: list_of(c.weight order by c.bend) ignore nulls, g: list_of(distinct c.callee order by c.callee),
             h: nth_value(c.call_id, 2 order by c.bend desc), i: any_value(c.flag) ignore nulls is null,
             j: arg_max(c.callee, c.bend) filter (c.bend < 10) }",
        &["c3 | NULL | 1.5 | [c3, c2, c1, c4] | [0.5, 2.0, 1.5] | [close, lo%st, open] | c1 | false | lo%st"],
    )
    .await
}

#[tokio::test]
async fn windows_are_over_the_rows_that_are_left() -> Tested {
    check(
        "from calls as c where c.bend > 6 group by { c.file_id } aggregate { n: count(), size: sum(c.bend) }
         derive { share: size * 100 / sum(size) over (), r: row_number() over (order by n desc) }
         where r == 1",
        &["f1 | 2 | 30 | 76 | 1"],
    )
    .await?;
    check("from calls as c where c.bend > 99 derive { n: sum(c.bend) over () } select { n }", &[])
        .await
}

#[tokio::test]
async fn users_functions_have_windows() -> Tested {
    check(
        "from calls as c select { c.call_id, i: row_index() over (partition by c.file_id order by c.bend),
             best: arg_max(c.call_id, c.weight) over (order by c.bend rows 1 preceding),
             some: arg_max(c.call_id, c.weight) filter (c.flag) over (order by c.bend) }",
        &["c1 | 1 | c4 | c4", "c2 | 2 | c1 | c4", "c3 | 1 | c3 | NULL", "c4 | 1 | c4 | c4"],
    )
    .await
}

/// NULL is one value, and the row stays as it is.
#[tokio::test]
async fn the_first_row_of_each() -> Tested {
    check(
        "from calls as c distinct on { c.flag } order by c.bend desc select { c.call_id, c.flag }",
        &["c1 | true", "c2 | false", "c3 | NULL"],
    )
    .await?;
    check(
        "from calls as c select { c.callee, c.weight } distinct on { callee } order by weight nulls first",
        &["close | NULL", "lo%st | 2.0", "open | 0.5"],
    )
    .await?;
    check(
        "from calls as c distinct on { c.file_id, c.bend > 15 } order by c.bend where c.bend < 20
         join files as f on f.file_id == c.file_id select { c.call_id, f.path }",
        &["c1 | a.rs", "c3 | b.py"],
    )
    .await
}

/// Where the checker promises a value there is one, whatever the frame is.
#[tokio::test]
async fn no_frame_has_a_null_that_is_not_promised() -> Tested {
    const CALLS: [&str; 22] = [
        "count()",
        "count(c.weight)",
        "sum(c.small)",
        "sum(c.weight)",
        "min(c.callee)",
        "max(c.weight)",
        "avg(c.bend)",
        "median(c.weight)",
        "stddev(c.bend)",
        "stddev_pop(c.bend)",
        "variance(c.bend)",
        "list_of(c.weight)",
        "list_of(c.callee) ignore nulls",
        "any_value(c.tags)",
        "bool_and(c.flag)",
        "bool_or(c.flag)",
        "first_value(c.callee)",
        "last_value(c.weight) ignore nulls",
        "nth_value(c.callee, 2)",
        "count(distinct c.callee)",
        "arg_max(c.callee, c.bend)",
        "sum(c.bend) filter (c.flag)",
    ];
    const WINDOWS: [&str; 10] = [
        "order by c.bend",
        "partition by c.file_id, c.tags order by c.flag",
        "order by c.flag groups between current row and unbounded following",
        "order by c.bend rows unbounded preceding",
        "order by c.bend rows between unbounded preceding and 1 preceding",
        "order by c.bend rows between 1 following and 2 following",
        "order by c.bend rows between 1 preceding and 1 following",
        "order by c.weight desc range between 1 preceding and current row",
        "order by c.bend range between 3 preceding and 1 preceding",
        "partition by c.flag order by c.callee nulls first groups 1 preceding",
    ];
    let fixture = Fixture::new()?;
    let mut ran = 0;
    for window in WINDOWS {
        let items = CALLS.iter().enumerate().filter_map(|(i, call)| {
            let item = format!("x{i}: {call} over ({window})");
            fixture.lower(&format!("from calls as c select {{ {item} }}")).is_ok().then_some(item)
        });
        let items: Vec<_> = items.collect();
        ran += items.len();
        let steps = format!("from calls as c select {{ {} }}", items.join(", "));
        let Lowered { model, plan, .. } = fixture.lower(&steps)?;
        let session = fixture.runtime().session();
        for batch in session.execute_logical_plan(plan).await?.collect().await? {
            for (column, values) in model.columns.iter().zip(batch.columns()) {
                assert!(column.ty.nullable || values.null_count() == 0, "{column} over {window}");
            }
        }
    }
    // `bool_and` and `bool_or` cannot be computed over frames that move.
    assert_eq!(ran, CALLS.len() * WINDOWS.len() - 2 * 6);
    Ok(())
}
