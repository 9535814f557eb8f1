"""What the import compares: wrappers, extension, and the version of `datafusion`."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import datafusion
import pytest

import belvedere
from belvedere import _native, extension
from belvedere._builtin import BUILTINS
from belvedere._registry import FUNCTIONS
from belvedere.extension import Builtins, Functions

PACKAGE = Path(belvedere.__file__).parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package as it is installed, with its extension, in a folder of its own."""
    folder = tmp_path / "belvedere"
    folder.mkdir()
    for file in PACKAGE.iterdir():
        if file.suffix == ".py":
            (folder / file.name).write_text(file.read_text())
        elif file.name.startswith("_native") and file.suffix != ".pyi":
            (folder / file.name).symlink_to(file)
    return folder


def imported(copy: Path, statement: str) -> "subprocess.CompletedProcess[str]":
    """Runs a statement where the copy comes before what is installed."""
    program = f"import sys; sys.path.insert(0, {str(copy.parent)!r}); {statement}"
    command = [sys.executable, "-I", "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_copy_is_imported_as_it_is(copy: Path) -> None:
    run = imported(copy, "import belvedere; print(belvedere.__file__)")
    assert (run.stdout.strip(), run.stderr) == (str(copy / "__init__.py"), "")


def test_wrappers_of_other_functions_are_not_imported(copy: Path) -> None:
    registry = copy / "_registry.py"
    text = registry.read_text()
    # The digest of all, that of one function, and the name of another.
    text = text.replace(_native.registry_hash(), "0" * 32)
    text = text.replace(_native.digests()["span_len"], "1" * 32)
    text = text.replace('"stable_id",', '"stable_identity",')
    registry.write_text(text)
    run = imported(copy, "import belvedere")
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1] == (
        "ImportError: the wrappers of `belvedere._native` were generated for other functions "
        "(only in the extension: stable_id; only in the wrappers: stable_identity; "
        "different: span_len): generate them again, then build the extension"
    )


@pytest.mark.parametrize("module", ["", ".builtin", ".functions", ".spec"])
def test_another_major_version_of_datafusion_is_refused(
    copy: Path, module: str
) -> None:
    run = imported(
        copy,
        f"import datafusion; datafusion.__version__ = '54.1.0'; import belvedere{module}",
    )
    assert run.returncode == 1
    assert run.stderr.splitlines()[-2:] == [
        f"ImportError: the extension is made for datafusion {_native.datafusion_version()}, this is "
        "54.1.0: functions of another major version cannot be handed over",
        "help: pip install 'datafusion==55.*'",
    ]


@pytest.mark.parametrize(
    ("installed", "ours", "fits"),
    [
        ("55.0.0", "55.2.0", True),
        ("55.3.1", "55", True),
        ("56.0.0", "55.2.0", False),
        ("5.5.0", "55.2.0", False),
        ("550.0.0", "55.2.0", False),
    ],
)
def test_majors_are_compared(
    monkeypatch: pytest.MonkeyPatch, installed: str, ours: str, fits: bool
) -> None:
    monkeypatch.setattr(datafusion, "__version__", installed)
    if fits:
        Builtins(ours)
        return
    with pytest.raises(ImportError, match=f"this is {installed}") as refused:
        Builtins(ours)
    assert refused.value.name == "datafusion"


def test_the_version_is_looked_at_before_functions_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Other:
        __name__ = "own._native"

        def datafusion_version(self) -> str:
            return "54.0.0"

    other: Any = Other()
    with pytest.raises(ImportError, match="the extension is made for datafusion 54"):
        Functions(other, "any")


def test_built_ins_are_those_of_the_version_of_the_extension() -> None:
    (catalogued,) = re.findall(
        r'Builtins\(\n    "(\d+)",', (PACKAGE / "_builtin.py").read_text()
    )
    assert _native.datafusion_version().partition(".")[0] == catalogued
    assert FUNCTIONS.datafusion_version() == _native.datafusion_version()
    assert extension.Builtins is type(BUILTINS)
