"""The runtime: a warehouse and what can be asked of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Protocol

from typing_extensions import Self

import pyarrow as pa

from . import _native
from ._inferred import check_depth, one_type
from ._kinds import flag, number, shown, word
from ._params import texts
from ._proto import expression
from ._rows import given
from ._scalars import Unfit
from ._values import pylist
from .arguments import ArgumentError
from .catalog import (
    Column,
    Graph,
    Lineage,
    Listing,
    Table,
    Template,
    View,
    listed,
    near,
)
from .checked import Checked
from .errors import BelvedereError, PlanError
from .progress import narrate
from .relation import Relation
from .report import Report
from .shown import SchemaCheck, SchemaFile, Shown, builtin, found

if TYPE_CHECKING:
    import types
    from datafusion.expr import Expr

    from .events import Event
    from .spec import Expression, Query

__all__ = ["ArrowStream", "Runtime"]

# More threads than any machine has, and as many pieces of a query as memory has room for.
_THREADS = 4096


class ArrowStream(Protocol):
    """Rows of any library that knows Arrow."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Gives the rows."""


class Runtime:
    """The functions and views of an extension over a folder of tables.

    A relation sees what is published when it is made; a run that publishes later is seen by the next.
    All calls may come from several threads at once, and Ctrl-C ends the one that waits.
    """

    # The extension. A package of a project has a subclass that names its own.
    native: ClassVar[types.ModuleType] = _native

    def __init__(
        self,
        warehouse: str | os.PathLike[str] = ".belvedere",
        *,
        memory: int | None = None,
        threads: int | None = None,
        spill_folder: str | os.PathLike[str] | None = None,
        settings: Mapping[str, str | bool | int | float] | None = None,
        allow_async: bool = False,
    ) -> None:
        """Opens a folder of tables, which need not exist until something is published.

        `memory` is what all queries together may use, in bytes (1 GiB); what needs more spills to
        disk: into files in `spill_folder`, which is made if it is not there (the system's folder for temporary
        files). `threads` is how many work at once (one for each processor). `settings` are defaults of
        functions: `{"belvedere.utf8_normalize.form": "nfc"}`. `runtime.settings()` lists them, under names that begin
        with `belvedere.`, beside the engine's, which are fixed. `allow_async` lets SQL call async functions, which ask
        services outside of the program.
        """
        self.warehouse = _path("Runtime", "a folder in `warehouse`", warehouse)
        values = _mapping("Runtime", "settings", settings)
        self._open: Any = self.native.Engine(
            self.warehouse,
            None if memory is None else number("memory", memory, 1),
            None if threads is None else number("threads", threads, 1, _THREADS),
            _path_or_none("Runtime", "a folder in `spill_folder`", spill_folder),
            {name: _setting(name, value) for name, value in values.items()},
            flag("allow_async", allow_async),
        )

    @property
    def _engine(self) -> Any:
        if self._open is None:
            raise BelvedereError(
                "this runtime is closed\nhelp: another `Runtime` opens the same warehouse"
            )
        return self._open

    def close(self) -> None:
        """Lets go of what is registered; relations that were made before can still be computed."""
        self._open = None

    def __enter__(self) -> Self:
        """Returns the runtime, which is closed behind the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the runtime."""
        self.close()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Raises `TypeError`: a runtime stays in its process."""
        raise TypeError(
            "a runtime cannot be copied or pickled: "
            f"`Runtime({self.warehouse!r})` opens the same warehouse anywhere"
        )

    def __repr__(self) -> str:
        """Names the folder."""
        return f"Runtime(warehouse={self.warehouse!r})"

    def run(
        self,
        source: str | os.PathLike[str] = ".",
        *,
        params: Mapping[str, object] | None = None,
        tables: Mapping[str, str] | None = None,
        progress: bool | Callable[[Event], None] = True,
    ) -> Report:
        """Brings all tables and views up to date with a source, and publishes them together.

        `params` are values of parameters of views by `view.param`, which `views()` lists; `tables` says
        where tables are that others write. `progress` is told on standard error, or in a notebook; a function
        of yours is called with each event instead, on this thread; what it raises ends the run. Events are the
        dictionaries of `belvedere.events`.

        Ctrl-C ends it; what was published before stays, and the next run takes up what was written.
        """
        if not isinstance(progress, bool) and not callable(progress):
            message = "`run` takes True, False or a function in `progress`"
            raise ArgumentError(f"{message}, {shown(progress)}")
        folder = _path("run", "a folder in `source`", source)
        values = self._values(_mapping("run", "params", params))
        places = {
            name: _path("run", f"the place of `{name}` in `tables`", place)
            for name, place in _mapping("run", "tables", tables).items()
        }
        running = self._engine.run(folder, values, places)
        try:
            with narrate(progress) as tell:
                while (events := running.events()) is not None:
                    for event in events:
                        tell(json.loads(event))
        except BaseException:
            running.stop()
            raise
        return Report.from_json(json.loads(running.report()))

    def check(self, text: str, name: str = "text") -> Checked:
        """Returns all that is wrong with definitions as a file of views has them, each as a text.

        `text` holds `view! { … }` and `table! { … }`, or one view; `name` is what the texts call it. The list,
        which is empty where nothing is wrong, has the definitions with their columns in `definitions`.
        """
        word("check", "a text of definitions", text)
        found = self._engine.check(text, word("check", "a text in `name`", name))
        return Checked(*found)

    def table(self, name: str) -> Relation:
        """Returns the rows of a table or view that is published, or was registered."""
        return Relation(self._engine.table(word("table", "the name of a table", name)))

    def view(self, name: str) -> Relation:
        """Returns the rows of a view, as `table` does."""
        return self.table(name)

    def sql(self, text: str) -> Relation:
        """Returns the rows of one read-only statement of SQL over what is published.

        Raises `SqlRefused` for what is no query: DDL, DML, COPY, SET, paths of files.
        """
        return Relation(self._engine.sql(word("sql", "a text of SQL", text)))

    def query(self, text: str, /, **params: object) -> Relation:
        """Returns the rows of a text in the language of views: `from orders as o select { o.id }`.

        It reads what is published and what is registered. `params` are values of the parameters that it
        declares: `param least: Decimal<10, 2>` takes a `decimal.Decimal` with these digits, `Timestamp` a
        `datetime` with a time zone, `LocalTimestamp` one without, `Date` a `date`. Raises `ArgumentError`
        for a value of another type, and `PlanError` for what is wrong with the text.
        """
        word("query", "a text in the language of views", text)
        declared = self._engine.params(text) if params else []
        return Relation(self._engine.query(text, texts("the query", declared, params)))

    def spec(
        self, spec: Query | str | os.PathLike[str], /, **params: object
    ) -> Relation:
        """Returns the rows of a query as data: a dictionary, a text of JSON, or the path of a file.

        It means what `spec_text` shows, and is checked as that is. What is wrong has the JSON pointer
        of where it is: `/steps/0/where`.
        """
        given = _json(spec)
        declared = self._engine.params(self._engine.spec_text(given)) if params else []
        return Relation(self._engine.spec(given, texts("the query", declared, params)))

    def expression(self, relation: str, expression: Expression, /) -> Relation:
        """Returns the values of an expression as data for the rows of a relation: a column `value`."""
        word("expression", "the name of a relation", relation)
        return Relation(self._engine.expression(relation, _json(expression)))

    def spec_text(self, spec: Query | str | os.PathLike[str], /) -> str:
        """Returns what a query as data means, as a text for `query`."""
        text: str = self._engine.spec_text(_json(spec))
        return text

    def table_function(self, name: str, arguments: Sequence[Expr] = ()) -> Relation:
        """Returns the rows of a table function; `belvedere.tables` has each under its name."""
        word("table_function", "the name of a table function", name)
        if not isinstance(arguments, Sequence) or isinstance(arguments, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            message = "`table_function` takes a list of expressions"
            raise ArgumentError(f"{message}, {shown(arguments)}")
        return Relation(
            self._engine.table_function(name, [expression(a) for a in arguments])
        )

    def from_arrow(self, rows: ArrowStream) -> Relation:
        """Returns rows of any library that knows Arrow, without a name. They are read here."""
        table = _rows_of("rows", rows, "from_arrow")
        if not table.num_columns:
            raise ArgumentError("`from_arrow` takes rows of at least one column")
        return Relation(self._engine.unnamed(table))

    def from_pydict(self, columns: Mapping[str, Sequence[object]]) -> Relation:
        """Returns rows that are given as the values of each column, in types that `pyarrow` infers.

        Values of a column have one type; a whole number may stand among floats.
        """
        given = _mapping("from_pydict", "columns", columns)
        if not given:
            raise ArgumentError("`from_pydict` takes the values of at least one column")
        try:
            return self.from_arrow(
                pa.table({c: _column(c, v) for c, v in given.items()})
            )
        except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
            if isinstance(error, ArgumentError):
                raise
            message = f"`from_pydict` takes the values of each column, as many of each: {error}"
            raise ArgumentError(message) from error

    def evaluate(self, value: Expr) -> Any:
        """Computes an expression of constants: `rt.evaluate(f.span_len(f.span_make(10, 25)))` is 15."""
        row = self.from_arrow(pa.table({"row": [0]}))
        return pylist(row.select(value=value).to_arrow())[0]["value"]

    def register(self, name: str, rows: ArrowStream) -> None:
        """Names rows of any library that knows Arrow, for `table` and `sql`.

        They are read once, here. Raises `PlanError` where the name is published, or that of a table or
        view of the extension, and `ExecutionError` where a stream ends with an error.
        """
        word("register", "a name for the rows", name)
        self._engine.register(name, _rows_of(name, rows, "register"))

    def deregister(self, name: str) -> bool:
        """Forgets registered rows; returns whether there were any."""
        word("deregister", "the name of registered rows", name)
        forgotten: bool = self._engine.deregister(name)
        return forgotten

    def tables(self) -> Listing[Table]:
        """Returns what is published or registered, with its size and version."""
        published = json.loads(self._engine.published())["nodes"]
        return listed(published, self._engine.registered())

    def views(self) -> Listing[View]:
        """Returns the views of the extension, published or not."""
        return Listing(
            View.from_json(relation)
            for relation in self._relations()
            if relation["kind"] == "view"
        )

    def templates(self) -> Listing[Template]:
        """Returns the templates of the extension, of which the texts of views and queries make relations."""
        return Listing(map(Template.from_json, self.registry().get("templates", [])))

    def columns(self, name: str) -> Listing[Column]:
        """Returns the columns of a table or view: those that are declared, else those that are stored."""
        word("columns", "the name of a table or view", name)
        for relation in self._relations():
            if relation["name"] == name:
                return Listing(map(Column.from_json, relation["columns"]))
        return Listing(map(Column.from_field, self.table(name).schema))

    def functions(self) -> list[dict[str, Any]]:
        """Returns the functions of the extension, as `registry.json` describes them."""
        functions: list[dict[str, Any]] = self.registry()["functions"]
        return functions

    def registry(self) -> dict[str, Any]:
        """Returns all that the extension has, as `registry.json` describes it.

        Beside `functions` there are `relations`, the tables and views, and `templates`.
        """
        registry: dict[str, Any] = json.loads(self.native.registry())
        return registry

    def settings(self) -> Relation:
        """Returns the settings of sessions and of functions, with their values and descriptions.

        Those of functions begin with `belvedere.`; they are what `Runtime(settings=…)` takes. All others are the
        engine's and are fixed.
        """
        return self.sql(
            "select name, value, description from information_schema.df_settings"
        )

    def show(self, name: str) -> Shown:
        """Returns what is known of a table, view, template or function, as a prompt shows it.

        Raises `PlanError` where nothing is called so.
        """
        word("show", "the name of a table, view, template or function", name)
        facts: str | None = self._engine.show(name)
        if facts is not None:
            return Shown.of_relation(json.loads(facts))
        registry = self.registry()
        templates = registry.get("templates", [])
        if template := found(templates, name):
            return Shown.of_template(template)
        if function := found(registry["functions"], name):
            return Shown.of_function(function)
        if shown := builtin(name):
            return shown
        every = [*templates, *registry["functions"]]
        known = [*self._engine.names(), *(thing["name"] for thing in every)]
        message = f"no table, view, template or function is called `{name}`"
        raise PlanError(message + near(name, known))

    def schema_pull(
        self,
        uri: str | os.PathLike[str] | None = None,
        *,
        output: str | os.PathLike[str] | None = None,
    ) -> SchemaFile:
        """Reads what a Delta table that others write holds, as a schema file for views over it.

        `uri` is a path or a URL; without one, the table that the file `output` names. With `output` the
        file is written, and keeps what is written by hand beside columns without a comment.
        """
        if uri is None and output is None:
            raise ArgumentError("name a table, or a schema file that names one")
        place = _path_or_none("schema_pull", "a path or URL in `uri`", uri)
        file = _path_or_none("schema_pull", "a path in `output`", output)
        pulled = self._engine.schema_pull(place, file)
        schema = SchemaFile.from_json(json.loads(pulled))
        if output is not None:
            schema.write(output)
        return schema

    def schema_check(
        self,
        file: str | os.PathLike[str] | None = None,
        *,
        uri: str | os.PathLike[str] | None = None,
    ) -> Listing[SchemaCheck]:
        """Compares a schema file with the table that it names, or with the one at `uri`.

        Without a file, all tables of the extension that a schema file describes are compared, with what
        the files said when the extension was built.
        """
        if file is None and uri is not None:
            raise ArgumentError("name the file that is to be compared with the table")
        place = _path_or_none("schema_check", "a path or URL in `uri`", uri)
        path = _path_or_none("schema_check", "the path of a file", file)
        checks = self._engine.schema_check(place, path)
        return Listing(SchemaCheck.from_json(json.loads(check)) for check in checks)

    def lineage(self, column: str) -> Lineage:
        """Returns where the values of `view.column` come from, through all views to the tables."""
        if not isinstance(column, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ArgumentError(f"`lineage` takes `relation.column`, {shown(column)}")
        return Lineage.of(self._relations(), column)

    def graph(self) -> Graph:
        """Returns the tables and views and what reads what; a notebook draws it."""
        return Graph.of(self._relations())

    def _values(self, params: Mapping[str, object]) -> list[tuple[str, str, str]]:
        """Values of parameters of views, each as a text of its type."""
        values = []
        for path, value in params.items():
            view, _, param = word("run", "names in `params`", path).partition(".")
            if not param:
                message = (
                    f"`{path}` names no parameter of a view: write `view.parameter`"
                )
                raise PlanError(message)
            declared = self._engine.params_of(view)
            text = texts(f"`{view}`", declared, {param: value})[param]
            values.append((view, param, text))
        return values

    def _relations(self) -> list[dict[str, Any]]:
        relations: list[dict[str, Any]] = self.registry()["relations"]
        return relations


def _json(spec: object) -> str:
    """A query as data in JSON; a file has it already, and so has a text."""
    if isinstance(spec, os.PathLike):
        try:
            with open(spec, encoding="utf-8") as file:
                return file.read()
        except (OSError, UnicodeDecodeError) as error:
            raise PlanError(f"`{os.fspath(spec)}` cannot be read: {error}") from error
    if isinstance(spec, str):
        return spec
    try:
        return json.dumps(spec, allow_nan=False)
    except (RecursionError, TypeError, ValueError) as error:
        message = f"a spec has texts, numbers, lists and dictionaries: {error}"
        raise ArgumentError(message) from error


def _path(method: str, what: str, path: object) -> str:
    """A path, or `ArgumentError` for what is none."""
    if isinstance(path, str | os.PathLike):
        found = os.fspath(path)
        if isinstance(found, str):
            return found
    raise ArgumentError(f"`{method}` takes {what}, {shown(path)}")


def _path_or_none(method: str, what: str, path: object) -> str | None:
    return None if path is None else _path(method, what, path)


def _mapping(method: str, name: str, given: object) -> dict[str, Any]:
    """What is given by names, or `ArgumentError` for something else."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        message = f"`{method}` takes a dictionary in `{name}`, {shown(given)}"
        raise ArgumentError(message)
    named: Mapping[object, Any] = given
    what = f"names in `{name}`"
    return {word(method, what, key): value for key, value in named.items()}


def _rows_of(name: str, rows: object, method: str) -> Any:
    """Rows as a table: those of a relation are computed here, so that Ctrl-C is answered as it is elsewhere."""
    return rows.to_arrow() if isinstance(rows, Relation) else given(name, rows, method)


def _column(name: str, values: object) -> Any:
    """The values of a column."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        message = f"`from_pydict` takes the values of `{name}` as a list"
        raise ArgumentError(f"{message}, {shown(values)}")
    if not isinstance(values, list | tuple):
        return values if hasattr(values, "__len__") else list(values)
    try:
        check_depth(values)
        one_type(values)
    except Unfit as unfit:
        raise ArgumentError(f"`from_pydict`: column `{name}`: {unfit}") from None
    return values


def _setting(name: str, value: object) -> str:
    """A setting as SQL's `SET` has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise ArgumentError(f"the setting `{name}` takes a constant, {shown(value)}")
    return str(value)
