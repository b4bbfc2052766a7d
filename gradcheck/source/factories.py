"""Finds the model factories of a package by reading it: functions that need no argument and make a model."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.modules import files_of
from gradcheck.base.parameters import parameters, required
from gradcheck.base.syntax import syntax_of

MODELS = frozenset({"Functional", "Model", "Sequential"})
"""Who makes a model, by the last part of what is called."""


@dataclass(frozen=True)
class Factory:
    """A function that makes a model when it is called without arguments, and the module that defines it;
    `pretrained` says that it would download weights unless it is told not to."""

    module: str
    name: str
    pretrained: bool


_UNREADABLE = (OSError, SyntaxError, ValueError, RecursionError, MemoryError)
"""What reading and parsing a module may raise; Python's parser runs out of memory where code is nested too
deeply."""
Definition = ast.FunctionDef | ast.AsyncFunctionDef


def factories(package: str) -> tuple[Factory, ...]:
    """The factories that a package or module offers, each once, where it is defined. Nothing is imported.

    Raises ModuleNotFoundError.
    """
    reader = _Reader(_root_of(package))
    found: dict[tuple[str, str], Factory] = {}
    for module in reader.modules(package):
        for name, (origin, function) in reader.offered(module).items():
            if (
                not name.startswith("_")
                and not required(function.args)
                and reader.makes_a_model(origin, function)
            ):
                pretrained = "weights" in {one.arg for one in parameters(function.args)}
                found[origin, function.name] = Factory(origin, function.name, pretrained)
    return tuple(found[key] for key in sorted(found))


def _root_of(package: str) -> str:
    """The folder that a package's top level lies in; only that is looked up, as more would be imported."""
    top = package.partition(".")[0]
    for base in (".", ""):
        if base and (os.path.isdir(top) or os.path.isfile(f"{top}.py")):
            return base
    spec = find_spec(top)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(
            f"no package {package!r} here: name one that is installed, or a folder", name=top
        )
    return os.path.dirname(os.path.dirname(spec.origin) if spec.submodule_search_locations else spec.origin)


class _Reader:
    """The modules below a root, each parsed once."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._trees: dict[str, ast.Module] = {}

    def modules(self, package: str) -> Iterator[str]:
        """A package's own name, then those of all public modules in it, the shortest first."""
        folder = os.path.join(self._root, *package.split("."))
        names = [package]
        for place, folders, files in os.walk(folder):
            folders[:] = sorted(one for one in folders if one.isidentifier() and not one.startswith("_"))
            inner = os.path.relpath(place, folder).replace(os.sep, ".").strip(".")
            below = f"{package}.{inner}" if inner else package
            names += [f"{below}.{one[:-3]}" for one in files if one.endswith(".py") and one[0] != "_"]
            names += [below] if inner and "__init__.py" in files else []
        return iter(sorted(names, key=lambda one: (one.count("."), one)))

    def offered(self, module: str) -> dict[str, tuple[str, Definition]]:
        """The functions that a module defines, or imports by name from a package that lies here, each with
        the module that defines it."""
        offered = {}
        for node in self._tree(module).body:
            if isinstance(node, Definition):
                offered[node.name] = (module, node)
            elif isinstance(node, ast.ImportFrom):
                offered |= self._imported(self._absolute(module, node), node)
        return offered

    def _imported(self, origin: str, node: ast.ImportFrom) -> dict[str, tuple[str, Definition]]:
        there = {one.name: one for one in self._tree(origin).body if isinstance(one, Definition)}
        return {
            alias.asname or alias.name: (origin, there[alias.name])
            for alias in node.names
            if alias.name in there
        }

    def _absolute(self, module: str, node: ast.ImportFrom) -> str:
        """The module that an import names."""
        if not node.level:
            return node.module or ""
        is_package = os.path.basename(self._file(module) or "") == "__init__.py"
        parts = module.split(".") if is_package else module.split(".")[:-1]
        base = parts[: len(parts) - node.level + 1]
        return ".".join([*base, *([node.module] if node.module else [])])

    def makes_a_model(self, module: str, function: Definition, depth: int = 4) -> bool:
        """Whether it calls what makes models, or a function of its own module that does."""
        called = {_last(one.func) for one in ast.walk(function) if isinstance(one, ast.Call)}
        if called & MODELS:
            return True
        own = [one for one in self._tree(module).body if isinstance(one, Definition) and one.name in called]
        return depth > 0 and any(
            self.makes_a_model(module, one, depth - 1) for one in own if one is not function
        )

    def _file(self, module: str) -> str | None:
        return next(filter(os.path.isfile, files_of(os.path.join(self._root, *module.split(".")))), None)

    def _tree(self, module: str) -> ast.Module:
        if module not in self._trees:
            self._trees[module] = ast.Module([], [])
            with suppress(*_UNREADABLE), open(self._file(module) or "", "rb") as file:
                self._trees[module] = syntax_of(file.read())
        return self._trees[module]


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
