"""The cells that a notebook's kernel has run, as source: IPython knows them, no file holds them so."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.lines import lines_of, split
from gradcheck.base.notebook_cells import cell_of, cell_path
from gradcheck.base.notebook_magics import python
from gradcheck.base.syntax import program_of
from gradcheck.inprocess.file_names import number_of
from gradcheck.source.discover import SourceFile

SESSION = "session.ipynb"
"""What the cells are called, taken together, until a report names them as Jupyter does."""


@dataclass(frozen=True)
class Cells:
    """The cells by their numbers in `In`, each as it was typed."""

    texts: tuple[str, ...]

    @property
    def source(self) -> SourceFile:
        """All cells as one file, in which each keeps its lines."""
        codes = [_python(text) for text in self.texts]
        starts, line = [], 1
        for code in codes:
            starts.append(line)
            line += len(lines_of(code))
        return SourceFile(SESSION, "".join(codes), tuple(starts))

    def lines(self, number: int) -> Sequence[str]:
        """The lines of one cell."""
        return split(self.texts[number - 1]) if 0 < number <= len(self.texts) else ()


def cells() -> Cells | None:
    """The cells run so far, this one included; None outside of IPython."""
    shell = _shell()
    if shell is None:
        return None
    texts = shell.history_manager.input_hist_raw[1:]
    # A cell that is run again unchanged says nothing new; what it says twice, it would be accused of twice.
    last = {text: number for number, text in enumerate(texts)}
    return Cells(tuple(text if last[text] == number else "" for number, text in enumerate(texts)))


def current_cell(shell: Any) -> str:
    """The cell that runs, as `session.ipynb#cell3`."""
    return cell_path(SESSION, len(shell.history_manager.input_hist_raw) - 1)


def cell_file(path: str) -> str:
    """The cell that a code object's file name stands for, as `session.ipynb#cell3`; else the file's path."""
    if path.startswith(f"{SESSION}#"):
        return path
    shell = _shell()
    if shell is not None and (number := number_of(shell, path)):
        return cell_path(SESSION, number)
    return path if path.startswith("<") else os.path.abspath(path)


def shown(path: str) -> str:
    """A cell of the kernel as Jupyter names it, `In[3]`; any other path as it is."""
    return f"In[{cell_of(path)}]" if path.startswith(f"{SESSION}#") else path


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()


def _python(text: str) -> str:
    """The Python of a cell; of one that could not run, an empty line."""
    code = python(text)
    try:
        program_of(code, in_cell=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "\n"
    return code or "\n"
