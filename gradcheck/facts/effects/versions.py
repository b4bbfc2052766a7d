"""With which versions the tables of this folder were measured, and the rows that are others under old ones.

`python -m effects.compare PYTHON` in the `tests` folder measures the rows with the TensorFlow of another
interpreter. A row that it prints as different is one line of `UNTIL`.
"""

from __future__ import annotations

from typing import NamedTuple

from gradcheck.source.pins import Version


class Measured(NamedTuple):
    """A TensorFlow under which every row was measured, and the Kerases that came with it."""

    tensorflow: Version
    kerases: tuple[str, ...]


MEASURED = (
    Measured((2, 15), ("2.15",)),
    Measured((2, 16), ("tf_keras 2.16", "3.15")),
    Measured((2, 18), ("tf_keras 2.18", "3.15")),
    Measured((2, 21), ("tf_keras 2.21", "3.15")),
)
"""Oldest first. The tables are those of the last; the others differ from it in the rows of `UNTIL`."""

UNTIL: dict[str, tuple[Version, str]] = {
    "tf.experimental.numpy.linspace": ((2, 16), "cast to:dtype@5"),
}
"""Rows of older TensorFlows, by canonical name: the last version that has it, and the row."""


def row_under(name: str, version: Version, row: str) -> str:
    """What a row of the tables is under one of the versions of `MEASURED`."""
    last, older = UNTIL.get(name, (version, row))
    return older if version <= last else row
