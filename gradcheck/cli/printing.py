"""Writes a report and gives the exit code. Nothing else in the package prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import IO, Any, NoReturn

import click

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.printable import command_in, printable
from gradcheck.cli.flags import Writing
from gradcheck.cli.progress import columns
from gradcheck.cli.report_files import write_whole
from gradcheck.output import Screen, render, tells_notes
from gradcheck.report.places import below, respelled, undotted
from gradcheck.report.report import Report

HUMAN = ("text", "concise", "html")
COUNTING = ("text", "concise")
"""Formats that can end in statistics."""
WORKFLOWS = ("GITHUB_ACTIONS", "TF_BUILD")
"""What their runners set in the environment: in a log of theirs `##[` begins a command wherever it stands."""
Lines = Callable[[str], Sequence[str]]
"""Reads the lines of a file by its path."""


def finish(report: Report, writing: Writing, *, lines: Lines | None = None) -> NoReturn:
    """Write the report, then end with its exit code. `lines` reads the source when no file holds it."""
    written = _written(writing.form, report, writing, lines)
    for note in report.remarks if not (tells_notes(writing.form) or writing.quiet) else ():
        tell(f"note: {note}")  # the report has no place for it
    if writing.html:
        write_whole(writing.html, _written("html", report, writing, lines).encode())
    if writing.output_file:
        write_whole(writing.output_file, written.encode())
    else:
        say(written)
    code = report.exit_code
    raise click.exceptions.Exit(0 if code == 1 and writing.exit_zero else code)


def _written(form: str, report: Report, writing: Writing, lines: Lines | None) -> str:
    page, placed = screen(writing), _placed(report, form)
    read = lines or page.read
    return render(form, placed.report, replace(page, read=lambda path: read(placed.file(path))))


@dataclass(frozen=True)
class _Placed:
    """A report, and the folder that its paths are relative to."""

    report: Report
    folder: str

    def file(self, path: str) -> str:
        return os.path.join(self.folder, path)


def _placed(report: Report, form: str) -> _Placed:
    """To people a file is called what they called it; to programs, what their repository calls it."""
    if form in HUMAN:
        return _Placed(respelled(report, undotted), "")
    root = _root(os.getcwd())
    return _Placed(respelled(report, below(root)), root)


def _root(folder: str) -> str:
    """The repository that a folder is in, else the folder."""
    above = folder
    while not os.path.exists(os.path.join(above, ".git")):
        if os.path.dirname(above) == above:
            return folder
        above = os.path.dirname(above)
    return above


def screen(writing: Writing) -> Screen:
    """What the report is written on."""
    to_file = writing.output_file is not None
    encoding = "utf-8" if to_file else getattr(sys.stdout, "encoding", None) or "ascii"
    return Screen(
        color=has_color(writing.color) and not (to_file and writing.color == "auto"),
        terminal=not to_file and bool(sys.stdout and sys.stdout.isatty()),
        width=min(max(columns(sys.stdout), 60), 120),
        unicode="utf" in encoding.lower(),
        verbose=writing.verbose,
        quiet=writing.quiet,
        statistics=writing.statistics,
        weights=writing.weights,
    )


def has_color(wish: str) -> bool:
    """Whether to use colours: as told, else on a terminal that did not say no."""
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(sys.stdout and sys.stdout.isatty()) or bool(os.environ.get("FORCE_COLOR"))


def say(text: str) -> None:
    """Print to standard output, whatever its encoding can hold. What cannot be printed is no success."""
    if sys.stdout is None:
        raise click.UsageError("standard output is closed: -o FILE writes the report to a file")
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    _put(text.encode(encoding, "backslashreplace").decode(encoding), sys.stdout)


def say_patch(text: str) -> None:
    """Print a patch. A program that reads it is given its very bytes: lines of files in several codings."""
    output = shown(text)
    if sys.stdout is None or sys.stdout.isatty() or not hasattr(sys.stdout, "buffer"):
        say(output)
    else:
        _put(patch_bytes(output), sys.stdout.buffer)


def patch_bytes(text: str) -> bytes:
    """A patch as it is written."""
    return text.encode("utf-8", "surrogateescape")


def _put(text: Any, stream: IO[Any]) -> None:
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:  # whoever reads it has seen enough
        _give_up()
        raise click.exceptions.Exit(2) from None
    except OSError as error:
        _give_up()
        raise click.UsageError(f"standard output: cannot be written: {error.strerror}") from None


def shown(text: str) -> str:
    """A patch that a program may read, so it is kept as it is; for a terminal, line by line printable."""
    if sys.stdout is None or not sys.stdout.isatty():
        obeyed = command_in(text) if any(name in os.environ for name in WORKFLOWS) else None
        if obeyed:
            ways = "which this log obeys: write it to a file with -o"
            raise click.UsageError(f"the patch holds `{obeyed}`, {ways}")
        return text
    lines = (line.split("\t") for line in text.split("\n")[:-1])
    return "".join("\t".join(map(printable, parts)) + "\n" for parts in lines)


def say_line(text: str) -> None:
    """Print one line to standard output."""
    say(f"{printable(text)}\n")


def tell(text: str) -> None:
    """Print one line to standard error."""
    click.echo(printable(text), err=True)


def _give_up() -> None:
    """Let what is left in the stream go nowhere, else Python tries once more when it ends, and complains."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
