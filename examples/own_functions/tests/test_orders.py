"""A table that Python's `deltalake` writes: read by a run, and handed to a session with its conditions."""

from pathlib import Path

import belvedere as bv
import datafusion
import own_functions
import pyarrow as pa
import pytest
from datafusion import functions as engine
from deltalake import DeltaTable, write_deltalake

CITIES = ["Bonn", "Kiel", "Ulm", "Trier"]

# Of each city so many orders, whose numbers follow one another.
EACH = 100


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A table of a file for each city."""
    folder = tmp_path / "orders"
    rows = [
        {"order_id": at * EACH + number, "cents": 100, "city": city}
        for at, city in enumerate(CITIES)
        for number in range(EACH)
    ]
    write_deltalake(folder, pa.Table.from_pylist(rows), partition_by=["city"])
    assert len(DeltaTable(folder).file_uris()) == len(CITIES)
    return folder


@pytest.fixture
def rt(orders: Path, tmp_path: Path) -> bv.Runtime:
    """A runtime whose run has read them."""
    rt = own_functions.Runtime(tmp_path / "warehouse")
    rt.run(tables={"orders": str(orders)}, progress=False)
    return rt


def test_a_run_reads_a_table_that_deltalake_has_written(rt: bv.Runtime) -> None:
    expected = [{"city": city, "orders": EACH, "cents": 11_900} for city in CITIES]
    by_name = sorted(expected, key=lambda row: str(row["city"]))
    assert rt.table("cities").sort("city").to_pylist() == by_name
    (known,) = [table for table in rt.tables() if table.name == "orders"]
    assert (known.kind, known.rows, known.version) == ("external", 400, 0)


def test_a_version_is_read_until_the_next_run(rt: bv.Runtime, orders: Path) -> None:
    more = {"order_id": [900], "cents": [100], "city": ["Ulm"]}
    write_deltalake(orders, pa.table(more), mode="append")
    assert rt.table("orders").count() == 400
    rt.run(tables={"orders": str(orders)}, progress=False)
    assert rt.table("orders").count() == 401


def test_a_run_gives_a_view_its_parameter(rt: bv.Runtime, orders: Path) -> None:
    (cities,) = rt.views()
    assert cities.params == [bv.Parameter("percent", "i64", "19")]
    assert str(cities.params[0]) == "percent: i64 = 19"
    assert rt.show("cities").params == cities.params
    assert "\nparameters   percent: i64 = 19\n" in repr(rt.show("cities"))
    assert repr(rt.views()).splitlines()[1].endswith("  percent: i64 = 19")
    tables = {"orders": str(orders)}
    rt.run(tables=tables, params={"cities.percent": 7}, progress=False)
    assert set(rt.table("cities").to_pydict()["cents"]) == {10_700}
    with pytest.raises(TypeError, match="parameter `percent` takes an int"):
        rt.run(tables=tables, params={"cities.percent": "7"}, progress=False)


def test_other_columns_than_those_that_were_pulled_are_refused(
    rt: bv.Runtime, orders: Path
) -> None:
    rows = pa.table({"order_id": ["1"], "cents": [1], "city": ["Ulm"]})
    write_deltalake(orders, rows, mode="overwrite", schema_mode="overwrite")
    with pytest.raises(bv.ContractError, match="`orders`"):
        rt.run(tables={"orders": str(orders)}, progress=False)
    assert rt.table("cities").count() == len(CITIES)


# What chooses the rows of one city: its partition, and the numbers of its orders.
CONDITIONS = ["city = 'Ulm'", "order_id >= 200 and order_id < 300"]

# The same, as expressions of `datafusion` and of ours.
BUILT = {
    f"{module.__name__}-{name}": condition
    for module in (datafusion, bv)
    for name, condition in {
        "partition": module.col("city") == module.lit("Ulm"),
        "either": engine.in_list(
            module.col("city"), [module.lit("Ulm"), module.lit("Aachen")]
        ),
        "numbers": (module.col("order_id") >= module.lit(200))
        & (module.col("order_id") < module.lit(300)),
    }.items()
}


def leave_ulm(orders: Path) -> None:
    """Takes away the files of all other cities."""
    for uri in DeltaTable(orders).file_uris():
        if "city=Ulm" not in uri:
            Path(uri.removeprefix("file://")).unlink()


@pytest.mark.parametrize("condition", CONDITIONS)
def test_files_without_rows_are_not_opened(
    rt: bv.Runtime, orders: Path, condition: str
) -> None:
    context = datafusion.SessionContext()
    context.register_table("ours", rt.table("orders"))
    context.register_table("theirs", DeltaTable(orders))
    sums = "select count(*) as n, sum(cents) as cents from {} where {}"
    for name in ("ours", "theirs"):
        assert context.sql(sums.format(name, condition)).to_pylist() == [
            {"n": EACH, "cents": 10_000}
        ]
    leave_ulm(orders)
    # Of four files one is left, and nothing else is missed.
    assert context.sql(sums.format("ours", condition)).to_pylist() == [
        {"n": EACH, "cents": 10_000}
    ]
    with pytest.raises(Exception, match="(?i)no such file|not found"):
        context.sql(sums.format("ours", "true")).to_pylist()
    # The package's own table takes no conditions: it opens every file.
    with pytest.raises(Exception, match="(?i)no such file|not found"):
        context.sql(sums.format("theirs", condition)).to_pylist()


@pytest.mark.parametrize("condition", BUILT.values(), ids=BUILT)
def test_built_conditions_reach_the_files(
    rt: bv.Runtime, orders: Path, condition: datafusion.Expr
) -> None:
    context = datafusion.SessionContext()
    context.register_table("ours", rt.table("orders"))
    leave_ulm(orders)
    ours = context.table("ours")
    for rows in (ours.filter(condition), rt.table("orders").filter(condition)):
        assert [row["city"] for row in rows.to_pylist()] == EACH * ["Ulm"]
    for everything in (ours, rt.table("orders")):
        with pytest.raises(Exception, match="(?i)no such file|cannot be read"):
            everything.to_pylist()
