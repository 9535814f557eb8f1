"""How much is written besides the functions."""

import re
from pathlib import Path

FOLDER = Path(__file__).parent.parent

# What a wheel of functions needs; the modules that are printed are not written.
WRITTEN = [
    "Cargo.toml",
    "pyproject.toml",
    "src/lib.rs",
    "src/main.rs",
    "own_functions/__init__.py",
    "own_functions/_native.pyi",
]


def code(text: str) -> list[str]:
    """The lines without blank ones, comments and docstrings."""
    text = re.sub(r'""".*?"""', "", text, flags=re.DOTALL)
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith(("#", "//"))]


def test_less_than_forty_lines_are_written_besides_the_functions() -> None:
    counts = {name: len(code((FOLDER / name).read_text())) for name in WRITTEN}
    assert sum(counts.values()) < 40, counts
    told = re.search(r"(\d+) lines of code", (FOLDER / "README.md").read_text())
    assert told and int(told[1]) == sum(counts.values()), counts
