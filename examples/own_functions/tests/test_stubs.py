"""The stubs against what is installed: names, parameters and defaults of every function."""

import subprocess
import sys
from pathlib import Path

CONFIG = Path(__file__).parents[3] / "python" / "mypy.ini"


def test_stubs_describe_what_is_there(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mypy.stubtest", "--concise"]
    command += [f"own_functions.{name}" for name in ("functions", "tables")]
    command += ["--mypy-config-file", str(CONFIG)]
    # Elsewhere than in the sources, or Python would import those and not what is installed.
    run = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
