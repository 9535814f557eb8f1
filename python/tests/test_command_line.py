"""The command line of the package, which speaks of its verbs and options, and Python of its calls."""

import subprocess
import sys
from pathlib import Path

import belvedere as bv


def python(*words: str) -> tuple[int, str, str]:
    """The exit code of Python, and what it has said on both of its outputs."""
    command = [sys.executable, *words]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout, run.stderr


def belvedere(*words: str) -> tuple[int, str, str]:
    """The same of the command line."""
    return python("-m", "belvedere", *words)


def test_its_verbs_are_those_of_the_program(warehouse: Path, tmp_path: Path) -> None:
    code, out, err = belvedere("ls", "--warehouse", str(warehouse))
    assert (code, err) == (0, "publication 1\n")
    assert "ast_defs" in out
    assert belvedere("explain", "V0050")[1].startswith("V0050: ")
    text = "view! { pub names = from ast_defs as d select { d.name } }"
    file = tmp_path / "names.view"
    file.write_text(text)
    told = belvedere("check", "-v", str(file), "--warehouse", str(warehouse))
    (definition,) = bv.Runtime(warehouse).check(text).definitions
    said = f"{file}: {definition}\nno errors in 1 file with 1 table or view\n"
    assert told == (0, "", said)


def test_its_helps_are_command_lines(warehouse: Path) -> None:
    none = str(warehouse / "none")
    nothing = f"nothing is published in the warehouse `{none}`\nhelp: "
    run = "`python -m belvedere run --source DIR`"
    assert belvedere("ls", "--warehouse", none) == (
        1,
        "",
        f"error: {nothing}{run} fills it, --warehouse names another one\n",
    )
    sorted_rows = "from ast_defs order by repeat(name, 100000)"
    words = ["--warehouse", str(warehouse), "--memory", "100K"]
    code, out, err = belvedere("query", sorted_rows, *words)
    assert (code, out) == (1, "")
    assert err.startswith("error: `the query` needs more memory than allowed\n")
    assert err.endswith("\nhelp: allow more with --memory\n")
    # Behind a command line the same process speaks of calls.
    program = (
        "import belvedere as bv\n"
        "from belvedere import _native\n"
        f"assert _native.command_line(['python -m belvedere', 'ls', '--warehouse', {none!r}])\n"
        f"try: bv.Runtime({none!r}).table('ast_defs')\n"
        "except bv.NotPublished as error: print(error)\n"
    )
    calls = "`runtime.run(source=…)` fills it, `Runtime(warehouse=…)` names another one"
    assert python("-c", program) == (
        0,
        f"{nothing}{calls}\n",
        f"error: {nothing}{run} fills it, --warehouse names another one\n",
    )
