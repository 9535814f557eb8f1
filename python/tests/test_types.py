"""Every type of Arrow's that rows can have, through the engine and into every library, with NULL.

What polars and DuckDB make of each is the table of docs/python-types.md, which is read here. That all types which
functions and views know are among them is looked up in docs/types.md.
"""

from __future__ import annotations

import datetime
import re
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars
import pyarrow as pa
import pytest
from datafusion import SessionContext, col

import belvedere as bv

DOCS = Path(__file__).parents[2] / "docs"

UTC = datetime.timezone.utc
NOON = datetime.datetime(2024, 1, 2, 12, 30, 59)
SPAN = pa.struct(
    [
        ("bstart", pa.int64()),
        ("bend", pa.int64()),
        ("line_base", pa.int32()),
        ("col_unit", pa.string()),
        ("end_exclusive", pa.bool_()),
    ]
)
WORDS = ["", None, "ä\U0001f600", "longer than any view holds inline"]
BYTES = [b"", None, b"\x00\xff", b"longer than any view holds inline"]
MONEY = [Decimal("1.25"), None, Decimal("-9.99")]
DAYS = [datetime.date(1, 1, 1), None, datetime.date(9999, 12, 31)]
LISTS = [[1, None], None, []]
UUIDS = [uuid.UUID(int=1).bytes, None, uuid.UUID(int=2**128 - 1).bytes]
SPANS = [(1, 2, 0, "byte", True), None, (0, 0, 1, "utf16", False)]

# The values of each type, in which there is always a NULL.
VALUES: list[tuple[pa.DataType, list[Any]]] = [
    (pa.null(), [None, None]),
    (pa.bool_(), [True, None, False]),
    *(
        (getattr(pa, f"int{n}")(), [-(2 ** (n - 1)), None, 2 ** (n - 1) - 1])
        for n in (8, 16, 32, 64)
    ),
    *((getattr(pa, f"uint{n}")(), [0, None, 2**n - 1]) for n in (8, 16, 32, 64)),
    *(
        (of, [1.5, None, -0.0, float("inf")])
        for of in (pa.float16(), pa.float32(), pa.float64())
    ),
    (pa.decimal32(5, 2), MONEY),
    (pa.decimal64(12, 2), MONEY),
    (pa.decimal128(38, 2), MONEY),
    (pa.decimal256(60, 2), MONEY),
    *((of, WORDS) for of in (pa.string(), pa.large_string(), pa.string_view())),
    *((of, BYTES) for of in (pa.binary(), pa.large_binary(), pa.binary_view())),
    (pa.binary(3), [b"abc", None]),
    (pa.uuid(), UUIDS),
    (pa.json_(pa.string()), ['{"a": [1, null]}', None]),
    (pa.date32(), DAYS),
    (pa.date64(), DAYS),
    (pa.time32("s"), [datetime.time(23, 59, 59), None]),
    (pa.time32("ms"), [datetime.time(1, 2, 3, 4000), None]),
    (pa.time64("us"), [datetime.time(23, 59, 59, 999999), None]),
    (pa.time64("ns"), [1, None]),
    *((pa.timestamp(unit), [NOON, None]) for unit in ("s", "ms", "us", "ns")),
    *(
        (pa.timestamp(unit, "UTC"), [NOON.replace(tzinfo=UTC), None])
        for unit in ("s", "ms", "us", "ns")
    ),
    (pa.timestamp("us", "Europe/Berlin"), [NOON.replace(tzinfo=UTC), None]),
    *(
        (pa.duration(unit), [datetime.timedelta(1), None])
        for unit in ("s", "ms", "us", "ns")
    ),
    # DuckDB has no nanoseconds in it.
    (pa.month_day_nano_interval(), [(1, 2, 3000), None]),
    (pa.list_(pa.int64()), LISTS),
    (pa.large_list(pa.int64()), LISTS),
    (pa.list_(pa.int64(), 2), [[1, None], None]),
    (pa.list_view(pa.int64()), LISTS),
    (pa.large_list_view(pa.int64()), LISTS),
    (pa.map_(pa.string(), pa.int64()), [[("a", 1), ("b", None)], None, []]),
    (pa.struct([("a", pa.int64())]), [{"a": 1}, None, {"a": None}]),
    (SPAN, [span and dict(zip(SPAN.names, span, strict=True)) for span in SPANS]),
    (
        pa.list_(pa.struct([("a", pa.list_(pa.string()))])),
        [[{"a": ["x", None]}], None, [None]],
    ),
    *(
        (pa.dictionary(keys, pa.string()), ["a", None, "a"])
        for keys in (pa.int8(), pa.int32(), pa.uint16())
    ),
]

