"""Writes reports and baselines to files: whole or not at all, and never over a source."""

from __future__ import annotations

import os
from collections.abc import Iterable

import click

from gradcheck.base.whole_files import replace_whole

_SOURCES = (".py", ".pyi", ".pyw", ".ipynb")
_SETTINGS = (".gitignore", ".gitattributes", ".gitmodules", ".pre-commit-config.yaml", "pyproject.toml")
"""What somebody reads their settings from, wherever it lies."""


def refuse(files: Iterable[str | None], paths: Iterable[str], settings: Iterable[str | None]) -> None:
    """Raise UsageError for a file that a report would take the place of and that must stay: one that the
    command was given to look at, any other source, its settings and its baseline; and for two reports in one
    file."""
    given, read = _there(paths), _there(settings)
    named = list(filter(None, files))
    for file in named:
        if os.path.realpath(file).lower().endswith(_SOURCES) or _is_one_of(file, given):
            what = "source code"
        elif _is_one_of(file, read) or os.path.basename(os.path.realpath(file)).lower() in _SETTINGS:
            what = "what settings are read from"
        else:
            continue
        if os.path.isfile(file):
            raise click.UsageError(f"{file} is {what}, which a report would overwrite: name another file")
    if len({os.path.realpath(file) for file in named}) < len(named):
        raise click.UsageError(f"{named[0]} would hold two reports: name two files")


def _there(paths: Iterable[str | None]) -> list[str]:
    return [path for path in paths if path and os.path.isfile(path)]


def _is_one_of(file: str, others: Iterable[str]) -> bool:
    return os.path.isfile(file) and any(os.path.samefile(file, other) for other in others)


def write_whole(path: str, data: bytes) -> None:
    """Write a file in one step: a reader never meets half of it, and a failure leaves the old one. A symbolic
    link stays one, and a file keeps its mode."""
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "wb") as stream:
                stream.write(data)  # a pipe or a device cannot be replaced
        else:
            replace_whole(os.path.realpath(path), data)
    except OSError as error:
        raise click.UsageError(f"{path}: cannot be written: {error.strerror}") from None
