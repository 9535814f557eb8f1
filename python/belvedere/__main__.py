"""`python -m belvedere`: the command line, with all of its verbs, over the extension of this package."""

import sys

from ._native import command_line

if __name__ == "__main__":
    sys.exit(command_line(["python -m belvedere", *sys.argv[1:]]))
