"""Names that speak of one of two things: `student_logits` of `self.student`, not of `self.teacher`."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping
from enum import IntEnum
from itertools import pairwise

MISTAKEN = "mistaken"
"""The case of a fault that lies in what is called, where the name of the result says what was meant."""

_EVERYWHERE = frozenset({"self", "model", "net", "network", "layer"})
"""Words that tell nothing apart."""
_FOR_ANOTHER = frozenset(
    {"before", "for", "from", "in", "input", "label", "next", "old", "prev", "target", "to", "true"}
)
"""Words by which a result is named after what it is handed to."""
_STEM, _ENDING = 4, 4
"""`decoded` speaks of `decoder`: so many letters are the same, and so many follow at most."""


class Speaks(IntEnum):
    """How clearly a name speaks of a thing."""

    NOT = 0
    IN_PART = 1
    """By the beginning of a word: `k` of `key`, `decoded` of `decoder`."""
    CLEARLY = 2
    """By a word, a number or a letter of its name."""


def speaks_of(said: str, mine: str, other: str) -> Speaks:
    """Whether a name says the one thing, and not the other."""
    words, own, foreign = words_of(said), words_of(mine), words_of(other)
    if words & (_FOR_ANOTHER - (own & foreign)):
        return Speaks.NOT
    if _heard(words, foreign - own):
        return Speaks.NOT
    return _heard(words, own - foreign)


def words_of(name: str) -> frozenset[str]:
    """The words and numbers of a name, and all of it in one: `log_var` is also spelt `logvar`."""
    words = [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", name)]
    single = [word.removesuffix("s") if len(word) > 3 else word for word in words]
    joined = {a + b for a, b in pairwise(single)}
    return (frozenset(single) - _EVERYWHERE) | joined


def shared(one: str, other: str) -> int:
    """How many words two names have in common."""
    return len(words_of(one) & words_of(other))


def _heard(words: Collection[str], names: Collection[str]) -> Speaks:
    if not set(words).isdisjoint(names):
        return Speaks.CLEARLY
    pairs = ((word, name) for word in words for name in names)
    return Speaks.IN_PART if any(_begins_alike(word, name) for word, name in pairs) else Speaks.NOT


def _begins_alike(word: str, name: str) -> bool:
    if not word.isalpha() or not name.isalpha():
        return False
    if name.startswith(word):
        return True
    stem = next((n for n, (a, b) in enumerate(zip(word, name, strict=False)) if a != b), len(name))
    return stem >= _STEM and max(len(word), len(name)) - stem <= _ENDING


# -- what a value is called ----------------------------------------------------------


def called(value: ast.expr, above: Mapping[ast.AST, ast.AST], closed: Collection[ast.AST]) -> str:
    """The name that an expression is a part of the value of: of a variable, a keyword or a key. What another
    one of these calls is handed is called nothing."""
    node: ast.AST = value
    while (parent := above.get(node)) is not None:
        match parent:
            case ast.keyword(arg=str() as name):
                return name
            case ast.Dict(keys=keys, values=values):
                return next((_text(key) for key, held in zip(keys, values, strict=True) if held is node), "")
            case ast.NamedExpr(target=target) | ast.AnnAssign(target=target):
                return _text(target)
            case ast.Assign(targets=[target]):
                return _name_in(target, parent.value, value)
            case ast.Call() if parent in closed and node is not parent.func:
                return ""
            case ast.expr() if not isinstance(parent, (ast.Lambda, ast.ListComp, ast.GeneratorExp)):
                node = parent
            case _:
                return ""
    return ""


def _name_in(target: ast.expr, value: ast.expr, part: ast.expr) -> str:
    """What a part of a value is called: of several names, the one in its place."""
    match target, value:
        case ast.Tuple(elts=names), ast.Tuple(elts=values) if len(names) == len(values):
            here = (_text(name) for name, one in zip(names, values, strict=True) if part in ast.walk(one))
            return next(here, "")
        case ast.Tuple(), _:
            return ""
    return _text(target)


def _text(node: ast.expr | None) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Constant(value=str() as name):
            return name
        case ast.Subscript(slice=ast.Constant(value=name)):
            return str(name)
    return ""
