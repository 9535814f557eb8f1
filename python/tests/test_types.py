"""Every type that views have, to Rust and back, with nulls and metadata."""

import datetime
import decimal
import uuid

import pyarrow as pa
import pytest

import belvedere as bv

UTC = datetime.timezone.utc

COLUMNS = {
    "bool": pa.array([True, None, False]),
    "int8": pa.array([-128, None, 127], pa.int8()),
    "int16": pa.array([-1, None, 1], pa.int16()),
    "int32": pa.array([-1, None, 1], pa.int32()),
    "int64": pa.array([-(2**63), None, 2**63 - 1], pa.int64()),
    "uint8": pa.array([0, None, 255], pa.uint8()),
    "uint16": pa.array([0, None, 1], pa.uint16()),
    "uint32": pa.array([0, None, 1], pa.uint32()),
    "uint64": pa.array([0, None, 2**64 - 1], pa.uint64()),
    "float32": pa.array([1.5, None, float("inf")], pa.float32()),
    "float64": pa.array([-0.0, None, 1e300], pa.float64()),
    "decimal": pa.array(
        [decimal.Decimal("1.25"), None, decimal.Decimal("-9.99")], pa.decimal128(10, 2)
    ),
    "text": pa.array(["", None, "ä\U0001f600"]),
    "bytes": pa.array([b"", None, b"\x00\xff"]),
    "uuid": pa.array(
        [uuid.UUID(int=1).bytes, None, uuid.UUID(int=2).bytes], pa.binary(16)
    ),
    "date": pa.array([datetime.date(1, 1, 1), None, datetime.date(9999, 12, 31)]),
    "time": pa.array(
        [datetime.time(0), None, datetime.time(23, 59, 59, 999999)], pa.time64("us")
    ),
    "timestamp": pa.array(
        [datetime.datetime(2024, 1, 1, tzinfo=UTC), None, None],
        pa.timestamp("us", "UTC"),
    ),
    "local": pa.array([datetime.datetime(2024, 1, 1), None, None], pa.timestamp("us")),
    "duration": pa.array([datetime.timedelta(0, 1), None, None], pa.duration("us")),
    "interval": pa.array([(1, 2, 3), None, None], pa.month_day_nano_interval()),
    "list": pa.array([[1, None], None, []], pa.list_(pa.int64())),
    "struct": pa.array([{"a": 1, "b": "x"}, None, {"a": None, "b": None}]),
    "map": pa.array([[("a", 1)], None, []], pa.map_(pa.string(), pa.int64())),
    "nested": pa.array([[{"a": [1]}], None, [None]]),
    "dictionary": pa.array(["a", None, "a"]).dictionary_encode(),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_values_come_back_as_they_went(rt: bv.Runtime, name: str) -> None:
    field = pa.field(
        name, COLUMNS[name].type, metadata={"unit": "byte", "semantic_type": "Span"}
    )
    table = pa.Table.from_arrays([COLUMNS[name]], schema=pa.schema([field]))
    rt.register("types", table)
    back = rt.table("types").to_arrow()
    assert back.schema.equals(table.schema, check_metadata=True)
    assert back.equals(table)


def test_columns_that_have_no_null_say_so(rt: bv.Runtime) -> None:
    schema = pa.schema([pa.field("n", pa.int64(), nullable=False)])
    rt.register("full", pa.table({"n": [1, 2]}, schema=schema))
    assert not rt.table("full").schema.field("n").nullable


def test_no_rows_have_columns(rt: bv.Runtime) -> None:
    rt.register(
        "none", pa.table({name: column.slice(0, 0) for name, column in COLUMNS.items()})
    )
    none = rt.table("none").to_arrow()
    assert (none.num_rows, none.column_names) == (0, list(COLUMNS))


def test_rows_that_are_no_arrow_are_refused(rt: bv.Runtime) -> None:
    offsets = pa.py_buffer(b"\0\0\0\0\2\0\0\0")
    text = pa.Array.from_buffers(
        pa.string(), 1, [None, offsets, pa.py_buffer(b"\xff\xfe")]
    )
    with pytest.raises(bv.PlanError, match="(?i)utf"):
        rt.register("broken", pa.table({"text": text}))
