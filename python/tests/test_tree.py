"""One tree of exceptions: what is asked wrongly is told by it, whoever would have raised it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import datafusion
import pyarrow as pa
import pytest

import belvedere as bv
from belvedere import col, errors


def test_the_tree_is_in_the_package() -> None:
    for name in [*errors.__all__, "ArgumentError"]:
        assert issubclass(getattr(bv, name), bv.BelvedereError)
        assert name in bv.__all__


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (
            lambda rt: rt.evaluate(3),
            bv.ArgumentError,
            "an expression is needed for `value`, this is 3 (int)\n"
            "help: `lit(3)` is a constant",
        ),
        (
            lambda rt: rt.table("t").filter("n > 1"),
            bv.ArgumentError,
            "an expression is needed, this is 'n > 1' (str)",
        ),
        (
            lambda rt: rt.table("t").join(3, "n"),
            bv.ArgumentError,
            "a relation is needed, this is 3 (int)",
        ),
        (
            lambda rt: rt.from_pydict({"a": [1], "b": [1, 2]}),
            bv.ArgumentError,
            "`from_pydict` takes the values of each column, as many of each: "
            "Column 1 named b expected length 1 but got length 2",
        ),
        (
            lambda rt: rt.from_pydict({"a": [1, "x"]}),
            bv.ArgumentError,
            "`from_pydict`: column `a`: its items are of two types, `int64` (1) and "
            "`string` ('x')",
        ),
        (
            lambda rt: rt.spec(Path("missing.json")),
            bv.PlanError,
            "`missing.json` cannot be read: [Errno 2] No such file or directory: "
            "'missing.json'",
        ),
        (
            lambda rt: rt.spec({"from": object()}),
            bv.ArgumentError,
            "a spec has texts, numbers, lists and dictionaries: "
            "Object of type object is not JSON serializable",
        ),
        (
            lambda rt: rt.spec({"from": "t", "steps": [{"limit": float("nan")}]}),
            bv.ArgumentError,
            "a spec has texts, numbers, lists and dictionaries: "
            "Out of range float values are not JSON compliant",
        ),
    ],
)
def test_what_is_asked_wrongly_is_told_by_the_tree(
    rt: bv.Runtime, ask: Any, error: type[Exception], message: str
) -> None:
    rt.register("t", pa.table({"n": [1]}))
    with pytest.raises(error) as refused:
        ask(rt)
    # What Python itself says differs a little from one version to another.
    assert str(refused.value).startswith(message)


def test_functions_of_python_are_refused(rt: bv.Runtime) -> None:
    rt.register("t", pa.table({"n": [1]}))
    twice = datafusion.udf(
        lambda n: pa.compute.multiply(n, 2),
        [pa.int64()],
        pa.int64(),
        "immutable",
        "twice",
    )
    for ask in [
        lambda: rt.table("t").select(x=twice(col("n"))),
        lambda: rt.table("t").filter(twice(col("n")) > 1),
        lambda: rt.table("t").sort(twice(col("n"))),
        lambda: rt.evaluate(bv.lit(1) + twice(bv.lit(1))),
    ]:
        with pytest.raises(bv.ArgumentError) as refused:
            ask()
        first, second = str(refused.value).split("\n")
        assert "twice(" in first
        assert first.endswith(
            "calls a function of Python's, which the engine cannot call"
        )
        assert second.startswith("help: `to_arrow()`")


TEXTS = [
    "from ast_defs as d select { d.nme }",
    "from ast_def as d select { d.name }",
    "from ast_defs as d where d.name select { d.name }",
    "from ast_defs as d select",
]


@pytest.mark.parametrize("text", TEXTS)
def test_messages_are_those_of_the_command_line(
    rt: bv.Runtime, warehouse: Path, text: str
) -> None:
    with pytest.raises(bv.PlanError) as refused:
        rt.query(text)
    command = [sys.executable, "-m", "belvedere", "query", text]
    command += ["--warehouse", str(warehouse)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.strip() == f"error: {refused.value}".strip()


def test_lists_of_facts_are_shown_as_tables(rt: bv.Runtime) -> None:
    rt.register("t", pa.table({"n": [1]}))
    assert repr(rt.columns("t")) == "name  type   nullable  doc\nn     int64  True"
    views = repr(rt.views()).splitlines()
    assert views[0].split() == [
        *("name", "doc", "sources", "functions", "refresh", "tags", "owner", "params")
    ]
    assert len(views) == len(rt.views()) + 1
    assert any(line.startswith("call_edges ") for line in views)
    for facts in (rt.tables(), rt.views(), rt.columns("ast_defs")):
        assert facts._repr_html_().count("<tr>") == len(facts) + 1


def test_a_notebook_draws_the_graph(rt: bv.Runtime) -> None:
    graph = rt.graph()
    assert graph._repr_svg_() == graph.to_svg()
    assert graph._repr_svg_().endswith("</svg>")
