"""Which Python values stand for constants of which types, and the literals that they become.

A literal has the very type of its parameter, so that the engine has nothing to convert and a value
that does not fit is refused where it is written. Where a parameter takes any type, the value's own
decides, as SQL has it.
"""

import datetime
import decimal
import math
import reprlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeGuard, cast

import pyarrow

from ._inferred import check_depth, fitted, inferred, is_list, one_type
from ._scalars import Unfit, python_value
from .arguments import ArgumentError

# It has no types of its own.
pa: Any = pyarrow
DataType: TypeAlias = Any


class Kind(Protocol):
    """A type of constants."""

    @property
    def expected(self) -> str:
        """What a value has to be, for messages: `an int`."""
        ...

    @property
    def arrow(self) -> DataType | None:
        """The type of its literals; none where a value's own type decides."""
        ...

    def fit(self, value: object) -> object:
        """Returns the value as `pyarrow` takes it, or raises `Unfit`."""
        ...


def scalar(kind: Kind, value: object) -> Any:
    """Returns a value as a scalar of its kind, or raises `Unfit`."""
    check_depth(value)
    value = python_value(value)
    found = None if value is None else kind.fit(value)
    arrow = kind.arrow
    if arrow is None:
        arrow = own_type(kind, found)
        found = found if arrow is None else fitted(found, arrow)
    try:
        return pa.scalar(found, arrow)
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
        raise Unfit(str(error)) from error


def number(name: str, value: object, least: int = 0, most: int = 2**63 - 1) -> int:
    """Returns a count, or raises `ArgumentError` for what is none."""
    try:
        value = python_value(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Unfit
        if value < least:
            raise Unfit(f"it is less than {least}")
        if value > most:
            raise Unfit(f"it is more than {most}")
    except Unfit as unfit:
        reason = f": {unfit}" if str(unfit) else ""
        message = f"`{name}` takes an int from {least} on, {shown(value)}{reason}"
        raise ArgumentError(message) from None
    return value


def word(method: str, what: str, value: object) -> str:
    """Returns a text, or raises `ArgumentError` for what is none."""
    if not isinstance(value, str):
        raise ArgumentError(f"`{method}` takes {what}, {shown(value)}")
    return value


def flag(name: str, value: object) -> bool:
    """Returns a truth, or raises `ArgumentError` for what is none."""
    if not isinstance(value, bool):
        raise ArgumentError(f"`{name}` takes True or False, {shown(value)}")
    return value


def shown(value: object) -> str:
    """Returns what a value is, and its type, in a few words."""
    kind = type(value)
    name = (
        kind.__name__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__name__}"
    )
    return f"this is {reprlib.repr(value)} ({name})"


def own_type(kind: Kind, value: object) -> DataType | None:
    """The type of a value whose kind leaves it open."""
    if isinstance(kind, MapOf) and isinstance(value, list):
        # A mapping would be taken for a struct, and a list of pairs for a list.
        entries = cast("list[tuple[object, object]]", value)
        keys = one_type([key for key, _ in entries])
        # A key is never NULL, and a type has to be something.
        keys = pa.string() if pa.types.is_null(keys) else keys
        return pa.map_(keys, one_type([item for _, item in entries]))
    return inferred(value)


@dataclass(frozen=True)
class Plain:
    """Values of some Python types, none of them nested."""

    expected: str
    # None where a value's own digits decide.
    arrow: DataType | None
    types: tuple[type, ...]
    # Types that Python derives from these, and that mean something else.
    unlike: tuple[type, ...] = ()
    convert: Callable[[Any], object] | None = None
    # What is to be done with one of those, where there is something.
    instead: str = ""

    def fit(self, value: object) -> object:
        """Returns the value as `pyarrow` takes it, or raises `Unfit`."""
        value = python_value(value)
        if isinstance(value, self.unlike):
            raise Unfit(self.instead)
        if not isinstance(value, self.types):
            raise Unfit
        return value if self.convert is None else self.convert(value)


