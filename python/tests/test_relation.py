"""What is done to relations, and how their rows leave."""

from xml.etree import ElementTree

import duckdb
import pandas
import polars
import pyarrow as pa
import pytest
from datafusion import functions as engine

import belvedere as bv
from belvedere import col, lit

PRICES = pa.table(
    {
        "name": ["pen", "ink", "cap", None],
        "price": [3, 5, 3, None],
        "Group": ["a", "a", "b", "b"],
    }
)


@pytest.fixture
def prices(rt: bv.Runtime) -> bv.Relation:
    """Rows of four things."""
    rt.register("prices", PRICES)
    return rt.table("prices")


def test_columns_are_computed(prices: bv.Relation) -> None:
    rows = prices.select("name", twice=col("price") * lit(2)).sort("name")
    assert rows.to_pylist()[0] == {"name": "cap", "twice": 6}
    assert prices.with_columns(price=col("price") + lit(1)).columns == [
        "name",
        "price",
        "Group",
    ]
    assert prices.rename(price="cents").drop("Group").columns == ["name", "cents"]
    assert prices.select("Group").columns == ["Group"]
    with pytest.raises(
        KeyError, match="no column is called `cents`; there are name, price, Group"
    ):
        prices["cents"]


def test_rows_are_chosen(prices: bv.Relation) -> None:
    assert prices.filter(prices["price"] > lit(3)).to_pylist() == [
        {"name": "ink", "price": 5, "Group": "a"}
    ]
    assert prices.filter(col("price") == lit(3), col("name") == lit("pen")).count() == 1
    assert (
        prices.sort(col("price").sort(ascending=False, nulls_first=False))
        .limit(1, 1)
        .count()
        == 1
    )
    assert prices.select("price").distinct().count() == 3
    assert prices.head(2).count() == 2
    with pytest.raises(TypeError, match="an expression is needed"):
        prices.filter("price > 3")  # type: ignore[arg-type]


def test_groups_are_aggregated(prices: bv.Relation) -> None:
    by_group = prices.aggregate("Group", total=engine.sum(col("price"))).sort("Group")
    assert by_group.to_pylist() == [
        {"Group": "a", "total": 8},
        {"Group": "b", "total": 3},
    ]
    assert prices.aggregate((), n=engine.count(lit(1))).to_pylist() == [{"n": 4}]


@pytest.mark.parametrize(
    ("how", "rows"),
    [("inner", 2), ("left", 4), ("full", 5), ("right", 3), ("semi", 2), ("anti", 2)],
)
def test_relations_are_joined(
    rt: bv.Runtime, prices: bv.Relation, how: bv.relation.JoinKind, rows: int
) -> None:
    rt.register(
        "colours",
        pa.table({"name": ["pen", "ink", "wax"], "colour": ["red", "blue", "white"]}),
    )
    assert prices.join(rt.table("colours"), "name", how).count() == rows


@pytest.mark.parametrize(
    ("how", "rows"),
    [
        ("inner", [("x", 1, 10)]),
        ("left", [("x", 1, 10), ("y", 2, None)]),
        ("right", [("q", None, 20), ("x", 1, 10)]),
        ("full", [("q", None, 20), ("x", 1, 10), ("y", 2, None)]),
    ],
)
def test_a_key_is_there_once(
    rt: bv.Runtime,
    how: bv.relation.JoinKind,
    rows: list[tuple[str, int | None, int | None]],
) -> None:
    rt.register("a", pa.table({"g": ["x", "y"], "i": [1, 2]}))
    rt.register("b", pa.table({"g": ["x", "q"], "w": [10, 20]}))
    joined = rt.table("a").join(rt.table("b"), "g", how).sort("g")
    assert joined.columns == joined.to_arrow().column_names == ["g", "i", "w"]
    assert [tuple(row.values()) for row in joined.to_pylist()] == rows


def test_joins_that_cannot_be_told_apart_are_refused(prices: bv.Relation) -> None:
    again = prices.select("name", cents=col("price"))
    assert prices.join(again, "name").columns == ["name", "price", "Group", "cents"]
    with pytest.raises(bv.PlanError, match="both relations have a column `price`"):
        prices.join(prices, "name")
    with pytest.raises(bv.PlanError, match="the right relation has no column `Group`"):
        prices.join(again, "Group")
    with pytest.raises(TypeError, match="names of columns are needed"):
        prices.join(again, col("name"))  # type: ignore[arg-type]


def test_relations_are_put_together(prices: bv.Relation) -> None:
    assert prices.union(prices).count() == 8
    assert prices.union(prices, distinct=True).count() == 4
    assert prices.intersect(prices.head(4)).count() == 4
    assert prices.except_(prices).count() == 0


