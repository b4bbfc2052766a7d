"""Terms of a loss that are written twice, as copies are that nobody went on to change: `loss_b = error(y, a)`
below `loss_a = error(y, a)`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from gradcheck.base.blocks import blocks

SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Return)
PLACES = (ast.Name, ast.Attribute, ast.Subscript)
CHANGING = frozenset(
    """
    append assign choice draw dropout next noise normal permutation pop popleft rand randint randn random read
    sample samples shuffle uniform update
    """.split()  # noqa: SIM905 - a list of words is easier to read than one of strings
)
"""Words in the name of a function that is called twice because each call does something else."""


class Term(NamedTuple):
    """A term, what it is called if it has a name, and the number of its statement in its block."""

    value: ast.expr
    name: ast.expr | str | None
    at: int


Pair = tuple[Term, Term]


class Copy(NamedTuple):
    """A term that is computed as another one is, and what both are called, if they have names."""

    value: ast.expr
    name: ast.expr | str | None = None
    like: ast.expr | str | None = None


def alike(tree: ast.AST, counts: Callable[[ast.expr], bool]) -> list[Pair]:
    """Every two terms that are written alike, the earlier one first, among those that count."""
    return [pair for _, block in blocks(tree) for pair in _pairs(block, counts)]


def copied(pairs: Sequence[Pair], starved: Collection[str]) -> Copy | None:
    """The term that seems to be a copy. Of two it is the one that shares a word with what is starved, else
    the one that shares none with what both are computed from, else the later one.
    """
    about = {word for name in starved for word in _words(name) if not word.isdigit()}
    ranked = sorted(pairs, key=lambda pair: _meant(pair, about) is None)
    return _copy(ranked[0], about) if ranked else None


def _copy(pair: Pair, about: set[str]) -> Copy:
    earlier, later = pair
    if earlier.name is None or later.name is None:
        return Copy(later.value)
    wrong = _meant(pair, about) or _odd(pair) or later
    return Copy(wrong.value, wrong.name, _other(pair, wrong).name)


def _meant(pair: Pair, about: set[str]) -> Term | None:
    """The one of two terms whose name has a word of these."""
    earlier, later = pair
    first, second = (bool(words & about) for words in _own(pair))
    return None if first == second else earlier if first else later


def _odd(pair: Pair) -> Term | None:
    """The one of two terms whose name has no word of what both are computed from."""
    right = _meant(pair, _words(ast.unparse(pair[0].value)))
    return right and _other(pair, right)


def _other(pair: Pair, one: Term) -> Term:
    return pair[1] if one is pair[0] else pair[0]


def _own(pair: Pair) -> tuple[set[str], set[str]]:
    """The words in the name of each of two terms that are not in the other's."""
    first, second = (_words(_spelt(term.name)) for term in pair)
    return first - second, second - first


def _spelt(name: ast.expr | str | None) -> str:
    return ast.unparse(name) if isinstance(name, ast.expr) else name or ""


def _words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", name)}


# -- which terms are the same ----------------------------------------------------------------------


def _pairs(block: list[ast.stmt], counts: Callable[[ast.expr], bool]) -> Iterator[Pair]:
    """The terms in a block that are written alike, the earlier one first."""
    found: dict[str, list[Term]] = {}
    for index, statement in enumerate(block):
        for term in _terms(statement, index) if isinstance(statement, SIMPLE) else ():
            if _repeatable(term.value):
                found.setdefault(ast.dump(term.value), []).append(term)
    for terms in found.values():
        telling = [term for term in terms if counts(term.value)] if len(terms) > 1 else []
        for earlier, later in combinations(telling, 2):
            if _apart(earlier, later) and not _rebound(block[earlier.at : later.at], later.value):
                yield earlier, later


def _apart(earlier: Term, later: Term) -> bool:
    """Whether two terms are two, and one does not only take the other's place."""
    names = [_spelt(term.name) for term in (earlier, later)]
    return earlier.value is not later.value and (names[0] != names[1] or names == ["", ""])


def _repeatable(value: ast.expr) -> bool:
    """Whether an expression calls something, and seems to give the same each time."""
    calls = [node for node in ast.walk(value) if isinstance(node, ast.Call)]
    return bool(calls) and not any(_words(ast.unparse(call.func)) & CHANGING for call in calls)


def _rebound(between: list[ast.stmt], value: ast.expr) -> bool:
    """Whether something that an expression reads is given another value in these statements."""
    read = {ast.unparse(node) for node in ast.walk(value) if isinstance(node, PLACES)}
    nodes = (node for statement in between for node in ast.walk(statement) if isinstance(node, PLACES))
    return any(isinstance(node.ctx, ast.Store) and ast.unparse(node) in read for node in nodes)


# -- what is a term ---------------------------------------------------------------------------------


def _terms(statement: ast.stmt, index: int) -> Iterator[Term]:
    """What a statement gives a name, and what it collects or adds up."""
    for value, name in (*_assigned(statement), *_collected(statement)):
        yield Term(_bare(value), name, index)


def _assigned(statement: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
            yield from zip(values, names, strict=False)
        case ast.Assign(targets=[target], value=value):
            yield value, target
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield value, target
        case ast.AugAssign(op=ast.Add(), value=value):
            yield value, None


def _collected(statement: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr | str | None]]:
    for node in ast.walk(statement):
        match node:
            case ast.Dict(keys=keys, values=values):
                yield from ((value, key) for key, value in zip(keys, values, strict=True) if key is not None)
            case ast.Call(keywords=keywords):
                yield from ((word.value, word.arg) for word in keywords if word.arg is not None)
            case ast.List(elts=elements, ctx=ast.Load()) | ast.Tuple(elts=elements, ctx=ast.Load()):
                yield from ((element, None) for element in elements)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                yield from ((side, None) for side in (left, right))


def _bare(value: ast.expr) -> ast.expr:
    """A term without its weight: `ce(y, a)` of `0.5 * ce(y, a)`."""
    while isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Mult, ast.Div)):
        sides = [side for side in (value.left, value.right) if _calls(side)]
        if len(sides) != 1 or (isinstance(value.op, ast.Div) and sides[0] is value.right):
            break
        value = sides[0]
    return value


def _calls(value: ast.expr) -> bool:
    return any(isinstance(node, ast.Call) for node in ast.walk(value))
