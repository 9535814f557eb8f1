"""Types that polars has none for.

It ends some of them by a panic, which is no `Exception`: they are looked for before any row is computed,
and what is still to come is made an error of ours.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from .errors import PlanError

__all__ = ["refusing"]


@contextmanager
def refusing(schema: pa.Schema) -> Generator[None]:
    """Raises `PlanError` for a column that polars does not take, and where polars panics."""
    from polars.exceptions import PanicException

    for column in schema:
        for part in _parts(column.type):
            if instead := _instead(part):
                raise PlanError(_refused(column, part, instead))
    try:
        yield
    except PanicException as panic:
        raise PlanError(
            f"polars does not take these rows: {panic}\n"
            f"help: cast the column whose type it does not know: {', '.join(map(_shown, schema))}"
        ) from panic


def _parts(kind: Any) -> Iterator[Any]:
    """A type and the types inside of it."""
    yield kind
    if isinstance(kind, pa.BaseExtensionType):
        yield from _parts(kind.storage_type)
    elif pa.types.is_dictionary(kind):
        yield from _parts(kind.value_type)
    else:
        for position in range(kind.num_fields):
            yield from _parts(kind.field(position).type)


def _instead(kind: Any) -> str:
    """What a type that polars does not know can be cast to; nothing for one that it knows."""
    if pa.types.is_interval(kind):
        return "pa.string()"
    if pa.types.is_decimal256(kind):
        return "pa.decimal128(38, 2)"
    if pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind):
        return "pa.list_(…)"
    if pa.types.is_run_end_encoded(kind):
        return "pa.string()" if pa.types.is_string(kind.value_type) else "…"
    return "pa.string()" if pa.types.is_union(kind) else ""


def _refused(column: Any, part: Any, instead: str) -> str:
    inside, instead = (
        ("", instead) if part == column.type else (f" in `{column.type}`", "…")
    )
    cast = (
        f'`relation.with_columns({column.name}=col("{column.name}").cast({instead}))`'
    )
    return (
        f"polars has no type for column `{column.name}`: `{part}`{inside}\n"
        f"help: cast it first: {cast}"
    )


def _shown(column: Any) -> str:
    return f"`{column.name}` (`{column.type}`)"
