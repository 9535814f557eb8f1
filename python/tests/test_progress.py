"""How a run looks on a terminal and in a notebook: one line that changes, then what was done."""

import io
import sys
import types
from pathlib import Path

import pytest

import belvedere as bv


class Terminal(io.StringIO):
    """Something that shows `\\r` as a terminal does."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def shown(self) -> list[str]:
        """The lines that somebody sees in the end."""
        lines = []
        for line in self.getvalue().split("\n"):
            cells: list[str] = []
            for part in line.split("\r"):
                cells[: len(part)] = part
            lines.append("".join(cells).rstrip())
        return lines


def told(
    monkeypatch: pytest.MonkeyPatch, tree: Path, folder: Path, *, is_terminal: bool
) -> Terminal:
    terminal = Terminal(is_terminal=is_terminal)
    monkeypatch.setattr(sys, "stderr", terminal)
    assert bv.Runtime(folder).run(tree).published
    monkeypatch.undo()
    return terminal


def names(lines: list[str]) -> list[str]:
    """What was done, without how long it took."""
    return sorted(line.split()[1] for line in lines if line.startswith("✓ "))


@pytest.mark.parametrize("where", ["terminal", "notebook"])
def test_one_line_says_what_goes_on(
    monkeypatch: pytest.MonkeyPatch, tree: Path, tmp_path: Path, where: str
) -> None:
    plain = told(monkeypatch, tree, tmp_path / "plain", is_terminal=False)
    assert "\r" not in plain.getvalue()
    if where == "notebook":
        monkeypatch.setitem(sys.modules, "ipykernel", types.ModuleType("ipykernel"))
    live = told(monkeypatch, tree, tmp_path / "live", is_terminal=where == "terminal")
    going = [part.strip() for part in live.getvalue().split("\r")]
    assert "writing ast_defs" in going
    assert "publishing" in going
    # Nothing of it is left behind what is written over it, nor at the end.
    assert "writing" not in "\n".join(live.shown())
    assert live.shown()[-1] == ""
    assert names(live.shown()) == names(plain.shown()) != []
