"""What a check of definitions has found."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["Checked"]


class Checked(list[str]):
    """All that is wrong with definitions, each as a text; empty where nothing is."""

    def __init__(self, definitions: Iterable[str], wrong: Iterable[str]) -> None:
        """Takes what the extension has found."""
        super().__init__(wrong)
        # Each as `name: columns`, or its name alone where it has no columns that are known.
        self.definitions = list(definitions)

    def __repr__(self) -> str:
        """Shows what is wrong; where nothing is, the definitions."""
        return "\n\n".join(self) or "\n".join(["no errors", *self.definitions])
