"""What a run tells while it goes on: a dictionary for each step, with its name under `event`."""

from __future__ import annotations

from typing import Literal, TypeAlias, TypedDict, Union

__all__ = [
    "Auditing",
    "Done",
    "Event",
    "Hashed",
    "Listed",
    "Locked",
    "Published",
    "Publishing",
    "Reading",
    "Replacing",
    "Staged",
    "Tidied",
    "Writing",
]


class Locked(TypedDict):
    """No other run writes to the warehouse until this one ends."""

    event: Literal["locked"]


class Replacing(TypedDict):
    """The warehouse holds the rows of another source, which are about to be replaced."""

    event: Literal["replacing"]
    # Where the other source reads.
    before: str


class Hashed(TypedDict):
    """So many more bytes of inputs were read, to see which have changed."""

    event: Literal["hashed"]
    bytes: int


class Listed(TypedDict):
    """The inputs of a source are known."""

    event: Literal["listed"]
    source: str
    # How many there are, how many were left out, and how many are to be read.
    inputs: int
    ignored: int
    changed: int


class Reading(TypedDict):
    """So many of the changed inputs were read."""

    event: Literal["reading"]
    done: int
    total: int


class Staged(TypedDict):
    """The rows of all changed inputs of a source are there."""

    event: Literal["staged"]
    source: str


class Writing(TypedDict):
    """A table or view is about to be written."""

    event: Literal["writing"]
    node: str


class Auditing(TypedDict):
    """A table or view is written, and its audits are asked of the rows."""

    event: Literal["auditing"]
    node: str


class Done(TypedDict):
    """A table or view is done, whatever became of it."""

    event: Literal["done"]
    node: str
    kind: Literal["table", "external", "view", "internal"]
    outcome: Literal[
        "skipped", "adopted", "written", "described", "pinned", "failed", "not run"
    ]
    # Why: what has changed, or what went wrong.
    reason: str
    rows: int
    files: int
    bytes: int
    seconds: float


class Publishing(TypedDict):
    """All is written and about to be published."""

    event: Literal["publishing"]


class Published(TypedDict):
    """All is published: whoever reads from here on sees it."""

    event: Literal["published"]


class Tidied(TypedDict):
    """Files of a table or view that nobody needs are deleted."""

    event: Literal["tidied"]
    node: str


# What a function that `run` takes in `progress` is called with.
Event: TypeAlias = Union[
    Locked,
    Replacing,
    Hashed,
    Listed,
    Reading,
    Staged,
    Writing,
    Auditing,
    Done,
    Publishing,
    Published,
    Tidied,
]
