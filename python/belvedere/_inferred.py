"""The type of a value whose own type decides: items of a list have one, and nothing is made of another.

`pyarrow` would make floats of bools, days of times, and NULL of fields that are missing.
"""

import datetime
import decimal
import reprlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import pyarrow

from ._scalars import Unfit, python_value

__all__ = ["check_depth", "inferred", "is_list", "one_type"]

# It has no types of its own.
pa: Any = pyarrow
DataType: TypeAlias = Any

# How many lists, dictionaries and the like a value has in each other: what the engine takes to plan one grows
# fourfold with each.
_DEPTH = 10


def is_list(value: object) -> bool:
    """Whether a value is a list; an interval is a tuple, and a text a sequence, but no lists."""
    return isinstance(value, Sequence) and not isinstance(
        value, str | bytes | bytearray | pa.MonthDayNano
    )


def check_depth(value: object) -> None:
    """Raises `Unfit` for a value that has too many others in each other."""
    level: list[object] = [value]
    for _ in range(_DEPTH + 1):
        inner: list[object] = []
        for item in level:
            if isinstance(item, Mapping):
                inner.extend(item.values())
            elif is_list(item):
                inner.extend(item)  # type: ignore[arg-type]
        if not inner:
            return
        level = inner
    raise Unfit(f"it has more than {_DEPTH} values in each other")


def inferred(value: object) -> DataType | None:
    """Returns the type of a value, none where it is `pyarrow` that knows it; raises `Unfit` for mixed ones."""
    value = python_value(value)
    if isinstance(value, pa.Scalar):
        said: Any = value
        return said.type
    if isinstance(value, Mapping):
        return pa.struct([(_field(name), _of(item)) for name, item in value.items()])
    if is_list(value):
        items: Any = value
        return pa.list_(one_type(items))
    # Text as SQL writes it.
    return pa.string() if isinstance(value, str) else None


def one_type(items: Sequence[object]) -> DataType:
    """Returns the type that all items have; raises `Unfit` where they have two."""
    found = pa.null()
    first: object = None
    for item in items:
        kind = _of(item)
        both = _both(found, kind)
        if both is None:
            raise Unfit(
                f"its items are of two types, `{found}` ({reprlib.repr(first)}) and "
                f"`{kind}` ({reprlib.repr(item)})"
            )
        first = first if both == found else item
        found = both
    return found


def _of(value: object) -> DataType:
    """The type of a value inside of another."""
    value = python_value(value)
    if isinstance(value, uuid.UUID):
        raise Unfit(
            "no constant has UUIDs inside of it: `builtin.make_array(…)` makes a list of them"
        )
    if isinstance(value, int) and not isinstance(value, bool):
        if not -(2**63) <= value < 2**64:
            raise Unfit(f"it is not within 64 bits: {reprlib.repr(value)}")
        return pa.int64() if value < 2**63 else pa.uint64()
    kind = inferred(value)
    try:
        return pa.scalar(value).type if kind is None else kind
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
        raise Unfit(str(error)) from error


def _field(name: object) -> str:
    if not isinstance(name, str):
        raise Unfit(f"the name of a field is a str, and {name!r} is none")
    return name


def _both(one: DataType, other: DataType) -> DataType | None:
    """The type of two items."""
    types = pa.types
    if one == other or types.is_null(other):
        return one
    if types.is_null(one):
        return other
    if types.is_list(one) and types.is_list(other):
        items = _both(one.value_type, other.value_type)
        return None if items is None else pa.list_(items)
    if types.is_struct(one) and types.is_struct(other):
        return _both_structs(one, other)
    if types.is_decimal(one) and types.is_decimal(other):
        scale = max(one.scale, other.scale)
        whole = max(one.precision - one.scale, other.precision - other.scale)
        wide = pa.decimal128 if scale + whole <= 38 else pa.decimal256
        return wide(scale + whole, scale) if scale + whole <= 76 else None
    if types.is_timestamp(one) and types.is_timestamp(other):
        return pa.timestamp("us", "UTC") if one.tz and other.tz else None
    # A whole number is a float and a decimal too, where these have its digits: the value says.
    numbers = [types.is_integer, types.is_floating, types.is_decimal]
    for is_one in numbers[1:]:
        if is_one(one) and types.is_integer(other):
            return one
        if types.is_integer(one) and is_one(other):
            return other
    return None


def _both_structs(one: DataType, other: DataType) -> DataType | None:
    names = [field.name for field in one]
    if sorted(names) != sorted(field.name for field in other):
        return None
    fields = [
        (name, _both(one.field(name).type, other.field(name).type)) for name in names
    ]
    return None if any(kind is None for _, kind in fields) else pa.struct(fields)


def fitted(value: object, kind: DataType) -> object:
    """Returns a value whose type is inferred as `pyarrow` takes it; raises `Unfit` where digits are lost."""
    value = python_value(value)
    types = pa.types
    if isinstance(value, int) and not isinstance(value, bool):
        if types.is_floating(kind) and int(float(value)) != value:
            raise Unfit(f"no float has all of the digits of {value}")
        return decimal.Decimal(value) if types.is_decimal(kind) else value
    if isinstance(value, datetime.datetime) and types.is_timestamp(kind):
        return value
    if isinstance(value, Mapping):
        return {
            name: fitted(item, kind.field(name).type) for name, item in value.items()
        }
    if is_list(value) and types.is_list(kind):
        items: Any = value
        return [fitted(item, kind.value_type) for item in items]
    return value
