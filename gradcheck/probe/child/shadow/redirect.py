"""The shadow where the kernel allows no overlay: Python's own calls that take a path are led to a layer.

What is written natively or by another program is not led there; Landlock refuses it where the kernel has it.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from types import ModuleType
from typing import Any

from gradcheck.probe.child.shadow.entries import Entries, Entry
from gradcheck.probe.child.shadow.layer import Layer

Function = Callable[..., Any]

_READING = ("stat", "chdir", "statvfs", "pathconf", "access", "getxattr", "listxattr")
_READING_LINKS = ("lstat", "readlink")
_CHANGING = ("chmod", "chown", "utime", "chflags", "setxattr", "removexattr")
_CHANGING_LINKS = ("lchmod", "lchown", "lchflags")
_CHANGING_OPEN = {"fchmod": "chmod", "fchown": "chown"}
"""Calls that take a descriptor, each with the one that takes a path."""
_MAKING = ("mkfifo", "mknod")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Redirector:
    """Leads calls to a layer. What it calls itself, in the same thread, goes where it says."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer
        self._busy = threading.local()

    def install(self) -> None:
        """Replace the functions, wherever a loaded module has taken them by name."""
        new = {getattr(os, name): self._wrapped(getattr(os, name), how) for name, how in self._table()}
        new[builtins.open] = self._wrapped(builtins.open, self._open)
        new[io.FileIO] = self._files()
        new[io.open_code] = self._wrapped(io.open_code, self._read)
        for known in (os.supports_follow_symlinks, os.supports_dir_fd, os.supports_fd):
            known.update({made for old, made in new.items() if old in known})
        builtins.open = new[builtins.open]
        _set_the_import_system_apart()
        vars(shutil)["_use_fd_functions"] = False  # paths can be led elsewhere, descriptors cannot
        replace_everywhere(new)

    @contextmanager
    def inside(self) -> Iterator[Layer]:
        """The layer, while calls of this thread are not redirected."""
        before = getattr(self._busy, "yes", False)
        self._busy.yes = True
        try:
            yield self._layer
        finally:
            self._busy.yes = before

    def place(self, path: str, *, write: bool = False, keep: bool = True) -> str:
        """Where a path leads, for libraries that open files themselves."""
        with self.inside() as layer:
            whole = layer.absolute(path)
            return layer.written(whole, keep=keep) if write else layer.seen(whole)

    def _table(self) -> Iterator[tuple[str, Function]]:
        own: dict[str, Function] = {
            **dict.fromkeys(_READING, self._read),
            **dict.fromkeys(_READING_LINKS, self._read_link),
            **dict.fromkeys(_CHANGING, self._change),
            **dict.fromkeys(_CHANGING_LINKS, self._change_link),
            **dict.fromkeys(_CHANGING_OPEN, self._change_open),
            "truncate": self._truncate,
            **dict.fromkeys((*_MAKING, "mkdir"), self._make),
            **dict.fromkeys(("remove", "unlink"), self._remove),
            **dict.fromkeys(("rename", "replace"), self._rename),
            "open": self._open_low,
            "rmdir": self._rmdir,
            "link": self._link,
            "symlink": self._symlink,
            "listdir": self._listdir,
            "scandir": self._scandir,
            **dict.fromkeys(("getcwd", "getcwdb"), self._getcwd),
        }
        return ((name, how) for name, how in own.items() if hasattr(os, name))

    def _wrapped(self, original: Function, how: Function) -> Function:
        @wraps(original)
        def redirected(*arguments: Any, **named: Any) -> Any:
            given = arguments[0] if arguments else named.get("path", named.get("fd"))
            is_open = isinstance(given, int) and how not in (self._change, self._change_open)
            if getattr(self._busy, "yes", False) or is_open:
                return original(*arguments, **named)
            with self.inside():
                try:
                    return how(original, *arguments, **named)
                except OSError as error:
                    for name in ("filename", "filename2"):
                        if isinstance(path := getattr(error, name), str):
                            setattr(error, name, self._layer.told(path))
                    raise

        return redirected

    def _whole(self, path: Any, named: dict[str, Any], *, follow: bool = True) -> str:
        """An absolute path of what a call was given; one beside a folder's descriptor, too."""
        text = os.fsdecode(path)
        if (folder := named.pop("dir_fd", None)) is not None:
            text = os.path.join(_path_of(folder), text)
        return self._layer.absolute(text, follow=follow)

    def _read(self, original: Function, path: Any, *more: Any, **named: Any) -> Any:
        whole = self._whole(path, named, follow=named.get("follow_symlinks", True))
        return original(self._layer.seen(whole), *more, **named)

    def _read_link(self, original: Function, path: Any, **named: Any) -> Any:
        return original(self._layer.seen(self._whole(path, named, follow=False)), **named)

    def _change(self, original: Function, path: Any, *more: Any, **named: Any) -> Any:
        if isinstance(path, int):
            return self._change_open(original, path, *more, **named)
        whole = self._whole(path, named, follow=named.get("follow_symlinks", True))
        return original(self._changed(whole), *more, **named)

    def _change_link(self, original: Function, path: Any, *more: Any, **named: Any) -> Any:
        return original(self._changed(self._whole(path, named, follow=False)), *more, **named)

    def _change_open(self, original: Function, fd: int, *more: Any, **named: Any) -> Any:
        """What is open for reading may be a file that was there before: our copy of it is changed."""
        path = _path_of(fd)
        gone = path.endswith(" (deleted)") and not os.path.lexists(path)
        if gone or not path.startswith("/") or self._layer.told(path) != path or self._layer.is_free(path):
            return original(fd, *more, **named)
        by_path = getattr(os, _CHANGING_OPEN.get(original.__name__, original.__name__))
        return by_path(self._changed(path), *more, **named)

    def _changed(self, whole: str) -> str:
        seen = self._layer.seen(whole)
        return self._layer.changed(whole) if os.path.lexists(seen) else seen

    def _truncate(self, original: Function, path: Any, length: int) -> None:
        original(self._opened(self._whole(path, {}), keep=True, new=False), length)

    def _make(self, original: Function, path: Any, *more: Any, **named: Any) -> Any:
        return original(self._new(self._whole(path, named, follow=False)), *more, **named)

    def _new(self, whole: str) -> str:
        """Where something is made that must not be there yet."""
        seen = self._layer.seen(whole)
        return seen if os.path.lexists(seen) else self._layer.put(whole)

    def _open(self, original: Function, file: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
        if isinstance(file, int):
            return original(file, mode, *more, **named)
        whole = self._whole(file, {})
        if (opener := named.get("opener")) is not None:
            named["opener"] = self._outside(opener)
        if "x" in mode:
            return original(self._new(whole), mode, *more, **named)
        if not set(mode) & set("wa+"):
            return original(self._layer.seen(whole), mode, *more, **named)
        return original(self._opened(whole, keep="w" not in mode, new="r" not in mode), mode, *more, **named)

    def _files(self) -> type:
        """The class of raw files, for those who make one by themselves; `open` makes those of the original
        one."""
        original: Any = io.FileIO
        redirector = self

        class Same(type(original)):  # type: ignore[misc]
            def __instancecheck__(cls, one: object) -> bool:
                return isinstance(one, original)

        class FileIO(original, metaclass=Same):  # type: ignore[misc]
            def __init__(self, file: Any, mode: str = "r", *more: Any, **named: Any) -> None:
                begin = redirector._wrapped(super().__init__, redirector._open)
                begin(file, mode, *more, **named)

        return FileIO

    def _outside(self, function: Function) -> Function:
        """A function of the program's, called from within one of ours."""

        def called(*arguments: Any) -> Any:
            self._busy.yes = False
            try:
                return function(*arguments)
            finally:
                self._busy.yes = True

        return called

    def _open_low(self, original: Function, path: Any, flags: int, *more: Any, **named: Any) -> int:
        whole = self._whole(path, named)
        if flags & os.O_EXCL and flags & os.O_CREAT:
            place = self._new(whole)
        elif flags & _WRITING:
            place = self._opened(whole, keep=not flags & os.O_TRUNC, new=bool(flags & os.O_CREAT))
        else:
            place = self._layer.seen(whole)
        return int(original(place, flags, *more, **named))

    def _opened(self, whole: str, *, keep: bool, new: bool) -> str:
        """Where something is opened for writing; what must be there and is not, is not made."""
        seen = self._layer.seen(whole)
        if os.path.isdir(seen) or not (new or os.path.lexists(seen)):
            return seen
        return self._layer.written(whole, keep=keep)

    def _remove(self, original: Function, path: Any, **named: Any) -> None:
        whole = self._whole(path, named, follow=False)
        if _is_folder(self._layer.seen(whole)):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
        self._take_away(original, whole)

    def _rmdir(self, original: Function, path: Any, **named: Any) -> None:
        whole = self._whole(path, named, follow=False)
        seen = self._layer.seen(whole)
        names = self._layer.names(whole)
        if _is_folder(seen) and (os.listdir(seen) if names is None else names):
            raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), os.fspath(path))
        if os.path.lexists(seen) and not _is_folder(seen):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), os.fspath(path))
        self._take_away(original, whole)

    def _take_away(self, original: Function, whole: str) -> None:
        """What is ours is removed; what was there before is no longer seen."""
        if self._layer.is_below(whole):
            self._layer.put(whole)  # raises where nothing may be removed
        else:
            original(self._layer.seen(whole))
        self._layer.removed(whole)

    def _rename(self, original: Function, src: Any, dst: Any, **named: Any) -> None:
        old = self._whole(src, {"dir_fd": named.pop("src_dir_fd", None)}, follow=False)
        new = self._whole(dst, {"dir_fd": named.pop("dst_dir_fd", None)}, follow=False)
        source, place = self._layer.seen(old), self._layer.seen(new)
        if not os.path.lexists(source):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), os.fspath(src))
        if old == new:
            return
        if os.path.lexists(place) and _is_folder(source) != _is_folder(place):
            number = errno.EISDIR if _is_folder(place) else errno.ENOTDIR
            raise OSError(number, os.strerror(number), os.fspath(dst))
        if _is_folder(place) and (self._layer.names(new) or (place == new and os.listdir(place))):
            raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), os.fspath(dst))
        self._layer.put(old)
        original(self._layer.copied_up(old), self._layer.put(new))
        self._layer.removed(old)
        self._layer.removed(new)

    def _link(self, original: Function, src: Any, dst: Any, **_: Any) -> None:
        old, new = self._whole(src, {}), self._whole(dst, {}, follow=False)
        if not os.path.lexists(self._layer.seen(old)):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), os.fspath(src))
        original(self._layer.copied(old), self._new(new))

    def _symlink(self, original: Function, src: Any, dst: Any, *more: Any, **named: Any) -> None:
        original(src, self._new(self._whole(dst, named, follow=False)), *more, **named)

    def _listdir(self, original: Function, path: Any = ".") -> list[Any]:
        whole = self._whole("." if path is None else path, {})
        names = self._layer.names(whole)
        found = original(self._layer.seen(whole)) if names is None else names
        return [os.fsencode(name) for name in found] if isinstance(path, bytes) else found

    def _scandir(self, original: Function, path: Any = ".") -> Any:
        given = "." if path is None else path
        whole = self._whole(given, {})
        names = self._layer.names(whole)
        if names is None and self._layer.seen(whole) == whole:
            return original(given)
        found = os.listdir(self._layer.seen(whole)) if names is None else names
        if isinstance(given, bytes):
            return Entries(Entry(given, os.fsencode(name)) for name in found)
        return Entries(Entry(os.fspath(given), name) for name in found)

    def _getcwd(self, original: Function) -> str | bytes:
        here = original()
        told = self._layer.told(os.fsdecode(here))
        return os.fsencode(told) if isinstance(here, bytes) else told


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)


