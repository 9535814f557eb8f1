"""How Python waits: threads, asyncio, Ctrl-C, forks, and memory."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest

import belvedere as bv
from belvedere import col, lit


def test_ten_threads_ask_at_once(rt: bv.Runtime) -> None:
    rt.register("numbers", pa.table({"n": list(range(1000))}))

    def ask(limit: int) -> int:
        total = 0
        for _ in range(20):
            total += rt.table("numbers").filter(col("n") < lit(limit)).count()
        return total

    with ThreadPoolExecutor(10) as threads:
        found = list(threads.map(ask, range(0, 1000, 100)))
    assert found == [20 * limit for limit in range(0, 1000, 100)]


def test_python_goes_on_while_the_engine_works(rt: bv.Runtime) -> None:
    done = threading.Event()

    def work() -> None:
        rt.sql("select sum(value) as s from range(0, 20000000)").to_arrow()
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    turns = 0
    while not done.is_set():
        turns += 1
        time.sleep(0.001)
    thread.join()
    # Without the lock this thread would not have had a turn before the end.
    assert turns > 1


def test_coroutines_wait_together(rt: bv.Runtime) -> None:
    async def ask() -> list[int]:
        counts = (
            asyncio.to_thread(rt.sql(f"select {n} as n").to_pylist) for n in range(5)
        )
        return [rows[0]["n"] for rows in await asyncio.gather(*counts)]

    assert asyncio.run(ask()) == list(range(5))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_is_refused(rt: bv.Runtime) -> None:
    assert rt.sql("select 1 as one").to_pylist() == [{"one": 1}]
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            rt.sql("select 1 as one").to_pylist()
            told = "no error"
        except bv.ForkError as error:
            told = str(error)
        except BaseException as error:  # noqa: BLE001
            told = repr(error)
        os.write(writer, told.encode())
        os._exit(0)
    os.waitpid(child, 0)
    told = os.read(reader, 1000).decode()
    assert told.startswith("this process was forked after the engine had started")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_before_the_first_call_is_none(tmp_path: Path) -> None:
    program = (
        "import os, belvedere as bv\n"
        f"rt = bv.Runtime({str(tmp_path)!r})\n"
        "child = os.fork()\n"
        "if child: os.waitpid(child, 0)\n"
        "print(rt.sql('select 1 as one').to_pylist(), flush=True)\n"
    )
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    # What is made before it may be used on both sides, where nothing was asked of it yet.
    assert (run.stdout, run.stderr) == ("[{'one': 1}]\n" * 2, "")


@pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="this system does not tell"
)
def test_memory_is_given_back(tmp_path: Path) -> None:
    program = Path(__file__).with_name("memory.py")
    command = [sys.executable, str(program), str(tmp_path), "10000"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    # 400 bytes that stay with every call, of whichever kind most are.
    assert int(run.stdout) < 4_000_000
