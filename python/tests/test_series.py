"""Numbers, days and times in steps, as relations."""

import reprlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import pyarrow as pa
import pytest

import belvedere as bv
from belvedere import builtin as b
from belvedere import interval, tables
from belvedere.arguments import ArgumentError

DAY = timedelta(days=1)
UTC = timezone.utc


@pytest.mark.parametrize(
    ("arguments", "without", "last"),
    [
        ((1, 4), [1, 2, 3], [4]),
        ((1, 10, 4), [1, 5, 9], []),
        ((3, 0, -1), [3, 2, 1], [0]),
        ((1, 1), [], [1]),
        (
            (date(2026, 2, 27), date(2026, 3, 1), DAY),
            [date(2026, 2, 27), date(2026, 2, 28)],
            [date(2026, 3, 1)],
        ),
        (
            (date(2026, 3, 1), date(2026, 2, 28), -DAY),
            [date(2026, 3, 1)],
            [date(2026, 2, 28)],
        ),
        (
            (date(2025, 12, 1), date(2026, 2, 1), interval(months=1)),
            [date(2025, 12, 1), date(2026, 1, 1)],
            [date(2026, 2, 1)],
        ),
        (
            (datetime(2026, 1, 1), datetime(2026, 1, 2, 12), timedelta(hours=36)),
            [datetime(2026, 1, 1)],
            [datetime(2026, 1, 2, 12)],
        ),
        (
            (datetime(2026, 1, 1, 1), datetime(2026, 1, 1), -timedelta(minutes=30)),
            [datetime(2026, 1, 1, 1), datetime(2026, 1, 1, 0, 30)],
            [datetime(2026, 1, 1)],
        ),
        (
            (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC), DAY),
            [datetime(2026, 1, 1, tzinfo=UTC)],
            [datetime(2026, 1, 2, tzinfo=UTC)],
        ),
        (
            (
                datetime(2026, 1, 1, 0, 0, 0, 1),
                datetime(2026, 1, 1, 0, 0, 0, 2),
                timedelta(microseconds=1),
            ),
            [datetime(2026, 1, 1, 0, 0, 0, 1)],
            [datetime(2026, 1, 1, 0, 0, 0, 2)],
        ),
    ],
)
def test_a_series_goes_from_start_to_end(
    rt: bv.Runtime, arguments: Any, without: list[Any], last: list[Any]
) -> None:
    assert tables.range(rt, *arguments).to_pydict() == {"value": without}
    assert tables.generate_series(rt, *arguments).to_pydict() == {
        "value": without + last
    }


@pytest.mark.parametrize(
    ("start", "step", "kind"),
    [
        (1, 1, pa.int64()),
        (date(2026, 1, 1), DAY, pa.date32()),
        (datetime(2026, 1, 1), DAY, pa.timestamp("us")),
        (datetime(2026, 1, 1, tzinfo=UTC), DAY, pa.timestamp("us", "UTC")),
    ],
)
def test_its_values_have_the_type_of_the_start(
    rt: bv.Runtime, start: Any, step: Any, kind: Any
) -> None:
    for series in (tables.range, tables.generate_series):
        rows = series(rt, start, start, step)
        assert rows.schema == pa.schema([pa.field("value", kind, nullable=False)])


def test_it_is_a_relation_like_others(rt: bv.Runtime) -> None:
    days = tables.range(rt, start=date(2026, 1, 1), end=date(2027, 1, 1), step=DAY)
    month = b.date_part("month", bv.col("value"))
    counted = days.aggregate(month.alias("month"), days=b.count()).sort("month")
    lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert counted.to_pydict()["days"] == lengths
    # Of a billion rows only those that are asked for are made.
    assert tables.range(rt, 0, 10**9).limit(2).to_pydict() == {"value": [0, 1]}


NUMBERS = "range(start: i64, end: i64, step: i64 = 1) -> i64"
DAYS = "range(start: Date, end: Date, step: Interval) -> Date"
TIMES = "range(start: Timestamp, end: Timestamp, step: Interval) -> Timestamp"
STEP = (
    "argument `step` takes a constant, a datetime.timedelta or a tuple of months, days "
    "and nanoseconds"
)
# As long as a message shows a value.
SHORT = reprlib.repr(timedelta(hours=36))
END = "argument `end` takes a constant"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda rt: tables.range(rt, "1", 2),
            "argument `start` takes a constant, an int, this is '1' (str)",
        ),
        (
            lambda rt: tables.range(rt, bv.col("x"), 2),
            "argument `start` takes a constant, an int, this is the expression Expr(x)",
        ),
        (lambda rt: tables.range(rt, 1, None), f"{END}, an int, this is None"),
        (lambda rt: tables.range(rt, 1, time(1)), f"{END}, an int, this is datetime."),
        (
            lambda rt: tables.range(rt, 1, 2, 0),
            "argument `step` takes a constant, an int, this is 0 (int): it leads nowhere",
        ),
        (
            lambda rt: tables.range(rt, date(2026, 1, 1), date(2026, 1, 2)),
            f"{STEP}, this is 1 (int)",
        ),
        (
            lambda rt: tables.range(
                rt, date(2026, 1, 1), date(2026, 1, 2), timedelta(hours=36)
            ),
            f"{STEP}, this is {SHORT} (datetime.timedelta): it is no number of days: a datetime.datetime goes on by parts of them",
        ),
        (
            lambda rt: tables.range(
                rt, date(2026, 1, 1), date(2026, 1, 2), timedelta()
            ),
            f"{STEP}, this is datetime.timedelta(0) (datetime.timedelta): "
            "it leads nowhere",
        ),
        (
            lambda rt: tables.range(rt, date(2026, 1, 1), date(2026, 1, 2), (1, -1, 0)),
            f"{STEP}, this is (1, -1, 0) (tuple): it leads in both directions",
        ),
        (
            lambda rt: tables.range(
                rt, datetime(2026, 1, 1), datetime(2026, 1, 2, tzinfo=UTC), DAY
            ),
            f"{END}, a datetime.datetime without a time zone, this is datetime.date...",
        ),
        (
            lambda rt: tables.range(rt, date(1600, 1, 1), date(2026, 1, 2), DAY),
            "argument `start` takes a constant, a datetime.date, this is "
            "datetime.date(1600, 1, 1) (datetime.date): "
            "it is not within 1677-09-22 … 2262-04-10",
        ),
        (lambda rt: tables.range(rt, 1), "argument `end` is missing"),
        (
            lambda rt: tables.range(rt, 1, 2, steps=3),
            "there is no argument `steps`; did you mean `step`?",
        ),
    ],
)
def test_what_is_no_series_is_refused(
    rt: bv.Runtime, call: Callable[[Any], object], message: str
) -> None:
    with pytest.raises(ArgumentError) as refused:
        call(rt)
    text = str(refused.value)
    assert text.startswith(f"`range`: {message}")
    assert text.endswith(f"\nthe function is {NUMBERS} or {DAYS} or {TIMES}")


def test_a_runtime_is_needed() -> None:
    with pytest.raises(ArgumentError) as refused:
        tables.range(1, 2, 3)  # type: ignore[call-overload]
    assert str(refused.value) == (
        "`range`: `runtime` takes a `Runtime`, this is 1 (int)\n"
        f"the function is {NUMBERS} or {DAYS} or {TIMES}"
    )
