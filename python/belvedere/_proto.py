"""Expressions on their way to the engine: the bytes of `datafusion`, in which functions are names."""

from collections.abc import Iterable
from functools import cache
from typing import TypeAlias

from datafusion import SessionContext, col
from datafusion.expr import Expr, SortExpr

from ._kinds import shown
from .arguments import ArgumentError

# A column by its name, or a value that is computed.
IntoColumn: TypeAlias = Expr | str
# What rows are sorted by; a name or a value sorts upwards, NULL last.
IntoSort: TypeAlias = Expr | SortExpr | str


@cache
def _context() -> SessionContext:
    """A session that nothing is registered in: names of functions are all that is written."""
    return SessionContext()


@cache
def _names_alone() -> SessionContext:
    """The same, where functions of Python's are names too."""
    return SessionContext().with_python_udf_inlining(enabled=False)


def expression(value: object, name: str = "") -> bytes:
    """Returns the bytes of an expression, which is to be a column of a name."""
    if not isinstance(value, Expr):
        what = f" for `{name}`" if name else ""
        message = f"an expression is needed{what}, {shown(value)}"
        if value is None or isinstance(value, bool | int | float):
            message += f"\nhelp: `lit({value!r})` is a constant"
        raise ArgumentError(message)
    written = bytes(value.to_bytes(_context()))
    # A function of Python's is written whole or by its name, as a session has it; all others by their names.
    if written != bytes(value.to_bytes(_names_alone())):
        raise ArgumentError(
            f"{value} calls a function of Python's, which the engine cannot call\n"
            "help: `to_arrow()` and the like give its rows to Python; an extension of your own has "
            "functions in Rust"
        )
    return written


def column(value: IntoColumn, name: str = "") -> bytes:
    """Returns the bytes of a column or value, which is to be a column of a name."""
    return expression(named(value) if isinstance(value, str) else value, name)


def columns(values: Iterable[IntoColumn]) -> list[bytes]:
    """Returns the bytes of each."""
    return [column(value) for value in values]


def named(name: str) -> Expr:
    """Returns the column of exactly this name: `datafusion` folds what is not quoted."""
    quoted = name.replace('"', '""')
    return col(f'"{quoted}"')


def sort(value: IntoSort) -> tuple[bytes, bool, bool]:
    """Returns what to sort by, whether upwards, and whether NULL comes first."""
    if isinstance(value, SortExpr):
        return expression(value.expr()), value.ascending(), value.nulls_first()
    return column(value), True, False
