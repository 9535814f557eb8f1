//! The rows of views: each step and each kind of expression, with the rows that the design says.

use super::fixture::{Fixture, Tested};

/// Rows are compared sorted: a relation has no order.
async fn check(steps: &str, expected: &[&str]) -> Tested {
    let mut expected: Vec<_> = expected.iter().map(|row| (*row).to_owned()).collect();
    expected.sort();
    assert_eq!(Fixture::new()?.rows(steps).await?, expected, "{steps}");
    Ok(())
}

#[tokio::test]
async fn inner_join_keeps_pairs() -> Tested {
    check(
        "from calls as c join files as f on f.file_id == c.file_id select { c.call_id, f.path }",
        &["c1 | a.rs", "c2 | a.rs", "c3 | b.py"],
    )
    .await
}

#[tokio::test]
async fn left_join_keeps_the_left_side() -> Tested {
    check(
        "from calls as c left join files as f on f.file_id == c.file_id
         select { c.call_id, f.path, f.size }",
        &["c1 | a.rs | 10", "c2 | a.rs | 10", "c3 | b.py | NULL", "c4 | NULL | NULL"],
    )
    .await
}

#[tokio::test]
async fn the_condition_of_a_left_join_filters_the_right_side_only() -> Tested {
    check(
        "from calls as c left join files as f on f.file_id == c.file_id and c.bstart > 5
         select { c.call_id, f.path }",
        &["c1 | NULL", "c2 | a.rs", "c3 | NULL", "c4 | NULL"],
    )
    .await
}

/// `calls` has no `f3`, `files` no `f9`; `lang` of one file and `weight` of one call are NULL.
#[tokio::test]
async fn right_and_full_joins_keep_the_right_side() -> Tested {
    check(
        "from calls as c right join files as f on f.file_id == c.file_id
         select { c.call_id, c.bend, f.path }",
        &["NULL | NULL | c.txt", "c1 | 10 | a.rs", "c2 | 20 | a.rs", "c3 | 6 | b.py"],
    )
    .await?;
    check(
        "from calls as c full join files as f on f.file_id == c.file_id and c.bend > 6
         select { c.call_id, f.path }",
        &["NULL | b.py", "NULL | c.txt", "c1 | a.rs", "c2 | a.rs", "c3 | NULL", "c4 | NULL"],
    )
    .await?;
    check(
        "from calls as c full join files as f on c.bend == f.size + 10 or c.bstart > 9
         select { c.call_id, f.path }",
        &["c1 | c.txt", "c2 | a.rs", "c2 | b.py", "c2 | c.txt", "c3 | NULL", "c4 | NULL"],
    )
    .await
}

#[tokio::test]
async fn a_null_key_has_no_partner() -> Tested {
    check(
        "from files as a full join files as b on a.size == b.size select { a.path, other: b.path }",
        &["NULL | b.py", "a.rs | a.rs", "b.py | NULL", "c.txt | c.txt"],
    )
    .await?;
    check(
        "from files as a semi join files as b on a.size == b.size select { a.path }",
        &["a.rs", "c.txt"],
    )
    .await?;
    check("from files as a anti join files as b on a.size == b.size select { a.path }", &["b.py"])
        .await
}

#[tokio::test]
async fn semi_and_anti_joins_keep_left_rows_as_they_are() -> Tested {
    // Two calls are in `f1`: a file with partners is there once.
    check(
        "from files as f semi join calls as c on c.file_id == f.file_id select { f.path, f.size }",
        &["a.rs | 10", "b.py | NULL"],
    )
    .await?;
    check(
        "from files as f semi join calls as c on c.file_id == f.file_id and c.bend > f.size
         select { f.path }",
        &["a.rs"],
    )
    .await?;
    check(
        "from files as f anti join calls as c on c.file_id == f.file_id and c.bend > f.size
         select { f.path }",
        &["b.py", "c.txt"],
    )
    .await?;
    check(
        "from files as f anti join calls as c on c.bend > f.size + 10 select { f.path }",
        &["a.rs", "b.py"],
    )
    .await?;
    check("from files as f semi join calls as c on c.bend > 100 select { f.path }", &[]).await?;
    check(
        "from files as f anti join calls as c on c.bend > 100 select { f.path }",
        &["a.rs", "b.py", "c.txt"],
    )
    .await
}

