"""Columns by exactly their names, and constants by exactly their values.

Those of the `datafusion` package read a name as SQL does, in which `A` is `a` and `t.n` the column `n` of `t`, and have
`pyarrow` make a constant of whatever it is given.
"""

from __future__ import annotations

from typing import Any

import datafusion
import pyarrow
from datafusion.col import Col as _Col
from datafusion.expr import Expr

from ._kinds import ANY, scalar, shown
from ._proto import named
from ._scalars import Unfit, python_value
from .arguments import ArgumentError

__all__ = ["Col", "col", "lit", "literal"]


class Col(_Col):
    """Columns by their names: `col("name")`, `col.name`."""

    def __call__(self, value: str) -> Expr:
        """Returns the column of exactly this name."""
        if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            message = f"`col` takes the name of a column, {shown(value)}"
            raise ArgumentError(message)
        return named(value)

    def __getattr__(self, value: str) -> Expr:
        """Returns the column of exactly this name."""
        # What libraries ask of any object is no column.
        if value.startswith(("__", "_repr_", "_ipython_")):
            raise AttributeError(value)
        return named(value)


col = Col()


def lit(value: object) -> Expr:
    """Returns a constant, of the type that its value has.

    Items of a list have one type: a whole number may stand among floats and decimals that have its digits, and
    nothing else among others. A `pyarrow.Scalar` has the type that it says.
    """
    if isinstance(value, Expr):
        raise ArgumentError(
            f"`lit` takes a value, and {value} is an expression already"
        )
    if isinstance(value, pyarrow.Scalar):
        return literal(value)
    try:
        return literal(_constant(value))
    except Unfit as unfit:
        reason = f": {unfit}" if str(unfit) else ""
        raise ArgumentError(f"`lit` takes a value, {shown(value)}{reason}") from None


def literal(value: Any) -> Expr:
    """Returns a scalar of `pyarrow` as a constant."""
    # `datafusion` asks a list for its length, which NULL has not.
    nested: Any = pyarrow.types.is_nested
    if isinstance(value, pyarrow.Scalar) and not value.is_valid and nested(value.type):
        return datafusion.lit(pyarrow.scalar(None)).cast(value.type)
    return datafusion.lit(value)


def _constant(value: object) -> object:
    value = python_value(value)
    if isinstance(value, int) and 2**63 <= value < 2**64:
        return pyarrow.scalar(value, pyarrow.uint64())
    return scalar(ANY, value)
