//! The benches of functions of rows.

use arrow::datatypes::DataType;
use belvedere::{col, lit};
use belvedere_udfs as standard;
use datafusion::functions::expr_fn::{
    btrim, character_length, coalesce, gcd, regexp_like, starts_with, upper,
};
use datafusion::functions_nested::expr_fn::{
    array_compact, array_distinct, array_element, array_sort, map_extract,
};
use datafusion::prelude::{col as column, lit as literal};

use super::columns;
use crate::by_hand::{self, call};
use crate::case::Case;
use crate::functions as bench;

/// The pattern that texts are searched for.
pub(crate) const PATTERN: &str = "[xyz]{3}Q?a";

/// All benches.
pub(crate) fn cases() -> Vec<Case> {
    [numbers(), texts(), constants(), dictionaries(), nested(), standard_texts()]
        .into_iter()
        .flatten()
        .collect()
}

fn numbers() -> Vec<Case> {
    let add = || bench::bench_add::expr(col("a"), col("b"));
    let add_by_hand = || call("add", DataType::Int64, by_hand::add, vec![column("a"), column("b")]);
    let gcd_by_hand = call("gcd", DataType::Int64, by_hand::gcd, vec![column("a"), column("b")]);
    let columns_abc = vec![column("a"), column("b"), column("c")];
    vec![
        Case::new("add", columns::two, add(), "max(bench_add(a, b))")
            .by_hand(add_by_hand())
            .built_in(column("a") + column("b")),
        Case::new("add, 10% NULL", columns::two_with_nulls, add(), "max(bench_add(a, b))")
            .by_hand(add_by_hand())
            .built_in(column("a") + column("b")),
        Case::new(
            "add three, 10% NULL",
            columns::three_with_nulls,
            bench::bench_add3::expr(col("a"), col("b"), col("c")),
            "max(bench_add3(a, b, c))",
        )
        .by_hand(call("add3", DataType::Int64, by_hand::add3, columns_abc))
        .built_in(column("a") + column("b") + column("c")),
        Case::new(
            "gcd, 50% NULL",
            columns::two_half_null,
            bench::bench_gcd::expr(col("a"), col("b")),
            "max(bench_gcd(a, b))",
        )
        .by_hand(gcd_by_hand)
        .built_in(gcd(column("a"), column("b"))),
        Case::new(
            "divide, 10% NULL",
            columns::two_with_nulls,
            bench::bench_divide::expr(col("a"), col("b")),
            "max(bench_divide(a, b))",
        )
        .by_hand(call("divide", DataType::Int64, by_hand::divide, vec![column("a"), column("b")]))
        .built_in(column("a") / column("b")),
    ]
}

fn texts() -> Vec<Case> {
    let length = || bench::bench_length::expr(col("s"));
    let length_by_hand = || call("length", DataType::Int64, by_hand::length, vec![column("s")]);
    let upper_by_hand = call("upper", DataType::Utf8, by_hand::upper, vec![column("s")]);
    let trim_by_hand = call("trim", DataType::Utf8, by_hand::trim, vec![column("s")]);
    let trim_views = call("trim_views", DataType::Utf8View, by_hand::trim_views, vec![column("s")]);
    vec![
        Case::new("length, ASCII", columns::ascii, length(), "max(bench_length(s))")
            .by_hand(length_by_hand())
            .built_in(character_length(column("s"))),
        Case::new("length, Unicode", columns::unicode, length(), "max(bench_length(s))")
            .by_hand(length_by_hand())
            .built_in(character_length(column("s"))),
        Case::new("length, views", columns::ascii_views, length(), "max(bench_length(s))")
            .built_in(character_length(column("s"))),
        Case::new(
            "upper",
            columns::unicode,
            bench::bench_upper::expr(col("s")),
            "max(bench_upper(s))",
        )
        .by_hand(upper_by_hand)
        .built_in(upper(column("s"))),
        Case::new("trim", columns::ascii, bench::bench_trim::expr(col("s")), "max(bench_trim(s))")
            .by_hand(trim_by_hand)
            .built_in(btrim(vec![column("s")])),
        Case::new(
            "trim, views",
            columns::ascii_views,
            bench::bench_trim::expr(col("s")),
            "max(bench_trim(s))",
        )
        .by_hand(trim_views)
        .built_in(btrim(vec![column("s")])),
    ]
}

