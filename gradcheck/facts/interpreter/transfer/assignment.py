"""What giving a value a place does: names, attributes, items, and what a weight is called from then on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.frames import MAKING
from gradcheck.facts.domain.graph import ALWAYS, Edge
from gradcheck.facts.domain.scope import same
from gradcheck.facts.domain.values import (
    Birth,
    Choice,
    ClassRef,
    Constant,
    Instance,
    Layer,
    Lazy,
    Mapping,
    Opaque,
    Sequence,
    Tensor,
    Value,
    WeightRef,
    plain,
)
from gradcheck.facts.domain.wording import last_word
from gradcheck.facts.interpreter.events import Did, is_flag
from gradcheck.facts.interpreter.log import Overwritten, Rebinding, Renamed
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import forget
from gradcheck.facts.interpreter.transfer.attributes import stands_for_model
from gradcheck.facts.interpreter.transfer.containers import put
from gradcheck.facts.interpreter.transfer.one_shot import is_one_shot, note_made
from gradcheck.facts.interpreter.transfer.sequences import unpack
from gradcheck.report.fate import Reason
from gradcheck.report.kinds import Kind

MOST_ITEMS = 64
"""How much of a list is looked at each time that it is given a name: one that grows is given it again and
again."""


def assign(machine: Machine, target: ast.expr, value: Value) -> None:
    """Store a value where a target says."""
    match target:
        case ast.Name():
            label(value, target.id)
            note_made(machine, value, target)
            old = machine.scope.find(target.id)
            _note_rebinding(machine, old, value, target)
            _note_renamed(machine, old, value, target)
            if isinstance(old, Tensor):
                machine.log.overwritten.append(Overwritten(old, value, machine.site(target)))
            machine.scope.bind(target.id, value)
        case ast.Attribute():
            _store_attribute(machine, machine.eval(target.value), target, value)
        case ast.Subscript():
            _store_item(machine, machine.eval(target.value), machine.eval(target.slice), value, target)
        case ast.Tuple() | ast.List():
            for part, inner in zip(target.elts, list(unpack(machine, value, target)), strict=False):
                assign(machine, part.value if isinstance(part, ast.Starred) else part, inner)


def label(value: Value, text: str, depth: int = 3) -> None:
    """Name weights and layers after the first place they are kept in, as their author would."""
    match value:
        case WeightRef() if not value.weight.label:
            value.weight.label = text
            value.weight.name = value.weight.name or last_word(text)
        case Layer() | Instance() if not value.label:
            value.label = text
            for birth in value.births if isinstance(value, Layer) else ():
                birth.label = birth.label or text
                birth.name = birth.name or last_word(text)
        case Sequence() if depth and not isinstance(value, Lazy):
            known = len(value.items) - MOST_ITEMS if _has_label(value.items) else 0
            for place, item in enumerate(value.items[max(known, 0) :], max(known, 0)):
                label(item, f"{text}[{'...' if value.many else place}]", depth - 1)
        case Mapping() if depth:
            for key, item in value.entries.items():
                label(item, f"{text}[{key!r}]", depth - 1)
            for item in value.rest:
                label(item, text, depth - 1)


def _has_label(items: list[Value]) -> bool:
    """Whether a list's first item has a name: then only what was added lately may lack one."""
    first = items[0] if items else None
    return isinstance(first, (Layer, Instance)) and bool(first.label)


def _store_attribute(machine: Machine, owner: Value, target: ast.Attribute, value: Value) -> None:
    label(value, f"{_prefix(target.value)}{target.attr}")
    if isinstance(owner, Instance) and _store_in_property(machine, owner, target, value):
        return
    if is_flag(target.attr):
        machine.happened(Did.FLAG, owner, target, target.attr, value)
    match owner:
        case Instance():
            _store_on_instance(machine, owner, target, value)
        case Layer():
            owner.options[target.attr] = value
        case Opaque():
            # Whatever it is may use this when it is called.
            owner.attributes[target.attr] = value
            machine.draw(value, stands_for_model(machine, owner), machine.site(target), recorded=ALWAYS)
        case Choice():
            for option in owner.options:
                with machine.maybe():
                    _store_attribute(machine, option, target, value)
        case ClassRef():
            owner.model.members[target.attr] = value


def set_attribute(machine: Machine, node: ast.expr, owner: Value, word: Value, value: Value) -> None:
    """What `setattr(owner, word, value)` does."""
    text = plain(word)
    if isinstance(text, str) and not isinstance(owner, Opaque):
        named = ast.Name("self", ast.Load()) if isinstance(owner, Instance) else ast.Constant(None)
        target = ast.copy_location(ast.Attribute(named, text, ast.Store()), node)
        _store_attribute(machine, owner, target, value)
        return
    if pattern_of(word) is None or not isinstance(owner, Instance):
        machine.escape(value, node, Reason.ATTRIBUTE)
    if isinstance(owner, Instance):
        # Kept under a name that is not known: part of the object all the same.
        name = word.value if isinstance(word, Constant) and isinstance(word.value, str) else "*"
        kept = owner.attributes.setdefault(name, Sequence(many=True))
        if isinstance(kept, Sequence):
            kept.items.append(value)


