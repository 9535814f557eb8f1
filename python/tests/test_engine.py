"""The functions that the engine has: each has a builder, or a reason in the docs why it has none."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datafusion import SessionConfig, SessionContext, functions

import belvedere as bv
from belvedere import builtin as b
from belvedere._builtin import BUILTINS
from belvedere._constructs import CONSTRUCTS
from belvedere._lambdas import LAMBDAS

DOCS = Path(__file__).parents[2] / "docs"

ROUTINES = "select distinct routine_name as name from information_schema.routines"


@pytest.fixture(scope="module")
def session() -> SessionContext:
    return SessionContext(SessionConfig().with_information_schema(True))


def row_by_row(text: str) -> Iterator[list[str]]:
    """The cells of each row of the tables of a text."""
    for line in text.splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def not_there() -> dict[str, str]:
    """What the page says of Python, by functions that are no built-ins of views."""
    text = (DOCS / "builtins.md").read_text().partition("## Not there")[2]
    return {name.strip("`"): python for name, _, python in row_by_row(text)}


def with_reasons() -> set[str]:
    return {
        name
        for name, python in not_there().items()
        if not python.startswith("`builtin.")
    }


def with_builders() -> dict[str, str | None]:
    """The builders, and what each calls."""
    every = [BUILTINS, CONSTRUCTS, LAMBDAS]
    found = [(name, functions.get(name)) for name in b.__all__ for functions in every]
    return {name: function.engine for name, function in found if function is not None}


def functions_of(runtime: bv.Runtime) -> set[str]:
    """The names of our own functions."""
    every = runtime.functions()
    return {name for f in every for name in [f["name"], *f.get("aliases", [])]}


def own_name(session: SessionContext, name: str) -> str | None:
    """The name of the function that a session calls so."""
    finds: list[Any] = [session.udf, session.udaf, session.udwf]
    for find in finds:
        try:
            return str(find(name).name)
        except Exception:  # noqa: BLE001, S112
            continue
    return None


def test_every_builder_is_known() -> None:
    assert sorted(with_builders()) == sorted(b.__all__)


def test_builders_and_reasons_are_all_that_the_package_has(
    session: SessionContext,
) -> None:
    names = session.sql(ROUTINES).to_pydict()["name"]
    # A table function has no object.
    found = {own_name(session, name) for name in names} - {None}
    builders = with_builders()
    # Some are called by another name of the engine's: `any_value` is its `first_value`.
    called = {name for pair in builders.items() for name in pair if name in found}
    # Functions of functions are in no list of a session.
    of_functions = {"array_any_match", "array_filter", "array_first", "array_transform"}
    assert found | of_functions == called | of_functions | with_reasons()
    assert of_functions < set(builders.values())
    assert not set(builders) & with_reasons()


def test_the_runtime_has_the_functions_of_the_package_and_ours(
    session: SessionContext, tmp_path: Path
) -> None:
    runtime = bv.Runtime(tmp_path)
    theirs = set(session.sql(ROUTINES).to_pydict()["name"])
    ours = set(runtime.sql(ROUTINES).to_pydict()["name"])
    assert theirs <= ours
    assert ours - theirs <= functions_of(runtime)


def test_what_else_the_package_calls_functions_is_told_of(
    session: SessionContext,
) -> None:
    text = (DOCS / "python-functions.md").read_text()
    cells = [cells[0] for cells in row_by_row(text.partition("## The rest of")[2])]
    told = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    unknown = {name for name in functions.__all__ if own_name(session, name) is None}
    assert unknown - set(b.__all__) == told


@pytest.mark.parametrize("name", sorted(not_there()))
def test_a_view_has_no_function_of_the_clock_of_chance_or_of_arrow(
    name: str, tmp_path: Path
) -> None:
    runtime = bv.Runtime(tmp_path)
    runtime.register("t", runtime.from_pydict({"x": [1]}))
    with pytest.raises(bv.PlanError) as refused:
        runtime.query(f"from t as t select {{ y: {name}(t.x) }}")
    if name in functions_of(runtime):
        # One of ours has the name, and is called by it.
        assert "no function" not in str(refused.value)
        return
    assert f"no function `{name}` [V0066]" in str(refused.value)
    reason = str(refused.value).partition("help: ")[2].split("\n")[0]
    rows = row_by_row((DOCS / "builtins.md").read_text())
    assert reason in [cells[1] for cells in rows if cells[0] == f"`{name}`"]
