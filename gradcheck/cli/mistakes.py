"""What is wrong with a target, as far as texts tell: said before anything is loaded."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from gradcheck.base.syntax import syntax_of
from gradcheck.probe.job.load import Target, UnloadableError
from gradcheck.report.report import Problem

_DYNAMIC = frozenset({"exec", "globals", "setattr", "vars", "locals", "__getattr__"})
"""Words with which a module may get names that its text does not show."""
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def mistake(target: Target, path: str | None, words: Iterable[str], *, elsewhere: bool) -> str:
    """Why a target cannot be meant, with what may be meant instead; empty when nothing is known against it.

    `path` is its source, if there is one; `words` are those of the command line; `elsewhere` is whether
    another interpreter runs it, whose modules cannot be seen from here.
    """
    if path is None:
        known = elsewhere or target.module is None or _importable(target.module)
        return "" if known else _no_module(target.module or "", words)
    return _no_name(path, target.name) if target.name else ""


def meant(word: str, known: Iterable[str]) -> str:
    """The end of a sentence that says what was probably meant."""
    close = get_close_matches(word, [*known], n=1, cutoff=0.7)
    return f": did you mean {close[0]}?" if close else ""


def unloadable(error: UnloadableError, text: str) -> str:
    """Why a target is neither a file nor a module, with the file that was probably meant."""
    where = Path(text.partition(":")[0])
    files = _files(str(where.parent)) if where.parent.is_dir() else ()
    return f"{error}{meant(where.name, files)}"


def _no_module(module: str, words: Iterable[str]) -> str:
    return f"no command, file or module {module!r}{meant(module, [*words, *_files('.')])}"


def _files(folder: str) -> list[str]:
    return sorted(name for name in os.listdir(folder) if name.endswith((".py", ".ipynb")))


def _importable(module: str) -> bool:
    """Whether the first part of a module's name is found; nothing is executed to find it."""
    import importlib.util

    top = module.partition(".")[0]
    try:
        return top in sys.modules or importlib.util.find_spec(top) is not None
    except (ImportError, ValueError):
        return False


def _no_name(path: str, name: str) -> str:
    from gradcheck.source.discover import read

    source = read(path)
    if isinstance(source, Problem):
        return ""
    try:
        names = _names(syntax_of(source.text))
    except (SyntaxError, ValueError, RecursionError):
        return ""
    first = name.partition(".")[0]
    if names is None or first in names:
        return ""
    return f"{Path(path).name} defines no {first}{meant(first, names)}"


def _names(tree: ast.Module) -> set[str] | None:
    """The names that a module's own statements bind; None when its text does not tell."""
    if any(isinstance(node, ast.Name) and node.id in _DYNAMIC for node in ast.walk(tree)):
        return None
    found: set[str] = set()
    for node in _own(tree):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            return None
        found |= _bound(node)
    return None if "__getattr__" in found else found


def _own(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a module outside of its functions and classes."""
    for child in ast.iter_child_nodes(tree):
        yield child
        if not isinstance(child, _SCOPES):
            yield from _own(child)


def _bound(node: ast.AST) -> set[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Name(id=name, ctx=ast.Store()):
            return {name}
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return {alias.asname or alias.name.partition(".")[0] for alias in names}
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return {name}
    return set()
