"""What the engine would do wrongly, or say in words that are not for whoever asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import datafusion
import numpy as np
import pyarrow as pa
import pytest

import belvedere as bv
from belvedere import builtin as b
from belvedere import col, lit

ROWS: dict[str, list[object]] = {"s": ["a"], "n": [1]}

TOO_DEEP = (
    "an expression nests too deeply: 48 calls may stand in each other, fewer with operators between them\n"
    "help: compute a part of it first: `with_columns(x=…)`"
)


@pytest.mark.parametrize(
    "keys",
    [
        pa.array([[1], [2]], pa.list_view(pa.int64())),
        pa.RunEndEncodedArray.from_arrays([1, 2], [5, 6]),
        pa.UnionArray.from_sparse(
            pa.array([0, 1], pa.int8()), [pa.array([1, 2]), pa.array(["a", "b"])]
        ),
    ],
    ids=["list_view", "run_end_encoded", "union"],
)
def test_keys_without_a_hash_are_joined(rt: bv.Runtime, keys: Any) -> None:
    left = rt.from_arrow(pa.table({"k": keys, "i": [0, 1]}))
    right = rt.from_arrow(pa.table({"k": keys[1:], "j": [1]}))

    def pairs(how: Any, on: str | list[str] = "k") -> list[tuple[Any, ...]]:
        rows = left.join(right.rename(j="i") if on != "k" else right, on, how=how)
        names = [name for name in rows.columns if name != "k"]
        columns = rows.select(*names).to_pydict().values()
        return sorted(zip(*columns, strict=True))

    assert pairs("inner") == [(1, 1)]
    assert pairs("inner", ["k", "i"]) == [(1,)]
    assert pairs("semi") == [(1,)]
    assert pairs("anti") == [(0,)]
    rows = left.join(right, "k", how="left").select("i", "j").to_pylist()
    assert sorted(rows, key=lambda row: row["i"]) == [
        {"i": 0, "j": None},
        {"i": 1, "j": 1},
    ]


@pytest.mark.parametrize("calls", [50, 100, 101, 2_000])
def test_calls_nest_as_deeply_as_is_said(rt: bv.Runtime, calls: int) -> None:
    rows = rt.from_pydict(ROWS)

    def nested(levels: int) -> datafusion.Expr:
        value = col("s")
        for _ in range(levels):
            value = b.upper(value)
        return value

    assert rows.select(x=nested(48)).to_pydict() == {"x": ["A"]}
    with pytest.raises(bv.PlanError) as refused:
        rows.select(x=nested(calls))
    assert str(refused.value) == TOO_DEEP


def test_calls_and_operators_nest_in_each_other(rt: bv.Runtime) -> None:
    value = col("n")
    for _ in range(400):
        value = b.abs(value * 2 + 1)
    with pytest.raises(bv.PlanError) as refused:
        rt.from_pydict(ROWS).filter(value > 1)
    assert str(refused.value) == TOO_DEEP


def test_texts_are_padded_to_no_less_than_nothing(rt: bv.Runtime) -> None:
    rows = rt.from_pydict({"n": [3, -1, None]})
    padded = rows.select(l=b.lpad("ab", col("n")), r=b.rpad("ab", col("n"), "xy"))
    assert padded.to_pydict() == {"l": [" ab", "", None], "r": ["abx", "", None]}


@pytest.mark.parametrize("url", ["s3://bucket/x", "file:///tmp/x"])
def test_a_warehouse_is_no_url(url: str) -> None:
    with pytest.raises(bv.WarehouseError) as refused:
        bv.Runtime(url)
    assert str(refused.value) == (
        f"the path of the warehouse `{url}` has the scheme `{url.split('/')[0]}//` of a URL, under which "
        "tables cannot be stored\nhelp: name another folder with `Runtime(warehouse=…)`"
    )


def test_none_is_null_where_a_list_is_taken(rt: bv.Runtime) -> None:
    one: Any = [1.0]
    for value in [
        b.array_normalize(None),
        b.array_add(None, one),
        b.array_subtract(None, one),
        b.cosine_distance(None, one),
        lit(pa.scalar(None, pa.list_(pa.int64()))),
        lit(pa.scalar(None, pa.map_(pa.string(), pa.int64()))),
    ]:
        assert rt.evaluate(value) is None


def test_functions_of_an_extension_are_registered_and_nothing_else() -> None:
    with pytest.raises(bv.ArgumentError) as refused:
        bv.register(datafusion.SessionContext(), 5)  # type: ignore[arg-type]
    assert str(refused.value) == (
        "`register` takes the `FUNCTIONS` of an extension in `functions`, this is 5 (int)"
    )


SUM = (
    "no form of `sum` takes these arguments: `sum(Utf8)`\nnote: there is `sum(Decimal)`, "
    "`sum(UInt64)`, `sum(Int64)`, `sum(Float64)`, `sum(Duration)`, `sum(Interval)`"
)
SQRT = (
    "no form of `sqrt` takes these arguments: `sqrt(Utf8)`\n"
    "note: there is `sqrt(Float64/Float32)`"
)
SHA256 = (
    "no form of `sha256` takes these arguments: `sha256(Int64)`\n"
    "note: there is `sha256(String)`, `sha256(Binary)`"
)


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (lambda rows: rows.aggregate(x=b.sum(col("s"))), SUM),
        (lambda rows: rows.aggregate(x=b.sum(col("s")) + 1), SUM),
        (lambda rows: rows.select(x=b.sha256(col("n"))), SHA256),
        (lambda rows: rows.select(x=b.sqrt(col("s"))), SQRT),
        (lambda rows: rows.with_columns(x=b.sqrt(col("s"))), SQRT),
        (lambda rows: rows.filter(b.sqrt(col("s")) > 1.0), SQRT),
        (lambda rows: rows.sort(b.sqrt(col("s"))), SQRT),
    ],
)
def test_arguments_that_no_form_takes_are_told_as_in_sql(
    rt: bv.Runtime, step: Callable[[bv.Relation], object], told: str
) -> None:
    with pytest.raises(bv.PlanError) as refused:
        step(rt.from_pydict(ROWS))
    assert str(refused.value) == told


@pytest.mark.parametrize("explain", ["explain", "explain analyze"])
def test_explanations_are_rows(
    rt: bv.Runtime, explain: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = rt.sql(f"{explain} select 1")
    assert rows.columns == ["plan_type", "plan"]
    assert rows.count() == len(rows.to_pylist()) > 0
    assert "Projection" in repr(rows)
    rows.show()
    assert "Projection" in capsys.readouterr().out
    assert rows.filter(col("plan_type") == "no such").count() == 0


def test_a_parameter_is_given_as_in_python(rt: bv.Runtime) -> None:
    rt.register("t", rt.from_pydict(ROWS))
    with pytest.raises(bv.PlanError) as refused:
        rt.query("param m: i64\nfrom t\nwhere n > m")
    assert 'by `params={"m": …}`' in str(refused.value)
    assert "command line" not in str(refused.value)


def test_a_setting_that_there_is_not_is_an_error_of_planning(tmp_path: Path) -> None:
    with pytest.raises(bv.PlanError) as refused:
        bv.Runtime(tmp_path, settings={"a": 1})
    assert "`a` is no default of functions" in str(refused.value)


def test_scalars_of_numpy_are_what_they_hold(rt: bv.Runtime) -> None:
    assert rt.evaluate(lit(np.uint64(2**63))) == 2**63
