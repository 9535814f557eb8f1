"""Relations as tables of somebody else's session."""

import datetime

import datafusion
import pyarrow as pa
import pytest
from datafusion import col, lit

import belvedere as bv
from belvedere import builtin as b
from belvedere import functions as f


@pytest.fixture
def context(rt: bv.Runtime) -> datafusion.SessionContext:
    """A session that has nothing of ours but two relations."""
    context = datafusion.SessionContext()
    context.register_table("defs", rt.table("ast_defs"))
    rt.register(
        "numbers", pa.table({"n": [1, 2, 3, None], "Text": ["a", "b", "c", "d"]})
    )
    context.register_table("numbers", rt.table("numbers"))
    return context


def test_the_rows_are_ours(rt: bv.Runtime, context: datafusion.SessionContext) -> None:
    query = "select name, kind, lang from {} order by name, lang"
    theirs = context.sql(query.format("defs")).to_arrow_table()
    assert theirs.to_pylist() == rt.sql(query.format("ast_defs")).to_pylist()


def test_conditions_columns_and_limits_come_over(
    context: datafusion.SessionContext,
) -> None:
    rows = context.sql('select "Text" from numbers where n > 1 order by n').to_pylist()
    assert rows == [{"Text": "b"}, {"Text": "c"}]
    assert context.sql("select count(*) as n from numbers").to_pylist() == [{"n": 4}]
    assert len(context.sql("select * from numbers limit 2").to_pylist()) == 2
    plan = str(context.sql("select n from numbers where n > 1").execution_plan())
    assert "Filter" not in plan


def test_their_functions_are_in_our_conditions(
    context: datafusion.SessionContext,
) -> None:
    bv.register(context)
    wanted = f.stable_hash64(col('"Text"')) == f.stable_hash64(lit("b"))
    assert context.table("numbers").filter(wanted).select(col("n")).to_pylist() == [
        {"n": 2}
    ]


def test_functions_of_theirs_stay_with_them(
    rt: bv.Runtime, context: datafusion.SessionContext
) -> None:
    days = pa.table(
        {"at": [datetime.datetime(2026, 11, d) for d in (1, 21)], "n": [1, 2]}
    )
    rt.register("days", days)
    context.register_table("days", rt.table("days"))
    november = b.date_trunc("month", col("at")) == lit(datetime.datetime(2026, 11, 1))
    assert context.table("days").filter(november, col("n") > 1).count() == 1
    month = "select n from days where date_trunc('month', at) = '2026-11-01' and n > 1"
    assert context.sql(month).to_pylist() == [{"n": 2}]
    assert "Filter" in str(context.sql(month).execution_plan())
    own = datafusion.udf(lambda n: n, [pa.int64()], pa.int64(), "immutable", "same")
    assert context.table("days").filter(own(col("n")) > 1).count() == 1


def test_windows_are_computed_in_their_session(
    context: datafusion.SessionContext,
) -> None:
    total = f.running_total(col("n"), order_by="n").alias("total")
    rows = context.table("numbers").filter(col("n") > 0).select(col("n"), total)
    assert rows.sort(col("n")).to_pydict()["total"] == [1, 3, 6]


def test_errors_of_rows_are_told(rt: bv.Runtime) -> None:
    context = datafusion.SessionContext()
    context.register_table(
        "broken", rt.sql("select 1 / (value - 1) as x from range(0, 3)")
    )
    with pytest.raises(Exception, match="(?i)divide by zero|division by zero"):
        context.sql("select x from broken").to_arrow_table()
