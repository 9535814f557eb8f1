"""The tasks with the builders of this package in a session of `datafusion`: functions cross the border."""

from belvedere import builtin as b
from belvedere import functions as f
from datafusion import DataFrame, Expr, SessionContext, col


def computed(context: SessionContext, y: Expr) -> DataFrame:
    """A value for each row."""
    return context.table("t").select(col("row"), y.alias("y"))


def long_spans(context: SessionContext) -> DataFrame:
    """Rows whose span is longer than 150 bytes."""
    return context.table("t").filter(f.span_len(col("span")) > 150).select("row")


def overlaps(context: SessionContext) -> DataFrame:
    """Whether two spans overlap, NULL where they cannot be compared."""
    return computed(context, f.try_span_overlaps(col("span"), col("other")))


def byte_offsets(context: SessionContext) -> DataFrame:
    """The byte of a column that an editor counts in UTF-16 units, NULL where there is none."""
    return computed(context, f.try_col_to_byte(col("line"), col("position"), "utf16"))


def identifiers(context: SessionContext) -> DataFrame:
    """A stable id of several columns, whatever is NULL in them."""
    parts = [col("path"), col("name"), col("version")]
    return computed(context, f.stable_id_parts("call", *parts))


def normal_names(context: SessionContext) -> DataFrame:
    """Names in a normal form, without case and superfluous blanks."""
    return computed(context, f.utf8_normalize(col("name")))


def attributes(context: SessionContext) -> DataFrame:
    """An attribute, or a text where it is missing."""
    return computed(context, f.map_get_default(col("attributes"), "Straße", "none"))


def distinct_tags(context: SessionContext) -> DataFrame:
    """Tags, each once, sorted."""
    return computed(context, f.list_unique_sorted(col("tags")))


def best_names(context: SessionContext) -> DataFrame:
    """The name with the best score of each path."""
    best = f.arg_max(col("name"), col("score")).alias("y")
    return context.table("t").aggregate([col("path")], [best])


def latest_changes(context: SessionContext) -> DataFrame:
    """The last change of each path, the most telling of those of one version."""
    place = f.row_number(
        partition_by="path",
        order_by=[
            col("version").sort(ascending=False, nulls_first=False),
            f.cdf_change_rank(col("change")).sort(ascending=False, nulls_first=False),
            "row",
        ],
    )
    numbered = context.table("t").select(col("row"), place.alias("place"))
    return numbered.filter(col("place") == 1).select("row")


def monthly_scores(context: SessionContext) -> DataFrame:
    """The best score of each month."""
    month = b.date_trunc("month", col("day")).alias("month")
    return context.table("t").aggregate([month], [b.max(col("score")).alias("y")])


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
