"""The pages about Python: what they show is what happens."""

import doctest
import json
import pathlib
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

import belvedere as bv

DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.mark.parametrize("page", ["python-functions.md", "python-sessions.md"])
def test_a_page_shows_what_happens(page: str) -> None:
    text = (DOCS / page).read_text()
    # A fence would be taken for a line of output.
    lines = ["" if line.startswith("```") else line for line in text.split("\n")]
    test = doctest.DocTestParser().get_doctest("\n".join(lines), {}, page, page, 0)
    assert len(test.examples) > 4
    failed: list[str] = []
    doctest.DocTestRunner().run(test, out=failed.append)
    assert not failed, "".join(failed)


def blocks(page: Path, language: str) -> list[str]:
    """The snippets of a page in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.M | re.S)


def test_the_readme_runs(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "project"
    shutil.copytree(tree, folder)
    monkeypatch.chdir(folder)
    (snippet,) = blocks(DOCS.parent / "python" / "README.md", "python")
    names: dict[str, Any] = {"some_table": pa.table({"price": [3]})}
    # Every line is a statement: what a prompt would show is computed.
    exec(compile(snippet, "README.md", "exec"), names)  # noqa: S102
    duckdb.default_connection().execute("drop table calls")
    assert names["rt"].table("prices").count() == 1
    assert names["calls"].columns == ["path", "id"]


def test_the_first_page_runs(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "project"
    shutil.copytree(tree, folder)
    monkeypatch.chdir(folder)
    (snippet,) = blocks(DOCS.parent / "README.md", "python")
    names: dict[str, Any] = {}
    exec(compile(snippet, "README.md", "exec"), names)  # noqa: S102
    assert names["rt"].table("source_files").count() == 2


ORDERS = pa.table(
    {
        "customer": ["ada", "ada", "bob"],
        "placed": [1, 2, 3],
        "pieces": [24, 3, 7],
    }
)


def test_the_page_of_specs_shows_what_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = DOCS / "specs.md"
    (spec,) = blocks(page, "json")
    text, told = blocks(page, "text")
    (snippet,) = blocks(page, "python")
    monkeypatch.chdir(tmp_path)
    rt = bv.Runtime(tmp_path)
    rt.register("orders", ORDERS)
    assert rt.spec_text(spec) + "\n" == text
    assert sorted(rt.spec(spec).to_pydict()["dozens"]) == [0, 2]
    wrong = json.loads(spec.replace("o.pieces", "o.pices"))
    with pytest.raises(bv.PlanError) as refused:
        # Its first step alone.
        rt.spec({"from": wrong["from"], "steps": wrong["steps"][:1]})
    # The page has read the spec from a file.
    assert f"error: {refused.value}\n".replace("--> spec:", "--> orders.json:") == told
    least = {"column": "least"}
    report = {
        "params": [{"name": "least", "type": "i64"}],
        "from": "orders",
        "steps": [{"where": {"gt": [{"column": "pieces"}, least]}}],
    }
    (tmp_path / "report.json").write_text(json.dumps(report))
    names: dict[str, Any] = {"rt": rt, "pathlib": pathlib}
    exec(compile(snippet, "specs.md", "exec"), names)  # noqa: S102
    assert names["orders"].count() == 2
    assert names["report"].count() == 2
    assert names["large"].to_pydict() == {"value": [True, False, True]}
