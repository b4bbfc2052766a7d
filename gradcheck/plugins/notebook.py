"""The cell magic `%%gradcheck`. Loaded by `%load_ext gradcheck`; IPython is there, as it calls us."""

from __future__ import annotations

from typing import Any

from gradcheck.base.notebook_cells import cell_of
from gradcheck.inprocess.file_names import FIRST_LINE
from gradcheck.inprocess.report import Report


def register(shell: Any) -> None:
    """Give a shell the magic."""
    shell.register_magic_function(lambda line, body: gradcheck(shell, line, body), "cell", "gradcheck")


def gradcheck(shell: Any, line: str, body: str) -> None:
    """Run a cell, and show what becomes of the gradients of all that it trains.

    The cell is read first, with what earlier cells defined; a cell that trains nothing is only read.
    """
    from IPython import display

    if line.strip():
        raise ValueError(f"%%gradcheck takes no arguments, but was given {line.strip()!r}")
    show: Any = display.display
    show(checked(shell, body))


def checked(shell: Any, body: str) -> Report:
    """What the cell shows when it is read, and when it runs."""
    from gradcheck.inprocess.cells import current_cell
    from gradcheck.inprocess.diagnosis import read_source, static_report
    from gradcheck.inprocess.model import settings
    from gradcheck.inprocess.training import watching

    cell, code = current_cell(shell), FIRST_LINE + body
    with watching() as watched:
        shell.run_cell(code, store_history=False)
        # IPython counts a cell inside a cell as the next one.
        shell.compile.cache(shell.transform_cell(code), cell_of(cell), raw_code=code)
    if watched.report.verdicts:
        return watched.report
    return static_report(read_source([], settings(), [cell]), cell)
