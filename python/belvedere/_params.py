"""Values of parameters of views and queries, as texts that the language of views reads."""

from __future__ import annotations

import datetime
import decimal
import re
from collections.abc import Iterable, Mapping

from ._kinds import (
    BOOL,
    DATE,
    FLOAT32,
    FLOAT64,
    INT8,
    INT16,
    INT32,
    INT64,
    LOCAL_TIMESTAMP,
    TEXT,
    TIMESTAMP,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    Kind,
    decimal_of,
    shown,
)
from ._scalars import Unfit
from .arguments import ArgumentError

__all__ = ["texts"]

_KINDS: dict[str, Kind] = {
    "bool": BOOL,
    "i8": INT8,
    "i16": INT16,
    "i32": INT32,
    "i64": INT64,
    "u8": UINT8,
    "u16": UINT16,
    "u32": UINT32,
    "u64": UINT64,
    "f32": FLOAT32,
    "f64": FLOAT64,
    "String": TEXT,
    "Date": DATE,
    "Timestamp": TIMESTAMP,
    "LocalTimestamp": LOCAL_TIMESTAMP,
}


def texts(
    what: str, declared: Iterable[tuple[str, str]], given: Mapping[str, object]
) -> dict[str, str]:
    """Returns each value as a text of its parameter's type; raises `ArgumentError` for one of another.

    A name that is not declared is for the engine to refuse, which knows what is near to it.
    """
    types = dict(declared)
    return {
        name: _text(what, name, types.get(name, ""), value)
        for name, value in given.items()
    }


def _text(what: str, name: str, declared: str, value: object) -> str:
    kind = _kind(declared)
    if kind is None:
        return str(value)
    try:
        if value is None:
            raise Unfit("a parameter is never NULL")
        return _written(kind.fit(value))
    except OverflowError:
        raise _refused(
            what, name, declared, kind, value, ": no time in UTC is it"
        ) from None
    except Unfit as unfit:
        reason = f": {unfit}" if str(unfit) else ""
        raise _refused(what, name, declared, kind, value, reason) from None


def _refused(
    what: str, name: str, declared: str, kind: Kind, value: object, reason: str
) -> ArgumentError:
    return ArgumentError(
        f"{what}: parameter `{name}` takes {kind.expected}, {shown(value)}{reason}\n"
        f"it is declared as `param {name}: {declared}`"
    )


def _kind(declared: str) -> Kind | None:
    if digits := re.fullmatch(r"Decimal<(\d+), ?(\d+)>", declared):
        return decimal_of(int(digits[1]), int(digits[2]))
    return _KINDS.get(declared)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, decimal.Decimal):
        return f"{value:f}"
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise Unfit("it is not finite")
        return repr(value)
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc)
        return value.isoformat(timespec="microseconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)
