"""What is refused, with which exception, and in whose words."""

import asyncio
import copy
import multiprocessing
import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import belvedere as bv
from belvedere import col, lit
from belvedere.arguments import ArgumentError

NUMBERS = pa.table({"n": [1, 2, 3], "self": [1, 1, 2]})


@pytest.fixture
def numbers(rt: bv.Runtime) -> bv.Relation:
    """Three rows."""
    rt.register("numbers", NUMBERS)
    return rt.table("numbers")


def batches(*numbers: int, end: BaseException | None = None) -> pa.RecordBatchReader:
    """A stream of a generator of Python's, which may end with an exception."""

    def rows() -> Iterator[pa.RecordBatch]:
        for number in numbers:
            yield pa.record_batch({"n": [number]})
        if end is not None:
            raise end

    return pa.RecordBatchReader.from_batches(pa.schema([("n", pa.int64())]), rows())


@pytest.mark.parametrize(
    ("rows", "told", "help"),
    [
        ({"a": [1]}, "this is {'a': [1]} (dict)", "makes rows of a dict of columns"),
        ([{"a": 1}], "this is [{'a': 1}] (list)", "`pyarrow.Table.from_pylist(…)`"),
        (None, "this is None (NoneType)", "a data frame"),
        (pl.Series("a", [1]), "polars.series.series.Series", "`….to_frame()`"),
        (pl.LazyFrame({"a": [1]}), "LazyFrame", "`….collect()`"),
        (pa.table, "this is", "a data frame"),
        (pl.DataFrame, "this is <class", "a data frame"),
    ],
)
def test_what_is_no_rows_is_refused(
    rt: bv.Runtime, rows: Any, told: str, help: str
) -> None:
    with pytest.raises(ArgumentError) as refused:
        rt.register("rows", rows)
    first, *_, last = str(refused.value).split("\n")
    assert first.startswith(
        "`register`: `rows` takes rows of a library that knows Arrow"
    )
    assert told in str(refused.value)
    assert last.startswith("help: ") and help in last
    assert isinstance(refused.value, TypeError)


@pytest.mark.parametrize(
    "rows",
    [
        NUMBERS,
        NUMBERS.to_batches()[0],
        NUMBERS.to_reader(),
        pl.DataFrame(NUMBERS),
        pd.DataFrame({"n": [1, 2, 3], "self": [1, 1, 2]}),
        duckdb.sql("select unnest([1, 2, 3])::bigint as n, 1::bigint as self"),
    ],
    ids=lambda rows: type(rows).__name__,
)
def test_rows_of_every_library_are_registered(rt: bv.Runtime, rows: Any) -> None:
    rt.register("rows", rows)
    assert rt.table("rows").columns == ["n", "self"]
    assert rt.sql("select sum(n) as s from rows").to_pylist()[0]["s"] == 6
    rt.register("again", rt.table("rows").filter(col("n") > lit(1)))
    assert rt.table("again").count() == 2


def test_names_of_rows_are_looked_at(rt: bv.Runtime, tmp_path: Path) -> None:
    with pytest.raises(bv.PlanError, match="a table needs a name"):
        rt.register(" ", NUMBERS)
    twice = pa.Table.from_arrays([pa.array([1])] * 2, names=["x", "x"])
    with pytest.raises(bv.PlanError) as refused:
        rt.register("rows", twice)
    assert str(refused.value) == (
        "two columns of `rows` are called `x`\nhelp: rename one of them"
    )
    with pytest.raises(bv.PlanError, match="`runtime.deregister") as refused:
        rt.register("ast_defs", NUMBERS)
    assert "`ast_defs` is published" in str(refused.value)
    empty = bv.Runtime(tmp_path / "empty")
    with pytest.raises(bv.PlanError) as refused:
        empty.register("ast_defs", NUMBERS)
    assert str(refused.value) == (
        "`ast_defs` is a table or view of this program, which a run publishes\n"
        "help: register the rows under another name"
    )
    with pytest.raises(bv.NotPublished):
        empty.table("ast_defs")


