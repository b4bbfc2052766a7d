"""Writes a report and gives the exit code. Nothing else in the package prints."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import NoReturn

import click

from gradcheck.cli.flags import Writing
from gradcheck.cli.progress import columns
from gradcheck.output import Screen, render
from gradcheck.report.report import Report

HUMAN = ("text", "concise")


def finish(report: Report, writing: Writing, *, text: str | None = None) -> NoReturn:
    """Write the report, then end with its exit code. `text` is the source when no file holds it."""
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
        width=min(max(columns(sys.stdout), 60), 120),
        unicode="utf" in encoding.lower(),
        verbose=writing.verbose,
        statistics=writing.statistics,
    )


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
