"""DataFusion's own functions: every builder builds what a session computes."""

import datetime
import inspect
from typing import Any, get_type_hints

import datafusion
import pyarrow as pa
import pytest
from datafusion import DataFrame, Expr, SessionContext, col, functions, lit
from datafusion.expr import GroupingSet, Window

from belvedere import arguments as aliases
from belvedere import builtin as b
from belvedere.arguments import ArgumentError

# Arguments of functions that do not take every value of their types.
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "array_any_match": ([1, 2], lambda item: item > col("i")),
    "array_filter": ([1, 2], lambda item: item > col("i")),
    "array_first": ([1, 2], lambda item: item > col("i")),
    "array_transform": ([1, 2], lambda item: item * col("i")),
    "arrays_zip": ([1, 2], ["a"]),
    "arrow_cast": (col("i"), "Utf8"),
    "arrow_field": (col("i"),),
    "arrow_metadata": (col("i"),),
    "arrow_try_cast": (col("s"), pa.int64()),
    "decode": ("0a", "hex"),
    "flatten": ([[1], [2, 3]],),
    "generate_series": (3,),
    "get_field": ({"a": 1}, "a"),
    "log": (8,),
    "map": (["a", "b"], [1, 2]),
    "named_struct": ({"a": 1, "b c": col("s")},),
    "range": (3,),
    "regexp_instr": ("abab", "a", 2, 1, "i"),
    "struct": (1, col("s")),
    "to_date": ("2026-11-21",),
    "to_time": ("12:30:45",),
    "to_timestamp": ("2026-11-21", "%Y-%m-%d"),
    "to_unixtime": (datetime.date(2026, 11, 21),),
    "union_extract": (col("u"), "n"),
    "union_tag": (col("u"),),
    "with_metadata": (col("i"), {"unit": "m"}),
}

# What stands for an argument, by the first name of its annotation.
VALUES: dict[str, Any] = {
    "IntoExpr": 2,
    "IntoBool": True,
    "IntoInt": 2,
    "int": 1,
    "IntoFloat": 0.5,
    "float": 0.5,
    "IntoDecimal": 2,
    "IntoText": "ab",
    "str": "ab",
    "IntoBytes": b"ab",
    "IntoDate": datetime.date(2026, 11, 21),
    "IntoTimestamp": datetime.datetime(2026, 11, 21, 12, 30, tzinfo=datetime.UTC),
    "IntoTime": datetime.time(12, 30),
    "IntoList": [0.5, 2.0],
    "IntoMap": {"k": 1},
    "Interval": (0, 1, 0),
}


def table() -> DataFrame:
    rows: dict[str, Any] = {
        "i": [2, 1, 3],
        "s": ["b", None, "a"],
        "x": [0.5, None, 4.0],
    }
    parts = [pa.array([1, None, 3]), pa.array([None, "b", None])]
    kinds = pa.array([0, 1, 0], pa.int8())
    rows["u"] = pa.UnionArray.from_sparse(kinds, parts, ["n", "s"])
    return SessionContext().from_arrow(pa.table(rows), "t")


def arguments(name: str, builder: Any) -> tuple[Any, ...]:
    """Arguments of each parameter that has to be given, out of the stub's own annotations."""
    if name in ARGUMENTS:
        return ARGUMENTS[name]
    needed = [
        parameter
        for parameter in inspect.signature(builder).parameters.values()
        if parameter.default is parameter.empty
    ]
    # As help shows them they are the texts of the source.
    hints = get_type_hints(builder)
    return tuple(value_of(hints[parameter.name]) for parameter in needed)


def value_of(annotation: Any) -> Any:
    choices = set(getattr(annotation, "__args__", (annotation,)))
    if all(isinstance(choice, str) for choice in choices):
        return annotation.__args__[0]
    builtin = {"int": int, "float": float, "str": str}
    for name, value in VALUES.items():
        known = builtin.get(name) or getattr(aliases, name)
        # An annotation of several aliases takes what the first of them takes.
        takes = set(getattr(known, "__args__", (known,)))
        if takes == choices or (takes < choices and name != "IntoBool"):
            return value
    message = f"no value for {annotation}"
    raise AssertionError(message)


def test_a_grouping_is_a_total_or_not() -> None:
    rows = table().aggregate([GroupingSet.rollup(col("i"))], [b.grouping(col("i"))])
    assert sorted(rows.to_pydict().popitem()[1]) == [0, 0, 0, 1]


