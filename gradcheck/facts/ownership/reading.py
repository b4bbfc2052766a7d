"""Who reads an attribute of a class: its own methods, or code that has hold of one of its objects.

That another class has an attribute of the name, or that the name stands in a text, says nothing about it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from gradcheck.facts.domain.classes import ClassModel
from gradcheck.facts.domain.keras_names import DESCRIBING_METHODS
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.text import described

ADDING = frozenset({"append", "extend", "insert", "add", "update", "build", "setdefault", "clear"})
"""Methods that put something into a list or a dict, and take nothing out; `build` makes a layer's weights."""
LOOKING_UP = frozenset({"getattr", "hasattr", "setattr", "delattr", "attrgetter", "methodcaller"})
SEES_ALL = frozenset({"vars", "locals", "dir"})


class Read(NamedTuple):
    """One `value.name`: the class whose method it is in when `value` is `self`, and the method."""

    node: ast.Attribute
    owner: ast.ClassDef | None
    method: str


class Reads:
    """The attributes that a module reads, and the texts that it may look attributes up by."""

    def __init__(self, tree: ast.Module) -> None:
        self.attributes: dict[str, list[Read]] = {}
        self.words: set[str] = set()
        self._passed: set[int] = set()
        for node in ast.walk(tree):
            self._passed.update(id(value) for value in _asides(node))
        self._walk(tree, None, "")
        self._find_words(tree)

    def _walk(self, node: ast.AST, owner: ast.ClassDef | None, method: str) -> None:
        stack = [(node, owner, method)]
        while stack:
            one, owner, method = stack.pop()
            match one:
                case ast.ClassDef():
                    owner, method = one, ""
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    method = method or one.name
                case ast.Attribute(value=value, attr=name, ctx=ast.Load()) if id(one) not in self._passed:
                    own = isinstance(value, ast.Name) and value.id == "self"
                    self.attributes.setdefault(name, []).append(Read(one, owner if own else None, method))
            stack += [(inner, owner, method) for inner in ast.iter_child_nodes(one)]

    def _find_words(self, tree: ast.Module) -> None:
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        lookups = [call for call in calls if called_name(call) in LOOKING_UP]
        keys = [argument for call in lookups for argument in call.args if not isinstance(argument, ast.Name)]
        open_ended = any(not any(isinstance(one, ast.Constant) for one in call.args) for call in lookups)
        texts = ast.walk(tree) if open_ended or any(called_name(call) in SEES_ALL for call in calls) else keys
        labels = {id(word.value) for call in calls for word in call.keywords if word.arg == "name"}
        for node in texts:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in labels:
                self.words.add(node.value)


@lru_cache(maxsize=64)
def reads_in(tree: ast.Module) -> Reads:
    """What a module reads."""
    return Reads(tree)


def called_name(node: ast.AST) -> str:
    """The last word of what a call calls; nothing where a node is no call, or calls what has no name."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
    return ""


def _asides(node: ast.AST) -> Iterator[ast.expr]:
    """What an expression mentions without letting its value go on."""
    yield from described(node)
    match node:
        case ast.Attribute(value=value, attr=name) if name in ADDING:
            yield value
        case ast.Subscript(value=value, ctx=ast.Store()):
            yield value


def family(model: ClassModel, attribute: str) -> list[ClassModel]:
    """The classes whose methods may read an attribute of a class's objects: its own, those above and those
    below it. Where a class above sets the attribute, it may be there for the sake of the others below that.
    """
    above = model.lineage()
    found: dict[int, ClassModel] = {}
    stack = [one for one in above if attribute in _set_by(one.node)] or [*above]
    while stack:
        one = stack.pop()
        if id(one) not in found:
            found[id(one)] = one
            stack += one.derived
    found |= {id(upper): upper for one in [*found.values()] for upper in one.lineage()}
    return list(found.values())


@lru_cache(maxsize=256)
def _set_by(node: ast.ClassDef) -> frozenset[str]:
    """The attributes that a class's text sets."""
    return frozenset(
        one.attr
        for one in ast.walk(node)
        if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)
    )


def attribute_of(birth: Birth) -> str:
    """The attribute of its object that keeps a weight, or the list or dict that does; nothing where none
    does."""
    prefix, _, attribute = birth.label.partition("[")[0].rpartition(".")
    return attribute if prefix == "self" else ""


def is_read(machine: Machine, model: ClassModel, attribute: str, *, late: bool) -> bool:
    """Whether anything reads an attribute of a class's objects; with `late`, what `build` and methods that
    only describe the object read does not count."""
    related = family(model, attribute)
    own = {id(one.node) for one in related}
    for module in {one.module.path: one.module for one in related}.values():
        reads = reads_in(module.tree)
        if attribute in reads.words:
            return True
        for read in reads.attributes.get(attribute, ()):
            aside = late and (read.method == "build" or read.method in DESCRIBING_METHODS)
            if not aside and _concerns(machine, read, own):
                return True
    return False


def _concerns(machine: Machine, read: Read, own: set[int]) -> bool:
    if read.owner is not None:
        return id(read.owner) in own
    seen = machine.log.readers.get(read.node)
    return seen is None or bool(seen & own) or 0 in seen
