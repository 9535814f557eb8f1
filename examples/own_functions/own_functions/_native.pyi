"""The extension, which has what that of `belvedere` has."""

from belvedere._native import *
