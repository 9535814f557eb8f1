"""The package as Sphinx shows it, and the versions of Python that it is said to be for."""

import re
import subprocess
import sys
from pathlib import Path

import tomllib

import belvedere as bv
from belvedere import builtin, functions, tables

PYTHON = Path(__file__).parent.parent


def test_sphinx_renders_every_docstring_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going"]
    command += ["-q", "-E", "-b", "html", "-d", str(tmp_path / "read")]
    command += [str(PYTHON / "docs"), str(tmp_path / "html")]
    run = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    for module in (functions, tables, builtin):
        name = module.__name__
        page = (tmp_path / "html" / f"{name.rpartition('.')[2]}.html").read_text()
        missing = [f for f in module.__all__ if f'id="{name}.{f}"' not in page]
        assert not missing
    pages = "".join(page.read_text() for page in (tmp_path / "html").glob("*.html"))
    told = set(re.findall(r'id="(?:module-)?(belvedere[\w.]*)"', pages))
    assert [name for name in bv.__all__ if not places(name) & told] == ["__version__"]


def places(name: str) -> set[str]:
    """Where a name of the package may stand: where it is imported from, or where it is defined."""
    thing = getattr(bv, name)
    modules = {"belvedere", getattr(thing, "__module__", "belvedere")}
    # A name for several types is shown with all of them.
    own = {"belvedere.events"} if thing is bv.Event else set()
    return {f"{module}.{name}" for module in modules} | own


def test_one_version_of_python_is_the_oldest_everywhere() -> None:
    project = tomllib.loads((PYTHON / "pyproject.toml").read_text())["project"]
    oldest = project["requires-python"].removeprefix(">=")
    named = [text for text in project["classifiers"] if re.search(r":: 3\.\d+$", text)]
    assert named[0].endswith(f":: {oldest}")
    cargo = (PYTHON.parent / "Cargo.toml").read_text()
    assert f'"abi3-py{oldest.replace(".", "")}"' in cargo
    assert f"python_version = {oldest}\n" in (PYTHON / "mypy.ini").read_text()
    assert f'"pythonVersion": "{oldest}"' in (PYTHON / "pyrightconfig.json").read_text()
    assert f"Python {oldest} and newer" in (PYTHON / "README.md").read_text()
    own = PYTHON.parent / "examples" / "own_functions" / "pyproject.toml"
    assert f'requires-python = ">={oldest}"' in own.read_text()