@pytest.mark.parametrize("name", [n for n in b.__all__ if n != "grouping"])
def test_every_builder_builds_what_a_session_computes(name: str) -> None:
    builder = getattr(b, name)
    given = arguments(name, builder)
    built = builder(*given)
    options = inspect.signature(builder).parameters
    if "partition_by" in options:
        inside = builder(*given, order_by=["i"])
        outside = built.over(Window(order_by="i"))
        rows = table().select(inside.alias("a"), outside.alias("b")).to_pydict()
        assert rows["a"] == rows["b"]
    elif "filter" in options:
        none = builder(*given, filter=lit(False))
        rows = table().aggregate([], [built.alias("a"), none.alias("b")]).to_pydict()
        assert len(rows["a"]) == 1
    else:
        assert len(table().select(built.alias("a")).to_pydict()["a"]) == 3


@pytest.mark.parametrize(
    ("built", "sql"),
    [
        (lambda: b.abs(-2), "abs(-2)"),
        (lambda: b.length(col("s")), "character_length(s)"),
        (lambda: b.trim("  a "), "btrim('  a ')"),
        (lambda: b.lpad(col("s"), 3), "lpad(s, 3)"),
        (lambda: b.lpad(text=col("s"), n=3, fill="*"), "lpad(s, 3, '*')"),
        (lambda: b.substr("abc", 2), "substr('abc', 2)"),
        (lambda: b.substr("abc", 2, 1), "substr('abc', 2, 1)"),
        (lambda: b.round(col("x"), 1), "round(x, 1)"),
        (lambda: b.log(2, 8), "log(2, 8)"),
        (lambda: b.log(x=8, base=2), "log(2, 8)"),
        (lambda: b.log(100), "log(100)"),
        (lambda: b.log(x=col("x")), "log(x)"),
        (lambda: b.coalesce(col("x"), 7), "coalesce(x, 7)"),
        (lambda: b.nvl(col("s"), "z"), "nvl(s, 'z')"),
        (
            lambda: b.date_part("epoch", b.from_unixtime(9)),
            "date_part('epoch', from_unixtime(9))",
        ),
        (
            lambda: b.date_trunc("month", datetime.date(2026, 11, 21)),
            "date_trunc('month', DATE '2026-11-21')",
        ),
        (
            lambda: b.date_bin(datetime.timedelta(minutes=15), b.from_unixtime(1000)),
            "date_bin(INTERVAL '15 minutes', from_unixtime(1000))",
        ),
        (lambda: b.array_sort([2, 1], "DESC"), "array_sort([2, 1], 'DESC')"),
        (
            lambda: b.array_sort([2, None, 1], nulls="NULLS LAST"),
            "array_sort([2, NULL, 1], 'ASC', 'NULLS LAST')",
        ),
        (lambda: b.array_slice([1, 2, 3], 1, 2), "array_slice([1, 2, 3], 1, 2)"),
        (lambda: b.make_array(1, col("i")), "make_array(1, i)"),
        (lambda: b.cardinality([[1], [2, 3]]), "cardinality([[1], [2, 3]])"),
        (lambda: b.range(0, 3), "range(0, 3)"),
        (lambda: b.range(3), "range(3)"),
        (lambda: b.range(stop=col("i")), "range(i)"),
        (lambda: b.range(1, 9, step=3), "range(1, 9, 3)"),
        (lambda: b.generate_series(3), "generate_series(3)"),
        (lambda: b.generate_series(3, stop=5), "generate_series(3, 5)"),
        (lambda: b.string_to_array("a,b", ","), "string_to_array('a,b', ',')"),
        (lambda: b.map_keys({"a": 1}), "map_keys(MAP {'a': 1})"),
        (lambda: b.encode(b"\x0a", "hex"), "encode(X'0a', 'hex')"),
        (lambda: b.now() == b.now(), "now() = now()"),
        (lambda: b.current_date(), "current_date()"),
        (lambda: b.version(), "version()"),
        (lambda: b.random() < 1, "random() < 1"),
        (lambda: b.length(b.uuid()), "length(uuid())"),
        (lambda: b.arrow_typeof([col("i")][0]), "arrow_typeof(i)"),
        (lambda: b.arrow_cast(col("i"), pa.float32()), "arrow_cast(i, 'Float32')"),
        (lambda: b.arrow_cast(col("i"), "Float32"), "arrow_cast(i, 'Float32')"),
        (lambda: b.arrow_try_cast("a", pa.int8()), "arrow_try_cast('a', 'Int8')"),
        (lambda: b.cast_to_type("7", like=col("i")), "cast_to_type('7', i)"),
        (lambda: b.try_cast_to_type("a", like=1), "try_cast_to_type('a', 1)"),
        (lambda: b.struct(1, col("s")), "struct(1, s)"),
        (
            lambda: b.named_struct({"a b": 1}, c=col("s")),
            "named_struct('a b', 1, 'c', s)",
        ),
        (
            lambda: b.get_field(b.named_struct(a={"b": 7}), "a", "b"),
            "get_field(named_struct('a', named_struct('b', 7)), 'a', 'b')",
        ),
        (lambda: b.arrays_zip([1], [2, 3]), "arrays_zip([1], [2, 3])"),
        (
            lambda: b.arrow_metadata(b.with_metadata(1, {"unit": "m"}), "unit"),
            "arrow_metadata(with_metadata(1, 'unit', 'm'), 'unit')",
        ),
        (lambda: b.union_extract(col("u"), "n"), "union_extract(u, 'n')"),
        (
            lambda: b.rank(order_by=col("s").sort(ascending=False)),
            "rank() OVER (ORDER BY s DESC NULLS LAST)",
        ),
        (lambda: b.lag(col("i"), 1, 9, order_by="i"), "lag(i, 1, 9) OVER (ORDER BY i)"),
        (
            lambda: b.sum(col("i")).over(Window(partition_by=[col("s")])),
            "sum(i) OVER (PARTITION BY s)",
        ),
    ],
)
def test_a_builder_is_what_sql_says(built: Any, sql: str) -> None:
    session = SessionContext()
    session.register_table("t", table())
    expected = session.sql(f"SELECT {sql} AS y FROM t ORDER BY i")
    found = (
        session.table("t")
        .select(built().alias("y"), col("i"))
        .sort(col("i"))
        .select("y")
    )
    assert found.to_pydict() == expected.to_pydict()


