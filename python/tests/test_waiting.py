"""How Python waits: threads, asyncio, Ctrl-C, forks, and memory."""

import asyncio
import ctypes
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
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


def turns_during(work: Callable[[], object]) -> int:
    """How often this thread had a turn before another one was done with its work.

    A thread is not made to give the lock away meanwhile: it does so itself, or has it until the end.
    """
    done = threading.Event()

    def doing() -> None:
        work()
        done.set()

    thread, turns = threading.Thread(target=doing), 0
    interval = sys.getswitchinterval()
    sys.setswitchinterval(3600)
    try:
        thread.start()
        while not done.is_set():
            turns += 1
            time.sleep(0.001)
    finally:
        sys.setswitchinterval(interval)
    thread.join()
    return turns


def test_python_goes_on_while_the_engine_works(rt: bv.Runtime) -> None:
    rows = rt.sql("select sum(value) as s from range(0, 20000000)")
    # What is imported at the first call gives the lock away too.
    rt.sql("select 1 as one").to_arrow()
    assert turns_during(rows.to_arrow) > 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has another `usleep`")
def test_work_that_keeps_the_lock_is_noticed() -> None:
    # `PyDLL` calls without giving it away.
    sleep = ctypes.PyDLL(None).usleep
    assert turns_during(lambda: sleep(100_000)) == 0


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
@pytest.mark.parametrize(("calls", "leaks"), [(10_000, False), (3_000, True)])
def test_memory_is_given_back(tmp_path: Path, calls: int, leaks: bool) -> None:
    program = Path(__file__).with_name("memory.py")
    command = [sys.executable, str(program), str(tmp_path), str(calls)]
    command += ["leak"] if leaks else []
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    # 400 bytes that stay with every call, of whichever kind most are; what keeps 2,000 of each is noticed.
    assert (int(run.stdout) < 4_000_000) is not leaks