def test_what_ends_a_stream_is_told(rt: bv.Runtime) -> None:
    broken = ValueError("no more ink")
    with pytest.raises(bv.ExecutionError) as refused:
        rt.register("rows", batches(1, end=broken))
    assert str(refused.value) == (
        "the rows for `rows` ended with an error: no more ink"
    )
    assert refused.value.__cause__ is broken
    with pytest.raises(KeyboardInterrupt):
        rt.register("rows", batches(1, end=KeyboardInterrupt()))
    with pytest.raises(bv.PlanError, match="no relation is called `rows`"):
        rt.table("rows")
    stream = batches(1, 2)
    rt.register("rows", stream)
    with pytest.raises(ArgumentError, match="the stream for `rows` is read already"):
        rt.register("rows", stream)
    assert rt.table("rows").count() == 2


def test_a_stream_may_compute_rows(rt: bv.Runtime, numbers: bv.Relation) -> None:
    def rows() -> Iterator[pa.RecordBatch]:
        for row in pa.table(numbers).to_pylist():
            yield pa.record_batch({"n": [row["n"] + numbers.count()]})

    schema = pa.schema([("n", pa.int64())])
    rt.register("more", pa.RecordBatchReader.from_batches(schema, rows()))
    assert rt.table("more").sort("n").to_arrow()["n"].to_pylist() == [4, 5, 6]


def test_a_constant_is_said(numbers: bv.Relation) -> None:
    for build in [
        lambda: numbers.select(x=3),
        lambda: numbers.with_columns(x=3),
        lambda: numbers.aggregate((), x=3),
    ]:
        with pytest.raises(TypeError) as refused:
            build()
        assert str(refused.value) == (
            "an expression is needed for `x`, this is 3 (int)\n"
            "help: `lit(3)` is a constant"
        )
    assert numbers.with_columns(x=lit(3)).columns == ["n", "self", "x"]


def test_columns_have_any_names(rt: bv.Runtime, numbers: bv.Relation) -> None:
    assert numbers.select(self="n", by="n", values="n").columns == [
        "self",
        "by",
        "values",
    ]
    assert numbers.with_columns(self=col("n")).columns == ["n", "self"]
    assert numbers.rename(self="own").columns == ["n", "own"]
    from datafusion import functions as engine

    assert numbers.aggregate("self", by=engine.max(col("n"))).columns == ["self", "by"]
    rt.register("plain", numbers.select("n"))
    text = "param text: i64 from plain as s select { t: text }"
    assert rt.query(text, text=1).distinct().to_pylist() == [{"t": 1}]


def test_a_relation_is_no_list(numbers: bv.Relation) -> None:
    with pytest.raises(TypeError, match=r"`to_batches\(\)`"):
        iter(numbers)
    with pytest.raises(TypeError, match=r"`count\(\)` computes how many"):
        len(numbers)
    with pytest.raises(TypeError, match=r"`name in relation.columns`"):
        assert "n" in numbers
    with pytest.raises(TypeError, match=r"neither true nor false"):
        assert not numbers
    with pytest.raises(TypeError, match="the name of a column is needed, this is 0"):
        numbers[0]  # type: ignore[index]


def test_names_that_no_column_has(numbers: bv.Relation) -> None:
    with pytest.raises(KeyError, match="no column is called `m`; there are n, self"):
        numbers["m"]
    for build in [
        lambda: numbers.rename(m="x"),
        lambda: numbers.drop("m"),
        lambda: numbers.select("m"),
        lambda: numbers.sort("m"),
        lambda: numbers.filter(col("m") > 1),
        lambda: numbers.join(numbers, "m"),
        lambda: numbers.aggregate("m"),
    ]:
        with pytest.raises(bv.PlanError, match="m"):
            build()


