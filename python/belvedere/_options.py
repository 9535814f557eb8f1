"""What a call can say besides its arguments: `distinct`, `filter`, `partition_by`, `order_by`, `frame`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from datafusion.expr import Expr, SortExpr, WindowFrame

from ._kinds import BOOL, shown
from ._scalars import Unfit, python_value
from ._types import known, takes
from .arguments import ArgumentError

if TYPE_CHECKING:
    from .extension import Function

__all__ = ["condition", "flag", "frame", "keys", "sorts"]


def flag(function: Function, name: str, value: object) -> bool:
    """Returns whether something is said; raises `ArgumentError` for what is no truth."""
    try:
        said = python_value(value)
    except Unfit:
        said = value
    if not isinstance(said, bool):
        _refuse(function, name, "True or False", shown(value))
    return said


def condition(function: Function, value: object) -> Expr:
    """Returns the condition of `filter`."""
    what = "an expression that is true or false"
    if not isinstance(value, Expr):
        _refuse(function, "filter", what, shown(value))
    kind = known(value)
    if not takes(BOOL, kind):
        _refuse(function, "filter", what, f"{value} is {kind.expected}")
    return value


def frame(function: Function, value: object) -> WindowFrame:
    """Returns the frame of a window."""
    if not isinstance(value, WindowFrame):
        _refuse(function, "frame", "a `datafusion.WindowFrame`", shown(value))
    return value


def keys(function: Function, value: object) -> list[Expr]:
    """Returns what rows are parted by: columns by their names, and expressions."""
    every = _each(value, (Expr, str), lambda key: _wrong_key(function, key))
    return [_column(key) if isinstance(key, str) else key for key in every]


def sorts(function: Function, value: object) -> list[SortExpr | Expr | str]:
    """Returns what rows are sorted by: columns by their names, expressions, and how these are sorted."""
    what = "columns, expressions and `….sort(…)`"
    every = _each(
        value,
        (SortExpr, Expr, str),
        lambda key: _refuse(function, "order_by", what, shown(key)),
    )
    return [_column(key) if isinstance(key, str) else key for key in every]


def _wrong_key(function: Function, key: object) -> NoReturn:
    what = "columns and expressions"
    if isinstance(key, SortExpr):
        _refuse(function, "partition_by", what, f"{key} says how rows are sorted")
    _refuse(function, "partition_by", what, shown(key))


def _each(
    value: object, types: tuple[type, ...], refuse: Callable[[object], NoReturn]
) -> list[Any]:
    """One key, or each of several."""
    if isinstance(value, types):
        return [value]
    try:
        every = list(value)  # type: ignore[call-overload]
    except TypeError:
        refuse(value)
    return [key if isinstance(key, types) else refuse(key) for key in every]


def _column(name: str) -> Expr:
    """Returns the column of exactly this name: what is not quoted would be folded."""
    return Expr.column('"' + name.replace('"', '""') + '"')


def _refuse(function: Function, name: str, takes: str, why: str) -> NoReturn:
    raise ArgumentError(
        f"`{function.name}`: `{name}` takes {takes}, {why}\n"
        f"the function is {function.signature}"
    )