def _path_of(fd: int) -> str:
    """The file that a descriptor is open on. Raises OSError where the system does not tell."""
    if sys.platform == "darwin":
        import fcntl

        return os.fsdecode(fcntl.fcntl(fd, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0"))
    return os.readlink(f"/proc/self/fd/{fd}")


def _set_the_import_system_apart() -> None:
    """It reads what is on disk, with the functions as they are: in copies of the modules that have them."""
    for reader in ("_frozen_importlib_external", "zipimport"):
        space = vars(sys.modules[reader]) if reader in sys.modules else {}
        for name in ("_os", "_io"):
            if isinstance(module := space.get(name), ModuleType):
                space[name] = copy = ModuleType(module.__name__)
                vars(copy).update(vars(module))


def replace_everywhere(new: dict[Function, Function]) -> None:
    """Give each loaded module the new functions: `from os import remove` took the function itself, and below
    `os` is the module that it has its own from."""
    spaces = [vars(module) for module in list(sys.modules.values()) if _is_of_others(module)]
    with suppress(ImportError, AttributeError):  # Python 3.10 keeps them in a class
        from pathlib import _NormalAccessor  # type: ignore[attr-defined]

        for name, value in list(vars(_NormalAccessor).items()):
            plain = getattr(value, "__func__", value)
            with suppress(TypeError):
                if plain in new:
                    setattr(_NormalAccessor, name, staticmethod(new[plain]))
    for space in spaces:
        for name, value in list(space.items()):
            with suppress(TypeError):  # not everything can be a key
                if callable(value) and value in new:
                    space[name] = new[value]


def _is_of_others(module: Any) -> bool:
    """Not the import system, which reads what is on disk, nor what answers the parent."""
    name = getattr(module, "__name__", "")
    system = ("_frozen_importlib", "_frozen_importlib_external", "importlib")
    ours = ("gradcheck.probe.job.answer", "gradcheck.probe.child.shadow.layer")
    return isinstance(getattr(module, "__dict__", None), dict) and name not in (*system, *ours)
