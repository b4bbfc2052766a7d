"""Remembers what a file's check found, so that an unchanged tree is not followed again.

An entry is named after the file and all that is the same for a whole run (the settings, this very version of
gradcheck). It holds the digest of the file's text, and the files that were looked for on the way, each with
the digest of its content or None where there was none: it is used only if all of them are as they were. A
digest of its own stands in front, so that a damaged entry is none. Entries are written whole or not at all,
so that several runs may share a folder; those that nobody used for a month are removed.
"""

from __future__ import annotations

import marshal
import os
import stat
import sys
import time
from collections.abc import Callable, Iterable, Mapping

from gradcheck.base.regular_files import MEGABYTE, Stamp, read_regular, stamp
from gradcheck.base.version import __version__
from gradcheck.cache.entry import freeze, thaw
from gradcheck.report.report import Report

try:
    from _blake2 import blake2b  # what hashlib has, without loading OpenSSL
except ImportError:
    from hashlib import blake2b

FOLDER = ".gradcheck_cache"
NOT_STATIC = frozenset({"__pycache__", "cli", "output", "probe", "sharing"})
"""Folders of this package that have no say in what a check finds."""

MOST_BYTES = 64 * MEGABYTE
DAY = 24 * 3600
KEPT = 30 * DAY
"""Seconds for which an entry is kept that nobody uses."""

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_DIGEST = 32
_NAME = 40
_STAMP = "looked-through"

Asked = dict[str, "str | None"]
"""Files that a check looked for: path -> digest of the content, None where there was no such file."""


class Cache:
    """A folder of entries. Without one (`folder` None) nothing is remembered."""

    def __init__(self, folder: str | None, settings: Iterable[str]) -> None:
        self._folder = folder
        self._salt = "\0".join((__version__, sys.version, _fingerprint(), *settings)).encode(errors="replace")
        self._digests: Asked = {}
        self._prepared = False

    def get(
        self, path: str, text: str, differed: Callable[[str], bool] = lambda path: False
    ) -> Report | None:
        """What an earlier run found in exactly this file, if everything it looked at is unchanged, and
        nothing of it `differed` at the time that is asked about."""
        if self._folder is None:
            return None
        entry = self._entry(path)
        try:
            data = read_regular(entry, MOST_BYTES)
            if data[:_DIGEST] != self._sum(data[_DIGEST:]):
                return None
            seen, asked, report = marshal.loads(data[_DIGEST:])
            known = seen == _digest(text.encode(errors="replace")) and all(
                self._digest_of(other) == digest and not differed(other) for other, digest in asked.items()
            )
            return _used(entry, thaw(report)) if known else None
        except Exception:  # a cache is never worth a failure
            return None

    def put(self, path: str, text: str, asked: Mapping[str, Stamp | None], report: Report) -> None:
        """Remember a result, with the files that were asked for and what they were like then: one that has
        changed since, while the check ran, may not be what the result is about. A folder that cannot be
        written is no reason to fail."""
        if self._folder is None:
            return
        seen = _digest(text.encode(errors="replace"))
        digests = {other: self._digest_of(other) for other in asked}
        if any(stamp(other) != was for other, was in asked.items()):
            return
        body = marshal.dumps((seen, digests, freeze(report)))
        entry = self._entry(path)
        fresh = f"{entry}.{os.urandom(8).hex()}"  # a file of its own, so that nobody reads half an entry
        try:
            self._prepare(self._folder)
            with open(fresh, "xb") as stream:
                stream.write(self._sum(body) + body)
            os.replace(fresh, entry)
        except OSError:
            return

    def _entry(self, path: str) -> str:
        name = blake2b(self._salt + b"\0" + path.encode(errors="surrogateescape"))
        return os.path.join(self._folder or "", name.hexdigest()[:_NAME])

    def _sum(self, body: bytes) -> bytes:
        return blake2b(body, digest_size=_DIGEST, key=blake2b(self._salt).digest()).digest()

    def _digest_of(self, path: str) -> str | None:
        if path not in self._digests:
            try:
                self._digests[path] = _digest(read_regular(path, MOST_BYTES))
            except OSError:
                self._digests[path] = None
        return self._digests[path]

    def _prepare(self, folder: str) -> None:
        """Make the folder, with a note that keeps it out of version control; once a day, look it through."""
        if self._prepared:
            return
        self._prepared = True
        if not os.path.isdir(folder):
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, ".gitignore"), "w") as stream:
                stream.write("*\n")
        _look_through(folder)


def unusable(folder: str) -> str | None:
    """Why a folder is not to be used as a cache: what a link leads to is not ours to write."""
    if os.path.islink(folder):
        return "is a symbolic link: nothing was remembered there; remove it, or pass --no-cache"
    if os.path.lexists(folder) and not os.path.isdir(folder):
        return "is no folder: nothing was remembered there; remove it, or pass --no-cache"
    return None


def _used(entry: str, report: Report) -> Report:
    """Note that an entry is in use, once a day."""
    if time.time() - os.stat(entry).st_mtime > DAY:
        os.utime(entry)
    return report


def _look_through(folder: str) -> None:
    """Remove what nobody used for long, and what writers left behind that were killed."""
    now, stamp = time.time(), os.path.join(folder, _STAMP)
    if os.path.lexists(stamp) and now - os.lstat(stamp).st_mtime < DAY:
        return
    _set(stamp)
    with os.scandir(folder) as found:
        for entry in found:
            _remove_if_old(entry, now)


def _remove_if_old(entry: os.DirEntry[str], now: float) -> None:
    age = now - entry.stat(follow_symlinks=False).st_mtime
    whole = len(entry.name) == _NAME
    ours = _is_ours(entry.name) and stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)
    if ours and age > (KEPT if whole else DAY):
        os.unlink(entry.path)


def _set(stamp: str) -> None:
    """Give a file this time, and make it where it is missing: nothing is opened that was there before, for
    it may be a link, or a pipe."""
    try:
        os.close(os.open(stamp, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        os.utime(stamp, follow_symlinks=False)


def _is_ours(name: str) -> bool:
    entry, _, writer = name.partition(".")
    return len(entry) == _NAME and all(one in "0123456789abcdef" for one in entry + writer)


def _digest(data: bytes) -> str:
    return blake2b(data).hexdigest()


def _fingerprint() -> str:
    """Changes whenever a file of this package does, also between two releases."""
    found = []
    for folder, folders, names in os.walk(_PACKAGE):
        folders[:] = [name for name in folders if name not in NOT_STATIC]
        paths = (os.path.join(folder, name) for name in names if name.endswith(".py"))
        found += [f"{path}{os.stat(path).st_mtime_ns}" for path in paths]
    return "".join(sorted(found))
