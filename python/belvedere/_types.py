"""What is known of an expression's type when it is built: enough to refuse one that no row makes right.

A constant has the type of its value, a call of a typed function the one that the function declares. Of
columns, and of what operators, casts and other names make of an expression, nothing is known before a
query is planned: these are the engine's to judge.
"""

import datetime
import decimal
import uuid
from typing import Any

import pyarrow
from datafusion.expr import Expr

from ._kinds import (
    ANY,
    BOOL,
    BYTES,
    DATE,
    DECIMAL,
    DURATION,
    FLOAT64,
    INT64,
    INTERVAL,
    LOCAL_TIMESTAMP,
    TEXT,
    TIME,
    TIMESTAMP,
    Anything,
    AnyStruct,
    Either,
    Kind,
    ListOf,
    MapOf,
    Plain,
    StructOf,
)

__all__ = ["declared", "known", "of_arrow", "takes"]

# It has no types of its own.
pa: Any = pyarrow

# Where an expression keeps what the function that it calls gives.
_DECLARED = "_belvedere_declared"

# What values of a Python type stand for besides themselves, as the engine widens them.
_NARROWER: dict[type, tuple[type, ...]] = {
    float: (float, int, decimal.Decimal),
    decimal.Decimal: (decimal.Decimal, int),
    datetime.datetime: (datetime.datetime, datetime.date),
    uuid.UUID: (uuid.UUID, bytes),
    bytes: (bytes, uuid.UUID),
}


def declared(expression: Expr, kind: Kind) -> Expr:
    """Returns the expression, which is a call of a function that gives values of a kind."""
    setattr(expression, _DECLARED, kind)
    return expression


def known(expression: Expr) -> Kind:
    """Returns the kind of an expression's values, `ANY` where it is open."""
    kind: Kind | None = getattr(expression, _DECLARED, None)
    if kind is not None:
        return kind
    if expression.variant_name() != "Literal":
        return ANY
    value = expression.python_value()
    # NULL is of every type, whichever it was given.
    return of_arrow(value.type) if value.is_valid else ANY


def takes(wanted: Kind, found: Kind) -> bool:
    """Whether values of one kind can stand for those of another, as far as both are known."""
    if isinstance(wanted, Anything) or isinstance(found, Anything):
        return True
    if isinstance(wanted, Either):
        return any(takes(kind, found) for kind in wanted.kinds)
    if isinstance(found, Either):
        return any(takes(wanted, kind) for kind in found.kinds)
    if isinstance(wanted, ListOf):
        return isinstance(found, ListOf) and takes(wanted.items, found.items)
    if isinstance(wanted, MapOf):
        return (
            isinstance(found, MapOf)
            and takes(wanted.keys, found.keys)
            and takes(wanted.values, found.values)
        )
    if isinstance(wanted, StructOf) and isinstance(found, StructOf):
        return all(
            name in found.fields and takes(kind, found.fields[name])
            for name, kind in wanted.fields.items()
        )
    if isinstance(wanted, StructOf | AnyStruct):
        return isinstance(found, StructOf | AnyStruct)
    if isinstance(wanted, Plain) and isinstance(found, Plain):
        kind = wanted.types[0]
        return found.types[0] in _NARROWER.get(kind, (kind,))
    return False


def of_arrow(arrow: Any) -> Kind:
    """Returns the kind of values of an Arrow type, `ANY` for one that no parameter has."""
    types = pa.types
    if isinstance(arrow, pa.BaseExtensionType):
        return of_arrow(arrow.storage_type)
    if types.is_dictionary(arrow) or types.is_run_end_encoded(arrow):
        return of_arrow(arrow.value_type)
    if types.is_map(arrow):
        return MapOf(of_arrow(arrow.key_type), of_arrow(arrow.item_type))
    if types.is_struct(arrow):
        fields = (arrow.field(at) for at in range(arrow.num_fields))
        return StructOf("", *((field.name, of_arrow(field.type)) for field in fields))
    if types.is_timestamp(arrow):
        return LOCAL_TIMESTAMP if arrow.tz is None else TIMESTAMP
    if hasattr(arrow, "value_type"):
        return ListOf(of_arrow(arrow.value_type))
    return next((kind for is_one, kind in _PLAIN if is_one(arrow)), ANY)


# What tells a type that has no others inside, and its kind.
_PLAIN: list[tuple[Any, Kind]] = [
    (pa.types.is_boolean, BOOL),
    (pa.types.is_integer, INT64),
    (pa.types.is_floating, FLOAT64),
    (pa.types.is_decimal, DECIMAL),
    (pa.types.is_string, TEXT),
    (pa.types.is_large_string, TEXT),
    (pa.types.is_string_view, TEXT),
    (pa.types.is_binary, BYTES),
    (pa.types.is_large_binary, BYTES),
    (pa.types.is_binary_view, BYTES),
    (pa.types.is_fixed_size_binary, BYTES),
    (pa.types.is_date, DATE),
    (pa.types.is_time, TIME),
    (pa.types.is_duration, DURATION),
    (pa.types.is_interval, INTERVAL),
]
