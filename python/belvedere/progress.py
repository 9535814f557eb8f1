"""How a run looks while it goes on: lines on standard error, one line that changes in a notebook."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .events import Done, Event

__all__ = ["narrate"]


@contextmanager
def narrate(
    progress: bool | Callable[[Event], object],
) -> Generator[Callable[[Event], object]]:
    """Gives what is called with each event."""
    if progress is False:
        yield lambda _: None
    elif progress is True:
        with _Lines() as lines:
            yield lines.tell
    else:
        yield progress


class _Lines:
    """Lines about what is done, and a last one about what is going on where that can be replaced."""

    def __init__(self) -> None:
        self._out = sys.stderr
        self._live = self._out.isatty() or _in_notebook()
        self._width = 0
        self._hashed = 0

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_: object) -> None:
        self._replace("")

    def tell(self, event: Event) -> None:
        """Says what an event means."""
        if event["event"] == "done":
            self._done(event)
        elif event["event"] == "listed":
            counts = f"{event['inputs']:,} inputs, {event['ignored']:,} ignored"
            self._line(f"{event['source']}: {counts}, {event['changed']:,} to read")
        elif event["event"] == "replacing":
            self._line(f"warning: rows of `{event['before']}` are replaced")
        elif event["event"] == "reading":
            self._replace(f"reading {event['done']:,} of {event['total']:,}")
        elif event["event"] == "hashed":
            self._hashed += event["bytes"]
            self._replace(f"reading inputs: {self._hashed / 1e6:,.1f} MB")
        elif event["event"] == "writing" or event["event"] == "auditing":
            self._replace(f"{event['event']} {event['node']}")
        elif event["event"] == "publishing":
            self._replace("publishing")

    def _done(self, event: Done) -> None:
        sign = {
            "written": "✓",
            "described": "✓",
            "adopted": "✓",
            "failed": "✗",
            "not run": "–",
        }.get(event["outcome"])
        if sign is not None:
            what = (
                f"{event['node']:<24} {event['outcome']:<9} {event['rows']:>12,} rows"
            )
            self._line(f"{sign} {what}  {event['seconds']:>6.1f} s  {event['reason']}")

    def _line(self, text: str) -> None:
        self._replace("")
        print(text, file=self._out, flush=True)

    def _replace(self, text: str) -> None:
        """Writes over the last line, where there is one that can be written over."""
        if self._live and (text or self._width):
            self._out.write("\r" + text.ljust(self._width) + ("" if text else "\r"))
            self._out.flush()
            self._width = len(text)


def _in_notebook() -> bool:
    """Whether a notebook's kernel runs this: it shows what is written, and goes back in a line."""
    return "ipykernel" in sys.modules