#[tokio::test]
async fn cross_joins_keep_all_pairs() -> Tested {
    check(
        "from files as a cross join files as b where a.path < b.path select { a.path, other: b.path }",
        &["a.rs | b.py", "a.rs | c.txt", "b.py | c.txt"],
    )
    .await
}

#[tokio::test]
async fn unions_go_by_names() -> Tested {
    check(
        "from files as f select { f.path, n: f.size }
         union all (from calls as c where c.bend < 10 select { n: c.small, path: c.call_id })",
        &["a.rs | 10", "b.py | NULL", "c.txt | 0", "c3 | 0", "c4 | 1"],
    )
    .await?;
    check(
        "from calls as c select { c.callee } union (from calls as c select { c.callee })",
        &["close", "lo%st", "open"],
    )
    .await?;
    check(
        "with names = (from calls as c select { c.callee })
         from names union all names where callee == \"open\" select { callee }",
        &["open"; 4],
    )
    .await
}

#[tokio::test]
async fn sets_know_that_null_is_null() -> Tested {
    check(
        "from calls as c select { c.flag } union (from calls as c where c.flag select { c.flag })",
        &["NULL", "false", "true"],
    )
    .await?;
    check(
        "from calls as c select { c.flag, c.tags }
         except (from calls as c where c.call_id in (\"c2\", \"c3\") select { c.tags, c.flag })",
        &["true | [x, y]", "true | [z]"],
    )
    .await?;
    check(
        "from calls as c select { c.flag, c.pos }
         intersect (from calls as c where c.pos.line is null or c.bend == 6 select { c.flag, c.pos })",
        &["NULL | {line: 3, col: 4}", "false | NULL"],
    )
    .await?;
    check(
        "from calls as c select { c.callee } intersect (from calls as c select { c.callee })",
        &["close", "lo%st", "open"],
    )
    .await?;
    check("from calls as c select { c.callee } except (from calls as c select { c.callee })", &[])
        .await
}

#[tokio::test]
async fn distinct_keeps_one_row_of_each() -> Tested {
    check(
        "from calls as c select { c.callee, c.flag } distinct",
        &["close | false", "lo%st | true", "open | NULL", "open | true"],
    )
    .await?;
    check(
        "from files as f join calls as c on c.file_id == f.file_id select { f.lang, f.size } distinct
         where size is null select { lang }",
        &["python"],
    )
    .await
}

#[tokio::test]
async fn joins_over_expressions_and_with_themselves() -> Tested {
    check(
        "from calls as a join calls as b on a.bend == b.bstart + 0 and a.call_id != b.call_id
         select { first: a.call_id, second: b.call_id }",
        &["c1 | c2"],
    )
    .await?;
    check(
        "from files as a join files as b on true where a.path < b.path
         select { a.path, other: b.path }",
        &["a.rs | b.py", "a.rs | c.txt", "b.py | c.txt"],
    )
    .await
}

#[tokio::test]
async fn queries_inside_of_a_view_are_read_as_relations_are() -> Tested {
    check(
        "with big = (from files as f where f.size > 5 select { f.file_id, f.path, half: f.size / 2 })
         from calls as c join big as b on b.file_id == c.file_id
         join (from big group by { big.half } aggregate { n: count() }) as h on h.half == b.half
         select { c.call_id, b.path, b.half, h.n }",
        &["c1 | a.rs | 5 | 1", "c2 | a.rs | 5 | 1"],
    )
    .await?;
    check(
        "from (from calls as c order by c.call_id desc limit 2) as last where last.call_id != \"c4\"
         select { last.call_id }",
        &["c3"],
    )
    .await
}

#[tokio::test]
async fn two_relations_may_have_columns_of_one_name() -> Tested {
    check(
        "from calls as c join files as f on f.file_id == c.file_id
         where f.file_id == \"f1\" and c.file_id == \"f1\"
         derive { twice: c.file_id }
         select { c.call_id, f.file_id, twice, again: c.file_id }",
        &["c1 | f1 | f1 | f1", "c2 | f1 | f1 | f1"],
    )
    .await
}

#[tokio::test]
async fn a_derived_column_may_be_called_like_a_relations() -> Tested {
    check(
        "from files as f
         join calls as c on c.file_id == f.file_id
         derive { half: c.bend / 2, quarter: half / 2 }
         where quarter > 2 or f.size is null
         select { path: c.callee, f.lang, half, quarter }",
        &["close | rust | 10 | 5", "open | python | 3 | 1"],
    )
    .await
}

#[tokio::test]
async fn a_relation_can_be_joined_after_a_select() -> Tested {
    check(
        "from calls as c
         select { file: c.file_id, len: c.bend - c.bstart }
         join files as f on f.file_id == file
         select { f.file_id, f.path, len }",
        &["f1 | a.rs | 10", "f1 | a.rs | 10", "f2 | b.py | 1"],
    )
    .await
}

#[tokio::test]
async fn unnest_drops_rows_without_elements() -> Tested {
    check(
        "from calls as c unnest c.tags as tag select { c.call_id, tag }",
        &["c1 | x", "c1 | y", "c4 | z"],
    )
    .await
}

#[tokio::test]
async fn outer_unnest_keeps_them() -> Tested {
    check(
        "from calls as c unnest c.tags outer as tag select { c.call_id, tag }",
        &["c1 | x", "c1 | y", "c2 | NULL", "c3 | NULL", "c4 | z"],
    )
    .await
}

#[tokio::test]
async fn elements_of_lists_of_structs_have_fields() -> Tested {
    check(
        "from calls as c unnest c.args as arg select { c.call_id, arg.name, arg.value }",
        &["c1 | a | 1", "c1 | NULL | 2", "c3 | b | 3"],
    )
    .await?;
    check(
        "from calls as c unnest c.args outer as arg where c.callee != \"open\"
         select { c.call_id, arg.name, arg.value }",
        &["c2 | NULL | NULL", "c4 | NULL | NULL"],
    )
    .await
}

#[tokio::test]
async fn maps_are_unnested_by_their_entries() -> Tested {
    check(
        "from calls as c unnest map_entries(c.attrs) as kv select { c.call_id, kv.key, kv.value }",
        &["c1 | k | v", "c3 | j | w", "c3 | k | NULL"],
    )
    .await?;
    check(
        "from calls as c unnest map_entries(c.fixed) outer as kv
         select { c.call_id, kv.key, kv.value }",
        &["c1 | n | 1", "c2 | NULL | NULL", "c3 | NULL | NULL", "c4 | NULL | NULL"],
    )
    .await
}

#[tokio::test]
async fn functions_of_users_take_and_give_structs() -> Tested {
    check(
        "from calls as c where span_len(span_make(c.bstart, c.bend)) > 1
         derive { span: span_make(c.bstart, c.pos.line + 20) }
         select { c.call_id, span.bend, len: span_len(span), line: c.pos.line }",
        &["c1 | 21 | 21 | 1", "c2 | NULL | NULL | NULL", "c4 | 25 | 18 | 5"],
    )
    .await
}

#[tokio::test]
async fn two_lists_are_unnested_one_after_the_other() -> Tested {
    check(
        "from calls as c unnest c.tags as tag unnest c.args as arg
         select { tag, arg.value }",
        &["x | 1", "x | 2", "y | 1", "y | 2"],
    )
    .await
}

#[tokio::test]
async fn a_field_of_a_null_struct_is_null() -> Tested {
    check(
        "from calls as c select { c.call_id, c.pos.line, c.at.col }",
        &["c1 | 1 | 0", "c2 | NULL | 0", "c3 | 3 | 0", "c4 | 5 | 0"],
    )
    .await?;
    check("from calls as c where c.pos.line > 4 select { c.call_id }", &["c4"]).await?;
    check("from calls as c where c.pos is null select { c.call_id }", &["c2"]).await
}

#[tokio::test]
async fn null_is_a_key_of_its_own() -> Tested {
    check(
        "from files as f group by { f.lang } aggregate { n: count(), bytes: sum(f.size) }",
        &["NULL | 1 | 0", "python | 1 | NULL", "rust | 1 | 10"],
    )
    .await
}

#[tokio::test]
async fn aggregates_stand_inside_of_expressions() -> Tested {
    check(
        "from calls as c
         group by { c.file_id, long: c.bend - c.bstart > 5 }
         aggregate { n: count(), span: max(c.bend) - min(c.bstart), share: sum(c.bend) / count() }",
        &["f1 | true | 2 | 20 | 15", "f2 | false | 1 | 1 | 6", "f9 | false | 1 | 2 | 9"],
    )
    .await
}

#[tokio::test]
async fn keys_may_be_equal_and_may_stand_in_aggregates() -> Tested {
    check(
        "from calls as c
         group by { c.file_id, again: c.file_id }
         aggregate { key: c.file_id, n: count(distinct c.callee), lines: count(c.pos.line) }",
        &["f1 | f1 | f1 | 2 | 1", "f2 | f2 | f2 | 1 | 1", "f9 | f9 | f9 | 1 | 1"],
    )
    .await
}

#[tokio::test]
async fn sums_of_one_column_in_two_types_do_not_meet() -> Tested {
    check(
        "from calls as c aggregate { whole: sum(c.small), wide: sum(cast(c.small as f64)) }",
        &["1 | 1.0"],
    )
    .await
}

#[tokio::test]
async fn aggregates_over_no_rows() -> Tested {
    check(
        "from calls as c where c.bend > 100 aggregate { n: count(), most: max(c.bend) }",
        &["0 | NULL"],
    )
    .await?;
    check("from calls as c where c.bend > 100 group by { c.callee } aggregate { n: count() }", &[])
        .await
}

#[tokio::test]
async fn steps_go_on_after_a_group() -> Tested {
    check(
        "from calls as c
         group by { what: c.callee } aggregate { n: count() }
         where n > 1
         join calls as d on d.callee == what
         select { d.call_id, n }",
        &["c1 | 2", "c3 | 2"],
    )
    .await
}

#[tokio::test]
async fn like_knows_any_text_and_one_character() -> Tested {
    check("from calls as c where c.callee like \"o%n\" select { c.call_id }", &["c1", "c3"])
        .await?;
    check("from calls as c where c.callee like \"_lose\" select { c.call_id }", &["c2"]).await?;
    check("from calls as c where c.callee not like \"%e%\" select { c.call_id }", &["c4"]).await
}

#[tokio::test]
async fn lists_of_values() -> Tested {
    check(
        "from calls as c where c.callee in (\"close\", \"lo%st\") select { c.call_id }",
        &["c2", "c4"],
    )
    .await?;
    check("from files as f where f.size not in (10) select { f.path }", &["c.txt"]).await
}

#[tokio::test]
async fn three_valued_logic() -> Tested {
    check("from calls as c where not c.flag select { c.call_id }", &["c2"]).await?;
    check("from calls as c where c.flag or c.bend < 7 select { c.call_id }", &["c1", "c3", "c4"])
        .await?;
    check("from calls as c where c.flag is null select { c.call_id }", &["c3"]).await
}

#[tokio::test]
async fn case_takes_the_first_true_branch() -> Tested {
    check(
        "from calls as c select {
             c.call_id,
             size: case when c.bend > 15 then \"big\" when c.bend > 8 then \"middle\"
                   else \"small\" end,
             maybe: case when c.bend > 15 then c.bend end
         }",
        &["c1 | middle | NULL", "c2 | big | 20", "c3 | small | NULL", "c4 | middle | NULL"],
    )
    .await
}

#[tokio::test]
async fn casts_convert_or_give_null_when_told_to() -> Tested {
    check(
        "from calls as c unnest c.args as arg
         select { text: cast(c.bend as String), wide: c.small + c.bend,
                  number: cast(arg.value as i64), letter: try_cast(c.callee as i64) }",
        &["10 | 17 | 1 | NULL", "10 | 17 | 2 | NULL", "6 | 6 | 3 | NULL"],
    )
    .await
}

#[tokio::test]
async fn numbers() -> Tested {
    check(
        "from calls as c where c.call_id == \"c2\"
         select { a: -c.small, b: c.small % 4, c: c.small / 2, d: c.small * 1.5, e: c.weight + 1 }",
        &["7 | -3 | -3 | -10.5 | NULL"],
    )
    .await
}

#[tokio::test]
async fn order_decides_which_rows_a_limit_keeps() -> Tested {
    check("from calls as c order by c.weight desc limit 2 select { c.call_id }", &["c1", "c4"])
        .await?;
    check(
        "from calls as c order by c.weight nulls first, c.call_id limit 1 select { c.call_id }",
        &["c2"],
    )
    .await
}

/// Calls are in `f1`, `f1`, `f2` and `f9`; files are `f1` (10), `f2` (NULL) and `f3` (0).
#[tokio::test]
async fn exists_and_in_keep_rows() -> Tested {
    let size =
        "from calls as c where exists (from files as f where f.file_id == c.file_id and f.size > 1)
                select { c.call_id }";
    check(size, &["c1", "c2"]).await?;
    let lacks = "from calls as c where not exists (from files as f where f.file_id == c.file_id)
                 select { c.call_id }";
    check(lacks, &["c4"]).await?;
    // A size that is NULL is in nothing, and one of the list makes nothing of the others.
    let sizes = "from files as f where f.size in (from calls select { bend }) select { f.path }";
    check(sizes, &["a.rs"]).await?;
    let of_nulls =
        "from calls as c where c.bend in (from files select { size }) select { c.call_id }";
    check(of_nulls, &["c1"]).await?;
    let not_in = "from calls as c where c.file_id not in (from files select { file_id }) select { c.call_id }";
    check(not_in, &["c4"]).await?;
    let any = "from calls as c where exists (from files as f where f.size > c.bstart) select { c.call_id }";
    check(any, &["c1", "c3", "c4"]).await?;
    check("from files where exists (from calls where bend > 100) select { path }", &[]).await?;
    check("from files where not exists (from calls where bend > 100) and exists (from calls) select { path }",
        &["a.rs", "b.py", "c.txt"]).await
}

#[tokio::test]
async fn a_place_that_no_list_has_is_empty() -> Tested {
    check(
        "from files select { path, a: [size, 7][9223372036854775807], b: [size][-9223372036854775808],
             d: [1, 2][4294967297], e: [1, 2][-1], f: array_slice([1, 2, 3], 2, 9223372036854775807),
             g: array_slice([1, 2, 3], -2, 9223372036854775807, 9223372036854775807) }",
        &[
            "a.rs | NULL | NULL | NULL | 2 | [2, 3] | [2]",
            "b.py | NULL | NULL | NULL | 2 | [2, 3] | [2]",
            "c.txt | NULL | NULL | NULL | 2 | [2, 3] | [2]",
        ],
    )
    .await?;
    check(
        "from calls derive { far: (bend - 10) * 922337203685477580 } select { call_id, a: [1, 2, 3][far], b: [1, 2, 3][bend - 8] }",
        &["c1 | NULL | 2", "c2 | NULL | NULL", "c3 | NULL | 2", "c4 | NULL | 1"],
    )
    .await
}

