"""Ten tasks, each by several ways: their rows are compared, then they take turns.

What it prints are lines of JSON, of which `cargo xtask bench python` makes a table.
"""

from __future__ import annotations

import argparse
import ast
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import belvedere as bv
import in_a_session
import pyarrow as pa
import with_arrow
import with_belvedere
import with_udfs
from datafusion import SessionContext
from rows import made_up

# The ways, and the name of each in the table.
WAYS: dict[str, ModuleType] = {
    "belvedere": with_belvedere,
    "session": in_a_session,
    "udf": with_udfs,
    "arrow": with_arrow,
}

Run = Callable[[], pa.Table]


def runs(rows: pa.Table, folder: str) -> dict[str, dict[str, Run]]:
    """For each task, the ways to do it."""
    runtime = bv.Runtime(folder)
    relation = runtime.from_arrow(rows)
    found: dict[str, dict[str, Run]] = {}
    for way, module in WAYS.items():
        for task in module.TASKS:
            if module is with_belvedere:
                result: Any = task(relation)
            else:
                context = SessionContext()
                context.register_record_batches(
                    "t", [rows.to_batches(max_chunksize=8192)]
                )
                result = task(context)
            # What is planned is planned once; each run computes.
            found.setdefault(task.__name__, {})[way] = partial(pa.table, result)
    return found


def sorted_rows(table: pa.Table) -> list[str]:
    """The rows as texts, in an order. Times have the unit of their session, and are compared as microseconds."""
    unit = pa.timestamp("us")
    fields = [
        field.with_type(unit) if pa.types.is_timestamp(field.type) else field
        for field in table.schema
    ]
    return sorted(map(repr, table.cast(pa.schema(fields)).to_pylist()))


def compare(ways: dict[str, Run]) -> None:
    """Fails where two ways give other rows."""
    expected = sorted_rows(ways["belvedere"]())
    assert expected, "there are no rows"
    for way, run in ways.items():
        found = sorted_rows(run())
        differing = [
            pair for pair in zip(expected, found, strict=False) if pair[0] != pair[1]
        ]
        assert found == expected, f"{way}: {differing[:3]}"


def lines(module: ModuleType) -> dict[str, int]:
    """How many lines of code each task has, with what is written for it alone."""
    assert module.__file__ is not None
    source = Path(module.__file__).read_text(encoding="utf-8")
    parts = {name: node for node in ast.parse(source).body for name in names(node)}
    users = {task.__name__: used(parts, task.__name__, set()) for task in module.TASKS}
    return {
        task: sum(
            code_lines(source.splitlines(), parts[name])
            for name in needed
            if sum(name in others for others in users.values()) == 1
        )
        for task, needed in users.items()
    }


def names(node: ast.stmt) -> Iterator[str]:
    """What a statement of a module defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    if isinstance(node, ast.Assign):
        yield from (
            target.id for target in node.targets if isinstance(target, ast.Name)
        )


def used(parts: dict[str, ast.stmt], name: str, seen: set[str]) -> set[str]:
    """A name and all that is needed for it."""
    if name not in seen:
        seen.add(name)
        for node in ast.walk(parts[name]):
            if isinstance(node, ast.Name) and node.id in parts:
                used(parts, node.id, seen)
    return seen


def code_lines(source: list[str], node: ast.stmt) -> int:
    """The lines of a definition without its texts, comments and empty lines."""
    texts = {
        line
        for inner in ast.walk(node)
        if isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Constant)
        for line in range(inner.lineno, (inner.end_lineno or inner.lineno) + 1)
    }
    every = range(node.lineno, (node.end_lineno or node.lineno) + 1)
    written = (source[line - 1].strip() for line in every if line not in texts)
    return sum(bool(line) and not line.startswith("#") for line in written)


def turn(run: Run) -> float:
    """Seconds of all processors in a run: what else a machine does changes them little."""
    start = time.process_time()
    run()
    return time.process_time() - start


def main() -> None:
    """Measures all tasks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument(
        "--rounds", type=int, default=5, help="turns; the fastest counts"
    )
    options = parser.parse_args()
    written = {way: lines(module) for way, module in WAYS.items()}
    with tempfile.TemporaryDirectory() as folder:
        for task, ways in runs(made_up(options.rows), folder).items():
            compare(ways)
            times: dict[str, list[float]] = {way: [] for way in ways}
            for _ in range(options.rounds):
                for way, run in ways.items():
                    times[way].append(turn(run))
            for way, seconds in times.items():
                result = {
                    "task": task,
                    "way": way,
                    "nanoseconds_per_row": 1e9 * min(seconds) / options.rows,
                    "lines": written[way][task],
                }
                print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
