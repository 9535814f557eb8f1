"""Expressions on their way to the engine: the bytes of `datafusion`, in which functions are names."""

from collections.abc import Iterable
from functools import cache
from typing import TypeAlias

from datafusion import SessionContext, col
from datafusion.expr import Expr, SortExpr

from ._kinds import shown
from .arguments import ArgumentError
from .errors import PlanError

# A column by its name, or a value that is computed.
IntoColumn: TypeAlias = Expr | str
# What rows are sorted by; a name or a value sorts upwards, NULL last.
IntoSort: TypeAlias = Expr | SortExpr | str

# How many expressions may stand in each other, as in SQL, and how many calls among them: `datafusion` writes an
# expression by recursion, which ends the process where its stack does. Bytes of fewer calls are refused where they are
# read, which is exact.
_LEVELS = 1000
_CALLS = 100

# What has no expression in itself; `datafusion` gives it as its own operand, and comparing the two would end the
# process for what is deep.
_LEAVES = frozenset(
    {
        "Column",
        "LambdaVariable",
        "Literal",
        "OuterReferenceColumn",
        "Placeholder",
        "ScalarVariable",
        "Wildcard",
    }
)


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
    _check_depth(value)
    written = bytes(value.to_bytes(_context()))
    # A function of Python's is written whole or by its name, as a session has it; all others by their names.
    if written != bytes(value.to_bytes(_names_alone())):
        raise ArgumentError(
            f"{value} calls a function of Python's, which the engine cannot call\n"
            "help: `to_arrow()` and the like give its rows to Python; an extension of your own has "
            "functions in Rust"
        )
    return written


def _check_depth(value: Expr) -> None:
    """Raises `PlanError` for an expression that nests too deeply."""
    level = [(value, 0)]
    for _ in range(_LEVELS):
        below: list[tuple[Expr, int]] = []
        for one, calls in level:
            kind = one.variant_name()
            inner = calls + (kind == "ScalarFunction")
            if inner > _CALLS:
                raise _too_deep(
                    "an expression nests too deeply: 48 calls may stand in each other, "
                    "fewer with operators between them"
                )
            below += [(operand, inner) for operand in _operands(one, kind)]
        if not below:
            return
        level = below
    raise _too_deep(f"an expression nests deeper than {_LEVELS} levels")


def _operands(value: Expr, kind: str) -> list[Expr]:
    if kind in _LEAVES:
        return []
    try:
        return value.rex_call_operands()
    except Exception:  # noqa: BLE001 (what `datafusion` does not take apart has no depth of its own)
        return []


def _too_deep(why: str) -> PlanError:
    return PlanError(f"{why}\nhelp: compute a part of it first: `with_columns(x=…)`")


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