/// One group of all rows, and none of no rows.
#[tokio::test]
async fn a_constant_key_is_a_column() -> Tested {
    check("from files group by { k: 1 } aggregate { n: count() }", &["1 | 3"]).await?;
    check("from files where size > 100 group by { k: 1 } aggregate { n: count() }", &[]).await?;
    check(
        "from calls group by { k: \"all\", file_id } aggregate { n: count() }",
        &["all | f1 | 2", "all | f2 | 1", "all | f9 | 1"],
    )
    .await
}

/// What a query becomes has columns of the same names, and none of them is meant.
#[tokio::test]
async fn bare_names_beside_queries_are_the_rows_own() -> Tested {
    let large =
        "from files where file_id in (from files as g where g.size > 5 select { g.file_id })
                 select { path }";
    check(large, &["a.rs"]).await?;
    let none = "from files where path in (from calls select { callee }) select { path }";
    check(none, &[]).await?;
    check(
        "from calls where exists (from files where files.file_id == calls.file_id) and bend > 6
         select { call_id, n: (from files as f where f.file_id == calls.file_id aggregate { max(f.size) }),
                  value: (from files aggregate { count() }), file_id }",
        &["c1 | 10 | 3 | f1", "c2 | 10 | 3 | f1"],
    )
    .await?;
    // A query in a query, compared with the row around both.
    check(
        "from files as f where exists (from calls as c
             where f.size > (from files as g where g.file_id == c.file_id aggregate { count() }))
         select { path }",
        &["a.rs"],
    )
    .await?;
    check(
        "from files as f derive { n: (from calls as c
             where c.file_id == f.file_id and c.bend > (from files aggregate { max(size) })
             aggregate { count() }) } select { path, n }",
        &["a.rs | 1", "b.py | 0", "c.txt | 0"],
    )
    .await
}

