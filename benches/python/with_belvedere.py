"""Ten tasks with the builders of this package."""

from belvedere import Relation, col
from belvedere import builtin as b
from belvedere import functions as f


def long_spans(rows: Relation) -> Relation:
    """Rows whose span is longer than 150 bytes."""
    return rows.filter(f.span_len(col("span")) > 150).select("row")


def overlaps(rows: Relation) -> Relation:
    """Whether two spans overlap, NULL where they cannot be compared."""
    return rows.select("row", y=f.try_span_overlaps(col("span"), col("other")))


def byte_offsets(rows: Relation) -> Relation:
    """The byte of a column that an editor counts in UTF-16 units, NULL where there is none."""
    return rows.select(
        "row", y=f.try_col_to_byte(col("line"), col("position"), "utf16")
    )


def identifiers(rows: Relation) -> Relation:
    """A stable id of several columns, whatever is NULL in them."""
    return rows.select(
        "row", y=f.stable_id_parts("call", col("path"), col("name"), col("version"))
    )


def normal_names(rows: Relation) -> Relation:
    """Names in a normal form, without case and superfluous blanks."""
    return rows.select("row", y=f.utf8_normalize(col("name")))


def attributes(rows: Relation) -> Relation:
    """An attribute, or a text where it is missing."""
    return rows.select("row", y=f.map_get_default(col("attributes"), "Straße", "none"))


def distinct_tags(rows: Relation) -> Relation:
    """Tags, each once, sorted."""
    return rows.select("row", y=f.list_unique_sorted(col("tags")))


def best_names(rows: Relation) -> Relation:
    """The name with the best score of each path."""
    return rows.aggregate("path", y=f.arg_max(col("name"), col("score")))


def latest_changes(rows: Relation) -> Relation:
    """The last change of each path, the most telling of those of one version."""
    place = f.row_number(
        partition_by="path",
        order_by=[
            col("version").sort(ascending=False, nulls_first=False),
            f.cdf_change_rank(col("change")).sort(ascending=False, nulls_first=False),
            "row",
        ],
    )
    return rows.with_columns(place=place).filter(col("place") == 1).select("row")


def monthly_scores(rows: Relation) -> Relation:
    """The best score of each month."""
    month = b.date_trunc("month", col("day")).alias("month")
    return rows.aggregate(month, y=b.max(col("score")))


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
