"""Finds the modules of the user's own project that a file imports."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator

from gradcheck.base.modules import files_of
from gradcheck.base.regular_files import Stamp, stamp
from gradcheck.report.report import Problem
from gradcheck.source.discover import SourceFile, read
from gradcheck.source.instead import ON_DISK, Instead
from gradcheck.source.parse import Module, matters, may_define, parse

PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
MOST_IMPORTED = 64
"""So many files are looked through for one that a file without anything to follow leads to."""
MOST_FOLDERS = 6
_GONE: Stamp = (0, 0, 0, 0)
"""Of a file that is not on disk."""


class Project:
    """Modules by path, each read and parsed at most once."""

    def __init__(self, instead: Instead = ON_DISK) -> None:
        self.instead = instead
        self._modules: dict[str, Module | None] = {}
        """None for what is no file, or none to follow."""
        self._unread: dict[str, Problem] = {}
        self._stamps: dict[str, Stamp | None] = {}
        self.asked: dict[str, Stamp | None] = {}
        """Every file that somebody asked for since somebody last emptied this, as it was before anything was
        read of it."""

    def find(self, dotted: str, level: int, origin: Module) -> Module | None:
        """The module that `import dotted` (or `from ..dotted import`) in `origin` names, if it is a file of
        the project."""
        for base in self._bases(level, origin):
            stem = os.path.join(base, *dotted.split(".")) if dotted else base
            path = next(filter(self._is_file, files_of(stem)), None)
            if path is not None and (module := self._load(path)) is not None:
                return module
        return None

    def leads_on(self, module: Module) -> bool:
        """Whether a module imports a file of the project in which there is something to follow, or one that
        does: a package hands on what its files define."""
        waiting, seen = [module], {module.path}
        while waiting and len(seen) <= MOST_IMPORTED:
            for found in self._imported(waiting.pop()):
                if matters(found.text):
                    return True
                if found.path not in seen:
                    seen.add(found.path)
                    waiting.append(found)
        return False

    def _imported(self, module: Module) -> Iterator[Module]:
        found = (self.find(name, level, module) for name, level in _imports(module))
        return (one for one in found if one is not None)

    def followed(self) -> Iterator[Module]:
        """The modules that somebody found since somebody last emptied `asked`."""
        paths = (path for path in sorted(self.asked) if path in self._modules)
        return (module for path in paths if (module := self._modules[path]) is not None)

    def unread(self) -> Iterator[Problem]:
        """Why modules that somebody asked for since somebody last emptied `asked` could not be read."""
        return (self._unread[path] for path in sorted(self.asked) if path in self._unread)

    def _load(self, path: str) -> Module | None:
        if path not in self._modules:
            found = _defining(path, self.instead)
            self._modules[path] = found if isinstance(found, Module) else None
            if isinstance(found, Problem):
                self._unread[path] = found
        return self._modules[path]

    def _is_file(self, path: str) -> bool:
        """Whether there is such a file. All that is asked of the file system is asked here."""
        if path not in self._stamps:
            self._stamps[path] = self._stamp(path)
        self.asked[path] = self._stamps[path]
        return self._stamps[path] is not None

    def _stamp(self, path: str) -> Stamp | None:
        if not self.instead:
            return stamp(path)
        if self.instead.is_new(path):
            return None
        return stamp(self.instead.place(path)) or (_GONE if self.instead.is_there(path) else None)

    def _bases(self, level: int, origin: Module) -> list[str]:
        """The folders in which a module may stand: for an absolute import the file's own, the package root's
        parent, and those above it up to the project's root: a script stands beside the package."""
        folder = os.path.dirname(origin.path)
        if level:
            for _ in range(level - 1):
                folder = os.path.dirname(folder) if folder else ".."
            return [folder]
        root = folder
        while root and self._is_file(os.path.join(root, "__init__.py")):
            root = os.path.dirname(root)
        return list(dict.fromkeys([folder, root, *self._above(root)]))

    def _above(self, folder: str) -> Iterator[str]:
        """The folders above one, with their `src`, up to the one that holds the project's own file."""
        for _ in range(MOST_FOLDERS):
            if not folder or any(self._is_file(os.path.join(folder, name)) for name in PROJECT_FILES):
                break
            folder = os.path.dirname(folder)
            yield from (folder, os.path.join(folder, "src"))


def _defining(path: str, instead: Instead) -> Module | Problem | None:
    """The module in a file; None for plain Python that cannot be parsed, of which nobody wants to hear."""
    source = read(path, instead)
    if not isinstance(source, SourceFile):
        return source
    found = parse(source)
    package = path.endswith("__init__.py")  # it may hand on what another file defines
    return found if isinstance(found, Module) or package or may_define(source.text) else None


def _imports(module: Module) -> Iterator[tuple[str, int]]:
    """What a module imports, wherever in it, as the name and how many folders above."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Import(names=names):
                yield from ((one.name, 0) for one in names)
            case ast.ImportFrom(module=str() as name, level=level):
                yield name, level
            case ast.ImportFrom(module=None, names=names, level=level):
                yield from ((one.name, level) for one in names)
