"""The tasks of docs/python-comparison.md: all ways to do them give the same rows."""

import importlib
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "python-comparison.md"

TASKS = re.findall(r"^\| `(\w+)` \| (\d+), (\d+), (\d+|–) \|", PAGE.read_text(), re.M)


@pytest.fixture(scope="module")
def measure() -> ModuleType:
    """The script that measures them, whose modules stand beside it."""
    folder = str(ROOT / "benches" / "python")
    sys.path.insert(0, folder)
    try:
        importlib.import_module("mistakes")
        return importlib.import_module("measure")
    finally:
        sys.path.remove(folder)


@pytest.fixture(scope="module")
def ways(measure: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    rows = measure.made_up(1500)
    return measure.runs(rows, str(tmp_path_factory.mktemp("warehouse")))


@pytest.mark.parametrize("task", [task for task, *_ in TASKS])
def test_all_ways_give_the_same_rows(measure: Any, ways: Any, task: str) -> None:
    assert {"belvedere", "session", "udf"} <= set(ways[task])
    measure.compare(ways[task])


def test_other_rows_are_found(measure: Any, ways: Any) -> None:
    wrong = {
        "belvedere": ways["overlaps"]["belvedere"],
        "udf": ways["attributes"]["udf"],
    }
    with pytest.raises(AssertionError, match="^udf: "):
        measure.compare(wrong)


def test_the_page_counts_the_lines_of_every_task(measure: Any, ways: Any) -> None:
    written = {way: measure.lines(module) for way, module in measure.WAYS.items()}
    counted = [
        (
            task,
            str(written["belvedere"][task]),
            str(written["udf"][task]),
            str(written["arrow"].get(task, "–")),
        )
        for task in ways
    ]
    assert counted == TASKS


def test_mistakes_are_found_when_the_page_says_so(measure: Any, tmp_path: Path) -> None:
    mistakes = importlib.import_module("mistakes")
    found = mistakes.table(measure.made_up(300), str(tmp_path))
    lines = [f"| {' | '.join(line)} |" for line in found]
    text = PAGE.read_text()
    assert [line for line in lines if line not in text] == []
    assert len(re.findall(r"^\| [^|]+ \| when it is ", text, re.M)) == len(lines)


def test_the_page_quotes_a_task() -> None:
    (quoted,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    assert quoted in (ROOT / "benches/python/with_belvedere.py").read_text()
