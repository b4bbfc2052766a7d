"""Hostile inputs: nothing is lost, nothing is executed unasked, and no file takes the run with it.

`GRADCHECK_FAULTS=long pytest tests/faults` tries many times more than every run does.
"""

import os

LONG = os.environ.get("GRADCHECK_FAULTS") == "long"


def times(short: int, long: int) -> int:
    """How often to try."""
    return long if LONG else short