def test_joins_have_pairs_and_suffixes(rt: bv.Runtime, numbers: bv.Relation) -> None:
    rt.register("names", pa.table({"id": [1, 2], "n": [7, 8], "name": ["a", "b"]}))
    names = rt.table("names")
    joined = numbers.join(names, left_on="self", right_on="id", suffix="_right")
    assert joined.columns == ["n", "self", "id", "n_right", "name"]
    assert joined.filter(col("n") == lit(3)).to_pylist() == [
        {"n": 3, "self": 2, "id": 2, "n_right": 8, "name": "b"}
    ]
    left = numbers.join(names, "n", "left", suffix="_right")
    assert left.columns == ["n", "self", "id", "name"] and left.count() == 3
    both = numbers.join(names, how="full", left_on=["n"], right_on=["id"], suffix="_2")
    assert both.columns == ["n", "self", "id", "n_2", "name"] and both.count() == 3
    with pytest.raises(bv.PlanError) as refused:
        numbers.join(names, left_on="self", right_on="id")
    assert str(refused.value) == (
        "both relations have a column `n`\nhelp: join on it, or rename one: "
        '`suffix="_right"`, `rename(n="…")`'
    )
    with pytest.raises(bv.PlanError, match="did you mean `name`"):
        numbers.join(names, left_on="n", right_on="nam")
    with pytest.raises(bv.PlanError, match="`left_on` has 2 columns, `right_on` has 1"):
        numbers.join(names, left_on=["n", "self"], right_on=["id"])
    with pytest.raises(TypeError, match="`on` is for both sides"):
        numbers.join(names, "n", left_on="n", right_on="n")
    with pytest.raises(TypeError, match="write `on`, or both of"):
        numbers.join(names, left_on="n")
    with pytest.raises(TypeError, match="a relation is needed, this is"):
        numbers.join(NUMBERS, "n")  # type: ignore[arg-type]


def test_numbers_are_looked_at(numbers: bv.Relation, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError) as refused:
        numbers.limit(-1)
    assert str(refused.value) == (
        "`rows` takes an int from 0 on, this is -1 (int): it is less than 0"
    )
    for build in [
        lambda: numbers.limit(1, -1),
        lambda: numbers.head(True),
        lambda: bv.Runtime(tmp_path, memory=-1),
        lambda: bv.Runtime(tmp_path, memory=0),
        lambda: bv.Runtime(tmp_path, threads=0),
        lambda: bv.Runtime(tmp_path, settings={"belvedere.x": None}),  # type: ignore[dict-item]
        lambda: bv.Runtime(tmp_path).lineage(None),  # type: ignore[arg-type]
    ]:
        with pytest.raises(ArgumentError):
            build()


def test_temporary_files_have_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "spill"
    rt = bv.Runtime(tmp_path, memory=60 << 20, threads=1, spill_folder=folder)
    texts = rt.sql(
        "select repeat(cast(value as varchar), 20) as t from range(0, 1000000) order by t"
    )
    rows = texts.to_batches()
    assert next(iter(rows)).num_rows
    assert any(path.is_file() for path in folder.rglob("*"))
    del rows
    shutil.rmtree(folder)
    with pytest.raises(bv.WarehouseError) as gone:
        texts.to_arrow()
    assert str(gone.value) == (
        f"the folder for temporary files `{folder}` cannot be used: "
        "No such file or directory (os error 2)\n"
        "help: name another one by `Runtime(spill_folder=…)`, or allow more memory with "
        "`Runtime(memory=…)`, so that less is written there"
    )
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(bv.BelvedereError) as refused:
        bv.Runtime(tmp_path, spill_folder=file)
    assert str(refused.value) == (
        f"the folder for temporary files `{file}` cannot be used: File exists (os error 17)\n"
        "help: name another one by `Runtime(spill_folder=…)`"
    )
    with pytest.raises(
        ArgumentError, match="`Runtime` takes a folder in `spill_folder`"
    ):
        bv.Runtime(tmp_path, spill_folder=3)  # type: ignore[arg-type]


def test_settings_are_values(tmp_path: Path) -> None:
    rt = bv.Runtime(
        tmp_path,
        settings={
            "belvedere.utf8_normalize.casefold": False,
            "belvedere.utf8_normalize.form": "nfc",
        },
    )
    assert rt.sql("select utf8_normalize('A') as x").to_pylist() == [{"x": "A"}]
    with pytest.raises(bv.BelvedereError, match="no default of functions"):
        bv.Runtime(tmp_path, settings={"datafusion.execution.batch_size": 1})


