"""Writes reports and baselines to files: whole or not at all, and never over a source."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path

import click

from gradcheck.base.whole_files import replace_whole
from gradcheck.cli.file_names import CODE, SETTINGS, is_ours, meaning_of

_REPOSITORIES = (".git", ".hg", ".svn", ".jj", ".bzr")


def refuse_repositorys(file: str) -> None:
    """Raise UsageError for a file among those in which a repository is kept, new ones too: what they are
    called says what they do."""
    place = Path(os.path.realpath(file))
    if any(_keeps_a_repository(one) for one in (place, *place.parents)):
        raise click.UsageError(f"{file} is among the files in which a repository is kept: name another file")


def _keeps_a_repository(place: Path) -> bool:
    if place.name.lower() in _REPOSITORIES:
        return True
    # A repository of git that is bare, or is kept apart from its files, may have any name.
    return all(os.path.exists(place / name) for name in ("HEAD", "objects", "refs"))


def refuse(files: Iterable[str | None], paths: Iterable[str], settings: Iterable[str | None]) -> None:
    """Raise UsageError for a file that a report would take the place of and that must stay: one that the
    command was given to look at, any other source, its settings and its baseline; for what holds no report,
    as a disk; and for two reports in one file."""
    given, read = _there(paths), _there(settings)
    named = list(filter(None, files))
    for file in named:
        refuse_repositorys(file)
        if os.path.exists(file) and not _holds_reports(os.stat(file).st_mode):
            raise click.UsageError(
                f"{file}: cannot be written: it is neither a file nor a pipe nor a terminal"
            )
        refuse_meaning(file)
        if _is_one_of(file, given):
            raise click.UsageError(_taken(file, CODE))
        if _is_one_of(file, read):
            raise click.UsageError(_taken(file, SETTINGS))
    if len({os.path.realpath(file) for file in named}) < len(named):
        raise click.UsageError(f"{named[0]} would hold two reports: name two files")


def refuse_meaning(file: str) -> None:
    """Raise UsageError for a file whose name says that it is code or settings. One that is yet to be made
    would be taken for such as well: an ignored tree, a broken test run. A report or a baseline that has had
    such a name all along may keep it where nobody runs it."""
    what = meaning_of(file)
    if what and os.path.isfile(file) and not (what == SETTINGS and is_ours(file)):
        raise click.UsageError(_taken(file, what))
    if what and not os.path.isfile(file):
        raise click.UsageError(f"{file} would be taken for {what}: name another file")


def _taken(file: str, what: str) -> str:
    return f"{file} is {what}, which a report would overwrite: name another file"


def _holds_reports(mode: int) -> bool:
    return any(is_one(mode) for is_one in (stat.S_ISREG, stat.S_ISFIFO, stat.S_ISCHR))


def _there(paths: Iterable[str | None]) -> list[str]:
    return [path for path in paths if path and os.path.isfile(path)]


def _is_one_of(file: str, others: Iterable[str]) -> bool:
    return os.path.isfile(file) and any(os.path.samefile(file, other) for other in others)


def write_whole(path: str, data: bytes) -> None:
    """Write a file in one step: a reader never meets half of it, and a failure leaves the old one. A symbolic
    link stays one, and a file keeps its mode."""
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            _pour(path, data)
        else:
            replace_whole(_target(path), data)
    except OSError as error:
        raise click.UsageError(f"{path}: cannot be written: {error.strerror}") from None


def _target(path: str) -> str:
    """The file that a symbolic link leads to, else the path itself."""
    target = os.path.realpath(path)
    if os.path.islink(target):
        raise OSError(errno.ELOOP, "its links lead in a circle")
    return target


def _pour(path: str, data: bytes) -> None:
    """Write into a pipe or a device, which cannot be replaced. A pipe that nobody reads would wait for
    ever."""
    try:
        handle = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        if error.errno != errno.ENXIO or not stat.S_ISFIFO(os.stat(path).st_mode):
            raise
        raise OSError(error.errno, "nobody reads from this pipe: start what does first") from None
    with open(handle, "wb") as stream:
        if hasattr(os, "set_blocking"):
            os.set_blocking(handle, True)  # who reads slowly is waited for
        stream.write(data)
