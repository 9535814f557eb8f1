"""What generated modules call: the functions of an extension as builders of expressions.

A package with an extension of its own has generated modules, `functions` and `tables`, whose
functions hand their arguments to the `Functions` of the generated module `_registry`. What is the
same for all of them is here: plain values become literals of the parameter's type, a value of
another type is refused at once, and each function of the extension is imported into `datafusion`
once per process, because there two imports of one function are two functions.
"""

import copy
import difflib
import functools
import inspect
import re
import reprlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, ParamSpec, Protocol, TypeAlias, TypeVar

import datafusion
from datafusion import (
    AggregateUDF,
    ScalarUDF,
    SessionContext,
    TableFunction,
    WindowUDF,
    udaf,
    udf,
    udtf,
    udwf,
)
from datafusion.common import NullTreatment
from datafusion.expr import Expr, Window, WindowFrame

from . import _options
from ._columns import literal
from ._kinds import (
    ANY,
    ANY_STRUCT,
    BOOL,
    BYTES,
    DATE,
    DECIMAL,
    DURATION,
    FLOAT32,
    FLOAT64,
    INT8,
    INT16,
    INT32,
    INT64,
    INTERVAL,
    JSON,
    LOCAL_TIMESTAMP,
    TEXT,
    TIME,
    TIMESTAMP,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    UUID,
    Either,
    Kind,
    ListOf,
    MapOf,
    StructOf,
    bytes_of,
    decimal_of,
    scalar,
    shown,
)
from ._proto import expression
from ._scalars import Unfit
from ._types import declared, known, takes
from .arguments import ArgumentError, Keys, SortKeys

__all__ = [
    "ANY",
    "ANY_STRUCT",
    "BOOL",
    "BYTES",
    "DATE",
    "DECIMAL",
    "DURATION",
    "FLOAT32",
    "FLOAT64",
    "INT8",
    "INT16",
    "INT32",
    "INT64",
    "INTERVAL",
    "JSON",
    "LOCAL_TIMESTAMP",
    "TEXT",
    "TIME",
    "TIMESTAMP",
    "UINT8",
    "UINT16",
    "UINT32",
    "UINT64",
    "UUID",
    "Builtins",
    "Either",
    "EngineFunction",
    "Function",
    "Functions",
    "ListOf",
    "MapOf",
    "Native",
    "Param",
    "Rows",
    "StructOf",
    "TableHost",
    "bytes_of",
    "decimal_of",
]

# A function as `datafusion` knows it.
EngineFunction: TypeAlias = ScalarUDF | AggregateUDF | WindowUDF


# What a runtime gives for a table function: a relation.
Rows = TypeVar("Rows", covariant=True)  # noqa: PLC0105 (signatures show it)

# What a builder takes and gives.
P = ParamSpec("P")
R = TypeVar("R")


class TableHost(Protocol[Rows]):
    """Whatever has table functions: a `Runtime`."""

    def table_function(self, name: str, arguments: list[Expr], /) -> Rows:
        """Returns the rows of a table function."""
        ...


class Native(Protocol):
    """An extension, as far as its functions go."""

    __name__: str

    def function(self, name: str) -> Any:
        """Returns the function of a name, for `datafusion` to import."""

    def table_function(self, name: str, arguments: list[bytes], /) -> object:
        """Returns the rows of a table function, for a session to read."""
        ...

    def registry_hash(self) -> str:
        """Returns the digest of all functions."""
        ...

    def digests(self) -> dict[str, str]:
        """Returns the digest of each function, by name."""
        ...

    def datafusion_version(self) -> str:
        """Returns the version of DataFusion that the functions are made for."""
        ...


