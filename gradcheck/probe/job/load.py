"""From what the user named to something that runs: a script, a module, a notebook, a named object."""

from __future__ import annotations

import ast
import asyncio
import importlib
import importlib.util
import inspect
import io
import linecache
import os
import sys
import types
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.abc import SourceLoader
from pathlib import Path

from gradcheck.base.lines import lines_of
from gradcheck.base.syntax import syntax_of
from gradcheck.probe.job.ipython_shell import Shell
from gradcheck.probe.job.notebook import cells, is_notebook


class UnloadableError(Exception):
    """The target cannot be run at all; the message says why and what to do."""


@dataclass(frozen=True)
class Target:
    """A file or a module, and the object in it that was asked for, if one was."""

    path: Path | None
    module: str | None
    name: str | None

    @property
    def folder(self) -> Path:
        """The folder of the program: what Python puts first on its path."""
        return self.path.parent if self.path else Path.cwd()


def parse(text: str) -> Target:
    """Read `file.py`, `file.ipynb`, `folder`, `file.py:name`, `package.module` and `package.module:name`."""
    where, _, name = text.rpartition(":")
    if not (where and all(part.isidentifier() for part in name.split("."))):
        where, name = text, ""
    path = Path(where)
    if path.is_dir() and (path / "__main__.py").is_file():
        path = path / "__main__.py"
    if path.is_file():
        # Not resolved: a symbolic link stays the name the user knows.
        return Target(Path(os.path.abspath(path)), None, name or None)
    if path.suffix in {".py", ".ipynb"} or os.sep in where:
        raise UnloadableError(f"no such file: {where}")
    if path.is_dir():
        raise UnloadableError(f"{where} is a folder without a __main__.py: name the file that trains")
    if not all(part.isidentifier() for part in where.split(".")):
        raise UnloadableError(f"neither a file nor a module: {where}")
    return Target(None, where, name or None)


def execute(target: Target, argv: Sequence[str], text: str, *, as_import: bool = False) -> types.ModuleType:
    """Run the target as Python would; returns the module it ran in, also when it was a script."""
    folder = str(target.folder)
    sys.path[:] = [folder, *(entry for entry in sys.path if entry != folder)]
    if target.name or as_import:
        sys.argv = [str(target.path or target.module), *argv]
        return _imported(target)
    if target.module:
        sys.argv = [target.module, *argv]
        return _as_module(target.module)
    assert target.path is not None
    sys.argv = [text, *argv]
    return _as_script(target.path)


def blank(path: Path | None = None) -> types.ModuleType:
    """A fresh `__main__`, in place, so that pickling and `sys.modules` see the program's own names."""
    module = types.ModuleType("__main__")
    module.__dict__.update(__builtins__=__builtins__, __file__=str(path) if path else None, __cached__=None)
    sys.modules["__main__"] = module
    return module


def _as_script(path: Path) -> types.ModuleType:
    if is_notebook(path):
        return _as_notebook(path)
    if (package := _package_of(path)) and (path.name == "__main__.py" or _is_relative(path)):
        # `python file.py` could not run this either: it is meant as a part of its package.
        sys.path[0] = str(path.parents[package.count(".") + 1])
        return _as_module(f"{package}.{path.stem}")
    module = blank(path)
    with io.open_code(str(path)) as file:
        source = file.read()
    compiled = compile(source, str(path), "exec", dont_inherit=True)
    with suppress(ValueError):  # what Python reads is kept, whatever the program does to its own file
        lines = lines_of(importlib.util.decode_source(source))
        linecache.cache[str(path)] = (len(source), None, lines, str(path))
    exec(compiled, module.__dict__)
    return module


def _as_notebook(path: Path) -> types.ModuleType:
    module = blank()
    # What IPython gives every cell; what is displayed goes nowhere.
    shell = Shell(module.__dict__)
    module.__dict__.update(display=lambda *_, **__: None, get_ipython=lambda: shell)
    for name, code in cells(path):
        # Autograph and the recorder read source lines: there is no file that holds a cell's.
        linecache.cache[name] = (len(code), None, lines_of(code), name)
        compiled = compile(code, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        if compiled.co_flags & inspect.CO_COROUTINE:
            asyncio.run(eval(compiled, module.__dict__))
        else:
            exec(compiled, module.__dict__)
    return module


def _as_module(name: str) -> types.ModuleType:
    """Like `python -m name`, but in a module that is still there afterwards."""
    spec = importlib.util.find_spec(name)
    if spec is not None and spec.submodule_search_locations is not None:
        name = f"{name}.__main__"
        spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None or not isinstance(spec.loader, SourceLoader):
        raise UnloadableError(f"no module named {name}")
    module = blank(Path(spec.origin))
    module.__spec__, module.__package__ = spec, name.rpartition(".")[0]
    sys.argv[0] = spec.origin
    code = spec.loader.get_code(name)
    assert code is not None
    exec(code, module.__dict__)
    return module


def _imported(target: Target) -> types.ModuleType:
    if target.module:
        return importlib.import_module(target.module)
    assert target.path is not None
    name = target.path.stem
    if package := _package_of(target.path):
        sys.path[0] = str(target.path.parents[package.count(".") + 1])
        return importlib.import_module(f"{package}.{name}")
    spec = importlib.util.spec_from_file_location(name, target.path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _package_of(path: Path) -> str:
    """The dotted package a file belongs to: the folders above it that hold an `__init__.py`."""
    parts: list[str] = []
    folder = path.parent
    while (folder / "__init__.py").is_file() and folder.name.isidentifier():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts)


def _is_relative(path: Path) -> bool:
    """Whether the file imports from its own package by dots."""
    try:
        tree = syntax_of(path.read_bytes())
    except (SyntaxError, ValueError):
        return False
    return any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree))
