"""`--watch`: the same command again, in a process of its own, whenever a source or the settings change.

Needs the extra `watch`.
"""

from __future__ import annotations

import logging
import os
import select
import subprocess
import sys
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from typing import NoReturn

import click
import watchfiles

from gradcheck.base.itself import started
from gradcheck.base.signals import asked
from gradcheck.source.discover import SUFFIXES

_SETTINGS = frozenset({"pyproject.toml", ".gitignore"})
_CLEAR = "\x1b[H\x1b[2J"


Change = tuple[watchfiles.Change, str]
"""What happened, and to which path."""

LOOK_EVERY = 200
"""Milliseconds."""
_EVERYWHERE = watchfiles.DefaultFilter()
"""Passes over hidden folders, environments and what editors leave."""


def counts(change: watchfiles.Change, path: str) -> bool:
    """Whether a change is one of a Python file, a notebook, the settings, or a folder that may hold some: of
    one that is moved, nothing is told of what is in it."""
    ours = path.lower().endswith(SUFFIXES) or os.path.basename(path) in _SETTINGS
    return (ours or _is_folder(change, path)) and bool(_EVERYWHERE(change, path))


def _is_folder(change: watchfiles.Change, path: str) -> bool:
    """Whether a folder came or, as far as its name tells, went."""
    if change is watchfiles.Change.deleted:
        return not os.path.splitext(path)[1]
    return change is watchfiles.Change.added and os.path.isdir(path)


def watch(paths: Iterable[str]) -> NoReturn:
    """Run this command without `--watch`, and again after every change, until it is interrupted."""
    folders = {_folder(path) for path in paths} or {"."}
    command = started("gradcheck.__main__", *_without(sys.argv[1:]), tied=True)
    logging.getLogger(watchfiles.__name__).addHandler(
        logging.NullHandler()
    )  # it says that it was interrupted
    with suppress(KeyboardInterrupt):
        for again in _occasions(folders):
            if _nobody_reads():
                raise click.exceptions.Exit(2)
            if again:
                _run(command)
    number = asked()
    raise click.exceptions.Exit(128 + number if number else 0)


def _occasions(folders: Collection[str]) -> Iterator[bool]:
    """Whether to run, each time somebody looks: at first, once changes are seen, after each change. A name
    that is no text ends the library's own loop, and a folder that was made anew is another one than it
    watches: another loop begins, and all is looked at."""
    ended = False
    while not ended:
        places, ready = _places(folders), False
        if not places:
            yield False
        time.sleep(LOOK_EVERY / 1000)  # what cannot be watched is not tried again and again
        with suppress(RuntimeError, FileNotFoundError):
            for changes in _changes(places):
                yield bool(changes) or not ready
                ready = True
                if _places(folders) != places or _removed(changes, places):
                    break
            else:
                ended = True


def _places(folders: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Which folders those are now, the ones that are gone left out."""
    found = {}
    for folder in folders:
        with suppress(OSError):
            status = os.stat(folder)
            if status.st_nlink:  # a current folder that was removed has none
                found[folder] = status.st_dev, status.st_ino
    return found


def _removed(changes: Iterable[Change], folders: Iterable[str]) -> bool:
    """Whether one of these folders itself was removed. What has its name now may look the same."""
    gone = {os.path.abspath(path) for change, path in changes if change is watchfiles.Change.deleted}
    return any(os.path.abspath(folder) in gone for folder in folders)


def _changes(folders: Iterable[str]) -> Iterator[Collection[Change]]:
    return watchfiles.watch(
        *folders,
        watch_filter=counts,
        raise_interrupt=False,
        rust_timeout=LOOK_EVERY,
        yield_on_timeout=True,
    )


def _nobody_reads() -> bool:
    """Whether the pipe that the reports go to was closed. Where a system cannot tell (Windows), no."""
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    return any(event & select.POLLERR for _, event in poll.poll(0))


def _without(words: list[str]) -> list[str]:
    """The words of the command, the program's own left alone."""
    ours = words.index("--") if "--" in words else len(words)
    return [word for word in words[:ours] if word != "--watch"] + words[ours:]


def _folder(path: str) -> str:
    """What to watch for a target: a file is often replaced as a whole, so its folder."""
    file = path if os.path.exists(path) else path.rpartition(":")[0]
    if os.path.isdir(file):
        return file
    return os.path.dirname(file) or "."


def _run(command: list[str]) -> None:
    if sys.stdout.isatty():
        click.echo(_CLEAR, nl=False)
    subprocess.run(command, check=False)
    if not _places(["."]):  # it has said that the current folder is gone, for good
        raise click.exceptions.Exit(2)
    click.echo("gradcheck: waiting for a change (Ctrl-C ends it)", err=True)
