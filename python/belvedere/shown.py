"""What is known of tables, views, templates and functions, and of tables that others write."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import builtin as builders
from ._builtin import BUILTINS
from ._constructs import CONSTRUCTS
from ._lambdas import LAMBDAS
from .catalog import Column, Listing, Parameter, Table, Template, listed

__all__ = ["Audit", "SchemaCheck", "SchemaFile", "Shown", "ShownColumn"]


@dataclass(frozen=True)
class ShownColumn(Column):
    """A column of a table or view, with where its values come from."""

    # The columns that a view computes it from, as `relation.column`; none for constants.
    computed_from: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Audit:
    """What is asked of the rows of a table or view before they are published."""

    # Its name, or its text.
    name: str
    # What happens where it does not hold: `fail`, `warn` or `quarantine`.
    otherwise: str
    # How many of the published rows do not pass; none where nothing is published that was asked.
    failed: int | None


@dataclass(frozen=True)
class Shown:
    """What is known of a table, view, template or function."""

    name: str
    # `table`, `view`, `external`, `template`; `scalar`, `aggregate`, `window` or `table function`.
    kind: str
    doc: str
    # How a function or a template is called.
    signature: str = ""
    # Where it is defined; nowhere in this program, if it is published by another or is DataFusion's.
    module: str = ""
    # What is published of it, and whether it is computed where it is read instead.
    published: Table | None = None
    computed: bool = False
    columns: Listing[ShownColumn] = field(default_factory=Listing)
    reads: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    read_by: list[str] = field(default_factory=list)
    # The source that fills a table; where a table of others is, and the schema file that describes it.
    filled_by: str | None = None
    uri: str | None = None
    file: str | None = None
    # The columns that identify a row, and whether the steps of the view say so.
    key: list[str] = field(default_factory=list)
    key_follows: bool = False
    audits: list[Audit] = field(default_factory=list)
    # What audits have found in what is published that stopped nothing.
    warnings: list[str] = field(default_factory=list)
    owner: list[str] = field(default_factory=list)
    partition_by: list[str] = field(default_factory=list)
    cluster_by: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    refresh: str = ""
    # The columns that decide which rows there are.
    influences: list[str] = field(default_factory=list)
    # What a run can give a view.
    params: list[Parameter] = field(default_factory=list)

    @classmethod
    def of_relation(cls, facts: dict[str, Any]) -> Shown:
        """Reads what the extension tells of a table or view."""
        columns = (
            ShownColumn(c["name"], c["type"], c["nullable"], c["doc"], c["values"])
            for c in facts.pop("columns")
        )
        audits = [
            Audit(a["name"], a["outcome"], a["failed"]) for a in facts.pop("audits")
        ]
        params = map(Parameter.from_json, facts.pop("params", []))
        published = facts.pop("published")
        tables = listed([published] if published else [], [])
        return cls(
            **facts,
            columns=Listing(columns),
            audits=audits,
            params=list(params),
            published=tables[0] if tables else None,
        )

    @classmethod
    def of_template(cls, template: dict[str, Any]) -> Shown:
        """Reads a template of the registry."""
        read = Template.from_json(template)
        return cls(
            read.name,
            "template",
            read.doc,
            read.signature,
            read.module,
            reads=read.sources,
            calls=[*read.templates, *read.functions],
        )

    @classmethod
    def of_function(cls, function: dict[str, Any]) -> Shown:
        """Reads a function of the registry."""
        kind = function["kind"]
        return cls(
            function["name"],
            "table function" if kind == "table" else kind,
            "\n\n".join([function["summary"], *function.get("paragraphs", [])]),
            function["signature"].removeprefix(f"{kind} "),
            function["rust"].rpartition("::")[0],
            tags=function.get("tags", []),
        )

    def __repr__(self) -> str:
        """Shows what is known, a line for each fact."""
        state = self._state()
        parts = [" · ".join([self.name, self.kind, *([state] if state else [])])]
        parts += [text for text in (self.signature, self.doc) if text]
        if facts := self._facts():
            parts.append("\n".join(f"{name:<12} {value}" for name, value in facts))
        parts += [f"warning: {warning}" for warning in self.warnings]
        if self.columns:
            parts.append(repr(self.columns))
        return "\n\n".join(parts)

    def _state(self) -> str:
        if self.kind not in ("table", "view", "external"):
            return ""
        if self.computed:
            return "computed where it is read"
        if self.published is None or self.published.rows is None:
            return "not published"
        return f"{self.published.rows:,} rows, version {self.published.version}"

    def _facts(self) -> list[tuple[str, str]]:
        facts = [("defined in", self.module)]
        for name in ("reads", "calls", "read_by", "key", "owner", "partition_by"):
            facts.append((name.replace("_", " "), ", ".join(getattr(self, name))))
        facts += [
            ("cluster by", ", ".join(self.cluster_by)),
            ("tags", ", ".join(self.tags)),
            ("filled by", self.filled_by or ""),
            ("stored at", self.uri or ""),
            ("schema", self.file or ""),
            ("refresh", self.refresh),
            ("parameters", ", ".join(map(str, self.params))),
            *(("audit", _told(audit)) for audit in self.audits),
        ]
        return [(name, value) for name, value in facts if value]


def _told(audit: Audit) -> str:
    found = {None: "", 0: ": holds"}.get(
        audit.failed, f": does not hold for {audit.failed} rows"
    )
    return f"{audit.name} else {audit.otherwise}{found}"


@dataclass(frozen=True)
class SchemaFile:
    """What a Delta table that others write holds, as a schema file says it."""

    # Where the table is: a path or a URL.
    uri: str
    columns: Listing[Column]
    # The version of the table that was read.
    version: int
    # Why columns of the table were left out: views could not read them.
    left_out: list[str]
    # The text of the file.
    text: str

    @classmethod
    def from_json(cls, pulled: dict[str, Any]) -> SchemaFile:
        """Reads what the extension tells."""
        columns = Listing(Column.from_json(column) for column in pulled["columns"])
        return cls(
            pulled["uri"],
            columns,
            pulled["version"],
            pulled["left_out"],
            pulled["text"],
        )

    def write(self, path: str | os.PathLike[str]) -> None:
        """Writes the file, unless it is written already; nobody reads half of it."""
        path, data = Path(path), self.text.encode()
        if path.is_file() and path.read_bytes() == data:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_bytes(data)
        new.replace(path)


@dataclass(frozen=True)
class SchemaCheck:
    """A schema file beside what is stored."""

    # The table of the extension that the file describes, if those were compared.
    table: str | None
    file: str | None
    uri: str | None
    # The version of the table that was read; none where it could not be.
    version: int | None
    # A line for each column that differs: `-` of the file, `+` of the table.
    difference: list[str]
    # Why columns of the table were left out: views could not read them.
    left_out: list[str]
    # What was found, or why nothing was.
    text: str

    @classmethod
    def from_json(cls, compared: dict[str, Any]) -> SchemaCheck:
        """Reads what the extension tells."""
        return cls(
            compared.get("table"),
            compared.get("file"),
            compared.get("uri"),
            compared.get("version"),
            compared.get("difference", []),
            compared.get("left_out", []),
            compared.get("text", compared.get("error", "")),
        )

    @property
    def ok(self) -> bool:
        """Whether the file says what is stored."""
        return self.version is not None and not self.difference


def builtin(name: str) -> Shown | None:
    """Returns what is known of a function of DataFusion."""
    for functions in (BUILTINS, CONSTRUCTS, LAMBDAS):
        if function := functions.get(name):
            doc = inspect.getdoc(getattr(builders, function.name, None)) or ""
            return Shown(function.name, function.kind, doc, function.signature)
    return None


def found(things: Iterable[dict[str, Any]], name: str) -> dict[str, Any] | None:
    """Returns the thing of a name, or of an alias, in the registry."""
    for thing in things:
        if name == thing["name"] or name in thing.get("aliases", []):
            return thing
    return None
