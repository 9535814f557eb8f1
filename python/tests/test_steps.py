"""What steps of a relation do not do silently: types, names, places of expressions."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import datafusion
import pyarrow as pa
import pytest
from datafusion import functions as engine

import belvedere as bv
from belvedere import builtin as b
from belvedere import col, lit
from belvedere import functions as f

UTC = datetime.timezone.utc
DAY = datetime.date(2020, 1, 1)
NOON = datetime.datetime(2020, 1, 1, 12)

ROWS = pa.table(
    {
        "n": [1, 2, 3],
        "x": [1.5, 2.5, None],
        "s": ["a", "b", None],
        "d": [DAY, DAY, None],
        "at": pa.array([NOON, None, NOON], pa.timestamp("us", "UTC")),
        "local": pa.array([NOON, None, NOON], pa.timestamp("us")),
        "u": pa.array([1, 2, 3], pa.uint64()),
        "cents": pa.array([Decimal("1.50")] * 3, pa.decimal128(10, 2)),
        "yes": [True, False, None],
        "A": [1, 2, 3],
    }
)


@pytest.fixture
def t(rt: bv.Runtime) -> bv.Relation:
    """Three rows."""
    rt.register("t", ROWS)
    return rt.table("t")


def refusal(build: Callable[[], object]) -> str:
    with pytest.raises(bv.PlanError) as refused:
        build()
    return str(refused.value)


CAST = "help: `{}.with_columns({})`{}"


@pytest.mark.parametrize(
    ("left", "right", "told", "help"),
    [
        (
            "n",
            "x",
            "`n` (i64, left) with `x` (f64, right)",
            CAST.format(
                "left",
                'n=col("n").cast(pyarrow.float64())',
                ", which rounds above 2^53",
            ),
        ),
        (
            "s",
            "n",
            "`s` (String, left) with `n` (i64, right)",
            CAST.format("right", 'n=col("n").cast(pyarrow.string())', ""),
        ),
        (
            "u",
            "n",
            "`u` (u64, left) with `n` (i64, right)",
            CAST.format(
                "left", 'u=col("u").cast(pyarrow.int64())', ", if its values fit"
            ),
        ),
        (
            "d",
            "s",
            "`d` (Date, left) with `s` (String, right)",
            CAST.format(
                "right",
                's=col("s").cast(pyarrow.date32())',
                ", where every text is one",
            ),
        ),
        (
            "at",
            "d",
            "`at` (Timestamp, left) with `d` (Date, right)",
            CAST.format("right", 'd=col("d").cast(pyarrow.timestamp("us", "UTC"))', ""),
        ),
        (
            "at",
            "local",
            "`at` (Timestamp, left) with `local` (LocalTimestamp, right)",
            CAST.format(
                "right",
                'local=col("local").cast(pyarrow.timestamp("us", "UTC"))',
                ", if it is in UTC",
            ),
        ),
        (
            "cents",
            "x",
            "`cents` (Decimal<10, 2>, left) with `x` (f64, right)",
            CAST.format(
                "left", 'cents=col("cents").cast(pyarrow.float64())', ", which rounds"
            ),
        ),
        (
            "yes",
            "n",
            "`yes` (bool, left) with `n` (i64, right)",
            CAST.format("left", 'yes=col("yes").cast(pyarrow.int64())', ""),
        ),
    ],
)
def test_keys_that_lose_something_are_refused(
    t: bv.Relation, left: str, right: str, told: str, help: str
) -> None:
    one, other = t.select(left), t.select(right)
    message = refusal(lambda: one.join(other, left_on=left, right_on=right))
    assert message == f"`join` cannot compare {told}\n{help}"
    # The help is a line of Python that makes it right.
    side, line = help.removeprefix("help: `").split("`")[0].split(".", 1)
    names = {"left": one, "right": other, "col": col, "pyarrow": pa}
    names[side] = eval(f"{side}.{line}", dict(names))  # noqa: S307
    if "texts" not in message:
        joined = names["left"].join(names["right"], left_on=left, right_on=right)  # type: ignore[attr-defined]
        assert joined.columns == [left, right]


def test_a_column_of_any_name_is_cast(t: bv.Relation) -> None:
    one, other = t.select(**{"a b": "n"}), t.select(**{"a b": "s"})
    assert refusal(lambda: one.join(other, "a b")).endswith(
        'help: `left.with_columns(**{"a b": col("a b").cast(pyarrow.string())})`'
    )


LARGE = 2**53 + 1


def test_keys_widen_where_nothing_is_lost(rt: bv.Runtime) -> None:
    narrow = rt.from_arrow(pa.table({"k": pa.array([1, 2], pa.int16())}))
    wide = rt.from_pydict({"k": [2, LARGE], "v": ["two", "large"]})
    assert narrow.join(wide, "k").to_pylist() == [{"k": 2, "v": "two"}]
    full = narrow.join(wide, "k", "full").sort("k")
    assert full.to_pydict() == {"k": [1, 2, LARGE], "v": [None, "two", "large"]}
    floats = rt.from_arrow(pa.table({"k": pa.array([16777216.0], pa.float32())}))
    whole = rt.from_arrow(pa.table({"k": pa.array([16777217], pa.int32())}))
    # As floats of 32 bits both would be the same.
    assert floats.join(whole, "k").count() == 0
    cents = rt.from_arrow(
        pa.table({"k": pa.array([Decimal("1.50")], pa.decimal128(4, 2))})
    )
    exact = rt.from_arrow(
        pa.table({"k": pa.array([Decimal("1.5")], pa.decimal128(9, 4))})
    )
    assert cents.join(exact, "k").count() == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pa.large_string(), pa.string()),
        (pa.string_view(), pa.string()),
        (pa.dictionary(pa.int32(), pa.string()), pa.string()),
        (pa.timestamp("s"), pa.timestamp("ns")),
        (pa.timestamp("ms", "Europe/Berlin"), pa.timestamp("us", "UTC")),
        (pa.date64(), pa.date32()),
        (pa.null(), pa.int64()),
    ],
    ids=str,
)
def test_what_is_stored_otherwise_is_joined(
    rt: bv.Runtime, one: pa.DataType, other: pa.DataType
) -> None:
    values: list[Any] = ["a"] if "str" in str(other) else [DAY]
    values = [NOON] if pa.types.is_timestamp(other) else values
    if pa.types.is_timestamp(other) and other.tz:
        values = [NOON.replace(tzinfo=UTC)]
    left = pa.table({"k": pa.array([None] if one == pa.null() else values, one)})
    right = pa.table({"k": pa.array([1] if one == pa.null() else values, other)})
    joined = rt.from_arrow(left).join(rt.from_arrow(right), "k")
    assert joined.count() == (0 if one == pa.null() else 1)


def test_the_cast_of_a_union_is_the_one_of_its_types(t: bv.Relation) -> None:
    message = refusal(lambda: t.select(k="d").union(t.select(k="s")))
    assert message == (
        "`union` cannot bring these columns together: `k` is Date on the left and "
        "String on the right\n"
        'help: `right.with_columns(k=col("k").cast(pyarrow.date32()))`, where every text is one'
    )


@pytest.mark.parametrize("shift", [f.lag, f.lead, b.lag, b.lead])
def test_a_default_of_another_type_is_refused(t: bv.Relation, shift: Any) -> None:
    def built(value: str, default: object) -> bv.Relation:
        return t.select("n", y=shift(col(value), 1, default, order_by="n"))

    for value, default, told in [
        ("n", 1.5, "f64, and the values are i64"),
        ("n", 1.0, "f64, and the values are i64"),
        ("n", "1", "String, and the values are i64"),
        ("s", 1, "i64, and the values are String"),
        ("d", NOON, "LocalTimestamp, and the values are Date"),
        ("cents", Decimal("0.125"), "Decimal<3, 3>, and the values are Decimal<10, 2>"),
        ("u", -1, "i64, and the values are u64"),
        ("yes", 1, "i64, and the values are bool"),
    ]:
        name = shift.__name__
        assert refusal(lambda: built(value, default)) == (  # noqa: B023
            f"`{name}`: argument `default` is {told}: something would be lost\n"
            "help: a default of their type, or a cast of the values"
        )
    at = -1 if shift.__name__ == "lead" else 0
    for value, default, found in [
        ("n", 7, 7),
        ("x", 7, 7.0),
        ("cents", 7, Decimal("7.00")),
        ("cents", Decimal("0.5"), Decimal("0.50")),
        ("s", "none", "none"),
        ("d", DAY, DAY),
        ("u", 7, 7),
        ("n", None, None),
    ]:
        rows = built(value, default).sort("n").to_pydict()["y"]
        assert rows[at] == found


def test_a_default_of_another_type_is_refused_in_sql(
    rt: bv.Runtime, t: bv.Relation
) -> None:
    assert t.columns
    text = "select lag(n, 1, 1.5) over (order by n) as y from t"
    assert refusal(lambda: rt.sql(text)) == (
        "`lag`: argument `default` is f64, and the values are i64: something would be lost\n"
        "  |\n"
        f"1 | {text}\n"
        "  |        ^^^\n"
        "help: a default of their type, or a cast of the values"
    )
    text = "select lag(n, 1, -1) over (order by n) as y from t order by n"
    assert rt.sql(text).to_pydict() == {"y": [-1, 1, 2]}


TWICE = "column `n` is there twice\nhelp: "


def test_a_name_is_there_once(rt: bv.Runtime, t: bv.Relation) -> None:
    another = "give one of them another name: `n_2=…`"
    for build, help in [
        (lambda: t.select("n", "n"), another),
        (lambda: t.select("n", n=col("x")), another),
        (lambda: t.select(col("n"), col("x").alias("n")), another),
        (lambda: t.aggregate("n", n=b.sum(col("x"))), another),
        (lambda: t.rename(x="n"), "`drop` or rename the other `n` too"),
        (
            lambda: rt.sql("select l.n, r.n from t as l join t as r on l.n = r.n"),
            "name one of them apart: `… AS n_2`",
        ),
    ]:
        assert refusal(build) == TWICE + help
    assert t.rename(x="n", n="x").columns[:2] == ["x", "n"]


def test_columns_are_computed_at_once(t: bv.Relation) -> None:
    rows = t.select("n", "A").with_columns(
        n=col("A") * 10, A=col("n") + 1, both=col("n") + col("A")
    )
    assert rows.sort("A").to_pydict() == {
        "n": [10, 20, 30],
        "A": [2, 3, 4],
        "both": [2, 4, 6],
    }
    before = t.with_columns(before=f.lag(col("n"), order_by="n"))
    assert before.sort("n").to_pydict()["before"] == [None, 1, 2]
    with pytest.raises(bv.PlanError) as refused:
        t.select("n").with_columns(m=col("n"), k=col("m"))
    assert str(refused.value) == "column 'm' not found\nhelp: there is `n`"


def test_relations_are_described_exactly(rt: bv.Runtime, t: bv.Relation) -> None:
    described = t.select("n", "x", "s", "d", "yes", "cents").describe()
    assert described.to_pylist()[:3] == [
        {
            "column": "n",
            "type": "i64",
            "count": 3,
            "nulls": 0,
            "mean": 2.0,
            "std": 1.0,
            "min": "1",
            "median": 2.0,
            "max": "3",
        },
        {
            "column": "x",
            "type": "f64",
            "count": 2,
            "nulls": 1,
            "mean": 2.0,
            "std": 0.5**0.5,
            "min": "1.5",
            "median": 2.0,
            "max": "2.5",
        },
        {
            "column": "s",
            "type": "String",
            "count": 2,
            "nulls": 1,
            "mean": None,
            "std": None,
            "min": "a",
            "median": None,
            "max": "b",
        },
    ]
    ends = {row["column"]: (row["min"], row["max"]) for row in described.to_pylist()}
    assert ends["d"] == ("2020-01-01", "2020-01-01")
    assert ends["yes"] == ("false", "true")
    assert ends["cents"] == ("1.50", "1.50")
    large = rt.from_pydict({"n": [1, 2, LARGE]}).describe().to_pylist()[0]
    assert large["max"] == str(LARGE)
    assert rt.from_pydict({"n": [1, 2]}).describe().to_pydict()["median"] == [1.5]


def test_values_of_every_type_are_described(rt: bv.Runtime) -> None:
    rows = pa.table(
        {
            "list": [[1], None],
            "struct": [{"a": 1}, None],
            "map": pa.array([[("a", 1)], None], pa.map_("string", "int64")),
            "bytes": [b"\xff", None],
            "coded": pa.array(["a", None]).dictionary_encode(),
            "length": [datetime.timedelta(1), None],
            "time": [datetime.time(1), None],
            "nothing": pa.nulls(2),
        }
    )
    described = rt.from_arrow(rows).describe().to_pydict()
    assert described["column"] == rows.column_names
    assert described["count"] == [1] * 7 + [0]
    assert described["nulls"] == [1] * 7 + [2]
    assert described["min"] == [None] * 4 + ["a", None, "01:00:00", None]
    none = rt.from_arrow(rows.slice(0, 0)).describe().to_pydict()
    assert (none["count"], none["nulls"]) == ([0] * 8, [0] * 8)


def test_names_are_kept_exactly(t: bv.Relation) -> None:
    rows = t.select("A", a=col("n") * 10).head(1)
    assert rows.select(col("A")).columns == rows.select(col.A).columns == ["A"]
    assert rows.select(x=col("A"), y=col("a")).columns == ["x", "y"]
    dotted = t.select(**{"t.n": col("n"), '"q"': col("n")})
    assert dotted.select(col("t.n"), col('"q"')).columns == ["t.n", '"q"']
    with pytest.raises(bv.PlanError) as refused:
        t.select(datafusion.col("A"))
    assert str(refused.value) == (
        "column 'a' not found\n"
        'help: there is `A`: `belvedere.col("A")` keeps capitals, `datafusion.col` does not'
    )
    with pytest.raises(bv.PlanError) as refused:
        t.select(col("t.n"))
    assert str(refused.value) == (
        "column 't.n' not found\nhelp: columns are named alone: `col(\"n\")`"
    )
    with pytest.raises(bv.PlanError) as refused:
        t.select("n", "x").filter(col("nothing") > 1)
    assert str(refused.value) == ("column 'nothing' not found\nhelp: there is `n`, `x`")
    with pytest.raises(bv.ArgumentError) as wrong:
        col(5)  # type: ignore[arg-type]
    assert str(wrong.value) == "`col` takes the name of a column, this is 5 (int)"
    assert not hasattr(col, "_repr_html_")


FEW = "`aggregate(keys, x=sum(n))`"


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (
            lambda t: t.filter(b.sum(col("n")) > 1),
            f"`filter` asks single rows, `sum(n)` is a value of many\nhelp: {FEW}, and "
            'behind it `filter(col("x") …)`',
        ),
        (
            lambda t: t.select(y=b.sum(col("n"))),
            "`select` computes values of single rows, `sum(n)` is one of many\nhelp: "
            f"{FEW} has one for each group, `….over(…)` one for each row",
        ),
        (
            lambda t: t.with_columns(y=engine.sum(col("n"))),
            "`with_columns` computes values of single rows, `sum(n)` is one of many\n"
            f"help: {FEW} has one for each group, `….over(…)` one for each row",
        ),
        (
            lambda t: t.sort(b.sum(col("n"))),
            "`sort` computes values of single rows, `sum(n)` is one of many\nhelp: "
            f"{FEW} has one for each group, `….over(…)` one for each row",
        ),
        (
            lambda t: t.aggregate(b.sum(col("n")), y=b.count(col("n"))),
            "`aggregate` groups by values of single rows, `sum(n)` is one of many\n"
            "help: compute it first, by another `aggregate`",
        ),
        (
            lambda t: t.aggregate("s", y=b.sum(b.sum(col("n")))),
            "`sum(n)` stands in another aggregate\n"
            "help: compute it first, by another `aggregate`",
        ),
        (
            lambda t: t.filter(f.row_index() > 1),
            "`filter` takes no window function, and this is one: `row_index()`\n"
            'help: compute it first: `with_columns(x=…).filter(…)` with `col("x")`',
        ),
        (
            lambda t: t.sort(f.row_index()),
            "`sort` takes no window function, and this is one: `row_index()`\n"
            'help: compute it first: `with_columns(x=…).sort(…)` with `col("x")`',
        ),
        (
            lambda t: t.aggregate("s", y=f.row_index()),
            "`aggregate` takes no window function, and this is one: `row_index()`\n"
            'help: compute it first: `with_columns(x=…).aggregate(…)` with `col("x")`',
        ),
        (
            lambda t: t.select(y=f.lag(f.row_index())),
            "`row_index()` stands in another window function\n"
            "help: compute it first: `with_columns(x=…)`",
        ),
        (
            lambda t: t.aggregate("s", y=b.sum(col("n")) + col("x")),
            "`x` in `y` is neither a key nor in an aggregate\n"
            'help: group by it, or `builtin.any_value(col("x"))`',
        ),
        (
            lambda t: t.aggregate(),
            "`aggregate` computes nothing here\n"
            'help: `aggregate(keys, n=builtin.count(col("…")))`',
        ),
        (
            lambda t: t.filter(col("n")),
            "`filter` takes conditions, `n` is i64\nhelp: compare it: `… != 0`",
        ),
        (
            lambda t: t.filter(col("s")),
            "`filter` takes conditions, `s` is String\n"
            'help: compare it: `… == lit("…")`',
        ),
        (
            lambda t: t.drop(*t.columns),
            "`drop` leaves no column: a relation has at least one",
        ),
    ],
)
def test_what_cannot_stand_somewhere_is_refused(
    t: bv.Relation, step: Callable[[bv.Relation], object], told: str
) -> None:
    assert refusal(lambda: step(t)) == told


def test_aggregates_are_computed_with(t: bv.Relation) -> None:
    rows = t.aggregate(
        (col("n") % 2).alias("odd"),
        mean=b.sum(col("n")) / b.count(col("n")) + lit(1),
        key=col("n") % 2 * lit(10),
        most=b.max(col("x")),
    )
    assert rows.sort("odd").to_pydict() == {
        "odd": [0, 1],
        "mean": [3, 3],
        "key": [0, 10],
        "most": [2.5, 1.5],
    }
    assert t.aggregate((), y=b.sum(col("n")) + 1).to_pylist() == [{"y": 7}]
    named = t.aggregate("s", b.max(col("n")) + 1)
    assert named.columns == ["s", "max(n) + Int64(1)"]