#[tokio::test]
async fn a_query_gives_each_row_its_value() -> Tested {
    // A count of no rows is zero, any other aggregate NULL.
    check(
        "from files as f select { f.path,
             n: (from calls as c where c.file_id == f.file_id aggregate { count() }),
             last: (from calls as c where c.file_id == f.file_id aggregate { max(c.bend) }) }",
        &["a.rs | 2 | 20", "b.py | 1 | 6", "c.txt | 0 | NULL"],
    )
    .await?;
    // NULL equals nothing, so nothing is counted for it.
    check(
        "from files as f select { f.path, n: (from files as g where g.size == f.size aggregate { count() }) }",
        &["a.rs | 1", "b.py | 0", "c.txt | 1"],
    )
    .await?;
    check(
        "from files as f where f.size < (from calls aggregate { max(bend) }) or exists
             (from calls as c where c.file_id == f.file_id and c.callee == \"open\")
         select { f.path, all: (from calls aggregate { count() }) }",
        &["a.rs | 4", "b.py | 4", "c.txt | 4"],
    )
    .await?;
    check(
        "from files as f derive { called: exists (from calls as c where c.file_id == f.file_id) }
         select { f.*, called }",
        &[
            "f1 | a.rs | rust | 10 | true",
            "f2 | b.py | python | NULL | true",
            "f3 | c.txt | NULL | 0 | false",
        ],
    )
    .await?;
    check(
        "from files as f select { f.path, none: (from calls where bend > 100 select { call_id } limit 1) }",
        &["a.rs | NULL", "b.py | NULL", "c.txt | NULL"],
    )
    .await
}

