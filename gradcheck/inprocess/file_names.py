"""Which cell a code object is of: IPython gives each cell it compiles a file name, and newer ones tell it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

FIRST_LINE = "# %%gradcheck\n"
"""Stands in the place of the magic's own line when its cell runs, so that the lines keep their numbers."""


def number_of(shell: Any, path: str) -> int:
    """The number in `In` of the cell that was compiled under this name; 0 for what is no cell."""
    tell = getattr(shell.compile, "format_code_name", None)
    if tell is None:  # IPython 7, as Colab has it
        return dict(_named(shell)).get(path, 0)
    label = tell(path)
    number = label[1].removeprefix("In[").removesuffix("]") if label else ""
    return int(number) if number.isdecimal() else 0


def _named(shell: Any) -> Iterator[tuple[str, int]]:
    """The names that cells have been compiled under. History keeps cells without their last line's end."""
    history = shell.history_manager
    cells = zip(history.input_hist_raw[1:], history.input_hist_parsed[1:], strict=False)
    for number, (raw, parsed) in enumerate(cells, 1):
        if raw.startswith("%%gradcheck"):
            raw = FIRST_LINE + raw.partition("\n")[2]
            parsed = shell.transform_cell(raw).rstrip("\n")
        for typed in (raw, f"{raw}\n"):
            yield shell.compile.get_code_name(typed, f"{parsed}\n", number), number