RUNS = pa.RunEndEncodedArray.from_arrays([2, 3], pa.array(["a", None]))
NUMBERS, TEXTS = pa.array([1, None]), pa.array(["a", "b"])
TAGS = pa.array([0, 1], pa.int8())
UNIONS = [
    pa.UnionArray.from_dense(
        TAGS, pa.array([1, 0], pa.int32()), [NUMBERS, TEXTS], ["n", "s"]
    ),
    pa.UnionArray.from_sparse(TAGS, [NUMBERS, TEXTS], ["n", "s"]),
]

COLUMNS: dict[str, pa.Array] = {
    str(column.type): column
    for column in [*(pa.array(values, of) for of, values in VALUES), RUNS, *UNIONS]
}
# --- tests

METADATA = {"unit": "byte", "semantic_type": "Span"}


def known() -> dict[str, tuple[str, str]]:
    """What polars and DuckDB make of each type, as the page says."""
    lines = (DOCS / "python-types.md").read_text().splitlines()
    rows = [
        re.findall(r"`([^`]*)`|(refused)", line)
        for line in lines
        if line.startswith("| `")
    ]
    return {
        arrow[0]: (polars[0] or polars[1], duck[0] or duck[1])
        for arrow, polars, duck in rows
    }


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> bv.Runtime:
    return bv.Runtime(tmp_path_factory.mktemp("warehouse"))


def rows_of(name: str) -> pa.Table:
    column = COLUMNS[name]
    return pa.Table.from_arrays(
        [column], schema=pa.schema([pa.field("x", column.type, metadata=METADATA)])
    )


def values_of(column: Any, kind: pa.DataType) -> list[Any]:
    """The values of a column of another library, in the type from which they came."""
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(column.type, pa.BaseExtensionType):
        column = column.storage
    if isinstance(kind, pa.BaseExtensionType):
        kind = kind.storage_type
    try:
        found: list[Any] = column.cast(kind).to_pylist()
    except (pa.ArrowException, NotImplementedError):
        found = column.to_pylist()
    return found


def expected(name: str) -> list[Any]:
    return values_of(COLUMNS[name], COLUMNS[name].type)


@pytest.mark.parametrize("name", COLUMNS)
def test_rows_come_back_as_they_went(runtime: bv.Runtime, name: str) -> None:
    table = rows_of(name)
    for relation in [runtime.from_arrow(table), registered(runtime, table)]:
        back = relation.to_arrow()
        assert back.schema.equals(table.schema, check_metadata=True)
        assert back.to_pylist() == table.to_pylist()
        back.validate(full=True)
        assert pa.table(relation.to_batches().__next__()).num_rows == table.num_rows
        none = relation.limit(0).to_arrow()
        assert (none.num_rows, none.schema) == (0, table.schema)


def registered(runtime: bv.Runtime, table: pa.Table) -> bv.Relation:
    runtime.register("types", table)
    return runtime.sql("select x from types")


@pytest.mark.parametrize("name", COLUMNS)
def test_a_session_of_datafusion_reads_them(runtime: bv.Runtime, name: str) -> None:
    context = SessionContext()
    context.register_table("types", runtime.from_arrow(rows_of(name)))
    back = pa.table(context.table("types").select(col("x")))
    assert back.schema.equals(rows_of(name).schema, check_metadata=True)
    assert back.to_pylist() == rows_of(name).to_pylist()


@pytest.mark.parametrize("name", COLUMNS)
def test_pandas_has_columns_of_arrow(runtime: bv.Runtime, name: str) -> None:
    frame = runtime.from_arrow(rows_of(name)).to_pandas()
    assert frame["x"].dtype == pd.ArrowDtype(COLUMNS[name].type)
    assert values_of(pa.array(frame["x"].array), COLUMNS[name].type) == expected(name)


@pytest.mark.parametrize("name", COLUMNS)
def test_polars_has_what_the_page_says(runtime: bv.Runtime, name: str) -> None:
    relation = runtime.from_arrow(rows_of(name))
    kind, _ = known()[name]
    if kind == "refused":
        with pytest.raises(bv.PlanError) as refused:
            relation.to_polars()
        lines = str(refused.value).splitlines()
        assert lines[0] == f"polars has no type for column `x`: `{name}`"
        assert lines[1].startswith("help: ")
        # What polars itself says of it is an error or a panic, which is no `Exception`.
        with pytest.raises(BaseException):  # noqa: B017, PT011
            polars.DataFrame(rows_of(name))
        return
    frame = relation.to_polars()
    assert str(frame.schema["x"]) == kind
    if not name.startswith(("decimal32", "decimal64")):
        # Its own way back panics for these.
        assert values_of(frame.to_arrow().column("x"), COLUMNS[name].type) == expected(
            name
        )