def test_help_speaks_python(tmp_path: Path) -> None:
    rt = bv.Runtime(tmp_path / "none")
    with pytest.raises(bv.NotPublished) as refused:
        rt.table("ast_defs")
    assert str(refused.value).endswith(
        "help: `runtime.run(source=…)` fills it, `Runtime(warehouse=…)` names another one"
    )
    with pytest.raises(bv.WarehouseError) as missing:
        rt.run(tmp_path / "no" / "folder", progress=False)
    assert str(missing.value).endswith(
        "help: name a folder that exists with `runtime.run(source=…)`"
    )
    (tmp_path / "file").write_text("")
    with pytest.raises(bv.WarehouseError) as file:
        bv.Runtime(tmp_path / "file").run(tmp_path, progress=False)
    assert "help: name a folder with `Runtime(warehouse=…)`" in str(file.value)
    with pytest.raises(bv.SqlRefused, match=r"`runtime.tables\(\)`"):
        rt.sql("show tables")
    small = bv.Runtime(tmp_path, memory=1000)
    with pytest.raises(bv.OutOfMemory) as memory:
        small.sql("select value from range(0, 100000) order by value desc").to_arrow()
    assert str(memory.value).endswith("help: allow more with `Runtime(memory=…)`")


def test_a_warehouse_that_is_gone_is_told(tree: Path, tmp_path: Path) -> None:
    rt = bv.Runtime(tmp_path / "warehouse")
    rt.run(tree, progress=False)
    defs = rt.table("ast_defs").select("name")
    shutil.rmtree(tmp_path / "warehouse")
    with pytest.raises(bv.WarehouseError, match="a data file cannot be read"):
        defs.to_arrow()
    with pytest.raises(bv.NotPublished, match="nothing is published"):
        rt.table("ast_defs")


def test_a_closed_runtime_says_so(warehouse: Path) -> None:
    with bv.Runtime(warehouse) as rt:
        rt.register("numbers", NUMBERS)
        numbers = rt.table("numbers")
    assert numbers.count() == 3
    for use in [rt.tables, lambda: rt.sql("select 1"), lambda: rt.run(".")]:
        with pytest.raises(bv.BelvedereError, match="this runtime is closed"):
            use()
    rt.close()


def test_plans_stay_in_their_process(rt: bv.Runtime, numbers: bv.Relation) -> None:
    assert copy.copy(numbers) is numbers and copy.deepcopy(numbers) is numbers
    with pytest.raises(TypeError, match=r"its rows can: `to_arrow\(\)`"):
        pickle.dumps(numbers)
    for keep in [pickle.dumps, copy.copy, copy.deepcopy]:
        with pytest.raises(TypeError, match="opens the same warehouse anywhere"):
            keep(rt)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        with pytest.raises(TypeError, match="cannot be pickled"):
            pool.map(len, [numbers])


def test_coroutines_compute_and_are_cancelled(rt: bv.Runtime) -> None:
    async def ask() -> list[int]:
        tables = (rt.sql(f"select {n} as n").to_arrow_async() for n in range(5))
        return [t["n"][0].as_py() for t in await asyncio.gather(*tables)]

    assert asyncio.run(ask()) == list(range(5))

    async def cancel() -> None:
        slow = rt.sql("select sum(value % 7) as s from range(0, 1000000000000)")
        await asyncio.wait_for(slow.to_arrow_async(), 0.2)

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(cancel())


def test_relations_are_described_and_shown(
    numbers: bv.Relation, capsys: pytest.CaptureFixture[str]
) -> None:
    described = {row["column"]: row for row in numbers.describe().to_pylist()}
    assert (described["n"]["count"], described["self"]["max"]) == (3, "2")
    numbers.select("n").sort("n").show(2)
    assert capsys.readouterr().out == "n\n─\n1\n2\n…\n"


def test_verbs_of_the_command_line(rt: bv.Runtime) -> None:
    assert bv.explain("[v0050]").startswith("V0050: ")
    with pytest.raises(bv.PlanError, match="no error has the code `V9999`"):
        bv.explain("V9999")
    right = rt.check(
        "view! { pub names = from ast_defs as d select { d.name } }"
        "view! { pub counts = from names as n group by { n.name } aggregate { n: count() } }"
    )
    assert right == []
    defined = ["names: name: String", "counts: name: String, n: i64"]
    assert right.definitions == defined
    assert repr(right) == "\n".join(["no errors", *defined])
    found = rt.check("names = from ast_defs as d select { d.nme }", "names.view")
    [wrong] = found
    assert "no column `nme` in `d` (ast_defs) [V0050]" in wrong
    assert " --> names.view:1:39" in wrong
    assert repr(found) == wrong
