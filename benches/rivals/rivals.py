"""DuckDB, and Python functions in DataFusion, over the rows that `belvedere-benches data` wrote.

Both run whole queries on one thread over a table in memory, as the other programs' queries do. A
Python function is what most people would write: a loop over the values of the batch. What it
prints has the form of those programs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import re
import time
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import datafusion
import duckdb
import pyarrow as pa
import pyarrow.ipc

TURN = 0.02
PATTERN = re.compile("[xyz]{3}Q?a")


@dataclass
class Bench:
    """A bench: the query of DuckDB, and a Python function of a row with its types and query."""

    name: str
    duckdb: str | None
    function: Callable[..., Any] | None = None
    returns: pa.DataType | None = None
    # What the query computes of a call, which stands in the place of {}.
    query: str = "max({})"


COUNT = "count(*) FILTER (WHERE {})"

BENCHES = [
    Bench("add", "max(a + b)", lambda a, b: a + b, pa.int64()),
    Bench("add, 10% NULL", "max(a + b)", lambda a, b: a + b, pa.int64()),
    Bench("add three, 10% NULL", "max(a + b + c)", lambda a, b, c: a + b + c, pa.int64()),
    Bench("gcd, 50% NULL", "max(gcd(a, b))", math.gcd, pa.int64()),
    Bench("divide, 10% NULL", "max(a // b)", lambda a, b: a // b, pa.int64()),
    Bench("length, ASCII", "max(length(s))", len, pa.int64()),
    Bench("length, Unicode", "max(length(s))", len, pa.int64()),
    Bench("length, views", "max(length(s))", len, pa.int64()),
    Bench("upper", "max(upper(s))", str.upper, pa.string()),
    Bench("trim", "max(trim(s))", lambda s: s.strip(" "), pa.string()),
    Bench("trim, views", "max(trim(s))", lambda s: s.strip(" "), pa.string()),
    Bench(
        "starts_with",
        "count(*) FILTER (WHERE starts_with(s, ' ab'))",
        lambda s: s.startswith(" ab"),
        pa.bool_(),
        COUNT,
    ),
    Bench(
        "matches",
        "count(*) FILTER (WHERE regexp_matches(s, '[xyz]{3}Q?a'))",
        lambda s: PATTERN.search(s) is not None,
        pa.bool_(),
        COUNT,
    ),
    Bench("upper, 16 in a dictionary", "max(upper(s))", str.upper, pa.string()),
    Bench("upper, 256 in a dictionary", "max(upper(s))", str.upper, pa.string()),
    Bench("upper, 4096 in a dictionary", "max(upper(s))", str.upper, pa.string()),
    Bench("list_sum", "max(list_sum(l))", sum, pa.int64()),
    Bench(
        "list_compact",
        "max(len(list_filter(l, lambda x: x IS NOT NULL)))",
        lambda l: [item for item in l if item is not None],
        pa.list_(pa.int64()),
        "max(array_length({}))",
    ),
    Bench(
        "list_unique_sorted",
        "max(len(list_sort(list_distinct(l))))",
        lambda l: sorted(set(l)),
        pa.list_(pa.int64()),
        "max(array_length({}))",
    ),
    Bench(
        "map_get_default",
        "max(coalesce(m['wanted'], -1))",
        lambda m: dict(m).get("wanted", -1),
        pa.int64(),
    ),
    Bench(
        "span_overlaps",
        "count(*) FILTER (WHERE x.bstart < y.bend AND y.bstart < x.bend"
        " AND x.bstart < x.bend AND y.bstart < y.bend"
        " AND x.line_base = y.line_base AND x.col_unit = y.col_unit)",
        lambda x, y: max(x["bstart"], y["bstart"]) < min(x["bend"], y["bend"])
        and x["bstart"] < x["bend"]
        and y["bstart"] < y["bend"],
        pa.bool_(),
        COUNT,
    ),
    Bench(
        "stable_hash64",
        None,
        lambda s: int.from_bytes(hashlib.blake2b(s.encode(), digest_size=8).digest())
        & 0x7FFF_FFFF_FFFF_FFFF,
        pa.int64(),
    ),
    Bench(
        "utf8_normalize",
        None,
        lambda s: " ".join(
            unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", s).casefold()).split()
        ),
        pa.string(),
    ),
]

GROUPS = [
    ("sum", "sum(v)"),
    ("count_if", "count_if(p)"),
    ("arg_max", "arg_max(v, k)"),
    ("arg_max_text", "arg_max(s, k)"),
    ("count_distinct", "count(DISTINCT s)"),
    ("list_unique", "list(DISTINCT v)"),
]


def rows_of(path: Path) -> pa.Table:
    """The arguments and results of a bench."""
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()


def turn(run: Callable[[], Any], repetitions: int) -> float:
    """Seconds of a run, of so many."""
    start = time.perf_counter()
    for _ in range(repetitions):
        run()
    return (time.perf_counter() - start) / repetitions


def measure(bench: str, level: str, contestant: str, rows: int, rounds: int, run: Callable[[], Any]) -> None:
    """The fastest of some turns, as a line of JSON."""
    run()
    repetitions = int(TURN / turn(run, 1)) + 1
    best = min(turn(run, repetitions) for _ in range(rounds))
    nanoseconds = 1e9 * best / rows
    print(
        json.dumps(
            {
                "bench": bench,
                "level": level,
                "contestant": contestant,
                "nanoseconds_per_row": nanoseconds,
            }
        ),
        flush=True,
    )


def database(table: pa.Table) -> duckdb.DuckDBPyConnection:
    """DuckDB with the rows in a table of its own, which is where it is fastest."""
    connection = duckdb.connect(config={"threads": 1})
    connection.register("arrow", table)
    connection.execute("CREATE TABLE t AS SELECT * FROM arrow")
    connection.unregister("arrow")
    return connection


def vectorised(function: Callable[..., Any], returns: pa.DataType) -> Callable[..., pa.Array]:
    """A function of rows as a function of arrays, NULL where an argument is."""

    def of_arrays(*arrays: pa.Array) -> pa.Array:
        rows: Iterable[tuple[Any, ...]] = zip(*(array.to_pylist() for array in arrays), strict=True)
        return pa.array(
            [None if None in row else function(*row) for row in rows],
            type=returns,
        )

    return of_arrays


def session(bench: Bench, table: pa.Table) -> tuple[datafusion.SessionContext, str]:
    """DataFusion with a Python function, and the query that calls it."""
    assert bench.function is not None
    arguments = table.drop_columns(["expected"])
    types = [field.type for field in arguments.schema]
    of_arrays = vectorised(bench.function, bench.returns)
    first = arguments.slice(0, 8192).combine_chunks()
    result = of_arrays(*(column.combine_chunks() for column in first.columns))
    expected = table["expected"].slice(0, 8192).combine_chunks()
    if result.to_pylist() != expected.to_pylist():
        raise SystemExit(f"Python gives other results than belvedere in {bench.name}")
    context = datafusion.SessionContext(datafusion.SessionConfig().with_target_partitions(1))
    context.register_udf(
        datafusion.udf(of_arrays, types, bench.returns, "immutable", name="python_function")
    )
    context.register_record_batches("t", [arguments.to_batches(max_chunksize=8192)])
    call = f"python_function({', '.join(arguments.column_names)})"
    return context, f"SELECT {bench.query.format(call)} FROM t"


def main() -> None:
    """Measures what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="only benches whose name contains this")
    parser.add_argument("--rounds", type=int, default=5, help="turns; the fastest counts")
    options = parser.parse_args()

    for bench in (bench for bench in BENCHES if options.only in bench.name):
        table = rows_of(options.folder / f"{bench.name}.arrow")
        if bench.duckdb is not None:
            connection = database(table)
            query = f"SELECT {bench.duckdb} FROM t"
            run = lambda: connection.execute(query).fetchall()  # noqa: E731
            measure(bench.name, "query", "DuckDB", table.num_rows, options.rounds, run)
        if bench.function is not None:
            context, statement = session(bench, table)
            run = lambda: context.sql(statement).collect()  # noqa: E731
            measure(bench.name, "query", "Python UDF", table.num_rows, options.rounds, run)

    for size in ("100", "1M"):
        named = [(f"{name} of {size} groups", sql) for name, sql in GROUPS]
        named = [(name, sql) for name, sql in named if options.only in name]
        if not named:
            continue
        table = rows_of(options.folder / f"groups {size}.arrow")
        connection = database(table)
        for name, aggregate in named:
            query = f"SELECT count(x) FROM (SELECT {aggregate} AS x FROM t GROUP BY g)"
            run = lambda: connection.execute(query).fetchall()  # noqa: E731, B023
            measure(name, "statement", "DuckDB", table.num_rows, options.rounds, run)


if __name__ == "__main__":
    main()
