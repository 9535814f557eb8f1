"""The functions of the extension: builders, what they refuse, and what they were made for."""

import concurrent.futures
import datetime
import decimal
import inspect
import math
import pydoc
import uuid
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from datafusion import DataFrame, Expr, SessionContext, col, lit
from datafusion.expr import Window, WindowFrame

import belvedere as bv
from belvedere import _kinds as kinds
from belvedere import _native, tables
from belvedere import functions as f
from belvedere._registry import FUNCTIONS
from belvedere.arguments import ArgumentError
from belvedere.errors import BelvedereError
from belvedere.extension import Function, Functions

SPAN = {
    "bstart": 1,
    "bend": 5,
    "line_base": 0,
    "col_unit": "byte",
    "end_exclusive": True,
}


def frame() -> DataFrame:
    rows = {"s": ["X ﬁ", None], "g": [1, 1], "v": [3, 4], "c": [True, None]}
    return SessionContext().from_pydict(rows)


def values(expression: Expr) -> list[Any]:
    found: list[Any] = frame().select(expression.alias("x")).to_pydict()["x"]
    return found


def value(expression: Expr) -> Any:
    return frame().aggregate([], [expression.alias("x")]).to_pydict()["x"][0]


def test_arguments_go_by_place_and_by_name() -> None:
    assert values(f.utf8_normalize(col("s"))) == ["x fi", None]
    assert values(f.utf8_normalize(value=col("s"), casefold=False)) == ["X fi", None]
    assert values(f.span_len(f.span_make(bstart=col("v"), bend=10))) == [7, 6]


def test_plain_values_become_literals_of_the_parameter() -> None:
    assert values(f.span_len(SPAN)) == [4, 4]
    assert values(f.list_unique_sorted([3, 1, None, 1])) == [[1, 3]] * 2
    assert values(f.map_normalize({"B": 1, "a": 2})) == [[("a", 2), ("b", 1)]] * 2
    assert values(f.struct_pick({"a": 1, "b": 2}, "b")) == [{"b": 2}] * 2
    assert values(f.stable_hash64(None)) == [None, None]
    assert str(f.span_make(1, 2, 3)).count("Int32(3)") == 1


def test_the_rest_of_the_arguments_are_of_any_type() -> None:
    several = f.stable_id_parts(
        "n", col("s"), 3, True, None, datetime.date(2026, 11, 21)
    )
    assert len({*values(several)}) == 2
    assert values(f.stable_id_parts("n")) == values(f.stable_id_parts("n"))


def test_aggregates_say_more_than_their_arguments() -> None:
    assert value(f.list_unique(col("s"), ignore_nulls=True)) == ["X ﬁ"]
    assert value(f.list_unique(col("s"))) == ["X ﬁ", None]
    assert value(f.count_if(col("c"), filter=col("v") > 3)) == 0
    assert value(f.list_unique(col("g"), distinct=True)) == [1]
    assert value(f.first_value(col("v"), order_by=col("v").sort(ascending=False))) == 4
    assert value(f.first_value(col("v"), order_by=["g", "v"])) == 3
    assert (
        value(f.string_agg(col("s"), "-", filter=col("v") > 0, distinct=True)) == "X ﬁ"
    )


def test_windows_are_given_in_the_call_or_over_it() -> None:
    inside = f.lag(col("v"), default=0, partition_by="g", order_by="v")
    outside = f.lag(col("v"), default=0).over(
        Window(partition_by=[col("g")], order_by="v")
    )
    assert values(inside) == values(outside) == [0, 3]
    assert sorted(values(f.row_index(order_by=[col("v").sort(ascending=False)]))) == [
        1,
        2,
    ]
    whole = WindowFrame("rows", None, None)
    assert values(
        f.last_value(col("v")).over(Window(order_by="v", window_frame=whole))
    ) == [4, 4]


