"""The examples of all docstrings, as Python's prompt has them, and what docstrings say besides."""

import datetime
import doctest
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import belvedere as bv
from belvedere import builtin, functions, tables

DOCS = Path(__file__).parents[2] / "docs"

EXAMPLES = {
    f"{module.__name__}.{name}": getattr(module, name)
    for module in (functions, tables, builtin)
    for name in module.__all__
}


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the docstring of the module says that names stand for."""
    runtime = bv.Runtime(tmp_path_factory.mktemp("warehouse"))
    here = {"f": functions, "b": builtin, "tables": tables, "rt": runtime}
    return here | {"col": bv.col, "lit": bv.lit, "datetime": datetime}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_of_a_function_are_so(name: str, names: dict[str, Any]) -> None:
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
    found = [
        test for test in finder.find(EXAMPLES[name], name, globs=names) if test.examples
    ]
    assert found, "no example can be typed in Python"
    told: list[str] = []
    for test in found:
        runner.run(test, out=told.append)
    assert not runner.failures, "".join(told)


def test_an_example_that_is_wrong_is_found(names: dict[str, Any]) -> None:
    wrong = doctest.DocTestParser().get_doctest(
        ">>> rt.evaluate(f.stable_hash64('alpha'))\n1\n", dict(names), "wrong", None, 0
    )
    runner = doctest.DocTestRunner()
    runner.run(wrong, out=lambda _: None)
    assert runner.failures == 1


def plain(text: str) -> str:
    """A text without what lays it out."""
    return " ".join(text.split())


def test_docstrings_say_what_the_reference_of_sql_says(tmp_path: Path) -> None:
    page = plain((DOCS / "functions.md").read_text())
    for function in bv.Runtime(tmp_path).functions():
        module = tables if function["kind"] == "table" else functions
        docstring = plain(inspect.getdoc(getattr(module, function["name"])) or "")
        texts = [function["summary"], *function.get("paragraphs", [])]
        texts += [example["sql"] for example in function.get("examples", [])]
        for text in map(plain, texts):
            assert text in docstring, function["name"]
            assert text in page, function["name"]


# Forms of the page that have no builder of their name: text that stands for a constant, which Python has a value for,
# and one of two that differ by the type of their argument alone.
OTHERWISE = {
    "duration": "A length of time",
    "interval": "Months, days",
    "to_timestamp": "The time so many seconds after",
}


def test_docstrings_say_what_the_page_of_built_ins_says() -> None:
    page = (DOCS / "builtins.md").read_text().partition("## Not there")[0]
    rows = re.findall(r"^\| `(\w+)[<(].*?` \| (.*) \|$", page, re.MULTILINE)
    names = {name for name, _ in rows}
    missing: list[tuple[str, str]] = []
    for name, text in rows:
        builder = getattr(builtin, name, None) or getattr(builtin, f"{name}_", None)
        docstring = plain(inspect.getdoc(builder) or "") if builder else ""
        # Behind it there are examples and types. The second form of a builder stands in a sentence.
        first = text.partition(". ")[0].rstrip(".")
        if first.lower() not in docstring.lower():
            missing.append((name, first))
    assert [name for name, _ in missing] == list(OTHERWISE)
    assert all(text.startswith(OTHERWISE[name]) for name, text in missing)
    for name in sorted(names - OTHERWISE.keys()):
        builder = getattr(builtin, name, None) or getattr(builtin, f"{name}_")
        summary = plain((inspect.getdoc(builder) or "").partition("\n\n")[0])
        assert any(text.startswith(summary) for row, text in rows if row == name), name


@pytest.mark.parametrize("module", [functions, tables, builtin])
def test_completion_lists_functions_and_nothing_else(module: Any) -> None:
    assert dir(module) == sorted(module.__all__)


@pytest.mark.parametrize("name", EXAMPLES)
def test_help_shows_annotations_as_they_are_written(name: str) -> None:
    signature = str(inspect.signature(EXAMPLES[name]))
    assert "datafusion." not in signature
    assert "'Into" not in signature
    for parameter in inspect.signature(EXAMPLES[name]).parameters.values():
        assert parameter.annotation is not parameter.empty


@pytest.mark.parametrize(
    ("module", "name", "near"),
    [
        (builtin, "substring", "substr"),
        (builtin, "array_agg", "list_of"),
        (builtin, "list_filter", "array_filter"),
        (builtin, "lenght", "length"),
        (functions, "hash64", "stable_hash64"),
        (functions, "spanlen", "span_len"),
        (tables, "ranges", "range"),
        (tables, "frobnicate", None),
    ],
)
def test_a_name_that_is_none_is_told_with_the_one_that_is_meant(
    module: Any, name: str, near: str | None
) -> None:
    with pytest.raises(AttributeError) as missing:
        getattr(module, name)
    meant = "" if near is None else f"; did you mean `{near}`?"
    text = f"module `{module.__name__}` has no function `{name}`{meant}"
    assert str(missing.value) == text


def test_help_shows_signature_text_and_examples() -> None:
    import pydoc

    text = pydoc.plain(pydoc.render_doc(functions.span_len))
    assert re.search(r"span_len\(span: IntoStruct\) -> Expr", text)
    for part in [
        "How many positions lie inside a span",
        ">>> rt.evaluate(f.span_len(",
        "In SQL::",
    ]:
        assert part in text
