"""The examples of all docstrings: SQL, and the rows that it gives in our runtime."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import belvedere as bv
from belvedere import functions, tables

EXAMPLE = "In SQL::"


def examples() -> Iterator[Any]:
    """Every example: its SQL and the rows below it."""
    for module in (functions, tables):
        for name in module.__all__:
            blocks = (inspect.getdoc(getattr(module, name)) or "").split(EXAMPLE)[1:]
            for number, block in enumerate(blocks):
                lines = indented(block)
                sql = [line for line in lines if not line.startswith("-- ")]
                rows = [
                    line.removeprefix("-- ") for line in lines if line.startswith("-- ")
                ]
                yield pytest.param("\n".join(sql), rows, id=f"{name}-{number}")


def indented(block: str) -> list[str]:
    """The lines of the block behind the colons, which ends where the text goes on."""
    lines = block.strip("\n").split("\n")
    body = [line for line in lines if not line or line.startswith("    ")]
    return [line.removeprefix("    ") for line in body if line]


def shown(value: Any) -> str:
    """A value as the reference shows it."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return (
            f"{{{', '.join(f'{key}: {shown(item)}' for key, item in value.items())}}}"
        )
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return shown(dict(value))
    if isinstance(value, list):
        return f"[{', '.join(shown(item) for item in value)}]"
    return str(value)


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> bv.Runtime:
    return bv.Runtime(warehouse=tmp_path_factory.mktemp("warehouse"))


@pytest.mark.parametrize(("sql", "rows"), list(examples()))
def test_an_example_gives_what_it_shows(
    runtime: bv.Runtime, sql: str, rows: list[str]
) -> None:
    table = runtime.sql(sql).to_arrow()
    columns = [column.to_pylist() for column in table.columns]
    found = [
        " ".join(shown(value) for value in row) for row in zip(*columns, strict=True)
    ]
    assert [" ".join(row.split()) for row in found] == [
        " ".join(row.split()) for row in rows
    ]


def test_every_documented_example_is_there(tmp_path: Path) -> None:
    registry = bv.Runtime(warehouse=tmp_path).functions()
    expected = sum(len(function.get("examples", [])) for function in registry)
    assert len(list(examples())) == expected
