"""What the arguments of builders can be, and the error of one that cannot.

The aliases are for annotations: `IntoText` is whatever stands for a column of text, an expression
or a plain value for a constant. Values of other types are refused when the expression is built.
"""

import datetime
import decimal
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from datafusion import Expr
from datafusion.expr import SortExpr

from .errors import BelvedereError

__all__ = [
    "ArgumentError",
    "Date",
    "Decimal",
    "Duration",
    "Interval",
    "IntoBool",
    "IntoBytes",
    "IntoDate",
    "IntoDecimal",
    "IntoDuration",
    "IntoExpr",
    "IntoFloat",
    "IntoInt",
    "IntoInterval",
    "IntoList",
    "IntoMap",
    "IntoStruct",
    "IntoText",
    "IntoTime",
    "IntoTimestamp",
    "IntoUuid",
    "Keys",
    "List",
    "Map",
    "SortKeys",
    "Struct",
    "Time",
    "Timestamp",
    "Uuid",
]

# What may stand where a column is expected: an expression, or a value for a constant.
IntoBool: TypeAlias = Expr | bool | None
IntoInt: TypeAlias = Expr | int | None
IntoFloat: TypeAlias = Expr | float | None
IntoDecimal: TypeAlias = Expr | decimal.Decimal | int | None
IntoText: TypeAlias = Expr | str | None
IntoBytes: TypeAlias = Expr | bytes | None
IntoUuid: TypeAlias = Expr | uuid.UUID | None
IntoDate: TypeAlias = Expr | datetime.date | None
IntoTimestamp: TypeAlias = Expr | datetime.datetime | None
IntoTime: TypeAlias = Expr | datetime.time | None
IntoDuration: TypeAlias = Expr | datetime.timedelta | None
IntoInterval: TypeAlias = Expr | datetime.timedelta | tuple[int, int, int] | None
IntoList: TypeAlias = Expr | list[Any] | tuple[Any, ...] | None
IntoMap: TypeAlias = Expr | Mapping[object, object] | None
IntoStruct: TypeAlias = Expr | Mapping[str, object] | None

# Constants that have no built-in type.
Decimal: TypeAlias = decimal.Decimal | int
Uuid: TypeAlias = uuid.UUID
Date: TypeAlias = datetime.date
Timestamp: TypeAlias = datetime.datetime
Time: TypeAlias = datetime.time
Duration: TypeAlias = datetime.timedelta
# Months, days and nanoseconds, if no length of time.
Interval: TypeAlias = datetime.timedelta | tuple[int, int, int]
List: TypeAlias = list[Any] | tuple[Any, ...]
Map: TypeAlias = Mapping[object, object]
Struct: TypeAlias = Mapping[str, object]

# What takes any type: the value's own decides.
IntoExpr: TypeAlias = (
    Expr
    | bool
    | int
    | float
    | str
    | bytes
    | datetime.date
    | datetime.time
    | datetime.timedelta
    | decimal.Decimal
    | uuid.UUID
    | list[Any]
    | tuple[Any, ...]
    | Mapping[str, object]
    | None
)

# What rows are sorted and parted by; a text is the name of a column.
SortKeys: TypeAlias = SortExpr | Expr | str | Sequence[SortExpr | Expr | str]
Keys: TypeAlias = Expr | str | Sequence[Expr | str]


class ArgumentError(BelvedereError, TypeError):
    """A value that a parameter of a function does not take."""
