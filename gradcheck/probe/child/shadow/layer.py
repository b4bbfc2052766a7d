"""Two trees seen as one: what was written lies in a folder of ours, what was not is read where it is.

Says where a path leads; touches nothing but that folder. The operations of the standard library are bound
before they are replaced by those that ask here.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_lexists, _islink, _isdir, _readlink = os.path.lexists, os.path.islink, os.path.isdir, os.readlink
_MOST_LINKS = 40


class Layer:
    """A folder that lies over the whole tree, except `free` folders, where everything is as it is."""

    def __init__(self, root: str, free: Sequence[str]) -> None:
        self._root, self._free = root, tuple(free)
        self._gone: set[str] = set()

    def told(self, path: str) -> str:
        """The name by which the program knows a place of ours."""
        if path == self._root:
            return "/"
        return path[len(self._root) :] if path.startswith(self._root + "/") else path

    def is_free(self, path: str) -> bool:
        """Whether a path is not ours to redirect."""
        return any(path == one or path.startswith(one + "/") for one in self._free)

    def absolute(self, path: str, *, follow: bool = True) -> str:
        """A path as seen from the root, through the links of both trees; the last one only on `follow`."""
        left = [part for part in reversed(self.told(os.path.abspath(path)).split("/")) if part]
        found, links = "/", 0
        while left:
            part = left.pop()
            if part == "..":
                found = os.path.dirname(found)
                continue
            step = os.path.join(found, part)
            place = self.seen(step)
            if (left or follow) and _islink(place) and links < _MOST_LINKS:
                links += 1
                leads = _readlink(place)
                found = "/" if leads.startswith("/") else found
                left += [one for one in reversed(leads.split("/")) if one not in ("", ".")]
            else:
                found = step
        return found

    def seen(self, path: str) -> str:
        """Where an absolute path is read."""
        if self.is_free(path):
            return path
        ours = self._ours(path)
        return ours if _lexists(ours) or self._is_gone(path) else path

    def written(self, path: str, *, keep: bool) -> str:
        """Where an absolute path is opened for writing; with `keep`, with what it holds so far.

        Raises OSError for what the system would refuse: nothing but a device or a pipe is ever written where
        it is.
        """
        real = self._below(path)
        if real is not None and not _is_file(real):
            return path
        if real is not None and not os.access(path, os.W_OK):
            raise _error(errno.EACCES, path)
        return self.put(path) if real is None else self.copied(path, keep=keep)

    def changed(self, path: str) -> str:
        """Where the mode, times or owner of an absolute path are changed. Raises OSError."""
        real = self._below(path)
        if real is not None and not (_is_owned(path) or os.access(path, os.W_OK)):
            raise _error(errno.EPERM, path)
        return self.copied(path)

    def copied(self, path: str, *, keep: bool = True) -> str:
        """Our file for an absolute path, made of what lies there. Raises OSError."""
        real = self._below(path)
        if real is None:
            return path if self.is_free(path) else self._ours(path)
        if not _is_file(real) and not stat.S_ISFIFO(real):
            raise _error(errno.EPERM, path)
        self._grow(os.path.dirname(path))
        self._copy(path, self._ours(path), real, keep=keep)
        return self._ours(path)

    def put(self, path: str) -> str:
        """Where something is put in an absolute path's place. Raises OSError."""
        folder = os.path.dirname(path)
        if self.is_free(path):
            return path
        if not _isdir(self.seen(folder)):
            raise _error(errno.ENOTDIR if _lexists(self.seen(folder)) else errno.ENOENT, path)
        if not os.access(self.seen(folder), os.W_OK | os.X_OK):
            raise _error(errno.EACCES, path)
        self._grow(folder)
        return self._ours(path)

    def is_below(self, path: str) -> bool:
        """Whether what is seen at an absolute path was there before: it must not be touched."""
        return self._below(path) is not None

    def removed(self, path: str) -> None:
        """An absolute path is gone from now on; what was ours there has been removed."""
        if not self.is_free(path) and _lexists(path):
            self._gone.add(path)
            with open(os.path.join(os.path.dirname(self._root), "removed"), "ab") as log:
                log.write(os.fsencode(path) + b"\0")

    def names(self, path: str) -> list[str] | None:
        """The names in an absolute folder that lies in both trees; None for one that lies in one of them."""
        ours = self._ours(path)
        if self.is_free(path):
            return None
        hides = any(os.path.dirname(one) == path for one in self._gone)
        if self._is_gone(path) or not (hides or _isdir(ours)) or not _isdir(path):
            return None
        below = {name for name in os.listdir(path) if not self._is_gone(os.path.join(path, name))}
        return sorted(below | set(os.listdir(ours) if _isdir(ours) else ()))

    def copied_up(self, path: str) -> str:
        """A folder with all that is seen in it, all of it ours: what is renamed must be whole. Raises
        OSError."""
        ours = self.copied(path)
        if _isdir(ours) and not _islink(ours) and not self.is_free(path):
            for name in self.names(path) or os.listdir(self.seen(path)):
                self.copied_up(os.path.join(path, name))
        return ours

    def _below(self, path: str) -> int | None:
        """The mode of what lies at a path and is not ours; None for nothing."""
        ours = self._ours(path)
        return None if self.is_free(path) or _lexists(ours) or self._is_gone(path) else _mode(path)

    def _ours(self, path: str) -> str:
        return self._root + path

    def _is_gone(self, path: str) -> bool:
        if not self._gone:
            return False
        return path in self._gone or any(str(above) in self._gone for above in Path(path).parents)

    def _grow(self, folder: str) -> None:
        """Make a folder in our tree as it is seen, and those above it."""
        ours = self._ours(folder)
        if folder == "/" or _isdir(ours):
            return
        self._grow(os.path.dirname(folder))
        os.mkdir(ours)
        with suppress(OSError):
            shutil.copystat(folder, ours)
            os.chmod(ours, os.stat(folder).st_mode | 0o700)

    @staticmethod
    def _copy(path: str, ours: str, mode: int, *, keep: bool) -> None:
        if stat.S_ISDIR(mode):
            os.mkdir(ours)
        elif stat.S_ISLNK(mode):
            os.symlink(_readlink(path), ours)
        elif stat.S_ISFIFO(mode):
            os.mkfifo(ours)
        elif keep:
            shutil.copyfile(path, ours)
        else:
            os.close(os.open(ours, os.O_CREAT | os.O_WRONLY))
        if not stat.S_ISLNK(mode):
            with suppress(OSError):
                shutil.copystat(path, ours)
                os.chmod(ours, stat.S_IMODE(mode) | 0o600)


def _mode(path: str) -> int | None:
    with suppress(OSError):
        return os.lstat(path).st_mode
    return None


def _is_file(mode: int) -> bool:
    """Whether it is what somebody keeps: no pipe, no device."""
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)


def _is_owned(path: str) -> bool:
    """Whether the present user may change what is known of a file."""
    return os.geteuid() in (0, os.lstat(path).st_uid)


def _error(number: int, path: str) -> OSError:
    return OSError(number, os.strerror(number), path)
