"""How processes end: with relations, streams and runs that go on, in threads, and in children."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import belvedere as bv
from belvedere._rows import pulled

# A sum that nobody waits for, and rows that never end.
SLOW = "select value from range(0, 1000000000000) where value % 7 = 3"
ENDLESS = "select value, value * 2 as twice from range(0, 1000000000000)"


def python(program: str, warehouse: Path) -> "subprocess.CompletedProcess[str]":
    """Runs a program to its end."""
    start = (
        "import atexit, os, signal, sys, threading, time\n"
        "import pyarrow as pa, belvedere as bv\n"
        f"rt = bv.Runtime({str(warehouse)!r})\n"
        f"SLOW, ENDLESS = {SLOW!r}, {ENDLESS!r}\n"
    )
    return subprocess.run(
        [sys.executable, "-c", start + program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


ENDINGS = {
    "relations": "relation = rt.table('ast_defs'); print(relation.count() > 0)",
    "rows of others": (
        "rt.register('t', pa.table({'n': list(range(100000))}))\n"
        "kept = rt.table('t').to_arrow(); print(kept.num_rows == 100000)"
    ),
    "a stream that is half read": (
        "batches = rt.sql(ENDLESS).to_batches(); print(next(batches).num_rows > 0)"
    ),
    "a stream of another library": (
        "reader = pa.RecordBatchReader.from_stream(rt.sql(ENDLESS))\n"
        "print(reader.read_next_batch().num_rows > 0)"
    ),
    "a cycle of references": (
        "class Holder: pass\n"
        "holder = Holder(); holder.self = holder; holder.rt = rt\n"
        "holder.batches = rt.sql(ENDLESS).to_batches(); next(holder.batches)\n"
        "print(True)"
    ),
    "rows that are computed when objects go": (
        "class Last:\n"
        "    def __init__(self): self.rows = rt.sql('select 1 as one')\n"
        "    def __del__(self):\n"
        "        try: self.rows.to_arrow()\n"
        "        except Exception: pass\n"
        "last = Last(); last.self = last; print(True)"
    ),
    "a thread that waits": (
        "threading.Thread(target=rt.sql(SLOW).to_arrow, daemon=True).start()\n"
        "time.sleep(0.5); print(True)"
    ),
    "threads that read": (
        "for read in ('to_arrow', 'to_polars', 'to_pylist'):\n"
        "    rows = rt.sql(ENDLESS)\n"
        "    threading.Thread(target=getattr(rows, read), daemon=True).start()\n"
        "threading.Thread(target=pa.table, args=(rt.sql(ENDLESS),), daemon=True).start()\n"
        "time.sleep(0.5); print(True)"
    ),
    # Wherever it is: what reads and writes the log of a Delta table cannot be stopped where it stands.
    **{
        f"a run in a thread, {seconds} s after its start": (
            "def tell(event): time.sleep(10)\n"
            "run = lambda: bv.Runtime(rt.warehouse + '-2').run(rt.warehouse, progress=tell)\n"
            "threading.Thread(target=run, daemon=True).start()\n"
            f"time.sleep({seconds}); print(True)"
        )
        for seconds in (0.05, 0.2, 0.5)
    },
    "what is registered for the end": (
        "atexit.register(lambda: print(rt.sql('select 1 as one').to_pylist() == [{'one': 1}]))"
    ),
    "an exception": "kept = rt.sql(ENDLESS).to_batches(); next(kept); print(True); raise SystemExit(0)",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_process_ends_in_peace(ending: str, warehouse: Path) -> None:
    ended = python(ENDINGS[ending], warehouse)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "True\n", "")


def test_the_engine_is_over_before_the_interpreter_is(warehouse: Path) -> None:
    # Registered before the package is imported, it is called after the package has ended its work.
    program = (
        "import atexit\n"
        "def late():\n"
        "    try: rt.sql('select 1')\n"
        "    except bv.BelvedereError as error: print(error)\n"
        "atexit.register(late)\n"
        "import belvedere as bv\n"
        f"rt = bv.Runtime({str(warehouse)!r})\n"
        "rt.sql('select 1').to_arrow()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0
    assert ended.stdout.startswith("the interpreter is about to end")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_ends_in_peace(warehouse: Path) -> None:
    ended = python(
        "rt.register('t', pa.table({'n': [1]}))\n"
        "kept = rt.sql(ENDLESS).to_batches(); next(kept)\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    try: rt.table('t').to_arrow()\n"
        "    except bv.ForkError: sys.exit(7)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7)\n",
        warehouse,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "True\n", "")


READS = {
    "one_row": "rt.sql('select sum(value % 7) as s from range(0, 1000000000000)').to_arrow()",
    "to_arrow": "rt.sql(ENDLESS).to_arrow()",
    "to_polars": "rt.sql(ENDLESS).to_polars()",
    "to_pandas": "rt.sql(ENDLESS).to_pandas()",
    "to_duckdb": "rt.sql(ENDLESS).to_duckdb('t')",
    # DuckDB waits for one batch that does not come.
    "to_duckdb_waits": (
        "rt.sql('select sum(value % 7) as s from range(0, 1000000000000)').to_duckdb('t')"
    ),
    "explain": "rt.sql(SLOW).explain(analyze=True)",
    "register_relation": "rt.register('t', rt.sql(SLOW))",
    "register_frame": "rt.register('t', pa.RecordBatchReader.from_stream(rt.sql(ENDLESS)))",
    "to_batches": "for batch in rt.sql(ENDLESS).to_batches(): pass",
    "count": "rt.sql(SLOW).count()",
    "register": (
        "def rows():\n"
        "        while True: yield pa.record_batch({'n': [1] * 1000})\n"
        "    rt.register('t', pa.RecordBatchReader.from_batches(next(rows()).schema, rows()))"
    ),
}


@pytest.mark.parametrize("read", READS)
def test_an_interrupt_ends_whatever_reads(read: str, warehouse: Path) -> None:
    program = (
        "import time, pyarrow as pa, belvedere as bv\n"
        f"rt = bv.Runtime({str(warehouse)!r}, memory=1 << 28)\n"
        f"SLOW, ENDLESS = {SLOW!r}, {ENDLESS!r}\n"
        "print('ready', flush=True)\n"
        "try:\n"
        f"    {READS[read]}\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', rt.sql('select 1 as one').to_pylist())\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert output == "interrupted [{'one': 1}]\n"
    # Where a library beside the engine saw the interrupt first, the interpreter ends as one that was
    # interrupted, although the program went on.
    assert process.returncode in (0, -signal.SIGINT)


def test_an_interrupt_ends_a_run_and_the_next_takes_it_up(
    tree: Path, tmp_path: Path
) -> None:
    program = (
        "import belvedere as bv\n"
        f"rt = bv.Runtime({str(tmp_path)!r})\n"
        "def tell(event):\n"
        "    if event['event'] == 'listed': print('ready', flush=True)\n"
        "try:\n"
        f"    rt.run({str(tree)!r}, progress=tell)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', len(rt.tables()))\n"
        f"    print(rt.run({str(tree)!r}, progress=False).published)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    # All tables are still to be written.
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=120)
    assert output == "interrupted 0\nTrue\n"


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C as in a terminal: what runs in the background is started without it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_that_a_library_forgets_ends_the_rows(rt: bv.Runtime) -> None:
    # Many seconds, but no more memory than there is, where they do not end.
    rows = rt.sql("select value from range(0, 100000000)")
    with pytest.raises(KeyboardInterrupt):
        with pulled(rows._plan) as reader:
            assert reader.read_next_batch().num_rows > 0
            # As one that imports another does, which it can go without.
            with contextlib.suppress(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
            reader.read_all()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    # A handler that raises nothing ends nothing.
    seen: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: seen.append(number))
    try:
        with pulled(rt.sql("select 1 as one")._plan) as reader:
            signal.raise_signal(signal.SIGINT)
            assert reader.read_all().to_pylist() == [{"one": 1}]
    finally:
        signal.signal(signal.SIGINT, before)
    assert seen == [signal.SIGINT]
