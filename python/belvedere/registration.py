"""Our functions in a session of `datafusion`."""

from datafusion import AggregateUDF, ScalarUDF, SessionContext

from ._kinds import shown

# Imported with the package, and with it compared with the extension.
from ._registry import FUNCTIONS
from .arguments import ArgumentError
from .extension import Functions

__all__ = ["register"]


def register(context: SessionContext, functions: Functions | None = None) -> None:
    """Registers every function in a session, for SQL.

    `functions` are those of a project's own extension, else those of this package. Expressions of
    `belvedere.functions` need no registration. Rows of table functions are computed in the engine
    of the extension, whose memory is that of a `Runtime` of its own.
    """
    if not isinstance(context, SessionContext):  # pyright: ignore[reportUnnecessaryIsInstance]
        message = "`register` takes a `datafusion.SessionContext`"
        raise ArgumentError(f"{message}, {shown(context)}")
    if functions is None:
        functions = FUNCTIONS
    elif not isinstance(functions, Functions):  # pyright: ignore[reportUnnecessaryIsInstance]
        message = "`register` takes the `FUNCTIONS` of an extension in `functions`"
        raise ArgumentError(f"{message}, {shown(functions)}")
    for function in functions.objects():
        if isinstance(function, ScalarUDF):
            context.register_udf(function)
        elif isinstance(function, AggregateUDF):
            context.register_udaf(function)
        else:
            context.register_udwf(function)
    for table in functions.tables():
        context.register_udtf(table)
