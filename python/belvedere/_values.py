"""Values of rows in Python, and as texts: some of Arrow's are none of Python's.

Dates behind the year 9999, long durations and nanoseconds are such.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from .errors import ExecutionError

__all__ = ["cells", "pydict", "pylist"]

# How many characters of a value are shown.
_WIDTH = 60


def pydict(rows: pa.Table) -> dict[str, list[Any]]:
    """Returns the values of each column; raises `ExecutionError` for one that Python cannot hold."""
    return {
        name: _values(name, column)
        for name, column in zip(rows.column_names, rows.columns, strict=True)
    }


def pylist(rows: pa.Table) -> list[dict[str, Any]]:
    """Returns each row as a dictionary; raises `ExecutionError` for a value that Python cannot hold."""
    columns = pydict(rows)
    every = zip(*columns.values(), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in every]


def _values(name: str, column: pa.ChunkedArray) -> list[Any]:
    try:
        values: list[Any] = column.to_pylist()
    except Exception as error:
        kind = f"`{column.type}`"
        raise ExecutionError(
            f"column `{name}` ({kind}) has a value that Python cannot hold: {error}\n"
            f'help: `to_arrow()` keeps it; `col("{name}").cast(pyarrow.string())` is its text'
        ) from error
    return values


def cells(column: pa.ChunkedArray) -> list[str]:
    """Returns each value as a text of one line; what Python cannot hold is told by Arrow."""
    return [_cell(column, at) for at in range(len(column))]


def _cell(column: pa.ChunkedArray, at: int) -> str:
    try:
        value = column[at].as_py()
        text = "null" if value is None else str(value)
    except Exception:  # noqa: BLE001 (whatever it is, a value is shown)
        text = _told(column.slice(at, 1))
    text = text.replace("\n", "⏎")
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"


def _told(one: pa.ChunkedArray) -> str:
    try:
        text: str = one.combine_chunks().to_string(skip_new_lines=True)
    except Exception:  # noqa: BLE001
        return "?"
    return text.removeprefix("[").removesuffix("]")