#[tokio::test]
async fn a_struct_that_is_null_drops_its_row_unless_outer() -> Tested {
    check(
        "from calls as c unnest c.pos as p select { c.call_id, p.line, col }",
        &["c1 | 1 | 2", "c3 | 3 | 4", "c4 | 5 | 6"],
    )
    .await?;
    check(
        "from calls as c unnest c.pos outer as p select { c.call_id, p.* }",
        &["c1 | 1 | 2", "c2 | NULL | NULL", "c3 | 3 | 4", "c4 | 5 | 6"],
    )
    .await?;
    check(
        "from calls as c unnest span_make(c.bstart, c.pos.line + 20) as s select { c.call_id, s.bend }",
        &["c1 | 21", "c3 | 23", "c4 | 25"],
    )
    .await
}

#[tokio::test]
async fn stars_leave_out_and_rename() -> Tested {
    check(
        "from files as f join files as g on g.size == f.size
         select { * except (g.file_id, path, lang) rename (id: f.file_id, other: g.size) }",
        &["f1 | 10 | 10", "f3 | 0 | 0"],
    )
    .await?;
    check(
        "from calls as c unnest c.args as arg select { c.at.* except (col), arg.* rename (v: value) }
         where v != \"2\" select { line, name, v }",
        &["1 | a | 1", "3 | b | 3"],
    )
    .await
}

