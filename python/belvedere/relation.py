"""Relations: rows that are not computed yet."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeAlias

import pyarrow as pa
from datafusion.expr import Expr

from ._kinds import flag, number, shown, word
from ._proto import IntoColumn, IntoSort, column, columns, expression, named, sort
from ._rows import batches, pulled, reader, table
from ._values import cells, pydict, pylist
from .arguments import ArgumentError
from .errors import PlanError

if TYPE_CHECKING:
    import duckdb
    import pandas
    import polars

    from ._native import Plan

__all__ = ["JoinKind", "Relation"]

JoinKind: TypeAlias = Literal["inner", "left", "right", "full", "semi", "anti"]

# How many rows a notebook and a prompt show.
_SHOWN = 20


class Relation:
    """Rows of a table, a view or a query, and what is done to them.

    Nothing is computed before they are asked for. Every library that reads the Arrow C stream takes a relation as it is: `pyarrow.table(relation)`,
    `polars.DataFrame(relation)`, `duckdb.sql("from relation")`.

    Expressions are those of `datafusion`, their operators, and those of `belvedere.functions`. Names are kept
    exactly: `belvedere.col("A")` is another column than `col("a")`. A relation has every name once.
    """

    def __init__(self, plan: Plan) -> None:
        """Takes the plan of an extension: relations come from a `Runtime`."""
        self._plan = plan

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return self._plan.columns()

    @property
    def schema(self) -> pa.Schema:
        """The columns with their types, nullability and metadata."""
        return self._plan.schema()

    def __getitem__(self, name: str) -> Expr:
        """Returns the column of a name, as an expression; raises `KeyError` where there is none."""
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ArgumentError(f"the name of a column is needed, {shown(name)}")
        if name not in self.columns:
            raise KeyError(self._no_column(name))
        return named(name)

    # What a mapping of columns, a list of rows, or a truth would be, is for the caller to say.

    def __iter__(self) -> NoReturn:
        """Raises `TypeError`: rows are asked for by a method that says in which form."""
        raise TypeError(
            "a relation is a plan: ask for its rows by `to_batches()`, `to_pylist()`, …, "
            "for its columns by `columns`"
        )

    def __contains__(self, value: object) -> NoReturn:
        """Raises `TypeError`: whether a name is that of a column is asked of `columns`."""
        raise TypeError("a relation is a plan: ask `name in relation.columns`")

    def __len__(self) -> NoReturn:
        """Raises `TypeError`: rows are computed to be counted."""
        raise TypeError("a relation is a plan: `count()` computes how many rows it has")

    def __bool__(self) -> NoReturn:
        """Raises `TypeError`: a relation is neither true nor false."""
        raise TypeError(
            "a relation is neither true nor false: `count() > 0` computes whether it has rows"
        )

    def __copy__(self) -> Relation:
        """Returns the relation, which never changes."""
        return self

    def __deepcopy__(self, memo: object) -> Relation:
        """Returns the relation, which never changes."""
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Raises `TypeError`: a plan stays in its process."""
        raise TypeError(
            "a relation cannot be pickled, its rows can: `to_arrow()` computes them"
        )

    def filter(self, *conditions: Expr) -> Relation:
        """Keeps the rows for which every condition is true."""
        plan = self._plan
        for condition in conditions:
            plan = plan.filter(expression(condition))
        return Relation(plan)

    def select(self, /, *values: IntoColumn, **named_values: IntoColumn) -> Relation:
        """Computes columns: names of columns, expressions, `name=expression`."""
        every = columns(values)
        every += [column(_aliased(value, name)) for name, value in named_values.items()]
        if not every:
            raise ArgumentError(
                "`select` takes at least one column, an expression, or `name=expression`"
            )
        return Relation(self._plan.select(every))

    def with_columns(self, /, **values: IntoColumn) -> Relation:
        """Adds columns, or puts them in the place of those of their names.

        All are computed at once, from the columns as they were: `with_columns(a=col("b"), b=col("a"))`
        exchanges two columns.
        """
        every = [(name, column(value, name)) for name, value in values.items()]
        return Relation(self._plan.with_columns(every))

    def rename(self, /, **names: str) -> Relation:
        """Renames columns: `rename(old="new")`."""
        self._check(names)
        for name in names.values():
            word("rename", "new names of columns", name)
        return Relation(self._plan.rename(names))

    def drop(self, *names: str) -> Relation:
        """Leaves columns out."""
        self._check(names)
        if set(names) == set(self.columns):
            raise PlanError("`drop` leaves no column: a relation has at least one")
        return Relation(self._plan.drop(set(names)))

    def _check(self, names: Iterable[str]) -> None:
        """Raises `PlanError` for a name that no column has."""
        for name in names:
            if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise ArgumentError(f"the name of a column is needed, {shown(name)}")
            if name not in self.columns:
                raise PlanError(self._no_column(name))

    def _no_column(self, name: str) -> str:
        return f"no column is called `{name}`; there are {', '.join(self.columns)}"

    def aggregate(
        self,
        by: IntoColumn | Iterable[IntoColumn] = (),
        /,
        *values: Expr,
        **named_values: Expr,
    ) -> Relation:
        """Computes one row for each group of rows that agree in `by`; without, one for all.

        Values are aggregates, and what is computed from them and from `by`: `mean=b.sum(col("a")) / b.count(col("a"))`.
        """
        keys = [by] if isinstance(by, str) or not isinstance(by, Iterable) else list(by)
        every = columns(values)
        every += [column(_aliased(value, name)) for name, value in named_values.items()]
        return Relation(self._plan.aggregate(columns(keys), every))

    def sort(self, *by: IntoSort) -> Relation:
        """Sorts the rows: upwards with NULL last, unless `expr.sort(…)` says otherwise."""
        if not by:
            raise ArgumentError(
                "`sort` takes at least one column, an expression, or `expression.sort(…)`"
            )
        return Relation(self._plan.sort([sort(value) for value in by]))

    def limit(self, rows: int, offset: int = 0) -> Relation:
        """Keeps some rows, behind those that are skipped."""
        rows, offset = number("rows", rows), number("offset", offset)
        return Relation(self._plan.limit(rows, offset))

    def head(self, rows: int = 5) -> Relation:
        """Keeps the first rows."""
        return self.limit(rows)

    def distinct(self) -> Relation:
        """Keeps one of equal rows."""
        return Relation(self._plan.distinct())

    def join(
        self,
        other: Relation,
        on: str | Sequence[str] | None = None,
        how: JoinKind = "inner",
        *,
        left_on: str | Sequence[str] | None = None,
        right_on: str | Sequence[str] | None = None,
        suffix: str | None = None,
    ) -> Relation:
        """Joins on columns of the same names, which the result has once, or on pairs of columns.

        Columns of `left_on` and `right_on` meet in order, and the result has both where their names differ.
        Other columns that both relations have are refused; with `suffix` it is put behind those of the
        right one. Types of columns that meet widen where nothing is lost; `PlanError` is raised for others, with
        the cast.
        """
        word("join", "the name of a join in `how`", how)
        if suffix is not None:
            word("join", "a text in `suffix`", suffix)
        if on is not None and (left_on is not None or right_on is not None):
            raise ArgumentError(
                "`on` is for both sides: leave out `left_on` and `right_on`"
            )
        if on is None and (left_on is None or right_on is None):
            raise ArgumentError("write `on`, or both of `left_on` and `right_on`")
        left = _names(on if left_on is None else left_on)
        right = _names(on if right_on is None else right_on)
        if len(left) != len(right):
            message = f"`left_on` has {len(left)} columns, `right_on` has {len(right)}"
            raise PlanError(message)
        pairs = list(zip(left, right, strict=True))
        plan = self._plan_of("join", other)
        return Relation(self._plan.join(plan, pairs, how, suffix))

    def union(self, other: Relation, *, distinct: bool = False) -> Relation:
        """Puts the rows of another relation behind.

        As in the language of views, columns meet by their names, in whatever order they stand, and types
        widen where nothing is lost; `PlanError` is raised for others, and so by `intersect` and `except_`.
        """
        every = flag("distinct", distinct)
        return Relation(self._plan.union(self._plan_of("union", other), every))

    def intersect(self, other: Relation) -> Relation:
        """Keeps the distinct rows that the other relation has too, column by name."""
        return Relation(self._plan.intersect(self._plan_of("intersect", other)))

    def except_(self, other: Relation) -> Relation:
        """Keeps the distinct rows that the other relation does not have, column by name."""
        return Relation(self._plan.except_(self._plan_of("except_", other)))

    def _plan_of(self, method: str, other: Relation) -> Plan:
        """The plan of another relation, which has to be one of the same extension."""
        if not isinstance(other, Relation):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ArgumentError(f"a relation is needed, {shown(other)}")
        if type(other._plan) is not type(self._plan):
            raise ArgumentError(
                f"`{method}` takes a relation of the same extension, this one is computed by another\n"
                "help: `runtime.from_arrow(other)` takes its rows over, `runtime.register(name, other)` "
                "under a name"
            )
        return other._plan

    def describe(self) -> Relation:
        """Computes what the values of each column are like, a row for each column.

        `count` is how many there are and `nulls` how many are missing; `mean`, `std` and `median` are floats, of
        numbers alone; `min` and `max` are texts, with all digits of what is first and last.
        """
        return Relation(self._plan.describe())

    def show(self, rows: int = 20) -> None:
        """Prints the first rows."""
        print(self._text(number("rows", rows)))

    def count(self) -> int:
        """Computes how many rows there are."""
        from datafusion import functions as engine
        from datafusion import lit

        counted = self._plan.aggregate(
            [], [expression(engine.count(lit(1)).alias("rows"))]
        )
        rows = Relation(counted).to_arrow()
        found: int = rows.column(0)[0].as_py()
        return found

    def explain(self, *, analyze: bool = False) -> str:
        """Returns the plan as text; with `analyze`, computes the rows and says what each step took."""
        return self._plan.explain(flag("analyze", analyze))

    def to_arrow(self) -> pa.Table:
        """Computes the rows, as a table of pyarrow."""
        return table(self._plan)

    async def to_arrow_async(self) -> pa.Table:
        """Computes the rows while other coroutines go on; where this one is cancelled, it stops."""
        rows = await asyncio.to_thread(self._plan.rows)
        found: list[pa.RecordBatch] = []
        try:
            while (batch := await asyncio.to_thread(rows.next)) is not None:
                found.append(batch)
        finally:
            rows.stop()
        return pa.Table.from_batches(found, rows.schema())

    def to_batches(self) -> Iterator[pa.RecordBatch]:
        """Computes the rows as they are asked for, batch by batch."""
        return batches(self._plan.rows())

    def to_pylist(self) -> list[dict[str, Any]]:
        """Computes the rows, each as a dictionary."""
        return pylist(self.to_arrow())

    def to_pydict(self) -> dict[str, list[Any]]:
        """Computes the rows, as the values of each column."""
        return pydict(self.to_arrow())

    def to_polars(self) -> polars.DataFrame:
        """Computes the rows, as a data frame of polars.

        Raises `PlanError` for a column of a type that polars does not have.
        """
        import polars

        from ._polars import refusing

        with refusing(self.schema), pulled(self._plan) as rows:
            return polars.DataFrame(rows)

    def to_pandas(self) -> pandas.DataFrame:
        """Computes the rows, as a data frame of pandas whose columns are Arrow's."""
        import pandas

        return self.to_arrow().to_pandas(types_mapper=pandas.ArrowDtype)

    def to_duckdb(
        self, name: str, connection: duckdb.DuckDBPyConnection | None = None
    ) -> duckdb.DuckDBPyRelation:
        """Computes the rows into a table of DuckDB, in its default connection if none is given."""
        import duckdb

        word("to_duckdb", "the name of a table", name)
        connection = connection or duckdb.default_connection()
        if not isinstance(connection, duckdb.DuckDBPyConnection):  # pyright: ignore[reportUnnecessaryIsInstance]
            message = f"`to_duckdb` takes a connection of DuckDB, {shown(connection)}"
            raise ArgumentError(message)
        with pulled(self._plan) as rows:
            connection.from_arrow(rows).create(name)
        return connection.table(name)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Computes the rows, for any library that knows Arrow."""
        return reader(self._plan).__arrow_c_stream__(requested_schema)

    def __datafusion_table_provider__(self, session: object) -> object:
        """Hands the relation to a session of `datafusion`: `context.register_table("t", relation)`.

        Conditions, columns and limits of its queries are planned with the relation, in our engine.
        """
        return self._plan.__datafusion_table_provider__(session)

    def _first(self, most: int = _SHOWN) -> tuple[pa.Table, bool]:
        """The rows that are shown, and whether there are more."""
        rows = self.limit(most + 1).to_arrow()
        return rows.slice(0, most), rows.num_rows > most

    def __repr__(self) -> str:
        """Shows the first rows, or why they cannot be computed."""
        try:
            return self._text(_SHOWN)
        except Exception as error:  # noqa: BLE001 (whatever looks at an object is told what it is)
            return self._untold(error)

    def _untold(self, error: Exception) -> str:
        names = ", ".join(self.columns)
        return f"rows of {names}, which cannot be computed: {error}"

    def _text(self, most: int) -> str:
        rows, more = self._first(most)
        header = rows.column_names
        columns = [cells(column) for column in rows.columns]
        pairs = list(zip(header, columns, strict=True))
        widths = [max(map(len, [name, *column])) for name, column in pairs]
        numeric = [_is_number(field.type) for field in rows.schema]

        def line(cells: Sequence[str]) -> str:
            padded = (
                cell.rjust(width) if right else cell.ljust(width)
                for cell, width, right in zip(cells, widths, numeric, strict=True)
            )
            return "  ".join(padded).rstrip()

        rule = "  ".join("─" * width for width in widths)
        lines = map(line, zip(*columns, strict=True))
        return "\n".join([line(header), rule, *lines, *(["…"] if more else [])])

    def _repr_html_(self) -> str:
        """Shows the first rows in a notebook, or why they cannot be computed."""
        try:
            rows, more = self._first()
        except Exception as error:  # noqa: BLE001
            return f"<pre>{html.escape(self._untold(error))}</pre>"
        head = "".join(
            f'<th title="{html.escape(str(field.type))}">{html.escape(field.name)}</th>'
            for field in rows.schema
        )
        columns = [cells(column) for column in rows.columns]
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in zip(*columns, strict=True)
        )
        rest = f"<caption>the first {_SHOWN} rows</caption>" if more else ""
        return (
            f"<table>{rest}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


def _names(names: str | Sequence[str] | None) -> list[str]:
    every = [names] if isinstance(names, str) else names
    found: list[Any] = list(every) if isinstance(every, Sequence) else [every]
    if not all(isinstance(name, str) for name in found):
        raise ArgumentError(f"names of columns are needed, {shown(names)}")
    return found


def _aliased(value: IntoColumn, name: str) -> Expr:
    value = named(value) if isinstance(value, str) else value
    if not isinstance(value, Expr):  # pyright: ignore[reportUnnecessaryIsInstance]
        column(value, name)
    return value.alias(name)


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
    )
