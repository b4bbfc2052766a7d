"""Writes reports and baselines to files: whole or not at all, and never over a source."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress

import click

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
            _replace(os.path.realpath(path), text)
    except OSError as error:
        raise click.UsageError(f"{path}: cannot be written: {error.strerror}") from None


def _replace(target: str, text: str) -> None:
    folder, name = os.path.split(target)
    part = os.path.join(folder, f".{name}.{os.getpid()}.part")
    old = os.stat(target) if os.path.exists(target) else None
    mode = 0o600 if old else 0o666  # what only its owner may read is not shown meanwhile
    try:
        with open(
            part, "x", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, mode)
        ) as stream:
            stream.write(text)
        if old:
            os.chmod(part, stat.S_IMODE(old.st_mode))
        os.replace(part, target)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(part)
