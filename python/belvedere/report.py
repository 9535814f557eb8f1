"""What a run did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Node", "Report"]


@dataclass(frozen=True)
class Node:
    """What a run did to a table or view."""

    name: str
    kind: str
    # `skipped`, `adopted`, `written`, `described`, `pinned`, `failed` or `not run`.
    outcome: str
    reason: str
    rows: int
    bytes: int
    seconds: float


@dataclass(frozen=True)
class Report:
    """What a run did to all of them."""

    nodes: list[Node]
    # The number of the publication that holds, and whether this run made it.
    publication: int
    published: bool
    # How many inputs the sources have, how many were left out, and how many were read.
    inputs: int
    ignored: int
    extracted: int
    warnings: list[str]

    @classmethod
    def from_json(cls, report: dict[str, Any]) -> Report:
        """Reads what the extension tells."""
        nodes = [
            Node(
                n["node"],
                n["kind"],
                n["outcome"],
                n["reason"],
                n["rows"],
                n["bytes"],
                n["seconds"],
            )
            for n in report["nodes"]
        ]
        return cls(
            nodes,
            report["publication"],
            report["published"],
            report["inputs"],
            report["ignored"],
            report["extracted"],
            report["warnings"],
        )

    @property
    def written(self) -> list[str]:
        """The names of what was written."""
        return [node.name for node in self.nodes if node.outcome == "written"]
