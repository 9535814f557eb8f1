"""The tasks for which `pyarrow` has kernels, as Python functions of whole arrays."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
from datafusion import DataFrame, SessionContext, udf
from rows import SPAN


def register(
    context: SessionContext,
    name: str,
    function: Callable[..., pa.Array],
    arguments: list[pa.DataType],
    result: pa.DataType,
) -> None:
    """Registers a function of arrays."""
    context.register_udf(udf(function, arguments, result, "immutable", name=name))


def end(span: pa.Array) -> pa.Array:
    """The ends of spans, which are not in them."""
    last = pc.if_else(pc.struct_field(span, "end_exclusive"), 0, 1)
    return pc.add(pc.struct_field(span, "bend"), last)


def length(span: pa.Array) -> pa.Array:
    """How many bytes spans have."""
    return pc.max_element_wise(
        pc.subtract(end(span), pc.struct_field(span, "bstart")), 0, skip_nulls=False
    )


def long_spans(context: SessionContext) -> DataFrame:
    """Rows whose span is longer than 150 bytes."""
    register(context, "span_length", length, [SPAN], pa.int64())
    return context.sql("SELECT row FROM t WHERE span_length(span) > 150")


def overlap(a: pa.Array, b: pa.Array) -> pa.Array:
    """Whether spans overlap."""
    fields = [
        (pc.struct_field(a, name), pc.struct_field(b, name))
        for name in ("col_unit", "line_base")
    ]
    alike = pc.and_(*(pc.equal(left, right) for left, right in fields))
    start = pc.max_element_wise(
        pc.struct_field(a, "bstart"), pc.struct_field(b, "bstart"), skip_nulls=False
    )
    overlapping = pc.less(start, pc.min_element_wise(end(a), end(b), skip_nulls=False))
    return pc.if_else(alike, overlapping, None)


def overlaps(context: SessionContext) -> DataFrame:
    """Whether two spans overlap, NULL where they cannot be compared."""
    register(context, "overlap", overlap, [SPAN, SPAN], pa.bool_())
    return context.sql("SELECT row, overlap(span, other) AS y FROM t")


def attribute(attributes: pa.Array, key: pa.Array, default: pa.Array) -> pa.Array:
    """Attributes of one key."""
    return pc.coalesce(pc.map_lookup(attributes, key[0], "first"), default)


def attributes(context: SessionContext) -> DataFrame:
    """An attribute, or a text where it is missing."""
    arguments = [pa.map_(pa.string(), pa.string()), pa.string(), pa.string()]
    register(context, "attribute", attribute, arguments, pa.string())
    return context.sql(
        "SELECT row, attribute(attributes, 'Straße', 'none') AS y FROM t"
    )


RANKS = pa.array(["update_preimage", "delete", "insert", "update_postimage"])


def rank(change: pa.Array) -> pa.Array:
    """How telling changes are."""
    word = pc.utf8_lower(pc.utf8_trim_whitespace(change))
    known = pc.coalesce(pc.index_in(word, RANKS), pa.scalar(-1, pa.int32()))
    return pc.if_else(pc.is_valid(change), known, None)


def latest_changes(context: SessionContext) -> DataFrame:
    """The last change of each path, the most telling of those of one version."""
    register(context, "rank_of", rank, [pa.string()], pa.int32())
    return context.sql(
        "SELECT row FROM (SELECT row, row_number() OVER (PARTITION BY path ORDER BY"
        " version DESC NULLS LAST, rank_of(change) DESC NULLS LAST, row) AS place FROM t)"
        " WHERE place = 1"
    )


TASKS = [long_spans, overlaps, attributes, latest_changes]
