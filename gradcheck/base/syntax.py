"""Python's own parser, in one thread at a time.

`ast.parse` may not run in two at once. Before Python 3.11.8 the trees being made share one counter of their
depth, and a collection of garbage in between ends one of them with `SystemError: AST constructor recursion
depth mismatch` (CPython's issue 106905). And to silence the parser's warnings, the filters of the process are
exchanged and put back.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator

from gradcheck.base.locks import lock_for_all

_PARSING = lock_for_all()


def syntax_of(source: str | bytes, name: str = "<unknown>") -> ast.Module:
    """The tree of a module, without the warnings of its text. Raises what `ast.parse` raises, and SyntaxError
    for a jump that leads out of the module or of a class, which only Python's compiler refuses."""
    with _PARSING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source, name)  # noqa: TID251  # this is the one place
    for jump in _jumps(tree.body, in_loop=False):
        raise SyntaxError(f"'{type(jump).__name__.lower()}' outside {_place_of(jump)}", _where(name, jump))
    return tree


def _jumps(body: Iterable[ast.AST], in_loop: bool) -> Iterator[ast.Return | ast.Break | ast.Continue]:
    """The jumps among some statements that no function, and for `break` and `continue` no loop, is around."""
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.expr():
                continue
            case ast.Return():
                yield node
            case ast.Break() | ast.Continue() if not in_loop:
                yield node
            case ast.For() | ast.AsyncFor() | ast.While():
                yield from _jumps(node.body, in_loop=True)
                yield from _jumps(node.orelse, in_loop)
            case ast.ClassDef():
                yield from _jumps(node.body, in_loop=False)
            case ast.If() | ast.With() | ast.AsyncWith() | ast.Try() | ast.Match():
                yield from _jumps(ast.iter_child_nodes(node), in_loop)
            case ast.ExceptHandler() | ast.match_case():
                yield from _jumps(node.body, in_loop)


def _place_of(jump: ast.stmt) -> str:
    return "function" if isinstance(jump, ast.Return) else "loop"


def _where(name: str, jump: ast.stmt) -> tuple[str, int, int, None]:
    return name, jump.lineno, jump.col_offset + 1, None