def test_columns_meet_by_their_names(rt: bv.Runtime) -> None:
    rt.register("left", pa.table({"a": ["x", "y"], "b": ["1", "2"]}))
    rt.register("right", pa.table({"b": ["1", "3"], "a": ["x", "y"]}))
    left, right = rt.table("left"), rt.table("right")
    assert left.union(right).columns == ["a", "b"]
    assert left.union(right).filter(col("a") == lit("x")).count() == 2
    assert left.union(right, distinct=True).count() == 3
    assert left.intersect(right).to_pylist() == [{"a": "x", "b": "1"}]
    assert left.except_(right).to_pylist() == [{"a": "y", "b": "2"}]
    assert left.except_(right.select("b", "a")).count() == 1


@pytest.mark.parametrize("meet", ["union", "intersect", "except_"])
def test_columns_that_do_not_meet_are_refused(rt: bv.Runtime, meet: str) -> None:
    rt.register("left", pa.table({"a": ["x"], "n": [1]}))
    left = rt.table("left")
    with pytest.raises(bv.PlanError) as refused:
        getattr(left, meet)(left.rename(a="c").drop("n"))
    assert str(refused.value) == (
        f"the columns of `{meet}` meet by their names: the right relation has no `a`, `n`, "
        "the left relation has no `c`\n"
        "help: `select`, `rename` and `drop` make them the same"
    )
    rt.register("texts", pa.table({"a": ["x"], "n": ["1"]}))
    with pytest.raises(bv.PlanError) as refused:
        getattr(left, meet)(rt.table("texts"))
    assert str(refused.value) == (
        f"`{meet}` cannot bring these columns together: `n` is i64 on the left and String on "
        "the right\n"
        'help: `left.with_columns(n=col("n").cast(pyarrow.string()))`'
    )


def test_types_widen_where_nothing_is_lost(rt: bv.Runtime) -> None:
    rt.register("narrow", pa.table({"n": pa.array([1, None], pa.int16())}))
    rt.register("wide", pa.table({"n": pa.array([2**40, 1], pa.int64())}))
    rt.register("floats", pa.table({"n": [1.5]}))
    narrow, wide = rt.table("narrow"), rt.table("wide")
    assert narrow.union(wide).schema.field("n").type == pa.int64()
    assert wide.intersect(narrow).to_pylist() == [{"n": 1}]
    assert narrow.union(rt.table("floats")).schema.field("n").type == pa.float64()
    with pytest.raises(bv.PlanError, match="`n` is i64 on the left and f64 on the"):
        wide.union(rt.table("floats"))


def test_rows_leave_to_every_library(prices: bv.Relation) -> None:
    assert pa.table(prices) == prices.to_arrow() == PRICES.cast(prices.schema)
    assert sum(batch.num_rows for batch in prices.to_batches()) == 4
    assert polars.DataFrame(prices).equals(prices.to_polars())
    assert prices.to_polars()["price"].sum() == 11
    frame = prices.to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert frame["price"].isna().sum() == 1
    connection = duckdb.connect()
    table = prices.to_duckdb("things", connection)
    assert table.aggregate("sum(price)").fetchall() == [(11,)]
    assert connection.sql("select count(*) from prices").fetchall() == [(4,)]


def test_errors_of_rows_are_ours(rt: bv.Runtime) -> None:
    broken = rt.sql("select 1 / (value - 1) as x from range(0, 3)")
    for read in [broken.to_arrow, broken.to_polars, lambda: list(broken.to_batches())]:
        with pytest.raises(bv.ExecutionError, match="division by zero"):
            read()


def test_a_prompt_shows_the_first_rows(rt: bv.Runtime, prices: bv.Relation) -> None:
    assert repr(prices.sort("name").select("name", "price").head(2)) == (
        "name  price\n────  ─────\ncap       3\nink       5"
    )
    assert repr(rt.sql("select value from range(0, 100) order by value")).endswith(
        "19\n…"
    )


def test_a_notebook_shows_the_first_rows(rt: bv.Runtime) -> None:
    rows = {"n": list(range(21)), "<tag>": [None, "<b>", *map(str, range(19))]}
    rt.register("tags", pa.table(rows))
    shown = rt.table("tags").sort("n")._repr_html_()
    assert "&lt;b&gt;" in shown and "<b>" not in shown
    table = ElementTree.fromstring(shown)
    assert [part.tag for part in table] == ["caption", "thead", "tbody"]
    assert table.findtext("caption") == "the first 20 rows"
    header = [(cell.text, cell.get("title")) for cell in table.iter("th")]
    assert header == [("n", "int64"), ("<tag>", "string")]
    body = [[cell.text for cell in row] for row in table.iterfind("tbody/tr")]
    assert len(body) == 20
    assert body[:3] == [["0", "null"], ["1", "<b>"], ["2", "0"]]
    # Nothing is said where there are no more.
    whole = ElementTree.fromstring(rt.table("tags").limit(20)._repr_html_())
    assert [part.tag for part in whole] == ["thead", "tbody"]
    assert len(whole.findall("tbody/tr")) == 20


def test_plans_are_explained(prices: bv.Relation) -> None:
    plan = prices.filter(col("price") > lit(3)).select("name")
    assert "price" in plan.explain()
    assert "output_rows=1" in plan.explain(analyze=True)