def pattern_of(word: Value) -> re.Pattern[str] | None:
    """What a formatted text may be: `f"dense_{i}"` is `dense_` and more."""
    if not isinstance(word, Constant) or word.known or not isinstance(word.value, str):
        return None
    fixed = re.split(r"\{[^{}]*\}", word.value)
    return re.compile(".+".join(map(re.escape, fixed))) if any(fixed) else None


def _prefix(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return f"{node.id}."
    return f"{ast.unparse(node)}." if isinstance(node, ast.Attribute) else ""


def _note_rebinding(machine: Machine, old: Value | None, value: Value, target: ast.expr) -> None:
    """A name that held weights now holds tensors computed from them."""
    in_call = isinstance(target, ast.Attribute) and machine.frame.where == "call()"
    if machine.taped and not (in_call and isinstance(old, WeightRef)):
        return
    if not isinstance(old, (WeightRef, Sequence, Mapping)) or isinstance(old, Lazy):
        return
    if isinstance(old, Sequence) and len(old.items) > MOST_ITEMS:
        return
    lasting = bool(machine.here.loops) or isinstance(target, ast.Attribute) or _is_global(machine, target)
    attribute = isinstance(target, ast.Attribute)
    at_once = (
        attribute and machine.frame.phase in MAKING and not (machine.here.branches or machine.here.loops)
    )
    for weight, made in _replaced(old, value):
        made_here = at_once and isinstance(old, WeightRef)
        site = machine.site(target)
        machine.log.rebound.append(Rebinding(weight, made, site, attribute, lasting, in_call, made_here))


def _note_renamed(machine: Machine, old: Value | None, value: Value, target: ast.expr) -> None:
    """One of a list of variables, whichever it is, is no longer what a name stands for."""
    for one in flatten(old) if isinstance(old, (Opaque, Choice)) else ():
        if isinstance(one, Opaque) and one.each_of is not None and isinstance(value, Tensor):
            machine.log.renamed.append(Renamed(one.each_of, value, machine.site(target)))


def _replaced(old: Value, value: Value) -> Iterator[tuple[Birth, Tensor]]:
    """Each weight that a value held and another does not, with the tensors that may be in its place."""
    if isinstance(old, WeightRef):
        if isinstance(value, Tensor) and not value.symbolic:
            yield old.weight, value
    elif isinstance(value, (Sequence, Mapping)) and not isinstance(value, Lazy):
        kept = {id(leaf.weight) for leaf in _leaves(value) if isinstance(leaf, WeightRef)}
        made = [held for held in flatten(value) if isinstance(held, Tensor) and not held.symbolic]
        for leaf in _leaves(old) if made else ():
            if isinstance(leaf, WeightRef) and id(leaf.weight) not in kept:
                yield from ((leaf.weight, tensor) for tensor in made)


def _leaves(value: Value) -> Iterator[Value]:
    """What is inside containers for certain, whatever branch was taken; each once."""
    waiting, seen = [value], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        match one:
            case Sequence() if not isinstance(one, Lazy):
                waiting += reversed(one.items)
            case Mapping():
                waiting += reversed([*one.entries.values(), *one.rest])
            case _:
                yield one


def _is_global(machine: Machine, target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and (
        target.id in machine.scope.declared_global or machine.scope.outer is None
    )


def _store_in_property(machine: Machine, owner: Instance, target: ast.Attribute, value: Value) -> bool:
    """Runs the setter that the class has for an attribute, if it has one."""
    stored = owner.model.method(target.attr)
    if stored is None or stored.setter is None:
        return False
    machine.invoke(stored.setter.bind(owner), [value], target)
    return True


def _store_on_instance(machine: Machine, owner: Instance, target: ast.Attribute, value: Value) -> None:
    old = owner.attributes.get(target.attr)
    _note_rebinding(machine, old, value, target)
    note_made(machine, value, target)
    if is_one_shot(value):
        machine.log.iterators.append((value, machine.site(target)))
    if old is not None and machine.here.branches and not same(old, value):
        value = machine.join([old, value], target)
    for held in () if isinstance(value, Lazy) else flatten(value):
        if isinstance(held, (Layer, Instance)) and held.owner is None and held is not owner:
            held.owner = owner
    owner.attributes[target.attr] = value
    owner.hidden.discard(target.attr)


def _store_item(machine: Machine, owner: Value, index: Value, value: Value, target: ast.Subscript) -> None:
    match owner:
        case Mapping():
            key = plain(index)
            old = owner.entries.get(key) if isinstance(key, (str, int)) else None
            if isinstance(key, (str, int)) and not machine.here.branches:
                put(owner, key, value)
            elif isinstance(key, (str, int)) and old is not None:
                put(owner, key, machine.join([old, value], target))
            elif owner.attributes_of is not None:
                set_attribute(machine, target, owner.attributes_of, index, value)
            else:
                owner.rest.append(value)
        case Sequence():
            owner.items.append(value)
            owner.many, owner.size = True, None
        case Tensor():
            # An array written in place: what went in comes out again.
            forget(machine, owner)
            kind, site = Kind.NUMPY if owner.numpy else None, machine.site(target)
            for source in machine.nodes(value):
                machine.graph.connect(Edge(source, owner.node, site, kind, detail="an array"))
        case Choice():
            for option in owner.options:
                with machine.maybe():
                    _store_item(machine, option, index, value, target)
        case _:
            machine.escape(value, target)
