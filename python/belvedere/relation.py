"""Relations: rows that are not computed yet."""

from __future__ import annotations

import html
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import pyarrow as pa

from ._proto import IntoColumn, IntoSort, column, columns, expression, named, sort

if TYPE_CHECKING:
    import duckdb
    import pandas
    import polars
    from datafusion.expr import Expr

    from ._native import Plan, Rows

__all__ = ["JoinKind", "Relation"]

JoinKind: TypeAlias = Literal["inner", "left", "right", "full", "semi", "anti"]

# How many rows a notebook and a prompt show.
_SHOWN = 20

# How many characters of a value they show.
_WIDTH = 60


class Relation:
    """Rows of a table, a view or a query, and what is done to them: nothing is computed before they
    are asked for.

    Every library that reads the Arrow C stream takes a relation as it is: `pyarrow.table(relation)`,
    `polars.DataFrame(relation)`, `duckdb.sql("from relation")`.

    Expressions are those of `datafusion`: `col`, `lit`, their operators, and `belvedere.functions`.
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
        """Returns the column of a name, as an expression."""
        if name not in self.columns:
            message = (
                f"no column is called `{name}`; there are {', '.join(self.columns)}"
            )
            raise KeyError(message)
        return named(name)

    def filter(self, *conditions: Expr) -> Relation:
        """Keeps the rows for which every condition is true."""
        plan = self._plan
        for condition in conditions:
            plan = plan.filter(expression(condition))
        return Relation(plan)

    def select(self, *values: IntoColumn, **named_values: IntoColumn) -> Relation:
        """Computes columns: names of columns, expressions, `name=expression`."""
        every = columns(values)
        every += [column(_aliased(value, name)) for name, value in named_values.items()]
        return Relation(self._plan.select(every))

    def with_columns(self, **values: IntoColumn) -> Relation:
        """Adds columns, or puts them in the place of those of their names."""
        plan = self._plan
        for name, value in values.items():
            plan = plan.with_column(name, column(value))
        return Relation(plan)

    def rename(self, **names: str) -> Relation:
        """Renames columns: `rename(old="new")`."""
        for old in names:
            self[old]
        return Relation(self._plan.rename(names))

    def drop(self, *names: str) -> Relation:
        """Leaves columns out."""
        for name in names:
            self[name]
        return Relation(self._plan.drop(set(names)))

    def aggregate(
        self,
        by: IntoColumn | Iterable[IntoColumn] = (),
        *values: Expr,
        **named_values: Expr,
    ) -> Relation:
        """Computes one row for each group of rows that agree in `by`; without, one for all."""
        keys = [by] if isinstance(by, str) or not isinstance(by, Iterable) else list(by)
        every = columns(values)
        every += [column(_aliased(value, name)) for name, value in named_values.items()]
        return Relation(self._plan.aggregate(columns(keys), every))

    def sort(self, *by: IntoSort) -> Relation:
        """Sorts the rows: upwards with NULL last, unless `expr.sort(…)` says otherwise."""
        return Relation(self._plan.sort([sort(value) for value in by]))

    def limit(self, rows: int, offset: int = 0) -> Relation:
        """Keeps some rows, behind those that are skipped."""
        return Relation(self._plan.limit(rows, offset))

    def head(self, rows: int = 5) -> Relation:
        """Keeps the first rows."""
        return self.limit(rows)

    def distinct(self) -> Relation:
        """Keeps one of equal rows."""
        return Relation(self._plan.distinct())

    def join(
        self, other: Relation, on: str | Sequence[str], how: JoinKind = "inner"
    ) -> Relation:
        """Joins on columns of the same names, which the result has once."""
        names = [on] if isinstance(on, str) else on
        if not isinstance(names, Sequence):  # pyright: ignore[reportUnnecessaryIsInstance]
            message = (
                f"names of columns are needed, this is {on!r} ({type(on).__name__})"
            )
            raise TypeError(message)
        return Relation(self._plan.join(other._plan, list(names), how))

    def union(self, other: Relation, *, distinct: bool = False) -> Relation:
        """Puts the rows of another relation behind, column by name."""
        return Relation(self._plan.union(other._plan, distinct))

    def intersect(self, other: Relation) -> Relation:
        """Keeps the distinct rows that the other relation has too."""
        return Relation(self._plan.intersect(other._plan))

    def except_(self, other: Relation) -> Relation:
        """Keeps the distinct rows that the other relation does not have."""
        return Relation(self._plan.except_(other._plan))

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
        return self._plan.explain(analyze)

    def to_arrow(self) -> pa.Table:
        """Computes the rows, as a table of pyarrow."""
        with self._computed() as rows:
            return pa.table(rows)

    def to_batches(self) -> Iterator[pa.RecordBatch]:
        """Computes the rows as they are asked for, batch by batch."""
        with self._computed() as rows:
            yield from pa.RecordBatchReader.from_stream(rows)

    def to_pylist(self) -> list[dict[str, Any]]:
        """Computes the rows, each as a dictionary."""
        rows: list[dict[str, Any]] = self.to_arrow().to_pylist()
        return rows

    def to_pydict(self) -> dict[str, list[Any]]:
        """Computes the rows, as the values of each column."""
        columns: dict[str, list[Any]] = self.to_arrow().to_pydict()
        return columns

    def to_polars(self) -> polars.DataFrame:
        """Computes the rows, as a data frame of polars."""
        import polars

        with self._computed() as rows:
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

        connection = connection or duckdb.default_connection()
        with self._computed() as rows:
            relation = connection.from_arrow(pa.RecordBatchReader.from_stream(rows))
            relation.create(name)
        return connection.table(name)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Computes the rows, for any library that knows Arrow."""
        return self._plan.__arrow_c_stream__(requested_schema)

    def __datafusion_table_provider__(self, session: object) -> object:
        """Hands the relation to a session of `datafusion`: `context.register_table("t", relation)`.

        Conditions, columns and limits of its queries are planned with the relation, in our engine.
        """
        return self._plan.__datafusion_table_provider__(session)

    @contextmanager
    def _computed(self) -> Generator[Rows]:
        """The rows of one execution; a failure is the engine's, not that of the stream's reader."""
        rows = self._plan.rows()
        try:
            yield rows
        except Exception as error:
            raise rows.failure() or error from None

    def _first(self) -> tuple[pa.Table, bool]:
        """The rows that are shown, and whether there are more."""
        rows = self.limit(_SHOWN + 1).to_arrow()
        return rows.slice(0, _SHOWN), rows.num_rows > _SHOWN

    def __repr__(self) -> str:
        """Shows the first rows."""
        rows, more = self._first()
        header = rows.column_names
        lines = [[_text(value) for value in row.values()] for row in rows.to_pylist()]
        widths = [max(map(len, column)) for column in zip(header, *lines, strict=True)]
        numeric = [_is_number(field.type) for field in rows.schema]

        def line(cells: Sequence[str]) -> str:
            padded = (
                cell.rjust(width) if right else cell.ljust(width)
                for cell, width, right in zip(cells, widths, numeric, strict=True)
            )
            return "  ".join(padded).rstrip()

        rule = "  ".join("─" * width for width in widths)
        return "\n".join(
            [line(header), rule, *map(line, lines), *(["…"] if more else [])]
        )

    def _repr_html_(self) -> str:
        """Shows the first rows in a notebook."""
        rows, more = self._first()
        head = "".join(
            f'<th title="{html.escape(str(field.type))}">{html.escape(field.name)}</th>'
            for field in rows.schema
        )
        body = "".join(
            "<tr>"
            + "".join(f"<td>{html.escape(_text(value))}</td>" for value in row.values())
            + "</tr>"
            for row in rows.to_pylist()
        )
        rest = f"<caption>the first {_SHOWN} rows</caption>" if more else ""
        return (
            f"<table>{rest}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


def _aliased(value: IntoColumn, name: str) -> Expr:
    value = named(value) if isinstance(value, str) else value
    return value.alias(name)


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
    )


def _text(value: object) -> str:
    text = "null" if value is None else str(value)
    text = text.replace("\n", "⏎")
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
