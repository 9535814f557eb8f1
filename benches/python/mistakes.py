"""Mistakes, and when each is found: with `datafusion` alone, and with the builders of this package."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import belvedere as bv
import pyarrow as pa
import with_udfs
from belvedere import builtin as b
from belvedere import functions as f
from datafusion import SessionContext, col, udf

# A function that plans something, given a session or relation, and what is planned.
Plan = Callable[[Any], Any]


@dataclass(frozen=True)
class Mistake:
    """A mistake in both forms."""

    name: str
    alone: Plan
    builders: Plan
    # Whether a type checker finds it in the form with builders.
    checked: bool = True


def sql(text: str) -> Plan:
    """A statement, with the functions that the tasks define."""

    def plan(context: SessionContext) -> Any:
        with_udfs.byte_offsets(context)
        with_udfs.long_spans(context)
        return context.sql(text)

    return plan


def forgotten_null(context: SessionContext) -> Any:
    """A function whose author did not think of NULL."""
    function = with_udfs.of_rows(lambda name: name.casefold(), pa.string())
    context.register_udf(
        udf(function, [pa.string()], pa.string(), "immutable", name="folded")
    )
    return context.sql("SELECT folded(name) FROM t")


def other_result(context: SessionContext) -> Any:
    """A function whose author declared another type than it gives."""
    function = with_udfs.of_rows(lambda name: name and name.casefold(), pa.int64())
    context.register_udf(
        udf(function, [pa.string()], pa.int64(), "immutable", name="folded")
    )
    return context.sql("SELECT folded(name) FROM t")


MISTAKES = [
    Mistake(
        "a function's name is misspelt",
        sql("SELECT span_lenght(span) FROM t"),
        lambda t: t.select(y=f.span_lenght(col("span"))),  # type: ignore[attr-defined]
    ),
    Mistake(
        "an argument is missing",
        sql("SELECT byte_of(line) FROM t"),
        lambda t: t.select(y=f.col_to_byte(col("line"))),  # type: ignore[call-arg]
    ),
    Mistake(
        "a constant of a wrong type",
        sql("SELECT byte_of(line, 'three') FROM t"),
        lambda t: t.select(y=f.col_to_byte(col("line"), "three", "byte")),  # type: ignore[arg-type]
    ),
    Mistake(
        "a column of a wrong type",
        sql("SELECT span_length(name) FROM t"),
        lambda t: t.select(y=f.span_len(col("name"))),
        checked=False,
    ),
    Mistake(
        "a constant that is none of those that there are",
        sql("SELECT date_trunc('months', day) FROM t"),
        lambda t: t.select(y=b.date_trunc("months", col("day"))),  # type: ignore[arg-type]
    ),
    Mistake(
        "NULL is forgotten",
        forgotten_null,
        lambda t: t.select(y=f.utf8_normalize(col("name"))),
        checked=False,
    ),
    Mistake(
        "the result is declared with another type",
        other_result,
        lambda t: t.select(y=f.utf8_normalize(col("name"))),
        checked=False,
    ),
]


def found(plan: Plan, over: Any) -> str:
    """When a mistake is found."""
    try:
        planned = plan(over)
    except (TypeError, AttributeError):
        return "when it is built"
    except Exception:  # noqa: BLE001
        return "when it is planned"
    try:
        pa.table(planned)
    except Exception:  # noqa: BLE001
        return "when it is run"
    return "there is none to make"


def table(rows: pa.Table, folder: str) -> list[tuple[str, str, str]]:
    """Each mistake with its two moments."""
    relation = bv.Runtime(folder).from_arrow(rows)
    lines = []
    for mistake in MISTAKES:
        context = SessionContext()
        context.register_record_batches("t", [rows.to_batches()])
        alone = found(mistake.alone, context)
        builders = found(mistake.builders, relation)
        by_checkers = ", and by type checkers" if mistake.checked else ""
        lines.append((mistake.name, alone, builders + by_checkers))
    return lines
