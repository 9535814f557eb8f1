"""The same tasks with `datafusion` alone: SQL, and Python functions of a row at a time."""

import hashlib
import unicodedata
from collections.abc import Callable
from typing import Any

import pyarrow as pa
from datafusion import Accumulator, DataFrame, SessionContext, udaf, udf
from rows import SPAN


def of_rows(
    function: Callable[..., Any], result: pa.DataType
) -> Callable[..., pa.Array]:
    """A function of arrays that calls one of values for each row."""

    def call(*arrays: pa.Array) -> pa.Array:
        rows = zip(*arrays, strict=True)
        return pa.array(
            [function(*(value.as_py() for value in row)) for row in rows], result
        )

    return call


def register(
    context: SessionContext,
    name: str,
    function: Callable[..., Any],
    arguments: list[pa.DataType],
    result: pa.DataType,
) -> None:
    """Registers a function of values."""
    vectorised = of_rows(function, result)
    context.register_udf(udf(vectorised, arguments, result, "immutable", name=name))


def length(span: dict[str, Any] | None) -> int | None:
    """How many bytes a span has."""
    if span is None or span["bstart"] is None or span["bend"] is None:
        return None
    inclusive = 0 if span["end_exclusive"] else 1
    return int(max(span["bend"] + inclusive - span["bstart"], 0))


def long_spans(context: SessionContext) -> DataFrame:
    """Rows whose span is longer than 150 bytes."""
    register(context, "span_length", length, [SPAN], pa.int64())
    return context.sql("SELECT row FROM t WHERE span_length(span) > 150")


def overlap(a: dict[str, Any] | None, b: dict[str, Any] | None) -> bool | None:
    """Whether two spans overlap."""
    if a is None or b is None:
        return None
    if a["col_unit"] != b["col_unit"] or a["line_base"] != b["line_base"]:
        return None
    a_end = a["bend"] + (0 if a["end_exclusive"] else 1)
    b_end = b["bend"] + (0 if b["end_exclusive"] else 1)
    return bool(max(a["bstart"], b["bstart"]) < min(a_end, b_end))


def overlaps(context: SessionContext) -> DataFrame:
    """Whether two spans overlap, NULL where they cannot be compared."""
    register(context, "overlap", overlap, [SPAN, SPAN], pa.bool_())
    return context.sql("SELECT row, overlap(span, other) AS y FROM t")


def byte_of(line: str | None, column: int | None) -> int | None:
    """The byte of a column in UTF-16 units."""
    if line is None or column is None or column < 0:
        return None
    units = 0
    for position, character in enumerate(line):
        if units == column:
            return len(line[:position].encode())
        units += len(character.encode("utf-16-le")) // 2
    return len(line.encode()) if units == column else None


def byte_offsets(context: SessionContext) -> DataFrame:
    """The byte of a column that an editor counts in UTF-16 units, NULL where there is none."""
    register(context, "byte_of", byte_of, [pa.string(), pa.int64()], pa.int64())
    return context.sql("SELECT row, byte_of(line, position) AS y FROM t")


def identifier(*parts: Any) -> str:
    """A stable id of parts."""
    texts = ("__NULL__" if part is None else str(part) for part in parts)
    text = "\x1f".join(texts)
    return "call:" + hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def identifiers(context: SessionContext) -> DataFrame:
    """A stable id of several columns, whatever is NULL in them."""
    arguments = [pa.string(), pa.string(), pa.int64()]
    register(context, "identifier", identifier, arguments, pa.string())
    return context.sql("SELECT row, identifier(path, name, version) AS y FROM t")


def normal(name: str | None) -> str | None:
    """A name in a normal form."""
    if name is None:
        return None
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def normal_names(context: SessionContext) -> DataFrame:
    """Names in a normal form, without case and superfluous blanks."""
    register(context, "normal", normal, [pa.string()], pa.string())
    return context.sql("SELECT row, normal(name) AS y FROM t")


def attribute(attributes: list[tuple[str, str]] | None, key: str, default: str) -> str:
    """An attribute."""
    found = dict(attributes or []).get(key)
    return default if found is None else found


def attributes(context: SessionContext) -> DataFrame:
    """An attribute, or a text where it is missing."""
    arguments = [pa.map_(pa.string(), pa.string()), pa.string(), pa.string()]
    register(context, "attribute", attribute, arguments, pa.string())
    return context.sql(
        "SELECT row, attribute(attributes, 'Straße', 'none') AS y FROM t"
    )


def distinct(tags: list[str | None] | None) -> list[str] | None:
    """Tags, each once, sorted as bytes."""
    if tags is None:
        return None
    return sorted({tag for tag in tags if tag is not None}, key=str.encode)


def distinct_tags(context: SessionContext) -> DataFrame:
    """Tags, each once, sorted."""
    tags = pa.list_(pa.string())
    register(context, "distinct_tags", distinct, [tags], tags)
    return context.sql("SELECT row, distinct_tags(tags) AS y FROM t")


class Best(Accumulator):
    """The name with the best score, the smallest of several."""

    def __init__(self) -> None:
        """There is none yet."""
        self.name: str | None = None
        self.score: float | None = None

    def update(self, *values: pa.Array) -> None:
        """Sees rows: names and scores."""
        for name, score in zip(*values, strict=True):
            self.see(name.as_py(), score.as_py())

    def see(self, name: str | None, score: float | None) -> None:
        """Sees a row."""
        if name is None or score is None:
            return
        better = self.score is None or score > self.score
        if better or (score == self.score and name < str(self.name)):
            self.name, self.score = name, score

    def state(self) -> list[pa.Scalar]:
        """What other accumulators merge."""
        return [pa.scalar(self.name, pa.string()), pa.scalar(self.score, pa.float64())]

    def merge(self, states: list[pa.Array]) -> None:
        """Sees the best of others."""
        self.update(*states)

    def evaluate(self) -> pa.Scalar:
        """The name."""
        return pa.scalar(self.name, pa.string())


def best_names(context: SessionContext) -> DataFrame:
    """The name with the best score of each path."""
    types = [pa.string(), pa.float64()]
    best = udaf(Best, types, pa.string(), types, "immutable", name="best")
    context.register_udaf(best)
    return context.sql("SELECT path, best(name, score) AS y FROM t GROUP BY path")


def rank(change: str | None) -> int | None:
    """How telling a change is."""
    if change is None:
        return None
    ranks = {"update_postimage": 3, "insert": 2, "delete": 1, "update_preimage": 0}
    return ranks.get(change.strip().lower(), -1)


def latest_changes(context: SessionContext) -> DataFrame:
    """The last change of each path, the most telling of those of one version."""
    register(context, "rank_of", rank, [pa.string()], pa.int32())
    return context.sql(
        "SELECT row FROM (SELECT row, row_number() OVER (PARTITION BY path ORDER BY"
        " version DESC NULLS LAST, rank_of(change) DESC NULLS LAST, row) AS place FROM t)"
        " WHERE place = 1"
    )


def monthly_scores(context: SessionContext) -> DataFrame:
    """The best score of each month."""
    return context.sql(
        "SELECT date_trunc('month', day) AS month, max(score) AS y FROM t GROUP BY 1"
    )


TASKS = [
    long_spans,
    overlaps,
    byte_offsets,
    identifiers,
    normal_names,
    attributes,
    distinct_tags,
    best_names,
    latest_changes,
    monthly_scores,
]
