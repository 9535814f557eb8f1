"""Rows that leave are where they were: nothing of a column is copied on its way.

A table of DuckDB is no way of these: it holds rows of its own.
"""

from collections.abc import Iterable

import polars
import pyarrow as pa
import pytest

import belvedere as bv
from belvedere import col, lit

# They are one batch: of more rows, each batch is a part of the columns.
ROWS = 5_000

# Columns without gaps and with some.
COLUMNS = {
    "whole": pa.array(range(ROWS)),
    "float": pa.array([n / 2 for n in range(ROWS)]),
    "gaps": pa.array([None if n % 3 == 0 else n for n in range(ROWS)]),
    # Short texts stand in the views of polars themselves.
    "text": pa.array([f"a text that is longer than a view {n}" for n in range(ROWS)]),
    "list": pa.array([[n, n + 1] for n in range(ROWS)]),
    "struct": pa.array([{"a": n} for n in range(ROWS)]),
}


def places(arrays: Iterable[pa.Array]) -> list[int]:
    """Where the values of a column are in memory, and what says which are there."""
    buffers = (buffer for array in arrays for buffer in array.buffers())
    return [buffer.address for buffer in buffers if buffer]


@pytest.fixture
def given() -> pa.Table:
    """The rows that are registered."""
    return pa.table(COLUMNS)


@pytest.fixture
def relation(rt: bv.Runtime, given: pa.Table) -> bv.Relation:
    """A relation of them."""
    rt.register("given", given)
    return rt.table("given")


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_leaves_as_it_came(
    given: pa.Table, relation: bv.Relation, name: str
) -> None:
    expected = places(given[name].chunks)
    assert places(relation.to_arrow()[name].chunks) == expected
    assert places(pa.table(relation)[name].chunks) == expected
    assert places(batch[name] for batch in relation.to_batches()) == expected
    kept = relation.filter(col("whole") >= lit(0)).select(name)
    assert places(kept.to_arrow()[name].chunks) == expected
    pandas = relation.to_pandas()[name].array.__arrow_array__()
    assert places(pandas.chunks) == expected


def test_what_is_computed_stands_elsewhere(
    given: pa.Table, relation: bv.Relation
) -> None:
    computed = relation.with_columns(whole=col("whole") + lit(1)).to_arrow()
    assert not {*places(computed["whole"].chunks)} & {*places(given["whole"].chunks)}


@pytest.mark.parametrize("name", ["whole", "float", "gaps", "text"])
def test_a_data_frame_of_polars_has_the_values(
    given: pa.Table, relation: bv.Relation, name: str
) -> None:
    # Of a text polars makes views, over the same letters.
    newest = polars.CompatLevel.newest()
    chunks = relation.to_polars()[name].get_chunks()
    found = places(chunk.to_arrow(compat_level=newest) for chunk in chunks)
    assert found[-1] == places(given[name].chunks)[-1]


def test_batches_are_parts_of_large_columns(rt: bv.Runtime) -> None:
    column = pa.array(range(4 * ROWS))
    rt.register("large", pa.table({"n": column}))
    batches = [batch["n"] for batch in rt.table("large").to_batches()]
    assert len(batches) > 1
    (start,), at = places([column]), 0
    for batch in batches:
        assert places([batch]) == [start + 8 * (at - batch.offset)]
        at += len(batch)
