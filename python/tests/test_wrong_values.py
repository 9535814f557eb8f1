"""Values that no argument takes, constants of mixed types, and values of rows that Python has not."""

import datetime
import uuid
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import datafusion
import pyarrow as pa
import pytest

import belvedere as bv
from belvedere import builtin as b
from belvedere import col, lit
from belvedere import functions as f

DAY = datetime.date(2020, 1, 1)
NOON = datetime.datetime(2020, 1, 1, 12)
UTC = datetime.timezone.utc
FIVE = "this is 5 (int)"
HUGE = 2**70
ONE = pa.table({"n": [1]})


def refusal(build: Callable[[], object]) -> str:
    with pytest.raises(bv.ArgumentError) as refused:
        build()
    # Whoever expects what Python itself would have raised catches it.
    assert isinstance(refused.value, TypeError)
    return str(refused.value)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda rt: rt.query(5), "`query` takes a text in the language of views"),
        (lambda rt: rt.sql(5), "`sql` takes a text of SQL"),
        (lambda rt: rt.table(5), "`table` takes the name of a table"),
        (lambda rt: rt.view(5), "`table` takes the name of a table"),
        (lambda rt: rt.check(5), "`check` takes a text of definitions"),
        (lambda rt: rt.check("", 5), "`check` takes a text in `name`"),
        (lambda rt: rt.columns(5), "`columns` takes the name of a table or view"),
        (
            lambda rt: rt.show(5),
            "`show` takes the name of a table, view, template or function",
        ),
        (
            lambda rt: rt.deregister(5),
            "`deregister` takes the name of registered rows",
        ),
        (lambda rt: rt.register(5, ONE), "`register` takes a name for the rows"),
        (
            lambda rt: rt.expression(5, {"lit": 1}),
            "`expression` takes the name of a relation",
        ),
        (
            lambda rt: rt.table_function(5),
            "`table_function` takes the name of a table function",
        ),
        (
            lambda rt: rt.table_function("range_table", 5),
            "`table_function` takes a list of expressions",
        ),
        (lambda rt: rt.run(5), "`run` takes a folder in `source`"),
        (lambda rt: rt.run(params=5), "`run` takes a dictionary in `params`"),
        (lambda rt: rt.run(params={5: 1}), "`run` takes names in `params`"),
        (lambda rt: rt.run(tables=5), "`run` takes a dictionary in `tables`"),
        (
            lambda rt: rt.run(tables={"a": 5}),
            "`run` takes the place of `a` in `tables`",
        ),
        (
            lambda rt: rt.run(progress=5),
            "`run` takes True, False or a function in `progress`",
        ),
        (
            lambda rt: rt.schema_pull(5),
            "`schema_pull` takes a path or URL in `uri`",
        ),
        (
            lambda rt: rt.schema_check(5),
            "`schema_check` takes the path of a file",
        ),
        (lambda rt: bv.Runtime(5), "`Runtime` takes a folder in `warehouse`"),
        (
            lambda rt: bv.Runtime("x", settings=5),
            "`Runtime` takes a dictionary in `settings`",
        ),
        (
            lambda rt: bv.Runtime("x", settings={5: 1}),
            "`Runtime` takes names in `settings`",
        ),
        (
            lambda rt: bv.Runtime("x", allow_async=5),
            "`allow_async` takes True or False",
        ),
        (lambda rt: bv.explain(5), "`explain` takes the code of an error"),
        (lambda rt: bv.register(5), "`register` takes a `datafusion.SessionContext`"),
        (
            lambda rt: rt.from_pydict(5),
            "`from_pydict` takes a dictionary in `columns`",
        ),
        (
            lambda rt: rt.from_pydict({5: [1]}),
            "`from_pydict` takes names in `columns`",
        ),
        (
            lambda rt: rt.from_pydict({"a": 5}),
            "`from_pydict` takes the values of `a` as a list",
        ),
        (lambda rt: rt.table("t").rename(n=5), "`rename` takes new names of columns"),
        (lambda rt: rt.table("t").drop(5), "the name of a column is needed"),
        (
            lambda rt: rt.table("t").join(rt.table("t"), "n", 5),
            "`join` takes the name of a join in `how`",
        ),
        (
            lambda rt: rt.table("t").join(rt.table("t"), "n", suffix=5),
            "`join` takes a text in `suffix`",
        ),
        (
            lambda rt: rt.table("t").union(rt.table("t"), distinct=5),
            "`distinct` takes True or False",
        ),
        (
            lambda rt: rt.table("t").explain(analyze=5),
            "`analyze` takes True or False",
        ),
        (
            lambda rt: rt.table("t").to_duckdb(5),
            "`to_duckdb` takes the name of a table",
        ),
        (
            lambda rt: rt.table("t").to_duckdb("t", 5),
            "`to_duckdb` takes a connection of DuckDB",
        ),
    ],
)
def test_five_is_told_what_is_expected(
    rt: bv.Runtime, ask: Callable[[bv.Runtime], object], told: str
) -> None:
    rt.register("t", ONE)
    assert refusal(lambda: ask(rt)) == f"{told}, {FIVE}"


