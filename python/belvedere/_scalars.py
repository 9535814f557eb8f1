"""Scalars of NumPy and pandas as values of Python, exactly."""

import sys
from typing import Any

__all__ = ["Unfit", "python_value"]


class Unfit(Exception):
    """A value is no constant of a type; the text says why, where there is more to say."""


def python_value(value: object) -> object:
    """Returns what a scalar of another library is in Python; every other value as it is.

    Raises `Unfit` for one that Python cannot hold, and for what those libraries have for a missing value:
    which of `None` and NaN is meant is for the caller to say.
    """
    library = type(value).__module__.partition(".")[0]
    if library == "numpy":
        return _of_numpy(value)
    if library == "pandas":
        return _of_pandas(value)
    return value


def _of_numpy(value: Any) -> object:
    numpy: Any = sys.modules["numpy"]
    if not isinstance(value, numpy.generic):
        return value
    if isinstance(value, numpy.datetime64 | numpy.timedelta64):
        return _time_of_numpy(numpy, value)
    found: object = value.item()
    if isinstance(found, numpy.generic):
        raise Unfit("Python has no such number")
    return found


def _time_of_numpy(numpy: Any, value: Any) -> object:
    if numpy.isnat(value):
        raise Unfit("it is no time: `None` is NULL")
    unit = numpy.datetime_data(value.dtype)[0]
    if isinstance(value, numpy.datetime64):
        # A day is no time of it.
        exact = value.astype(f"datetime64[{'D' if unit in 'YMWD' else 'us'}]")
    elif unit in "YM":
        raise Unfit("months have no length: a tuple of months, days and nanoseconds")
    else:
        exact = value.astype("timedelta64[us]")
    found: object = exact.item()
    if exact != value:
        raise Unfit("it is finer than a microsecond")
    if isinstance(found, int):
        raise Unfit("it is beyond the times of Python")
    return found


def _of_pandas(value: Any) -> object:
    pandas: Any = sys.modules["pandas"]
    if value is pandas.NaT or value is pandas.NA:
        raise Unfit("it is missing: `None` is NULL")
    if isinstance(value, pandas.Timestamp | pandas.Timedelta):
        timestamp = isinstance(value, pandas.Timestamp)
        if value.nanosecond if timestamp else value.nanoseconds:
            raise Unfit("it is finer than a microsecond")
        found: object = value.to_pydatetime() if timestamp else value.to_pytimedelta()
        return found
    return value