# What the help of a refusal says, for each type that polars refuses.
CASTS: dict[str, pa.DataType] = {
    "decimal256(60, 2)": pa.decimal128(38, 2),
    "month_day_nano_interval": pa.string(),
    "list_view<item: int64>": pa.list_(pa.int64()),
    "large_list_view<item: int64>": pa.list_(pa.int64()),
    "run_end_encoded<run_ends: int64, values: string>": pa.string(),
    "dense_union<n: int64=0, s: string=1>": pa.string(),
    "sparse_union<n: int64=0, s: string=1>": pa.string(),
}


@pytest.mark.parametrize("name", CASTS)
def test_what_polars_refuses_can_be_cast(runtime: bv.Runtime, name: str) -> None:
    relation = runtime.from_arrow(rows_of(name))
    cast = relation.with_columns(x=col("x").cast(CASTS[name]))
    assert len(cast.to_polars()) == len(rows_of(name))


def test_a_refusal_of_polars_names_the_column_inside(runtime: bv.Runtime) -> None:
    interval = pa.array(
        [{"a": (1, 2, 3)}], pa.struct([("a", pa.month_day_nano_interval())])
    )
    relation = runtime.from_arrow(pa.table({"n": [1], "at": interval}))
    with pytest.raises(bv.PlanError) as refused:
        relation.to_polars()
    assert str(refused.value) == (
        "polars has no type for column `at`: `month_day_nano_interval` in "
        "`struct<a: month_day_nano_interval>`\n"
        "help: cast it first: "
        '`relation.with_columns(at=col("at").cast(…))`'
    )
    assert len(relation.drop("at").to_polars()) == 1


def test_a_panic_of_polars_is_an_error(
    runtime: bv.Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def panics(*_: object) -> None:
        raise polars.exceptions.PanicException("of polars")

    monkeypatch.setattr(polars, "DataFrame", panics)
    relation = runtime.from_pydict({"n": [1]})
    with pytest.raises(bv.PlanError) as refused:
        relation.to_polars()
    assert str(refused.value) == (
        "polars does not take these rows: of polars\n"
        "help: cast the column whose type it does not know: `n` (`int64`)"
    )


@pytest.mark.parametrize("name", COLUMNS)
def test_duckdb_has_what_the_page_says(runtime: bv.Runtime, name: str) -> None:
    relation = runtime.from_arrow(rows_of(name))
    connection = duckdb.connect()
    _, kind = known()[name]
    if kind == "refused":
        with pytest.raises(duckdb.Error):
            relation.to_duckdb("types", connection)
        return
    table = relation.to_duckdb("types", connection)
    assert str(table.types[0]) == kind
    if kind == "UUID" or name.startswith("duration"):
        # As Arrow they would be texts and intervals.
        found = [
            value.bytes if isinstance(value, uuid.UUID) else value
            for (value,) in table.fetchall()
        ]
        assert found == expected(name)
    else:
        assert values_of(
            table.to_arrow_table().column("x"), COLUMNS[name].type
        ) == expected(name)


def test_the_page_has_every_type() -> None:
    assert list(known()) == list(COLUMNS)


def test_every_type_of_the_languages_is_there() -> None:
    tables = (DOCS / "types.md").read_text().split("\n\n")
    matrix, beyond = (rows.splitlines()[2:] for rows in tables if rows.startswith("|"))
    names = {name: getattr(pa, name) for name in dir(pa)}
    stands_for = {
        "P": 38,
        "S": 2,
        "N": 3,
        "T": pa.int64(),
        "K": pa.string(),
        "V": pa.int64(),
    }
    for row in matrix:
        text = row.strip("| ").split(" | ")[-1].strip("`")
        assert str(eval(text, names | stands_for)) in COLUMNS, row  # noqa: S307
    for row in beyond:
        for name in row.strip("| ").split(" | ")[0].split(", "):
            plain = {"Float16": "halffloat"}.get(name, name.lower())
            assert any(plain in known.replace("_", "") for known in COLUMNS), row


def test_columns_that_have_no_null_say_so(runtime: bv.Runtime) -> None:
    schema = pa.schema([pa.field("n", pa.int64(), nullable=False)])
    runtime.register("full", pa.table({"n": [1, 2]}, schema=schema))
    assert not runtime.table("full").schema.field("n").nullable


def test_rows_that_are_no_arrow_are_refused(runtime: bv.Runtime) -> None:
    offsets = pa.py_buffer(b"\0\0\0\0\2\0\0\0")
    text = pa.Array.from_buffers(
        pa.string(), 1, [None, offsets, pa.py_buffer(b"\xff\xfe")]
    )
    for read in [runtime.from_arrow, lambda rows: runtime.register("broken", rows)]:
        with pytest.raises(bv.PlanError, match="(?i)utf"):
            read(pa.table({"text": text}))
