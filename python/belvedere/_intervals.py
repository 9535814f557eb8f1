"""Intervals: months, days and parts of a day, which have no type in Python's library."""

from __future__ import annotations

import pyarrow as pa

from ._kinds import INTERVAL, shown
from ._scalars import Unfit, python_value
from .arguments import ArgumentError

__all__ = ["interval"]

# How many of the next unit each has; months have no length in days, and days none in hours.
_MONTHS = {"years": 12, "months": 1}
_DAYS = {"weeks": 7, "days": 1}
_NANOSECONDS = {
    "hours": 3_600_000_000_000,
    "minutes": 60_000_000_000,
    "seconds": 1_000_000_000,
    "milliseconds": 1_000_000,
    "microseconds": 1_000,
    "nanoseconds": 1,
}


def interval(
    *,
    years: int = 0,
    months: int = 0,
    weeks: int = 0,
    days: int = 0,
    hours: int = 0,
    minutes: int = 0,
    seconds: int = 0,
    milliseconds: int = 0,
    microseconds: int = 0,
    nanoseconds: int = 0,
) -> tuple[int, int, int]:
    """Returns an interval of months, days and nanoseconds, for `lit`, builders, and sums with times.

    A month is one of the calendar, and so is a day: `col("at") + interval(months=1)` is the last of
    February where `at` is on 31 January. A `datetime.timedelta` is a length of time instead, which has
    no sum with a date.
    """
    given = locals()
    parts = [
        sum(_count(name, given[name]) * size for name, size in units.items())
        for units in (_MONTHS, _DAYS, _NANOSECONDS)
    ]
    try:
        found: tuple[int, int, int] = pa.scalar(tuple(parts), INTERVAL.arrow).as_py()
    except (pa.ArrowException, OverflowError) as error:
        raise ArgumentError(f"`interval`: it is too long: {error}") from error
    return found


def _count(name: str, value: object) -> int:
    try:
        value = python_value(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    except Unfit:
        pass
    raise ArgumentError(f"`interval`: `{name}` takes an int, {shown(value)}")
