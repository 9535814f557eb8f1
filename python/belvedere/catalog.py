"""What there is: tables, views, columns, where values come from, and the graph of all of them."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timezone
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .errors import PlanError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "Column",
    "Graph",
    "Lineage",
    "Listing",
    "Parameter",
    "Table",
    "Template",
    "View",
]

Relation = dict[str, Any]

# How many characters of a fact a prompt and a notebook show.
_WIDTH = 60

T = TypeVar("T")


@dataclass(frozen=True)
class Table:
    """A table or view whose rows are stored, or rows that were registered."""

    name: str
    # `table`, `view`, `external`, or `registered`.
    kind: str
    rows: int | None = None
    files: int | None = None
    bytes: int | None = None
    version: int | None = None
    published_at: datetime | None = None


@dataclass(frozen=True)
class Column:
    """A column of a table or view."""

    name: str
    # In the words of the language of views, or of Arrow for what is not declared.
    type: str
    nullable: bool
    doc: str = ""

    @classmethod
    def from_json(cls, column: dict[str, Any]) -> Column:
        """Reads a column of the registry."""
        return cls(
            column["name"],
            column["type"],
            column.get("nullable", False),
            column.get("doc", ""),
        )

    @classmethod
    def from_field(cls, field: pa.Field) -> Column:
        """Reads a column that is stored."""
        return cls(field.name, str(field.type), field.nullable)


@dataclass(frozen=True)
class Parameter:
    """A constant that a run can give a view: `runtime.run(params={"view.name": …})`."""

    name: str
    # In the words of the language of views, and so is what it is if nothing else is said.
    type: str
    default: str

    @classmethod
    def from_json(cls, param: dict[str, Any]) -> Parameter:
        """Reads a parameter of the registry."""
        return cls(param["name"], param["type"], param["default"])

    def __str__(self) -> str:
        """Shows how it is declared: `least: i64 = 1`."""
        return f"{self.name}: {self.type} = {self.default}"


@dataclass(frozen=True)
class View:
    """A view of the extension."""

    name: str
    doc: str
    sources: list[str]
    functions: list[str]
    refresh: str
    tags: list[str]
    owner: list[str]
    params: list[Parameter] = field(default_factory=list)

    @classmethod
    def from_json(cls, view: Relation) -> View:
        """Reads a view of the registry."""
        return cls(
            view["name"],
            view.get("doc", ""),
            view.get("sources", []),
            view.get("functions", []),
            view.get("refresh", ""),
            view.get("tags", []),
            view.get("owner", []),
            [Parameter.from_json(param) for param in view.get("params", [])],
        )


@dataclass(frozen=True)
class Template:
    """A view over relations that each use of it names: `from latest<orders>(order_id, day) as o`."""

    name: str
    # How it is used: relations between angle brackets, and what is given in parentheses.
    signature: str
    doc: str
    # What it reads, and what it calls, besides what a use names.
    sources: list[str]
    functions: list[str]
    templates: list[str]
    module: str

    @classmethod
    def from_json(cls, template: dict[str, Any]) -> Template:
        """Reads a template of the registry."""
        params = ", ".join(map(_of_template, template.get("params", [])))
        relations = ", ".join(template["relations"])
        return cls(
            template["name"],
            f"{template['name']}<{relations}>({params})",
            template.get("doc", ""),
            template.get("sources", []),
            template.get("functions", []),
            template.get("templates", []),
            template["module"],
        )


def _of_template(param: dict[str, Any]) -> str:
    """A parameter of a template as its text has it."""
    text = f"...{param['name']}" if param["kind"] == "columns" else str(param["name"])
    text += f": {param['type']}" if "type" in param else ""
    return text + (f" = {param['default']}" if "default" in param else "")


class Listing(list[T], Generic[T]):
    """A list of facts that a prompt and a notebook show as a table."""

    def _cells(self) -> tuple[list[str], list[list[str]]]:
        header = [f.name for f in fields(self[0])] if self else []  # type: ignore[arg-type]
        rows = [[_text(getattr(item, name)) for name in header] for item in self]
        return header, rows

    def __repr__(self) -> str:
        """Shows a line for each."""
        header, rows = self._cells()
        widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
        lines = [
            "  ".join(
                cell.ljust(width) for cell, width in zip(line, widths, strict=True)
            ).rstrip()
            for line in [header, *rows]
        ]
        return "\n".join(lines) if self else "nothing"

    def _repr_html_(self) -> str:
        header, rows = self._cells()
        head = "".join(f"<th>{html.escape(name)}</th>" for name in header)
        cells = (
            "".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows
        )
        body = "".join(f"<tr>{row}</tr>" for row in cells)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def listed(
    published: Iterable[dict[str, Any]], registered: Iterable[str]
) -> Listing[Table]:
    """Reads what the extension tells of a publication."""
    tables: Listing[Table] = Listing()
    for node in published:
        if node["kind"] != "internal":
            time = datetime.fromtimestamp(node["published_at"] / 1e6, timezone.utc)
            sizes = node["rows"], node["files"], node["bytes"], node["version"]
            tables.append(Table(node["name"], node["kind"], *sizes, time))
    tables.extend(Table(name, "registered") for name in registered)
    tables.sort(key=lambda table: table.name)
    return tables


@dataclass(frozen=True)
class Lineage:
    """Where the values of a column come from."""

    # `relation.column`.
    column: str
    # What its values are computed from, and what decides which rows there are, one step up.
    values: list[str]
    influences: list[str]
    # The lineage of those of `values` that are columns of views.
    upstream: list[Lineage] = field(default_factory=list)

    @classmethod
    def of(cls, relations: Sequence[Relation], column: str) -> Lineage:
        """Follows a column; raises `PlanError` where there is none of this name."""
        by_name = {relation["name"]: relation for relation in relations}
        found = _column(by_name, column)
        values, influences = found.get("values", []), found.get("influences", [])
        upstream = [
            cls.of(relations, value) for value in values if _is_view(by_name, value)
        ]
        return cls(column, values, influences, upstream)

    def tables(self) -> list[str]:
        """Returns the columns of tables that the values come from in the end."""
        above = {up.column for up in self.upstream}
        ends = {value for value in self.values if value not in above}
        for up in self.upstream:
            ends.update(up.tables())
        return sorted(ends)

    def __repr__(self) -> str:
        """Shows a line for each step."""
        return "\n".join(self._lines(0))

    def _lines(self, depth: int) -> list[str]:
        above = {up.column: up for up in self.upstream}
        lines = [self.column] if depth == 0 else []
        for value in self.values:
            lines.append("  " * (depth + 1) + "← " + value)
            if value in above:
                lines.extend(above[value]._lines(depth + 1))
        return lines


def _column(relations: dict[str, Relation], path: str) -> dict[str, Any]:
    name, _, column = path.partition(".")
    if name not in relations:
        raise PlanError(f"no table or view is called `{name}`{near(name, relations)}")
    columns = {c["name"]: c for c in relations[name]["columns"]}
    if column not in columns:
        what = (
            f"`{name}` has no column `{column}`"
            if column
            else "write `relation.column`"
        )
        raise PlanError(f"{what}{near(column, columns)}")
    found: dict[str, Any] = columns[column]
    return found


def near(name: str, known: Iterable[str]) -> str:
    """Returns the help that names the known name that is nearest, if one is near."""
    matches = get_close_matches(name, known, 1)
    return "".join(f"\nhelp: did you mean `{match}`?" for match in matches)


def _is_view(relations: dict[str, Relation], path: str) -> bool:
    relation = relations.get(path.partition(".")[0])
    return relation is not None and relation["kind"] == "view"


@dataclass(frozen=True)
class Graph:
    """Tables and views, and what reads what."""

    # The names, sorted, with what they are.
    nodes: dict[str, str]
    # `(source, reader)`.
    edges: list[tuple[str, str]]

    @classmethod
    def of(cls, relations: Sequence[Relation]) -> Graph:
        """Reads the relations of the registry."""
        edges = [
            (s, r["name"])
            for r in relations
            for s in dict.fromkeys(r.get("sources", []))
        ]
        return cls({r["name"]: r["kind"] for r in relations}, edges)

    def layers(self) -> list[list[str]]:
        """Returns the names in columns: tables first, then each view behind all that it reads."""
        depth = dict.fromkeys(self.nodes, 0)
        for _ in self.nodes:
            deeper = [
                (reader, depth[s] + 1)
                for s, reader in self.edges
                if depth[reader] <= depth[s]
            ]
            if not deeper:
                break
            for reader, level in deeper:
                depth[reader] = max(depth[reader], level)
        layers: list[list[str]] = [
            [] for _ in range(max(depth.values(), default=-1) + 1)
        ]
        for name in sorted(self.nodes):
            layers[depth[name]].append(name)
        return layers

    def to_svg(self) -> str:
        """Draws the graph: tables on the left, what reads them to the right."""
        places, width, height = _places(self.layers())
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">'
        ]
        for source, reader in self.edges:
            (left, y1, w), (right, y2, _) = places[source], places[reader]
            x1, bend = left + w, (right - left - w) / 2
            parts.append(
                f'<path d="M{x1} {y1} C{x1 + bend} {y1} {right - bend} {y2} {right} {y2}" '
                'fill="none" stroke="#999"/>'
            )
        for name, (x, y, w) in places.items():
            fill = "#e8f0fe" if self.nodes[name] == "view" else "#fef3d8"
            parts.append(
                f"<g><title>{html.escape(name)} ({self.nodes[name]})</title>"
                f'<rect x="{x}" y="{y - 11}" width="{w}" height="22" rx="4" fill="{fill}" stroke="#666"/>'
                f'<text x="{x + 8}" y="{y + 4}">{html.escape(name)}</text></g>'
            )
        return "".join([*parts, "</svg>"])

    def _repr_svg_(self) -> str:
        return self.to_svg()


def _places(
    layers: Sequence[Sequence[str]],
) -> tuple[dict[str, tuple[int, int, int]], int, int]:
    """Where each box is: its left edge, its middle line, its width; and the size of the whole."""
    places = {}
    x, tallest = 10, 0
    for layer in layers:
        width = max(len(name) for name in layer) * 8 + 16
        for row, name in enumerate(layer):
            places[name] = (x, 20 + row * 30, width)
        x += width + 80
        tallest = max(tallest, len(layer))
    return places, max(x - 70, 20), tallest * 30 + 20


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    # A truth is a number to Python.
    is_number = isinstance(value, int) and not isinstance(value, bool)
    text = f"{value:,}" if is_number else str(value)
    # Docs have lines, and a cell has one.
    text = " ".join(text.split())
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
