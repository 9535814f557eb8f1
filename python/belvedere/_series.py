"""The table functions of DataFusion that make rows of a start, an end and a step: numbers, days, times."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any, overload

from ._builtin import BUILTINS
from ._kinds import ANY, DATE, INT64, INTERVAL, LOCAL_TIMESTAMP, TIMESTAMP, Plain
from ._scalars import Unfit, python_value
from .arguments import Date, Interval, Timestamp
from .extension import Function, Param, Rows, TableHost

__all__ = ["SERIES", "generate_series", "range"]

_SIGNATURE = (
    "{0}(start: i64, end: i64, step: i64 = 1) -> i64 "
    "or {0}(start: Date, end: Date, step: Interval) -> Date "
    "or {0}(start: Timestamp, end: Timestamp, step: Interval) -> Timestamp"
)

SERIES = BUILTINS.beside(
    *(
        Function(
            "table",
            name,
            _SIGNATURE.format(name),
            # What they are is said by the first one.
            *(Param(param, ANY) for param in ("start", "end", "step")),
            engine=name,
        )
        for name in ("generate_series", "range")
    )
)


@overload
def generate_series(
    runtime: TableHost[Rows], start: int, end: int, step: int = 1
) -> Rows: ...


@overload
def generate_series(
    runtime: TableHost[Rows],
    start: Date | Timestamp,
    end: Date | Timestamp,
    step: Interval,
) -> Rows: ...


@SERIES.builder("generate_series")
def generate_series(
    runtime: TableHost[Rows],
    start: int | Date | Timestamp,
    end: int | Date | Timestamp,
    step: int | Interval = 1,
) -> Rows:
    """The integers from `start` on, up to **and with** `end`, in steps.

    DataFusion's own, which takes dates and timestamps too, with an interval for a step. `range` leaves
    the end out.

    The only column is `value`, of the type of `start`. Dates go on by whole days or months, times by any
    interval; each value is the one before and a step. A step that is negative goes down.

    A table function: `runtime` is what plans and runs it.

    Examples:
        >>> tables.generate_series(rt, 1, 10, 3).to_pydict()
        {'value': [1, 4, 7, 10]}

        >>> from datetime import date
        >>> from belvedere import interval
        >>> january, march = date(2026, 1, 1), date(2026, 3, 1)
        >>> days = tables.generate_series(rt, january, march, interval(months=1))
        >>> [str(day) for day in days.to_pydict()["value"]]
        ['2026-01-01', '2026-02-01', '2026-03-01']
    """
    return _rows(runtime, "generate_series", start, end, step)


@overload
def range(runtime: TableHost[Rows], start: int, end: int, step: int = 1) -> Rows: ...


@overload
def range(
    runtime: TableHost[Rows],
    start: Date | Timestamp,
    end: Date | Timestamp,
    step: Interval,
) -> Rows: ...


@SERIES.builder("range")
def range(
    runtime: TableHost[Rows],
    start: int | Date | Timestamp,
    end: int | Date | Timestamp,
    step: int | Interval = 1,
) -> Rows:
    """The integers from `start` on, up to and without `end`, in steps.

    DataFusion's own, which takes dates and timestamps too, with an interval for a step; its arguments
    have no names in SQL. `range_table` takes them by name.

    The only column is `value`, of the type of `start`. Dates go on by whole days or months, times by any
    interval; each value is the one before and a step. A step that is negative goes down.

    A table function: `runtime` is what plans and runs it.

    Examples:
        >>> tables.range(rt, 1, 10, 4).to_pydict()
        {'value': [1, 5, 9]}

        >>> from datetime import datetime, timedelta
        >>> noon = datetime(2026, 11, 22, 12)
        >>> times = tables.range(rt, noon, noon + timedelta(hours=1), timedelta(minutes=30))
        >>> [str(time) for time in times.to_pydict()["value"]]
        ['2026-11-22 12:00:00', '2026-11-22 12:30:00']

    In SQL::

        SELECT value FROM range(1, 10, 4) ORDER BY value
        -- 1
        -- 5
        -- 9
    """
    return _rows(runtime, "range", start, end, step)


def _rows(
    runtime: TableHost[Rows], name: str, start: object, end: object, step: object
) -> Rows:
    function = SERIES.get(name)
    assert function is not None
    kind, steps = _kinds(start)
    arguments = [
        Param(param, kind, constant=True).expression(function, value)
        for param, kind, value in [
            ("start", kind, start),
            ("end", kind, end),
            ("step", steps, step),
        ]
    ]
    return SERIES.table(runtime, name, *arguments)


def _kinds(start: object) -> tuple[Plain, Plain]:
    """What the values are, which the first one says, and the steps between them."""
    try:
        value = python_value(start)
    except Unfit:
        value = start
    if isinstance(value, datetime.datetime):
        return _INSTANTS if value.tzinfo else _TIMES, _INTERVALS
    return (_DAYS, _WHOLE) if isinstance(value, datetime.date) else (INT64, _STEPS)


# The days that nanoseconds since 1970 reach, in which the engine counts.
_FIRST, _LAST = datetime.date(1677, 9, 22), datetime.date(2262, 4, 10)


def _reached(value: Any) -> Any:
    day = value.date() if isinstance(value, datetime.datetime) else value
    if not _FIRST <= day <= _LAST:
        raise Unfit(f"it is not within {_FIRST} … {_LAST}")
    return value


def _instant(value: Any) -> Any:
    return _reached(value if TIMESTAMP.convert is None else TIMESTAMP.convert(value))


def _time(value: Any) -> Any:
    local = LOCAL_TIMESTAMP.convert
    return _reached(value if local is None else local(value))


def _step(value: int) -> object:
    if value == 0:
        raise Unfit("it leads nowhere")
    return value if INT64.convert is None else INT64.convert(value)


def _interval(value: datetime.timedelta | tuple[int, int, int]) -> tuple[int, int, int]:
    """Months, days and nanoseconds, all of them upwards or all of them down."""
    if isinstance(value, datetime.timedelta):
        sign = -1 if value < datetime.timedelta() else 1
        days, rest = divmod(abs(value), datetime.timedelta(days=1))
        microseconds = rest // datetime.timedelta(microseconds=1)
        value = (0, sign * days, sign * microseconds * 1000)
    if not any(value):
        raise Unfit("it leads nowhere")
    if min(value) < 0 < max(value):
        raise Unfit("it leads in both directions")
    return value


def _whole_days(
    value: datetime.timedelta | tuple[int, int, int],
) -> tuple[int, int, int]:
    months, days, nanoseconds = _interval(value)
    if nanoseconds:
        raise Unfit(
            "it is no number of days: a datetime.datetime goes on by parts of them"
        )
    return months, days, nanoseconds


_DAYS = replace(DATE, convert=_reached)
_INSTANTS = replace(TIMESTAMP, convert=_instant)
_TIMES = replace(LOCAL_TIMESTAMP, convert=_time)
_STEPS = replace(INT64, convert=_step)
_INTERVALS = replace(INTERVAL, convert=_interval)
_WHOLE = replace(INTERVAL, convert=_whole_days)
