"""Rows on their way: batches of the engine's for who pulls them, and rows of others for the engine.

The engine is asked for each batch from a frame of Python's own, so that Ctrl-C is answered, a reader may
pull on whatever thread, and what runs meanwhile may compute rows itself.
"""

from __future__ import annotations

import signal
import threading
import weakref
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow as pa

from ._kinds import shown
from .arguments import ArgumentError
from .errors import BelvedereError, ExecutionError

if TYPE_CHECKING:
    import types

    from ._native import Plan, Rows

__all__ = ["batches", "given", "pulled", "reader", "table"]


def batches(rows: Rows) -> Generator[pa.RecordBatch]:
    """Computes the rows batch by batch; who stops asking ends the computation."""
    try:
        while (batch := rows.next()) is not None:
            yield batch
    finally:
        rows.stop()


def table(plan: Plan) -> pa.Table:
    """Computes the rows of a plan."""
    rows = plan.rows()
    return pa.Table.from_batches(list(batches(rows)), rows.schema())


@contextmanager
def pulled(plan: Plan) -> Generator[pa.RecordBatchReader]:
    """The rows for one that pulls them: what ends them is raised as it is, not as the reader tells it.

    Nor is an interrupt lost where a library forgets it, which some do while they import others: the rows end.
    """
    failures: list[BaseException] = []
    rows = plan.rows()
    try:
        with _noting(failures, rows.stop):
            yield _reader(rows, failures)
    except Exception as error:
        raise (failures[0] if failures else error) from None
    if failures:
        raise failures[0]


@contextmanager
def _noting(
    failures: list[BaseException], stop: Callable[[], object]
) -> Generator[None]:
    """Notes what the handler of Ctrl-C raises, and stops what somebody may wait for."""
    handler = signal.getsignal(signal.SIGINT)
    # Signals are handled by this thread, by this handler, or not at all.
    if threading.current_thread() is not threading.main_thread() or not callable(
        handler
    ):
        yield
        return

    def noting(number: int, frame: types.FrameType | None) -> object:
        try:
            return handler(number, frame)
        except BaseException as raised:
            failures.append(raised)
            stop()
            raise

    signal.signal(signal.SIGINT, noting)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def reader(plan: Plan) -> pa.RecordBatchReader:
    """Starts to compute the rows, for libraries that know Arrow."""
    return _reader(plan.rows(), [])


def _reader(rows: Rows, failures: list[BaseException]) -> pa.RecordBatchReader:
    """The rows as a stream, which ends with the first of the failures."""

    def every() -> Generator[pa.RecordBatch]:
        try:
            yield from batches(rows)
        except GeneratorExit:
            raise
        except BaseException as error:
            failures.append(error)
        if failures:
            raise failures[0]

    return pa.RecordBatchReader.from_batches(rows.schema(), every())


# Streams that were read: one that is asked again says that it has no rows.
_READ: weakref.WeakSet[object] = weakref.WeakSet()


def given(name: str, rows: object, method: str = "register") -> pa.Table:
    """Reads rows of any library that knows Arrow; raises `ArgumentError` for what is none."""
    if isinstance(rows, pa.Table):
        return rows
    if isinstance(rows, pa.RecordBatch):
        return pa.Table.from_batches([rows])
    if not hasattr(rows, "__arrow_c_stream__") or isinstance(rows, type):
        raise _no_rows(name, rows, method)
    stream = _stream(name, rows, method)
    failures: list[BaseException] = []
    try:
        # Asked in a frame of Python's own: what a generator behind it raises is what is raised here.
        with _noting(failures, lambda: None):
            return pa.Table.from_batches(list(stream), stream.schema)
    except BelvedereError:
        raise
    except Exception as error:
        if failures:
            raise failures[0] from None
        message = f"the rows for `{name}` ended with an error: {error}"
        raise ExecutionError(message) from error


def _stream(name: str, rows: object, method: str) -> pa.RecordBatchReader:
    if isinstance(rows, pa.RecordBatchReader):
        if rows in _READ:
            message = f"the stream for `{name}` is read already: it has no more rows"
            raise ArgumentError(f"{message}\nhelp: `read_all()` keeps them")
        _READ.add(rows)
        return rows
    try:
        return pa.RecordBatchReader.from_stream(rows)
    except pa.ArrowInvalid as error:
        if "non-struct type" in str(error):
            raise _no_rows(name, rows, method) from None
        raise


def _no_rows(name: str, rows: object, method: str) -> ArgumentError:
    helps = (
        '`pyarrow.table({"a": [1, 2]})`, a data frame, a relation, a stream of batches'
    )
    if isinstance(rows, dict):
        helps = "`pyarrow.table(…)` makes rows of a dict of columns"
    elif isinstance(rows, list):
        helps = "`pyarrow.Table.from_pylist(…)` makes rows of a list of dicts"
    elif hasattr(rows, "to_frame"):
        helps = "`….to_frame()` makes rows of a column"
    elif hasattr(rows, "collect"):
        helps = "`….collect()` computes its rows"
    return ArgumentError(
        f"`{method}`: `{name}` takes rows of a library that knows Arrow, {shown(rows)}\nhelp: {helps}"
    )
