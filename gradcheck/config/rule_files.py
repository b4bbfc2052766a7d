"""What the rule files of a project are made of: the files themselves, and those of the project that they
import. Nothing is executed to find out."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator

from gradcheck.base.regular_files import MEGABYTE, read_regular
from gradcheck.base.syntax import syntax_of

MOST_BYTES = 8 * MEGABYTE
MOST_FILES = 500

Contents = dict[str, "bytes | None"]
"""Files that a rule may load: path -> content, None where there is no such file (yet)."""


def contents(rules: Iterable[str], root: str) -> Contents:
    """The rule files and all that they import below `root` or beside themselves, however deep."""
    found: Contents = {}
    waiting = [*rules]
    while waiting and len(found) < MOST_FILES:
        path = os.path.abspath(waiting.pop())
        if path not in found:
            found[path] = _content(path)
            waiting += _imported(path, found[path] or b"", root)
    return found


def _content(path: str) -> bytes | None:
    try:
        return read_regular(path, MOST_BYTES)
    except OSError:
        return None


def _imported(path: str, data: bytes, root: str) -> Iterator[str]:
    try:
        tree = syntax_of(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    folders = dict.fromkeys((os.path.dirname(path), os.path.abspath(root)))
    for node in ast.walk(tree):
        for names in _names(node):
            for folder in folders:
                yield from _files(os.path.join(folder, names[0]), names[1:])


def _names(node: ast.AST) -> Iterator[list[str]]:
    """The dotted names of an import, split; of `from a import b`, b may be a module too."""
    if isinstance(node, ast.Import):
        yield from (alias.name.split(".") for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = (node.module or "").split(".") if node.module else []
        yield from ([*above, alias.name] for alias in node.names if alias.name != "*" or above)


def _files(stem: str, rest: list[str]) -> Iterator[str]:
    """The files that an import of these names runs, the packages on the way included."""
    yield f"{stem}.py"
    if not os.path.isdir(stem):
        return
    yield os.path.join(stem, "__init__.py")
    if rest:
        yield from _files(os.path.join(stem, rest[0]), rest[1:])