fn constants() -> Vec<Case> {
    vec![
        Case::new(
            "starts_with",
            columns::ascii,
            bench::bench_starts_with::expr(col("s"), lit(" ab")),
            "count(*) FILTER (WHERE bench_starts_with(s, ' ab'))",
        )
        .by_hand(call("starts", DataType::Boolean, by_hand::starts_with, vec![column("s")]))
        .built_in(starts_with(column("s"), literal(" ab"))),
        Case::new(
            "matches",
            columns::ascii,
            bench::bench_matches::expr(col("s"), lit(PATTERN)),
            "count(*) FILTER (WHERE bench_matches(s, '[xyz]{3}Q?a'))",
        )
        .by_hand(call("matches", DataType::Boolean, by_hand::matches, vec![column("s")]))
        .built_in(regexp_like(column("s"), literal(PATTERN), None)),
        Case::new(
            "matches, compiled for each row",
            columns::ascii,
            bench::bench_matches_unprepared::expr(col("s"), lit(PATTERN)),
            "",
        )
        .by_hand(call("matches", DataType::Boolean, by_hand::matches, vec![column("s")])),
    ]
}

fn dictionaries() -> Vec<Case> {
    let sizes: [(_, fn(&mut _) -> _); 3] = [
        ("upper, 16 in a dictionary", columns::dictionary_16),
        ("upper, 256 in a dictionary", columns::dictionary_256),
        ("upper, 4096 in a dictionary", columns::dictionary_4096),
    ];
    let upper_of = || bench::bench_upper::expr(col("s"));
    let by_hand = || {
        let returns = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        call("upper_dictionary", returns, by_hand::upper_dictionary, vec![column("s")])
    };
    sizes
        .into_iter()
        .map(|(name, columns)| {
            Case::new(name, columns, upper_of(), "max(bench_upper(s))")
                .by_hand(by_hand())
                .built_in(upper(column("s")))
        })
        .collect()
}

fn nested() -> Vec<Case> {
    let list_type = DataType::new_list(DataType::Int64, true);
    vec![
        Case::new(
            "list_sum",
            columns::lists,
            bench::bench_list_sum::expr(col("l")),
            "max(bench_list_sum(l))",
        )
        .by_hand(call("list_sum", DataType::Int64, by_hand::list_sum, vec![column("l")])),
        Case::new(
            "list_compact",
            columns::lists_with_nulls,
            standard::list_compact::expr(col("l")),
            "max(array_length(list_compact(l)))",
        )
        .by_hand(call("compact", list_type.clone(), by_hand::list_compact, vec![column("l")]))
        .built_in(array_compact(column("l"))),
        Case::new(
            "list_unique_sorted",
            columns::lists,
            standard::list_unique_sorted::expr(col("l")),
            "max(array_length(list_unique_sorted(l)))",
        )
        .by_hand(call("unique", list_type, by_hand::list_unique_sorted, vec![column("l")]))
        .built_in(array_sort(
            array_distinct(column("l")),
            literal("ASC"),
            literal("NULLS LAST"),
        )),
        Case::new(
            "map_get_default",
            columns::maps,
            standard::map_get_default::expr(col("m"), lit("wanted"), lit(-1)),
            "max(map_get_default(m, 'wanted', -1))",
        )
        .by_hand(call("get", DataType::Int64, by_hand::map_get_default, vec![column("m")]))
        .built_in(coalesce(vec![
            array_element(map_extract(column("m"), literal("wanted")), literal(1)),
            literal(-1_i64),
        ])),
        Case::new(
            "span_overlaps",
            columns::spans,
            standard::span_overlaps::expr(col("x"), col("y")),
            "count(*) FILTER (WHERE span_overlaps(x, y))",
        )
        .by_hand(call(
            "overlaps",
            DataType::Boolean,
            by_hand::span_overlaps,
            vec![column("x"), column("y")],
        )),
    ]
}

fn standard_texts() -> Vec<Case> {
    vec![
        Case::new(
            "stable_hash64",
            columns::ascii,
            standard::stable_hash64::expr(col("s")),
            "max(stable_hash64(s))",
        )
        .by_hand(call("hash", DataType::Int64, by_hand::stable_hash64, vec![column("s")])),
        Case::new(
            "utf8_normalize",
            columns::unicode,
            standard::utf8_normalize::expr(col("s"), lit("nfkc"), lit(true), lit(true)),
            "max(utf8_normalize(s))",
        ),
    ]
}