def _integer(bits: int, *, signed: bool) -> Plain:
    least, most = (
        (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    )

    def within(value: int) -> int:
        if not least <= value <= most:
            raise Unfit(f"it is not within {least} … {most}")
        return int(value)

    prefix = "" if signed else "u"
    arrow = getattr(pa, f"{prefix}int{bits}")()
    return Plain("an int", arrow, (int,), (bool,), within)


def _float(most: float) -> Callable[[float], float]:
    def within(value: float) -> float:
        try:
            converted = float(value)
        except OverflowError:
            raise Unfit("it is beyond all floats") from None
        if isinstance(value, int) and int(converted) != value:
            raise Unfit("no float has all of its digits")
        if math.isfinite(converted) and abs(converted) > most:
            raise Unfit("it is beyond all floats of 32 bits")
        return converted

    return within


def _finite(value: decimal.Decimal) -> decimal.Decimal:
    if not value.is_finite():
        raise Unfit("it is not finite")
    return value


def _in_zone(value: datetime.datetime) -> datetime.datetime:
    if value.utcoffset() is None:
        raise Unfit(
            "it has no time zone: `value.replace(tzinfo=datetime.timezone.utc)` gives one"
        )
    return value


def _without_zone(value: datetime.datetime) -> datetime.datetime:
    if value.tzinfo is not None:
        raise Unfit("it has a time zone: `value.replace(tzinfo=None)` drops it")
    return value


BOOL = Plain("a bool", pa.bool_(), (bool,))
INT8 = _integer(8, signed=True)
INT16 = _integer(16, signed=True)
INT32 = _integer(32, signed=True)
INT64 = _integer(64, signed=True)
UINT8 = _integer(8, signed=False)
UINT16 = _integer(16, signed=False)
UINT32 = _integer(32, signed=False)
UINT64 = _integer(64, signed=False)
FLOAT32 = Plain("a float", pa.float32(), (float, int), (bool,), _float(3.4028235e38))
FLOAT64 = Plain("a float", pa.float64(), (float, int), (bool,), _float(math.inf))
TEXT = Plain("a str", pa.string(), (str,))
BYTES = Plain("bytes", pa.binary(), (bytes,))
UUID = Plain("a uuid.UUID", pa.uuid(), (uuid.UUID,), (), lambda value: value.bytes)
JSON = Plain("a str of JSON", pa.json_(pa.string()), (str,))
DATE = Plain(
    "a datetime.date",
    pa.date32(),
    (datetime.date,),
    (datetime.datetime,),
    instead="it has a time of day: `value.date()` is the day that it shows",
)
TIMESTAMP = Plain(
    "a datetime.datetime with a time zone",
    pa.timestamp("us", tz="UTC"),
    (datetime.datetime,),
    (),
    _in_zone,
)
LOCAL_TIMESTAMP = Plain(
    "a datetime.datetime without a time zone",
    pa.timestamp("us"),
    (datetime.datetime,),
    (),
    _without_zone,
)
TIME = Plain("a datetime.time", pa.time64("us"), (datetime.time,))
DURATION = Plain("a datetime.timedelta", pa.duration("us"), (datetime.timedelta,))
INTERVAL = Plain(
    "a datetime.timedelta or a tuple of months, days and nanoseconds",
    pa.month_day_nano_interval(),
    (datetime.timedelta, tuple),
)
DECIMAL = Plain("a decimal.Decimal", None, (decimal.Decimal,), (), _finite)


def decimal_of(precision: int, scale: int) -> Plain:
    """Decimals with so many digits, so many of them behind the point."""

    def exactly(value: decimal.Decimal | int) -> decimal.Decimal:
        exact = _finite(decimal.Decimal(value))
        _, digits, exponent = exact.as_tuple()
        text = "".join(map(str, digits)).lstrip("0")
        written = text.rstrip("0")
        # How many digits there are on both sides of the point, without zeros at the ends.
        exponent = int(exponent) + len(text) - len(written)
        behind, before = max(-exponent, 0), max(len(written) + exponent, 0)
        if written and behind > scale:
            raise Unfit(f"it has {behind} digits behind the point")
        if written and before > precision - scale:
            raise Unfit(f"it has {before} digits before the point")
        return exact

    most = 38
    arrow = pa.decimal128 if precision <= most else pa.decimal256
    return Plain(
        f"a decimal.Decimal with {precision} digits, {scale} of them behind the point",
        arrow(precision, scale),
        (decimal.Decimal, int),
        (bool,),
        exactly,
    )


def bytes_of(width: int) -> Plain:
    """So many bytes."""

    def exactly(value: bytes) -> bytes:
        if len(value) != width:
            raise Unfit(f"it has {len(value)} bytes")
        return value

    return Plain(f"{width} bytes", pa.binary(width), (bytes,), (), exactly)


class Either:
    """Values of one of several kinds, the first that fits; each value has the type of its kind."""

    arrow = None

    def __init__(self, *kinds: Kind) -> None:
        """Takes the kinds, in the order in which they are tried."""
        self.kinds = kinds
        self.expected = ", ".join(dict.fromkeys(kind.expected for kind in kinds))

    def fit(self, value: object) -> object:
        """Returns the value as a scalar, or raises `Unfit`."""
        why = ""
        for kind in self.kinds:
            try:
                return scalar(kind, value)
            except Unfit as unfit:
                why = str(unfit) or why
        raise Unfit(why)


@dataclass(frozen=True)
class Anything:
    """Values of every type."""

    expected: str = "a value"
    arrow: None = None

    def fit(self, value: object) -> object:
        """Returns the value as `pyarrow` takes it, or raises `Unfit`."""
        value = python_value(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return INT64.fit(value)
        kind = inferred(value)
        return value if kind is None else fitted(value, kind)


@dataclass(frozen=True)
class ListOf:
    """Lists of one kind of items."""

    items: Kind
    expected: str = "a list"

    @property
    def arrow(self) -> DataType | None:
        """The type of its literals; none where the items decide."""
        return None if self.items.arrow is None else pa.list_(self.items.arrow)

    def fit(self, value: object) -> object:
        """Returns the value as `pyarrow` takes it, or raises `Unfit`."""
        if not _is_list(value):
            raise Unfit
        items = enumerate(value)
        return [_inner(self.items, item, f"its item {at}") for at, item in items]


@dataclass(frozen=True)
class MapOf:
    """Maps from one kind to another."""

    keys: Kind
    values: Kind
    expected: str = "a dict"

    @property
    def arrow(self) -> DataType | None:
        """The type of its literals; none where keys or values decide."""
        if self.keys.arrow is None or self.values.arrow is None:
            return None
        return pa.map_(self.keys.arrow, self.values.arrow)

    def fit(self, value: object) -> object:
        """Returns the value as `pyarrow` takes it, or raises `Unfit`."""
        if not _is_mapping(value):
            raise Unfit
        return [
            (
                _inner(self.keys, key, "a key"),
                _inner(self.values, item, f"its value of {key!r}"),
            )
            for key, item in value.items()
        ]


class StructOf:
    """Structs with these fields."""

    def __init__(self, name: str, *fields: tuple[str, Kind]) -> None:
        """Takes the name of the type, if it has one, and its fields."""
        self.fields = dict(fields)
        named = f" of a {name}" if name else ""
        self.expected = (
            f"a dict{named} with {', '.join(f'`{field}`' for field in self.fields)}"
        )

    @property
    def arrow(self) -> DataType | None:
        """The type of its literals; none where a field decides."""
        fields = [(name, kind.arrow) for name, kind in self.fields.items()]
        known = [(name, arrow) for name, arrow in fields if arrow is not None]
        return pa.struct(known) if len(known) == len(fields) else None

    def fit(self, value: object) -> object:
        """Returns the value as `pyarrow` takes it, or raises `Unfit`."""
        if not _is_mapping(value):
            raise Unfit
        if missing := [name for name in self.fields if name not in value]:
            raise Unfit(f"`{missing[0]}` is not there")
        if unknown := [name for name in value if name not in self.fields]:
            raise Unfit(f"there is no field `{unknown[0]}`")
        return {
            name: _inner(kind, value[name], f"its field `{name}`")
            for name, kind in self.fields.items()
        }


@dataclass(frozen=True)
class AnyStruct:
    """Structs with whatever fields."""

    expected: str = "a dict"
    arrow: None = None

    def fit(self, value: object) -> object:
        """Returns the value as `pyarrow` takes it, or raises `Unfit`."""
        if not _is_mapping(value):
            raise Unfit
        return dict(value)


def _is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    return isinstance(value, Mapping)


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return is_list(value)


def _inner(kind: Kind, value: object, place: str) -> object:
    """A value inside of another one."""
    value = python_value(value)
    if value is None:
        return None
    try:
        return kind.fit(value)
    except Unfit as unfit:
        reason = (
            str(unfit)
            or f"it is no {kind.expected.removeprefix('a ').removeprefix('an ')}"
        )
        raise Unfit(f"{place}: {reason}") from unfit


ANY = Anything()
ANY_STRUCT = AnyStruct()