MOST = f"this is {HUGE} (int): it is more than"


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda rt: rt.table("t").limit(HUGE),
            f"`rows` takes an int from 0 on, {MOST} {2**63 - 1}",
        ),
        (
            lambda rt: rt.table("t").limit(1, HUGE),
            f"`offset` takes an int from 0 on, {MOST} {2**63 - 1}",
        ),
        (
            lambda rt: rt.table("t").limit(-1),
            "`rows` takes an int from 0 on, this is -1 (int): it is less than 0",
        ),
        (
            lambda rt: bv.Runtime("x", memory=HUGE),
            f"`memory` takes an int from 1 on, {MOST} {2**63 - 1}",
        ),
        (
            lambda rt: bv.Runtime("x", threads=HUGE),
            f"`threads` takes an int from 1 on, {MOST} 4096",
        ),
        (
            lambda rt: rt.from_arrow(5),
            "`from_arrow`: `rows` takes rows of a library that knows Arrow, "
            f'{FIVE}\nhelp: `pyarrow.table({{"a": [1, 2]}})`, a data frame, a relation, '
            "a stream of batches",
        ),
        (
            lambda rt: rt.from_arrow(pa.table({})),
            "`from_arrow` takes rows of at least one column",
        ),
        (
            lambda rt: rt.from_pydict({}),
            "`from_pydict` takes the values of at least one column",
        ),
        (
            lambda rt: rt.from_pydict({"a": "abc"}),
            "`from_pydict` takes the values of `a` as a list, this is 'abc' (str)",
        ),
        (
            lambda rt: rt.from_pydict({"a": [1, HUGE]}),
            f"`from_pydict`: column `a`: it is not within 64 bits: {HUGE}",
        ),
        (
            lambda rt: rt.from_pydict({"a": [DAY, NOON]}),
            "`from_pydict`: column `a`: its items are of two types, `date32[day]` "
            "(datetime.date(2020, 1, 1)) and `timestamp[us]` (datetime.date..., 1, 1, 12, 0))",
        ),
        (
            lambda rt: rt.table("t").sort(),
            "`sort` takes at least one column, an expression, or `expression.sort(…)`",
        ),
        (
            lambda rt: rt.table("t").select(),
            "`select` takes at least one column, an expression, or `name=expression`",
        ),
        (
            lambda rt: rt.query(
                "param p: Timestamp from t as t select { x: p }",
                p=datetime.datetime.max.replace(
                    tzinfo=datetime.timezone(datetime.timedelta(hours=-5))
                ),
            ),
            "the query: parameter `p` takes a datetime.datetime with a time zone, this is "
            "datetime.date...conds=68400))) (datetime.datetime): no time in UTC is it\n"
            "it is declared as `param p: Timestamp`",
        ),
    ],
)
def test_what_is_out_of_range_is_told(
    rt: bv.Runtime, ask: Callable[[bv.Runtime], object], message: str
) -> None:
    rt.register("t", ONE)
    assert refusal(lambda: ask(rt)) == message


def nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("levels", [11, 10_000])
def test_what_is_nested_too_deeply_is_told(rt: bv.Runtime, levels: int) -> None:
    deep = nested(levels)
    for build in [
        lambda: lit(deep),
        lambda: b.array_length(deep),
        lambda: f.list_unique_sorted(deep),
        lambda: rt.from_pydict({"a": deep}),
    ]:
        assert "it has more than 10 values in each other" in refusal(build)
    assert rt.evaluate(lit(nested(8))) == nested(8)
    spec = refusal(lambda: rt.spec({"from": "t", "steps": nested(10_000)}))  # type: ignore[typeddict-item]
    assert spec.startswith("a spec has texts, numbers, lists and dictionaries: ")


def test_expressions_nest_as_deeply_as_in_sql(rt: bv.Runtime) -> None:
    rows = rt.from_pydict({"n": [1]})

    def sums(levels: int) -> datafusion.Expr:
        value = col("n")
        for _ in range(levels):
            value = value + 1
        return value

    assert rows.select(x=sums(200)).to_pydict() == {"x": [201]}
    with pytest.raises(bv.PlanError) as refused:
        rows.select(x=sums(3_000))
    assert str(refused.value) == (
        "an expression nests deeper than 1000 levels\n"
        "help: compute a part of it first: `with_columns(x=…)`"
    )


TWO = "its items are of two types, "


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (
            [DAY, NOON],
            TWO + "`date32[day]` (datetime.date(2020, 1, 1)) and `timestamp[us]` "
            "(datetime.date..., 1, 1, 12, 0))",
        ),
        ([0, 1.0, True], TWO + "`double` (1.0) and `bool` (True)"),
        ([None, True, 1], TWO + "`bool` (True) and `int64` (1)"),
        (["a", b"a"], TWO + "`string` ('a') and `binary` (b'a')"),
        ([1, "a"], TWO + "`int64` (1) and `string` ('a')"),
        (
            [Decimal("0.5"), 0.5],
            TWO + "`decimal128(1, 1)` (Decimal('0.5')) and `double` (0.5)",
        ),
        (
            [[1], ["a"]],
            TWO + "`list<item: int64>` ([1]) and `list<item: string>` (['a'])",
        ),
        (
            [{"a": 1}, {"b": 1}],
            TWO + "`struct<a: int64>` ({'a': 1}) and `struct<b: int64>` ({'b': 1})",
        ),
        (
            [NOON, NOON.replace(tzinfo=UTC)],
            TWO + "`timestamp[us]` (datetime.date..., 1, 1, 12, 0)) and "
            "`timestamp[us, tz=UTC]` (datetime.date....timezone.utc))",
        ),
        ([2**53 + 1, 0.5], "no float has all of the digits of 9007199254740993"),
        ({1: 2}, "the name of a field is a str, and 1 is none"),
        (
            [uuid.UUID(int=1)],
            "no constant has UUIDs inside of it: `builtin.make_array(…)` makes a list of them",
        ),
    ],
)
def test_mixed_constants_are_refused(value: Any, reason: str) -> None:
    told = refusal(lambda: lit(value))
    assert told.startswith("`lit` takes a value, this is ")
    assert told.endswith(f": {reason}")
    if isinstance(value, list):
        assert reason in refusal(lambda: b.array_length(value))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("a", pa.string()),
        (None, pa.null()),
        (True, pa.bool_()),
        (2**63, pa.uint64()),
        (b"a", pa.binary()),
        (DAY, pa.date32()),
        (NOON, pa.timestamp("us")),
        (datetime.timedelta(1), pa.duration("us")),
        (Decimal("1.50"), pa.decimal128(3, 2)),
        (uuid.UUID(int=1), pa.uuid()),
        (bv.interval(months=1), pa.month_day_nano_interval()),
        ([1, None, 2.5], pa.list_(pa.float64())),
        ([1, Decimal("2.25"), Decimal("100.5")], pa.list_(pa.decimal128(5, 2))),
        ([{"a": 1, "b": None}, {"b": "x", "a": None}], None),
        ([[], [1]], pa.list_(pa.list_(pa.int64()))),
        ((1, 2), pa.list_(pa.int64())),
        (pa.scalar(1, pa.int8()), pa.int8()),
    ],
)
def test_a_constant_has_the_type_of_its_value(
    rt: bv.Runtime, value: Any, kind: pa.DataType | None
) -> None:
    rows = rt.from_pydict({"n": [1]}).select(x=lit(value)).to_arrow()
    if kind is not None:
        assert rows.schema.field("x").type.equals(kind) or kind == pa.uuid()
    expected = value.as_py() if isinstance(value, pa.Scalar) else value
    expected = expected.bytes if isinstance(expected, uuid.UUID) else expected
    expected = list(expected) if type(expected) is tuple else expected
    assert rows.column("x")[0].as_py() == expected


