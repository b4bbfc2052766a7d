"""Values that a program computes once and keeps: `if self.scale is None: self.scale = ...`.

What such a line computes, it computes before the step that counts, and no later tape sees it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterator
from functools import lru_cache

from gradcheck.facts.domain.classes import ClassModel
from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.values import Constant, Instance, Mapping, Opaque
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.report.kinds import Phase

CACHES = frozenset({"functools.cached_property", "functools.lru_cache", "functools.cache"})
"""Decorators that keep what a function without arguments returned the first time."""


def kept_place(machine: Machine, node: ast.If) -> ast.expr | None:
    """The place that the body of an `if` fills once, and that stays filled from then on."""
    place = _guarded(node.test)
    if place is None or not any(_fills(place, statement) for statement in node.body):
        return None
    in_function = machine.frame.function is not None
    return place if in_function and _stays(machine, place, node) else None


def filled(machine: Machine, place: ast.expr) -> bool:
    """Whether an earlier run has put something there."""
    match place:
        case ast.Name(id=name):
            value = machine.scope.find(name)
        case ast.Attribute(value=owner, attr=name):
            one = machine.eval(owner)
            value = one.attributes.get(name) if isinstance(one, Instance) else None
        case ast.Subscript(value=container, slice=ast.Constant(value=key)):
            kept = machine.eval(container)
            value = kept.entries.get(key) if isinstance(kept, Mapping) else None
        case _:
            return False
    return any(not isinstance(held, (Constant, Opaque)) for held in flatten(value))


def first_run(frame: Frame) -> Frame:
    """The frame for what a function does only when it runs first."""
    return once(frame, f"the first run of {frame.where}")


def once(frame: Frame, where: str) -> Frame:
    """A frame for something that runs once within another."""
    return Frame(frame.module, where, Phase.BUILD, frame, frame.function, frame.call)


def _guarded(test: ast.expr) -> ast.expr | None:
    """The place that a test finds empty: an attribute, a name, or a constant key of a dict."""
    match test:
        case ast.Compare(left=ast.Attribute() | ast.Name() as place, ops=[ast.Is()], comparators=[other]):
            return place if isinstance(other, ast.Constant) and other.value is None else None
        case ast.Compare(left=ast.Constant() as key, ops=[ast.NotIn()], comparators=[kept]):
            return ast.Subscript(kept, key)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Name(id="hasattr"), args=[owner, word])):
            if isinstance(word, ast.Constant) and isinstance(word.value, str):
                return ast.Attribute(owner, word.value)
    return None


def _fills(place: ast.expr, statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Assign):
        return False
    text = ast.unparse(place)
    return any(ast.unparse(target) == text for target in statement.targets)


def _stays(machine: Machine, place: ast.expr, node: ast.If) -> bool:
    """Whether nothing but the constructor, `build` and this very line ever writes to the place; or nothing
    that a round of the loop around this calls."""
    text, owner = machine.frame.module.text, machine.frame.owner
    match place.value if isinstance(place, ast.Subscript) else place:
        case ast.Attribute(value=ast.Name(id="self"), attr=word) if owner is not None:
            cleared = _clearing(owner, node, word)
            writes = _expected(owner, node, word) + sum(cleared.values())
            alone = _writes_of(owner, word) == writes and not _strangers(text, word)
            # What a loop's own first round fills, that round's tape has seen.
            kept = not cleared or (filled(machine, place) and _outlives_a_round(machine.frame, cleared))
            return alone and kept
        case ast.Name(id=word) if word in machine.scope.declared_global or word not in machine.scope.names:
            return len(re.findall(rf"(?<![.\w]){word}{WRITTEN}|\bdel\s[^\n]*\b{word}\b", text)) == 2
    return False


def _clearing(owner: ClassModel, node: ast.If, word: str) -> dict[str, int]:
    """The methods that do nothing with an attribute but set it to None, and how often they do."""
    found: dict[str, int] = {}
    for model in (*owner.lineage(), *owner.derived):
        makers = [*_makers(model.node)]
        for member in model.node.body:
            if isinstance(member, ast.FunctionDef) and member not in makers and node not in ast.walk(member):
                writes = _writes(member, word)
                emptied = len(re.findall(rf"\bself\.{word} = None\b", _text(member)))
                if writes and writes == emptied:
                    found[member.name] = writes
    return found


def _outlives_a_round(frame: Frame, cleared: Container[str]) -> bool:
    """Whether a loop runs this, and none of these methods is called in it, or on the way from it to here."""
    way: list[ast.AST] = [frame.code]
    for one in frame.chain():
        loop = _loop_around(one)
        if loop is not None:
            return not any(_calls(part, cleared) for part in (loop, *way))
        if one.outer is not None:
            way.append(one.outer.code)
    return False


def _loop_around(frame: Frame) -> ast.AST | None:
    """The innermost loop or comprehension that stands around a call."""
    code = frame.outer.code if frame.outer is not None else None
    loops = [one for one in ast.walk(code) if isinstance(one, _LOOPS)] if code is not None else []
    around = [one for one in loops if any(inner is frame.call for inner in ast.walk(one))]
    return around[-1] if around else None


_LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _calls(part: ast.AST, names: Container[str]) -> bool:
    called = (one.func for one in ast.walk(part) if isinstance(one, ast.Call))
    return any(isinstance(func, ast.Attribute) and func.attr in names for func in called)


@lru_cache(maxsize=64)
def _strangers(text: str, word: str) -> bool:
    """Whether anything else than an object itself writes to its attribute of this name."""
    places = rf"(?<!\bself)\.{word}{WRITTEN}|(setattr|delattr)\([^\n]*[\"']{word}[\"']"
    return re.search(places, text) is not None


WRITTEN = r"\b((\[[^\]\n]*\])*\s*(:[^=\n]*)?([-+*/@|]?=(?!=))|\.(clear|pop|popitem|update|setdefault)\b)"
"""What a name or an attribute that is written to refers to."""


def _writes_of(owner: ClassModel, word: str) -> int:
    family = [*owner.lineage(), *owner.derived]
    return sum(_writes(model.node, word) for model in family)


def _expected(owner: ClassModel, node: ast.If, word: str) -> int:
    """How many writes are the constructors', the `build` methods', and this line's own."""
    makers = (maker for model in (*owner.lineage(), *owner.derived) for maker in _makers(model.node))
    return sum(_writes(part, word) for part in (*makers, node))


def _writes(node: ast.stmt, word: str) -> int:
    return len(re.findall(rf"\bself\.{word}{WRITTEN}|\bdel\s[^\n]*\.{word}\b", _text(node)))


@lru_cache(maxsize=256)
def _text(node: ast.stmt) -> str:
    """The code alone, without comments and line breaks; asked of the same few classes again and again."""
    return ast.unparse(node)


def _makers(owner: ast.ClassDef) -> Iterator[ast.stmt]:
    for member in owner.body:
        if isinstance(member, ast.FunctionDef) and member.name in ("__init__", "build", "__post_init__"):
            yield member
