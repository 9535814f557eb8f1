"""Our functions in a session of `datafusion`."""

from importlib.metadata import version
from typing import TYPE_CHECKING

from datafusion import AggregateUDF, ScalarUDF, SessionContext

from .errors import BelvedereError

if TYPE_CHECKING:
    from .extension import Functions

__all__ = ["register"]


def register(context: SessionContext, functions: "Functions | None" = None) -> None:
    """Registers every function in a session, for SQL.

    `functions` are those of a project's own extension, else those of this package. Expressions of
    `belvedere.functions` need no registration. Rows of table functions are computed in the engine
    of the extension, whose memory is that of a `Runtime` of its own.

    Raises `BelvedereError` where `datafusion` has another major version than the extension: what is
    handed over would be misread.
    """
    if functions is None:
        from ._registry import FUNCTIONS

        functions = FUNCTIONS
    _check_version(functions.datafusion_version())
    for function in functions.objects():
        if isinstance(function, ScalarUDF):
            context.register_udf(function)
        elif isinstance(function, AggregateUDF):
            context.register_udaf(function)
        else:
            context.register_udwf(function)
    for table in functions.tables():
        context.register_udtf(table)


def _check_version(ours: str) -> None:
    theirs = version("datafusion")
    if theirs.partition(".")[0] != ours.partition(".")[0]:
        message = (
            f"the extension is made for datafusion {ours}, this is {theirs}: "
            f"functions of another major version cannot be handed over\n"
            f"help: pip install 'datafusion=={ours.partition('.')[0]}.*'"
        )
        raise BelvedereError(message)