def test_constants_that_are_none_are_told(rt: bv.Runtime) -> None:
    assert refusal(lambda: lit(object())).startswith(
        "`lit` takes a value, this is <object"
    )
    assert refusal(lambda: lit(lit(1))) == (
        "`lit` takes a value, and Expr(Int64(1)) is an expression already"
    )
    assert rt.evaluate(b.map_keys({})) == []
    ids = [uuid.UUID(int=1), uuid.UUID(int=2)]
    made = rt.evaluate(b.make_array(*(lit(value) for value in ids)))
    assert made in (ids, [value.bytes for value in ids])


# Values of Arrow's that Python has not, and what a prompt shows of them.
BEYOND = {
    "11020-02-19": pa.array([3305493], pa.int32()).cast(pa.date32()),
    "<value out of range: 1099511627776>": pa.array([2**40]).cast(pa.timestamp("s")),
    "9223372036854775807": pa.array([2**63 - 1]).cast(pa.duration("s")),
    "1970-01-01 00:00:01Z": pa.array([1]).cast(pa.timestamp("s", "+25:00")),
}


@pytest.mark.parametrize("text", BEYOND)
def test_what_python_cannot_hold_is_shown(rt: bv.Runtime, text: str) -> None:
    rows = rt.from_arrow(pa.table({"x": BEYOND[text]}))
    assert repr(rows).splitlines()[-1].strip() == text
    assert text.replace("<", "&lt;").replace(">", "&gt;") in rows._repr_html_()
    for read in [rows.to_pylist, rows.to_pydict]:
        with pytest.raises(bv.ExecutionError) as refused:
            read()
        first, help = str(refused.value).split("\n")
        kind = BEYOND[text].type
        start = f"column `x` (`{kind}`) has a value that Python cannot hold: "
        assert first.startswith(start)
        assert help == (
            'help: `to_arrow()` keeps it; `col("x").cast(pyarrow.string())` is its text'
        )
    inside = rt.from_arrow(pa.table({"x": pa.array([[BEYOND[text][0]]])}))
    assert text in repr(inside)
    with pytest.raises(bv.ExecutionError, match="has a value that Python cannot hold"):
        rt.evaluate(lit(BEYOND[text][0]))


def test_a_relation_is_shown_whatever_happens(rt: bv.Runtime, tmp_path: Path) -> None:
    broken = rt.sql("select 1 / (value - 1) as x from range(0, 3)")
    told = "rows of x, which cannot be computed: division by zero in `1 / ("
    assert repr(broken).startswith(told)
    assert broken._repr_html_().startswith(f"<pre>{told}")
    with pytest.raises(bv.ExecutionError, match="division by zero"):
        broken.show()