def test_columns_are_found_by_exactly_their_names() -> None:
    session = SessionContext().from_pydict({"Key": [2, 1], 'a "b"': [1, 2]})
    ordered = f.first_value(col('"Key"'), order_by="Key").alias("x")
    assert session.aggregate([], [ordered]).to_pydict() == {"x": [1]}
    quoted = f.row_index(order_by='a "b"').alias("x")
    assert session.select(quoted).to_pydict() == {"x": [1, 2]}


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda: f.stable_hash64(3),
            "`stable_hash64`: argument `value` takes a str or an expression, this is 3 (int)",
        ),
        (
            lambda: f.span_make(True, 2),
            "`bstart` takes an int or an expression, this is True",
        ),
        (lambda: f.span_make(1, 2**63), "it is not within -9223372036854775808 …"),
        (lambda: f.span_make(1, 2, 2**31), "it is not within -2147483648 … 2147483647"),
        (lambda: f.span_len({"bstart": 1}), "`bend` is not there"),
        (lambda: f.span_len(SPAN | {"more": 1}), "there is no field `more`"),
        (lambda: f.span_len(SPAN | {"bend": "5"}), "its field `bend`: it is no int"),
        (lambda: f.utf8_normalize("a", "NFC"), '"nfc", "nfd", "nfkc", "nfkd", this is'),
        (lambda: f.utf8_normalize("a", "nfcc"), 'did you mean "nfc"?'),
        (
            lambda: f.utf8_normalize("a", casefold="no"),
            "takes a constant, a bool, this is 'no'",
        ),
        (
            lambda: f.utf8_normalize("a", casefold=None),
            "takes a constant, a bool, this is None",
        ),
        (lambda: f.col_to_byte("a", 1, col("u")), "this is the expression Expr(u)"),
        (
            lambda: f.utf8_normalize("a", np.int64(3)),
            "this is np.int64(3) (numpy.int64)",
        ),
        (lambda: f.utf8_normalize("a", pd.NA), "this is <NA>"),
        (lambda: f.span_make(pd.NA, 1), "it is missing: `None` is NULL"),
        (lambda: f.stable_id_parts("a", object()), "argument `parts` takes a value"),
        (
            lambda: f.list_compact("abc"),
            "takes a list or an expression, this is 'abc' (str)",
        ),
        (
            lambda: tables.range_table(Host(), col("a"), 2),
            "takes a constant, an int, this is",
        ),
    ],
)
def test_a_wrong_value_is_refused_with_the_signature(call: Any, text: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        call()
    assert text in str(refused.value)
    assert "\nthe function is " in str(refused.value)
    assert isinstance(refused.value, TypeError)
    assert isinstance(refused.value, BelvedereError)


class Host:
    """What a table function is asked of."""

    def table_function(self, name: str, arguments: list[Expr]) -> tuple[str, list[str]]:
        return name, [str(argument) for argument in arguments]


def test_table_functions_are_asked_of_a_runtime() -> None:
    asked = tables.range_table(Host(), end=4, start=1)
    assert asked == ("range_table", ["Expr(Int64(1))", "Expr(Int64(4))"])
    assert tables.range(Host(), 1, 9)[1] == [
        "Expr(Int64(1))",
        "Expr(Int64(9))",
        "Expr(Int64(1))",
    ]


UTC = datetime.UTC
NOON = datetime.datetime(2026, 11, 21, 12)


@pytest.mark.parametrize(
    ("kind", "given", "literal"),
    [
        (kinds.BOOL, True, pa.scalar(True)),
        (kinds.INT8, -128, pa.scalar(-128, pa.int8())),
        (kinds.UINT64, 2**64 - 1, pa.scalar(2**64 - 1, pa.uint64())),
        (kinds.FLOAT32, 1, pa.scalar(1.0, pa.float32())),
        (kinds.decimal_of(10, 2), decimal.Decimal("1.5"), decimal.Decimal("1.50")),
        (kinds.decimal_of(10, 2), 3, decimal.Decimal("3.00")),
        (kinds.TEXT, "a", pa.scalar("a")),
        (kinds.BYTES, b"a", pa.scalar(b"a")),
        (kinds.bytes_of(2), b"ab", pa.scalar(b"ab", pa.binary(2))),
        (kinds.UUID, uuid.UUID(int=7), uuid.UUID(int=7)),
        (kinds.DATE, NOON.date(), pa.scalar(NOON.date())),
        (kinds.TIMESTAMP, NOON.replace(tzinfo=UTC), NOON.replace(tzinfo=UTC)),
        (kinds.LOCAL_TIMESTAMP, NOON, pa.scalar(NOON)),
        (kinds.TIME, NOON.time(), pa.scalar(NOON.time())),
        (kinds.DURATION, datetime.timedelta(1), pa.scalar(datetime.timedelta(1))),
        (kinds.INTERVAL, (1, 2, 3), pa.MonthDayNano([1, 2, 3])),
        (kinds.ListOf(kinds.INT32), [1, None], [1, None]),
        (kinds.MapOf(kinds.TEXT, kinds.ANY), {"a": 1.5}, [("a", 1.5)]),
        (kinds.MapOf(kinds.TEXT, kinds.INT8), {}, []),
        (kinds.StructOf("", ("a", kinds.ListOf(kinds.DATE))), {"a": None}, {"a": None}),
        (kinds.ANY, "text", pa.scalar("text")),
        (kinds.ANY, [{"a": 1}], [{"a": 1}]),
        (kinds.Either(kinds.INT64, kinds.TEXT), "a", "a"),
        (kinds.TEXT, None, pa.scalar(None, pa.string())),
        (kinds.BOOL, np.True_, pa.scalar(True)),
        (kinds.INT8, np.int64(-128), pa.scalar(-128, pa.int8())),
        (kinds.FLOAT64, np.float32(1.5), pa.scalar(1.5)),
        (kinds.FLOAT32, math.inf, pa.scalar(math.inf, pa.float32())),
        (kinds.TEXT, np.str_("a"), pa.scalar("a")),
        (kinds.DATE, np.datetime64("2026-11-21"), pa.scalar(NOON.date())),
        (kinds.LOCAL_TIMESTAMP, np.datetime64("2026-11-21T12"), pa.scalar(NOON)),
        (kinds.LOCAL_TIMESTAMP, pd.Timestamp(NOON), pa.scalar(NOON)),
        (
            kinds.DURATION,
            np.timedelta64(1, "D"),
            pa.scalar(datetime.timedelta(1)),
        ),
        (kinds.ListOf(kinds.INT32), [np.int16(1)], [1]),
        (kinds.ANY, np.int16(7), pa.scalar(7)),
        (kinds.decimal_of(4, 2), decimal.Decimal("1e1"), decimal.Decimal("10.00")),
        (
            kinds.DECIMAL,
            decimal.Decimal("12345678901234567890123456789012345678.9"),
            decimal.Decimal("12345678901234567890123456789012345678.9"),
        ),
        (
            kinds.decimal_of(50, 1),
            decimal.Decimal("12345678901234567890123456789012345678901.5"),
            decimal.Decimal("12345678901234567890123456789012345678901.5"),
        ),
    ],
)
def test_every_kind_has_its_literals(kind: Any, given: Any, literal: Any) -> None:
    made = kinds.scalar(kind, given)
    if isinstance(literal, pa.Scalar):
        assert made.equals(literal)
    assert made.as_py() == (
        literal.as_py() if isinstance(literal, pa.Scalar) else literal
    )
    if kind.arrow is not None:
        assert made.type == kind.arrow
    lit(made)


@pytest.mark.parametrize(
    ("kind", "given", "why"),
    [
        (kinds.DATE, NOON, "`value.date()` is the day that it shows"),
        (kinds.DATE, NOON.replace(tzinfo=UTC), "it has a time of day"),
        (kinds.DATE, np.datetime64("2026-11-21T12:00"), "it has a time of day"),
        (kinds.TIMESTAMP, NOON, "it has no time zone"),
        (kinds.TIMESTAMP, pd.NaT, "it is missing: `None` is NULL"),
        (kinds.TIMESTAMP, NOON.date(), ""),
        (kinds.LOCAL_TIMESTAMP, NOON.replace(tzinfo=UTC), "it has a time zone"),
        (
            kinds.LOCAL_TIMESTAMP,
            np.datetime64("2026-11-21T12:00:00.000000001"),
            "it is finer than a microsecond",
        ),
        (
            kinds.LOCAL_TIMESTAMP,
            pd.Timestamp("2026-11-21T12:00:00.000000001"),
            "it is finer than a microsecond",
        ),
        (kinds.LOCAL_TIMESTAMP, np.datetime64("NaT"), "it is no time"),
        (
            kinds.LOCAL_TIMESTAMP,
            np.datetime64(2**40, "D"),
            "it is beyond the times of Python",
        ),
        (kinds.DURATION, np.timedelta64(1, "M"), "months have no length"),
        (
            kinds.decimal_of(3, 1),
            decimal.Decimal("1.55"),
            "it has 2 digits behind the point",
        ),
        (kinds.decimal_of(3, 1), decimal.Decimal("1e2"), "it has 3 digits before"),
        (kinds.decimal_of(3, 1), 100, "it has 3 digits before the point"),
        (kinds.decimal_of(3, 1), decimal.Decimal("NaN"), "it is not finite"),
        (kinds.DECIMAL, decimal.Decimal("Infinity"), "it is not finite"),
        (kinds.DECIMAL, decimal.Decimal("1." + "1" * 80), "out of range [1, 76]"),
        (kinds.decimal_of(3, 1), 1.5, ""),
        (kinds.INT64, np.True_, ""),
        (kinds.INT8, np.int64(300), "it is not within -128 … 127"),
        (kinds.INT64, np.float64(3), ""),
        (kinds.FLOAT64, 2**53 + 1, "no float has all of its digits"),
        (kinds.FLOAT64, 10**400, "it is beyond all floats"),
        (kinds.FLOAT32, 1e300, "it is beyond all floats of 32 bits"),
        (kinds.FLOAT64, True, ""),
        (kinds.FLOAT64, np.longdouble(1), "Python has no such number"),
        (kinds.BOOL, 1, ""),
        (kinds.TEXT, b"a", ""),
        (kinds.bytes_of(2), b"abc", "it has 3 bytes"),
        (kinds.FLOAT64, "1", ""),
        (kinds.ListOf(kinds.INT8), [1, 300], "its item 1: it is not within"),
        (
            kinds.MapOf(kinds.TEXT, kinds.INT8),
            {"a": "b"},
            "its value of 'a': it is no int",
        ),
        (kinds.ANY, [2**70], "it is not within"),
        (kinds.Either(kinds.INT8, kinds.TEXT), 300, "it is not within"),
    ],
)
def test_what_does_not_fit_says_why(kind: Any, given: Any, why: str) -> None:
    with pytest.raises(kinds.Unfit) as unfit:
        kinds.scalar(kind, given)
    assert (why in str(unfit.value)) if why else not str(unfit.value)


def test_a_function_is_imported_once() -> None:
    with concurrent.futures.ThreadPoolExecutor(10) as threads:
        calls = [threads.submit(f.stable_hash64, col("s")) for _ in range(200)]
        built = [call.result() for call in calls]
    grouped = frame().aggregate([built[0]], [])
    for other in built[1:]:
        assert len(grouped.select(other).to_pydict()) == 1


def test_objects_are_those_of_the_builders() -> None:
    session = SessionContext()
    names = {each.name for each in FUNCTIONS.objects()}
    assert "stable_hash64" in names
    # A session has DataFusion's own, which lose their constants on the way.
    assert not names & {"string_agg", "first_value", "range_table"}
    assert FUNCTIONS.datafusion_version().startswith("55.")
    for each in FUNCTIONS.objects():
        if each.name == "stable_hash64":
            session.register_udf(each)
    found = session.sql("SELECT stable_hash64('alpha') AS x").to_pydict()["x"][0]
    assert values(f.stable_hash64("alpha"))[0] == found


class Other:
    """An extension with other functions than those that wrappers were made for."""

    __name__ = "own._native"

    def registry_hash(self) -> str:
        return "another"

    def digests(self) -> dict[str, str]:
        return {"same": "1", "changed": "2", "added": "3"}

    def function(self, name: str) -> Any:
        raise AssertionError(name)

    def datafusion_version(self) -> str:
        return "55.2.0"


def test_other_functions_than_those_of_the_wrappers_are_named() -> None:
    known = {"same": "1", "changed": "1", "gone": "1"}
    made = [
        Function("scalar", name, f"{name}()", digest=digest)
        for name, digest in known.items()
    ]
    with pytest.raises(ImportError) as refused:
        Functions(Other(), "this", *made)
    assert str(refused.value) == (
        "the wrappers of `own._native` were generated for other functions (only in the extension: "
        "added; only in the wrappers: gone; different: changed): generate them again, then build "
        "the extension"
    )
    assert refused.value.name == "own._native"


def test_the_wrappers_are_those_of_the_extension() -> None:
    assert _native.digests().keys() == {f.name for f in FUNCTIONS._functions.values()}
    for function in FUNCTIONS._functions.values():
        assert _native.digests()[function.name] == function.digest, function.name


def test_help_shows_the_reference() -> None:
    text = pydoc.plain(pydoc.render_doc(f.utf8_normalize))
    assert "Text in a Unicode normal form" in text
    assert "collapse_ws: bool = True" in text
    assert all(inspect.getdoc(getattr(f, name)) for name in f.__all__)
    assert all(inspect.getdoc(getattr(tables, name)) for name in tables.__all__)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (0, 0, 0)),
        ({"years": 1, "months": -2}, (10, 0, 0)),
        ({"weeks": 1, "days": 2}, (0, 9, 0)),
        ({"hours": -1, "minutes": 1, "seconds": 1}, (0, 0, -3_539_000_000_000)),
        (
            {"milliseconds": 1, "microseconds": 1, "nanoseconds": 1},
            (0, 0, 1_001_001),
        ),
        ({"months": np.int8(3)}, (3, 0, 0)),
    ],
)
def test_an_interval_counts_months_days_and_nanoseconds(
    given: dict[str, Any], expected: tuple[int, int, int]
) -> None:
    assert bv.interval(**given) == expected
    assert kinds.scalar(kinds.INTERVAL, bv.interval(**given)).as_py() == expected
    rows = SessionContext().from_pydict({"n": [1]})
    built = rows.select(lit(bv.interval(**given)).alias("x"))
    assert pa.table(built)["x"].to_pylist() == [expected]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"months": 1.5}, "`interval`: `months` takes an int, this is 1.5 (float)"),
        ({"days": True}, "`interval`: `days` takes an int, this is True (bool)"),
        ({"years": 2**40}, "`interval`: it is too long: "),
    ],
)
def test_what_is_no_interval_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        bv.interval(**given)
    assert str(refused.value).startswith(message)


def test_times_and_dates_are_moved_by_an_interval() -> None:
    rows = SessionContext().from_pydict({"day": [datetime.date(2024, 1, 31)]})
    moved = rows.select(
        (col("day") + bv.interval(months=1)).alias("later"),
        (col("day") - bv.interval(days=31)).alias("earlier"),
    )
    assert moved.to_pydict() == {
        "later": [datetime.date(2024, 2, 29)],
        "earlier": [datetime.date(2023, 12, 31)],
    }