@dataclass(frozen=True)
class Param:
    """A parameter of a function."""

    name: str
    kind: Kind
    # Whether it takes no expression, only a value; if there are `values`, one of these.
    constant: bool = False
    values: tuple[str, ...] = ()
    # Whether `None` is a constant.
    nullable: bool = False
    # Whether it takes all the remaining arguments.
    rest: bool = False
    # Whether a call has no such argument where it is `None`, and no more behind it.
    absent: bool = False

    def expression(self, function: "Function", value: object) -> Expr:
        """Returns the expression that a value stands for."""
        if isinstance(value, Expr):
            # A parameter of any type takes a constant that says its type.
            if not self.constant or (
                self.kind == ANY and value.variant_name() == "Literal"
            ):
                return self._typed(function, value)
            raise self._refused(function, f"this is the expression {value}")
        if value is None and self.constant and not self.nullable:
            raise self._refused(function, "this is None")
        if self.values and (not isinstance(value, str) or value not in self.values):
            raise self._refused(function, shown(value) + self._meant(value))
        try:
            return literal(scalar(self.kind, value))
        except Unfit as unfit:
            reason = f": {unfit}" if str(unfit) else ""
            raise self._refused(function, shown(value) + reason) from None

    def _typed(self, function: "Function", value: Expr) -> Expr:
        """The expression, unless it is known to have values of another type."""
        if self.kind == ANY or takes(self.kind, kind := known(value)):
            return value
        raise ArgumentError(
            f"`{function.name}`: argument `{self.name}` takes {self.kind.expected}, "
            f"the expression {value} is {kind.expected}\n"
            f"the function is {function.signature}"
        )

    def _refused(self, function: "Function", why: str) -> ArgumentError:
        texts = ", ".join(f'"{value}"' for value in self.values)
        what = f"one of {texts}" if texts else self.kind.expected
        takes = f"a constant, {what}" if self.constant else f"{what} or an expression"
        return ArgumentError(
            f"`{function.name}`: argument `{self.name}` takes {takes}, {why}\n"
            f"the function is {function.signature}"
        )

    def _meant(self, value: object) -> str:
        near = (
            difflib.get_close_matches(value, self.values, 1)
            if isinstance(value, str)
            else []
        )
        return "".join(f'; did you mean "{text}"?' for text in near)


class Function:
    """A function as generated code tells of it."""

    def __init__(
        self,
        kind: Literal["scalar", "aggregate", "window", "table"],
        name: str,
        signature: str,
        *params: Param,
        gives: Kind = ANY,
        short: tuple[Param, ...] = (),
        required: int = 0,
        digest: str = "",
        engine: str | None = None,
        aliases: tuple[str, ...] = (),
    ) -> None:
        """Takes what it is, what calls depend on, and its name in DataFusion if it is from there.

        `gives` is what is known of the type of its values.
        `aliases` are its other names, which are for SQL.
        `short` are the parameters of a form with fewer arguments, where there is one; the other needs
        `required`.
        """
        self.kind = kind
        self.name = name
        self.signature = signature
        self.params = params
        self.gives = gives
        self.short = short
        self.required = required
        self.digest = digest
        self.engine = engine
        self.aliases = aliases

    def expressions(self, arguments: Sequence[object]) -> list[Expr]:
        """Returns the expressions that the arguments of a call stand for."""
        return [
            param.expression(self, value)
            for param, value in zip(self._params(), arguments, strict=False)
            if value is not None or not param.absent
        ]

    def overloaded(
        self, arguments: Sequence[object], named: Mapping[str, object]
    ) -> list[Expr]:
        """Returns the expressions that the arguments of a call stand for, in the form that it has."""
        for params, required in [
            (self.short, len(self.short)),
            (self.params, self.required),
        ]:
            names = [param.name for param in params]
            given = dict(zip(names, arguments, strict=False)) | dict(named)
            count = len(arguments) + len(named)
            # None stands twice, and none is left out before another.
            if required <= count == len(given) and set(given) == set(names[:count]):
                return [
                    param.expression(self, given[param.name])
                    for param in params[:count]
                ]
        written = [reprlib.repr(value) for value in arguments]
        written += [f"{name}={reprlib.repr(value)}" for name, value in named.items()]
        raise ArgumentError(
            f"`{self.name}`: no form of it is called as `{self.name}({', '.join(written)})`\n"
            f"the function is {self.signature}"
        )

    def _params(self) -> Iterator[Param]:
        yield from self.params
        while self.params and self.params[-1].rest:
            yield self.params[-1]


