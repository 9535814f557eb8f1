"""What the codes of errors mean."""

from . import _native
from ._kinds import word

__all__ = ["explain"]


def explain(code: str) -> str:
    """Returns what the code of an error means, with the form that would work: `explain("V0050")`."""
    return _native.explain(word("explain", "the code of an error", code))
