"""Report -> text, nothing else. A format is a module here with a `render(report, screen)`: one file each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field, replace
from functools import cache
from importlib import import_module
from typing import Any

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.lines import split
from gradcheck.base.modules import parts
from gradcheck.base.printable import within
from gradcheck.output._printed import printed
from gradcheck.report.places import without_cells
from gradcheck.report.report import Report

_STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "good": "32",
    "gone": "31",
    "strong": "1",
    "faint": "2",
    "note": "36",
}


def source_lines(path: str) -> tuple[str, ...]:
    """The lines of a file the report names, none when it cannot be read any more."""
    from gradcheck.source.discover import SourceFile, read

    if (cell := _cell(path)) is not None:
        return cell
    found = read(path)
    if not isinstance(found, SourceFile):
        return ()
    return tuple(split(found.text))


def _cell(path: str) -> tuple[str, ...] | None:
    """The lines of `model.ipynb#cell3`; None for what is no cell of a notebook."""
    notebook, mark, number = path.rpartition(".ipynb#cell")
    if not mark or not number.isdigit():
        return None
    import json

    try:
        with open(f"{notebook}.ipynb", encoding="utf-8") as stream:
            cells = [cell for cell in json.load(stream)["cells"] if cell["cell_type"] == "code"]
        return tuple(split("".join(cells[int(number) - 1]["source"])))
    except (OSError, ValueError, LookupError, TypeError):
        return ()


@dataclass(frozen=True)
class Screen:
    """What a report is written on, and how much of it is wanted.

    `terminal`: nothing but eyes reads it. `flags`: its reader can run the command again with other flags.
    """

    color: bool = False
    terminal: bool = False
    width: int = 100
    unicode: bool = True
    verbose: bool = False
    quiet: bool = False
    statistics: bool = False
    flags: bool = True
    weights: bool = False
    read: Callable[[str], Sequence[str]] = field(default_factory=lambda: cache(source_lines))

    def paint(self, style: str, text: str) -> str:
        """The text in a colour, where there are colours."""
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.color and text else text


def formats() -> tuple[str, ...]:
    """The names of all formats, as users write them."""
    return tuple(name.replace("_", "-") for name in parts(__path__))


def render(name: str, report: Report, screen: Screen) -> str:
    """The report in a format, harmless to whoever reads it.

    To a format that does not say that it `KNOWS_CELLS`, a notebook is one text. One that can write a
    character by its number says so in `BY_NUMBER` and keeps every text as it is; to all others the report is
    given with printable texts only.
    """
    module = _module(name)
    known = report if getattr(module, "KNOWS_CELLS", False) else without_cells(report)
    by_number: Callable[[int], str] | None = getattr(module, "BY_NUMBER", None)
    if by_number is not None:
        return within(module.render(known, screen), by_number)
    shown, reading = printed(known, screen.read)
    text: str = module.render(shown, replace(screen, read=reading))
    return text


def carries_edits(name: str) -> bool:
    """Whether a format hands a fix's edits on: its module says so."""
    return getattr(_module(name), "CARRIES_EDITS", False)


def tells_notes(name: str) -> bool:
    """Whether a format has a place for what a run says of itself: its module says so."""
    return getattr(_module(name), "TELLS_NOTES", False)


def _module(name: str) -> Any:
    return import_module(f"{__name__}.{name.replace('-', '_')}")
