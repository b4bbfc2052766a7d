"""Writes a report and gives the exit code. Nothing else in the package prints."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import NoReturn, TextIO

import click

from gradcheck.cli.flags import Writing
from gradcheck.output import Screen, render
from gradcheck.report import Report

HUMAN = ("text", "concise")


def finish(report: Report, writing: Writing, *, text: str | None = None) -> NoReturn:
    """Write the report, then end with its exit code. `text` is the source when no file holds it."""
    if writing.statistics and writing.form not in HUMAN:
        raise click.UsageError(f"--statistics goes with --format {' or '.join(HUMAN)}, not {writing.form}")
    page = screen(writing)
    if text is not None:
        page = replace(page, read=lambda _: text.split("\n"))
    written = render(writing.form, report, page)
    if writing.output_file:
        write_whole(writing.output_file, written)
    else:
        say(written)
    code = report.exit_code
    raise click.exceptions.Exit(0 if code == 1 and writing.exit_zero else code)


def screen(writing: Writing) -> Screen:
    """What the report is written on."""
    to_file = writing.output_file is not None
    encoding = "utf-8" if to_file else getattr(sys.stdout, "encoding", None) or "ascii"
    return Screen(
        color=has_color(writing.color) and not (to_file and writing.color == "auto"),
        width=min(max(_columns(sys.stdout), 60), 120),
        unicode="utf" in encoding.lower(),
        verbose=writing.verbose,
        statistics=writing.statistics,
    )


def _columns(stream: TextIO) -> int:
    """The width of a terminal; `shutil` would cost more to load than all that is asked here."""
    if os.environ.get("COLUMNS", "").isdigit():
        return int(os.environ["COLUMNS"])
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError, AttributeError):
        return 100


def has_color(wish: str) -> bool:
    """Whether to use colours: as told, else on a terminal that did not say no."""
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty() or bool(os.environ.get("FORCE_COLOR"))


def say(text: str) -> None:
    """Print to standard output, whatever its encoding can hold."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()


def write_whole(path: str, text: str) -> None:
    """Write a file in one step: a reader never meets half of it, and a failure leaves the old one."""
    from pathlib import Path

    target = Path(path)
    try:
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")  # a pipe or a device cannot be replaced
            return
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise click.UsageError(f"{path}: cannot be written: {error.strerror}") from None


class Progress:
    """What is going on, on one line of standard error, and only on a terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def __call__(self, text: str) -> None:
        """Show this line in place of the last one."""
        if self._shown:
            width = _columns(sys.stderr) - 1
            sys.stderr.write(f"\r\x1b[K{f'gradcheck: {text} ...'[:width]}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Leave the terminal as it was."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
