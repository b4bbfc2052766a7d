"""Writes reports and baselines to files: whole or not at all, and never over a source."""

from __future__ import annotations

import os
from collections.abc import Iterable

import click

from gradcheck.base.whole_files import replace_whole

_SOURCES = (".py", ".ipynb")


def refuse_sources(files: Iterable[str | None], paths: Iterable[str]) -> None:
    """Raise UsageError for a file whose text a report would take the place of: one that the command was
    given to look at, or any other source."""
    given = [path for path in paths if os.path.isfile(path)]
    for file in filter(None, files):
        if os.path.isfile(file) and (
            os.path.realpath(file).endswith(_SOURCES) or any(os.path.samefile(file, path) for path in given)
        ):
            raise click.UsageError(
                f"{file} is source code, which a report would overwrite: name another file"
            )


def write_whole(path: str, text: str) -> None:
    """Write a file in one step: a reader never meets half of it, and a failure leaves the old one. A symbolic
    link stays one, and a file keeps its mode."""
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(text)  # a pipe or a device cannot be replaced
        else:
            replace_whole(os.path.realpath(path), text.encode())
    except OSError as error:
        raise click.UsageError(f"{path}: cannot be written: {error.strerror}") from None
