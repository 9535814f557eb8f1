"""Functions of a shop, as typed builders: `own_functions.functions`."""

from typing import ClassVar

import belvedere

from . import _native, functions
from ._registry import FUNCTIONS

__all__ = ["FUNCTIONS", "Runtime", "functions"]


class Runtime(belvedere.Runtime):
    """A runtime that has them."""

    native: ClassVar = _native
