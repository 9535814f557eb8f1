"""How a run looks on a terminal and in a notebook: one line that changes, then what was done."""

import io
import re
import sys
import types
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

import belvedere as bv
from belvedere.events import Event

README = Path(__file__).parent.parent / "README.md"

# The keys of each event beside its name, with their types.
KEYS: dict[str, dict[str, Any]] = {}
for form in get_args(Event):
    hints = get_type_hints(form)
    (kind,) = get_args(hints.pop("event"))
    KEYS[kind] = hints


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


def test_every_event_is_documented_and_of_its_type(tree: Path, tmp_path: Path) -> None:
    section = (
        README.read_text().partition("## What a run tells")[2].partition("\n## ")[0]
    )
    rows = re.findall(r"^\| `(\w+)` \|(.*?)\| ", section, re.MULTILINE)
    told = {name: re.findall(r"`(\w+)`", keys) for name, keys in rows}
    assert told == {name: list(keys) for name, keys in KEYS.items()}
    events: list[bv.Event] = []
    rt = bv.Runtime(tmp_path / "warehouse")
    rt.run(tree, progress=events.append)
    # The rows of another source take their place, and files that nobody reads any more go.
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.py").write_text("def a():\n    return 1\n")
    rt.run(other, progress=events.append)
    assert {event["event"] for event in events} == set(KEYS)
    for event in events:
        given: dict[str, Any] = dict(event)
        keys = KEYS[given.pop("event")]
        assert given.keys() == keys.keys()
        assert all(is_of(given[key], kind) for key, kind in keys.items()), event


def is_of(value: object, kind: Any) -> bool:
    """Whether a value is of a type that an event has."""
    return value in get_args(kind) if get_origin(kind) else type(value) is kind
