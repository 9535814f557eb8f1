"""A program of calls of every kind, which tells what memory stays: `memory.py WAREHOUSE CALLS [leak]`.

It is a process of its own, so that nothing but these calls is measured, and reads what is resident at the
moment, not the peak. With `leak` it keeps 2,000 bytes of each call, as something that leaks would.
"""

import gc
import os
import sys
from collections.abc import Callable

import datafusion
import pyarrow as pa

import belvedere as bv
from belvedere import builtin as b
from belvedere import col, lit
from belvedere import functions as f

ROWS = pa.table({"n": list(range(1000)), "s": [f"text {n}" for n in range(1000)]})

# How many calls are made before memory is looked at first.
WARM = 1_000

# How often a call that only reads is made for one that plans a text.
READS = 5


def resident() -> int:
    """Bytes that are in memory now."""
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def kinds(rt: bv.Runtime) -> list[Callable[[], object]]:
    """The calls that are made in turn."""
    rt.register("rows", ROWS)
    context = datafusion.SessionContext()
    bv.register(context)
    context.register_table("rows", rt.table("rows"))
    half = rt.sql("select value, value * 2 as twice from range(0, 1000000)")

    def register() -> None:
        rt.register("again", ROWS)
        assert rt.deregister("again")

    def built() -> object:
        count = b.count(col("n"), filter=f.stable_hash64(col("s")) > lit(0))
        return rt.table("rows").aggregate((), count.alias("x")).columns

    def refused() -> None:
        try:
            rt.sql("select nothing from rows")
        except bv.PlanError:
            return

    reads: list[Callable[[], object]] = [
        rt.table("rows").filter(col("n") > lit(500)).to_arrow,
        lambda: next(iter(half.to_batches())),
        lambda: rt.table("rows").limit(10).to_polars(),
        lambda: pa.table(rt.table("rows").select(x=f.stable_hash64(col("s")))),
        built,
    ]
    return READS * reads + [
        lambda: rt.query("from rows as r where r.n > 990 select { r.s }").to_arrow(),
        lambda: rt.sql("select sum(n) as s from rows").to_pylist(),
        lambda: context.sql("select s from rows where n > 990").to_arrow_table(),
        register,
        refused,
    ]


def main(warehouse: str, count: int, leaks: bool) -> None:
    calls = kinds(bv.Runtime(warehouse))
    kept: list[object] = []
    before = 0
    for call in range(WARM + count):
        if call == WARM:
            before = resident()
        calls[call % len(calls)]()
        if leaks:
            kept.append(bytearray(2_000))
    print(resident() - before)


main(sys.argv[1], int(sys.argv[2]), sys.argv[3:] == ["leak"])