class Builtins:
    """Functions that every session of DataFusion has."""

    def __init__(self, version: str, *functions: Function) -> None:
        """Takes the version of DataFusion that they are of, and the functions.

        Raises `ImportError` where the package `datafusion` has another major version.
        """
        _check_version(version)
        self._functions = {function.name: function for function in functions}
        self._beside: list[Builtins] = []

    def beside(self, *functions: Function) -> "Builtins":
        """Returns more functions of the same sessions, whose builders are written by hand."""
        more = copy.copy(self)
        more._functions = {function.name: function for function in functions}
        self._beside.append(more)
        return more

    def missing(self, module: str, name: str, known: Sequence[str]) -> AttributeError:
        """Returns the error for a name that a module of builders has not, with the one that is meant."""
        meant = [
            function.name
            for functions in (self, *self._beside)
            for function in functions._functions.values()
            if name in function.aliases
        ]
        near = meant or difflib.get_close_matches(name, known, 1, 0.8)
        help = "".join(f"; did you mean `{known}`?" for known in near[:1])
        return AttributeError(f"module `{module}` has no function `{name}`{help}")

    def builder(self, name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Has a builder refuse arguments that are missing, misspelt or too many as it refuses wrong ones."""
        function = self._functions[name]

        def refusing(builder: Callable[P, R]) -> Callable[P, R]:
            @functools.wraps(builder)
            def build(*args: P.args, **kwargs: P.kwargs) -> R:
                try:
                    return builder(*args, **kwargs)
                except TypeError:
                    unfit = _unfit(builder, args, kwargs)
                    # What the builder itself refuses is told as it is.
                    if unfit is None:
                        raise
                    message = f"`{name}`: {unfit}\nthe function is {function.signature}"
                    raise ArgumentError(message) from None

            build.__signature__ = _shown_signature(builder)  # type: ignore[attr-defined]
            return build

        return refusing

    def get(self, name: str) -> Function | None:
        """Returns the function of a name, if there is one."""
        return self._functions.get(name)

    def scalar(self, name: str, *arguments: object) -> Expr:
        """Builds a call of a function that gives a value for each row."""
        function = self._functions[name]
        return declared(self._called(function, arguments), function.gives)

    def overloaded(
        self, name: str, arguments: Sequence[object], named: Mapping[str, object]
    ) -> Expr:
        """Builds a call of a function that has a form with fewer arguments."""
        function = self._functions[name]
        built = self._imported(function)(*function.overloaded(arguments, named))
        return declared(built, function.gives)

    def table(self, host: TableHost[Rows], name: str, *arguments: object) -> Rows:
        """Asks a runtime for the rows of a table function."""
        function = self._functions[name]
        expressions = function.expressions(arguments)
        if not hasattr(host, "table_function"):
            raise ArgumentError(
                f"`{name}`: `runtime` takes a `Runtime`, {shown(host)}\n"
                f"the function is {function.signature}"
            )
        return host.table_function(name, expressions)

    def aggregate(
        self,
        name: str,
        *arguments: object,
        distinct: bool = False,
        filter: Expr | None = None,
        order_by: SortKeys | None = None,
        ignore_nulls: bool = False,
    ) -> Expr:
        """Builds a call of a function that gives a value for a group of rows."""
        function = self._functions[name]
        built = self._called(function, arguments)
        builder: Any = built
        if _options.flag(function, "distinct", distinct):
            builder = builder.distinct()
        if filter is not None:
            builder = builder.filter(_options.condition(function, filter))
        if order_by is not None:
            builder = builder.order_by(*_options.sorts(function, order_by))
        if _options.flag(function, "ignore_nulls", ignore_nulls):
            builder = builder.null_treatment(NullTreatment.IGNORE_NULLS)
        whole: Expr = built if builder is built else builder.build()
        return declared(whole, function.gives)

    def window(
        self,
        name: str,
        *arguments: object,
        partition_by: Keys | None = None,
        order_by: SortKeys | None = None,
        frame: WindowFrame | None = None,
        ignore_nulls: bool = False,
    ) -> Expr:
        """Builds a call of a function that gives a value for each row of a window.

        Without a window it is for the caller to give one, by `over`.
        """
        function = self._functions[name]
        built = self._called(function, arguments)
        ignores = _options.flag(function, "ignore_nulls", ignore_nulls)
        if partition_by is None and order_by is None and frame is None and not ignores:
            return declared(built, function.gives)
        keys = None if partition_by is None else _options.keys(function, partition_by)
        sorts = None if order_by is None else _options.sorts(function, order_by)
        rows = None if frame is None else _options.frame(function, frame)
        treatment = NullTreatment.IGNORE_NULLS if ignores else None
        window = Window(keys, rows, sorts, treatment)
        return declared(built.over(window), function.gives)

    def _called(self, function: Function, arguments: Sequence[object]) -> Expr:
        return self._imported(function)(*function.expressions(arguments))

    def _imported(self, function: Function) -> EngineFunction:
        return _engine_function(function.kind, function.engine or function.name)


class Functions(Builtins):
    """The functions of an extension."""

    def __init__(self, native: Native, digest: str, *functions: Function) -> None:
        """Takes the extension, and what generated code was made for.

        Raises `ImportError` where the extension has other functions, or is made for another major
        version of `datafusion`: what is handed over would be misread.
        """
        super().__init__(native.datafusion_version(), *functions)
        self._native = native
        if native.registry_hash() != digest:
            self._compare(native.digests())

    def datafusion_version(self) -> str:
        """Returns the version of DataFusion that the functions are made for."""
        return self._native.datafusion_version()

    def objects(self) -> list[EngineFunction]:
        """Returns the functions for a session of `datafusion` to register.

        Those that are DataFusion's own are left out: a session has them, and has them whole.
        """
        ours = (
            f
            for f in self._functions.values()
            if f.kind != "table" and f.engine is None
        )
        return [self._imported(function) for function in ours]

    def tables(self) -> list[TableFunction]:
        """Returns the table functions for a session of `datafusion` to register, without its own."""
        ours = (f for f in self._functions.values() if f.kind == "table")
        return [self._table(f.name) for f in ours if f.engine is None]

    def _table(self, name: str) -> TableFunction:
        def rows(*arguments: Any) -> object:
            # What is handed over is a plan, which the session reads as a table of its own.
            given = [expression(Expr(argument)) for argument in arguments]
            return self._native.table_function(name, given)

        return udtf(rows, name)

    def _imported(self, function: Function) -> EngineFunction:
        if function.engine is not None:
            return super()._imported(function)
        return _imported(self._native, function.kind, function.name)

    def _compare(self, found: dict[str, str]) -> None:
        known = {name: function.digest for name, function in self._functions.items()}
        differences = {
            "only in the extension": [name for name in found if name not in known],
            "only in the wrappers": [name for name in known if name not in found],
            "different": [
                name for name in known if found.get(name, known[name]) != known[name]
            ],
        }
        texts = [
            f"{what}: {', '.join(sorted(names))}"
            for what, names in differences.items()
            if names
        ]
        if texts:
            message = (
                f"the wrappers of `{self._native.__name__}` were generated for other functions "
                f"({'; '.join(texts)}): generate them again, then build the extension"
            )
            raise ImportError(message, name=self._native.__name__)


def _check_version(ours: str) -> None:
    theirs = datafusion.__version__
    major, _, _ = ours.partition(".")
    if theirs.partition(".")[0] != major:
        message = (
            f"the extension is made for datafusion {ours}, this is {theirs}: "
            f"functions of another major version cannot be handed over\n"
            f"help: pip install 'datafusion=={major}.*'"
        )
        raise ImportError(message, name="datafusion")


# What was imported, by extension, kind and name; nothing in it is ever replaced.
_IMPORTED: dict[tuple[str, str, str], EngineFunction] = {}


def _imported(native: Native, kind: str, name: str) -> EngineFunction:
    key = (native.__name__, kind, name)
    if key not in _IMPORTED:
        imports: dict[str, Any] = {"scalar": udf, "aggregate": udaf, "window": udwf}
        # Of two threads that import one function at once, both get the same.
        _IMPORTED.setdefault(key, imports[kind](native.function(name)))
    return _IMPORTED[key]


def _engine_function(kind: str, name: str) -> EngineFunction:
    key = ("datafusion", kind, name)
    if key not in _IMPORTED:
        session = SessionContext()
        finds: dict[str, Any] = {
            "scalar": session.udf,
            "aggregate": session.udaf,
            "window": session.udwf,
        }
        _IMPORTED.setdefault(key, finds[kind](name))
    return _IMPORTED[key]


def _unfit(
    builder: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> str | None:
    """Why a call has not the arguments that a builder takes; none where it has them."""
    signature = inspect.signature(builder)
    kinds = {parameter.kind for parameter in signature.parameters.values()}
    for name in kwargs:
        if (
            name not in signature.parameters
            and inspect.Parameter.VAR_KEYWORD not in kinds
        ):
            near = difflib.get_close_matches(name, signature.parameters, 1)
            meant = "".join(f"; did you mean `{known}`?" for known in near)
            return f"there is no argument `{name}`{meant}"
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        return _MISSING.sub(r"argument `\1` is missing", str(error))
    return None


class _Annotation(str):
    """An annotation as it is written: `help` shows names of aliases, not all that they stand for."""

    __slots__ = ()

    __repr__ = str.__str__


def _shown_signature(builder: Callable[..., object]) -> inspect.Signature:
    """The signature as a module of builders writes it."""
    signature = inspect.signature(builder)
    parameters = [
        parameter.replace(annotation=_written(parameter.annotation))
        for parameter in signature.parameters.values()
    ]
    returns = _written(signature.return_annotation)
    return signature.replace(parameters=parameters, return_annotation=returns)


def _written(annotation: Any) -> Any:
    return _Annotation(annotation) if isinstance(annotation, str) else annotation


_MISSING = re.compile(r"missing a required (?:\S+ )?argument: '(\w+)'")
