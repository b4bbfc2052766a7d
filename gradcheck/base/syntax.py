"""Python's own parser, in one thread at a time.

`ast.parse` may not run in two at once. Before Python 3.11.8 the trees being made share one counter of their
depth, and a collection of garbage in between ends one of them with `SystemError: AST constructor recursion
depth mismatch` (CPython's issue 106905). And to silence the parser's warnings, the filters of the process are
exchanged and put back.
"""

from __future__ import annotations

import ast
import sys
import warnings
from contextlib import suppress

from gradcheck.base.locks import lock_for_all

if sys.version_info >= (3, 11):
    AnyTry = ast.Try | ast.TryStar
    TRIES: tuple[type[AnyTry], ...] = (ast.Try, ast.TryStar)
else:
    AnyTry = ast.Try
    TRIES: tuple[type[AnyTry], ...] = (ast.Try,)

_PARSING = lock_for_all()
MOST_COMPILED = 500_000
"""A text of more characters is parsed alone: the compiler's time grows with the square of a module's length,
and nothing can interrupt it."""


def syntax_of(source: str | bytes, name: str = "<unknown>") -> ast.Module:
    """The tree of a module, without the warnings of its text. Raises what `ast.parse` raises."""
    with _PARSING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source, name)  # noqa: TID251  # this is the one place


def program_of(source: str | bytes, name: str = "<unknown>", *, in_cell: bool = False) -> ast.Module:
    """The tree of a text that is run as it is. Raises SyntaxError also for what only Python's compiler
    refuses, in a text that is not very long: a jump out of a function, a name that is nowhere. A cell may
    `await` outside of functions."""
    tree = syntax_of(source, name)
    if len(source) > MOST_COMPILED:
        return tree
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if in_cell else 0
    with _PARSING, warnings.catch_warnings(), suppress(RecursionError, MemoryError):
        warnings.simplefilter("ignore")
        compile(source, name, "exec", flags, dont_inherit=True)
    return tree