@pytest.mark.parametrize(
    ("built", "sql"),
    [
        (lambda: b.count(), "count(*)"),
        (lambda: b.count(col("s")), "count(s)"),
        (
            lambda: b.count(col("s"), distinct=True, filter=col("i") > 1),
            "count(DISTINCT s) FILTER (WHERE i > 1)",
        ),
        (lambda: b.sum(col("x")), "sum(x)"),
        (
            lambda: b.any_value(col("s"), ignore_nulls=True),
            "first_value(s) IGNORE NULLS",
        ),
        (lambda: b.first_value(col("s"), order_by="i"), "first_value(s ORDER BY i)"),
        (lambda: b.list_of(col("s"), order_by=["i"]), "array_agg(s ORDER BY i)"),
        (
            lambda: b.string_agg(
                col("s"), "-", order_by=col("i").sort(ascending=False)
            ),
            "string_agg(s, '-' ORDER BY i DESC)",
        ),
        (lambda: b.nth_value(col("s"), 2, order_by="i"), "nth_value(s, 2 ORDER BY i)"),
        (lambda: b.percentile_cont(col("x"), 0.25), "percentile_cont(x, 0.25)"),
        (lambda: b.variance(col("x")), "var(x)"),
    ],
)
def test_an_aggregate_is_what_sql_says(built: Any, sql: str) -> None:
    session = SessionContext()
    session.register_table("t", table())
    expected = session.sql(f"SELECT {sql} AS y FROM t").to_pydict()
    assert (
        session.table("t").aggregate([], [built().alias("y")]).to_pydict() == expected
    )


def test_a_builder_is_equal_to_the_function_of_the_package() -> None:
    once = table().aggregate([b.upper(col("s"))], [])
    assert sorted(
        once.select(functions.upper(col("s"))).to_pydict().popitem()[1], key=str
    ) == ["A", "B", None]


def test_a_session_needs_nothing_to_be_registered() -> None:
    assert isinstance(b.trim("a"), Expr)
    assert b.trim("a").to_bytes(datafusion.SessionContext())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: b.upper(3),
            "`upper`: argument `text` takes a str or an expression, this is 3 (int)",
        ),
        (
            lambda: b.abs("x"),
            "`abs`: argument `x` takes an int, a float, a decimal.Decimal or an expression",
        ),
        (
            lambda: b.date_trunc("months", col("i")),
            '`date_trunc`: argument `unit` takes a constant, one of "year"',
        ),
        (lambda: b.date_trunc("months", col("i")), 'did you mean "month"?'),
        (
            lambda: b.ntile(col("i")),
            "`ntile`: argument `n` takes a constant, an int, this is the expression",
        ),
        (
            lambda: b.log("2", 8),
            "the function is log<T>(base: T, x: T) or log<T>(x: T)",
        ),
        (lambda: b.log("2"), "`log`: argument `x` takes a float or an expression"),
        (
            lambda: b.log(),
            "`log`: no form of it is called as `log()`\nthe function is log<T>(base: T, ",
        ),
        (lambda: b.log(2, base=3), "`log(2, base=3)`"),
        (lambda: b.range(1, step=2), "`range(1, step=2)`"),
        (lambda: b.range(1, 2, 3, 4), "`range(1, 2, 3, 4)`"),
        (
            lambda: b.date_part("year", "2026"),
            " or date_part(part: literal, value: Time)",
        ),
    ],
)
def test_a_wrong_value_is_refused_with_the_signature(call: Any, message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        call()
    assert message in str(refused.value)
    assert isinstance(refused.value, TypeError)