/// What the checker takes for never NULL has no NULLs.
#[tokio::test]
async fn conditions_leave_no_nulls() -> Tested {
    check(
        "from files as f where f.size + 0 >= 0 select { f.size, f.lang }",
        &["0 | NULL", "10 | rust"],
    )
    .await?;
    check(
        "from calls as c where c.weight not in (3) or c.weight < 0 select { c.weight }",
        &["0.5", "1.5", "2.0"],
    )
    .await?;
    check("from calls as c where c.pos.line not in (9) and not c.flag select { c.pos }", &[])
        .await?;
    check(
        "from files as f join files as g on f.size == g.size and f.lang like g.lang
         select { f.size, g.lang }",
        &["10 | rust"],
    )
    .await?;
    check(
        "from files as f select { x: f.lang } intersect (from calls as c select { x: \"rust\" })",
        &["rust"],
    )
    .await
}

#[tokio::test]
async fn a_pivot_makes_columns_of_constants() -> Tested {
    check(
        "from calls as c pivot { n: count(), most: max(c.bend) } for c.callee in (\"open\", \"lo%st\" as lost)
         by { c.file_id }",
        &["f1 | 1 | 10 | 0 | NULL", "f2 | 1 | 6 | 0 | NULL", "f9 | 0 | NULL | 1 | 9"],
    )
    .await?;
    // A value that is NULL is none of the constants.
    check("from files as f pivot { count() } for f.lang in (\"rust\", \"go\")", &["1 | 0"]).await
}
