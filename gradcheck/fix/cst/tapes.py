"""The gradient tapes of a text: where each is opened, under which name, and what asks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from gradcheck.fix.cst.bodies import indented, scope_of
from gradcheck.fix.cst.tree import Tree
from gradcheck.report.finding import Location

QUESTIONS = ("gradient", "jacobian", "batch_jacobian")
FITS = ("fit", "train_on_batch")
_STEPS = ("apply_gradients", "minimize", "apply", *FITS, "train_step", "set_weights")


@dataclass(frozen=True)
class Tape:
    """One `with ... GradientTape(...) as name:`; a block may open several."""

    name: str
    opened: cst.Call
    around: cst.With
    block: cst.IndentedBlock


def tapes(tree: Tree) -> Iterator[Tape]:
    """Every tape that has a name and a block on lines of its own, in source order."""
    for around in tree.every(cst.With):
        block = indented(around)
        for item in around.items if block is not None else ():
            named = item.asname.name if item.asname else None
            if opens(item.item) and isinstance(named, cst.Name) and block is not None:
                yield Tape(named.value, cst.ensure_type(item.item, cst.Call), around, block)


def opens(node: cst.CSTNode) -> bool:
    """Whether an expression opens a tape."""
    return isinstance(node, cst.Call) and last_name(node.func) == "GradientTape"


def last_name(node: cst.CSTNode) -> str:
    """The last part of a dotted name: `tf.GradientTape` is a `GradientTape`."""
    named = node.attr if isinstance(node, cst.Attribute) else node
    return named.value if isinstance(named, cst.Name) else ""


def questions(tree: Tree, tape: Tape) -> tuple[cst.Call, ...]:
    """The calls that ask a tape for gradients: those that name it, after it is opened and before its name is
    bound to another."""
    scope = scope_of(tree, tape.around)
    named = [one for one in tapes(tree) if one.name == tape.name and scope_of(tree, one.around) is scope]
    return tuple(call for call in tree.every(cst.Call, scope) if _asks(tree, call, tape, named))


def asked_by(tree: Tree, location: Location) -> tuple[cst.Call, Tape] | None:
    """The gradient call that a finding means, and the tape it asks."""
    pairs = {call: tape for tape in tapes(tree) for call in questions(tree, tape)}
    call = tree.find(location, cst.Call, lambda call: call in pairs)
    return None if call is None else (call, pairs[call])


def in_a_tape(tree: Tree, node: cst.CSTNode) -> bool:
    """Whether a node stands in a tape's block."""
    around = (one for one in tree.above(node) if isinstance(one, cst.With))
    return any(opens(item.item) for one in around for item in one.items)


def is_zip(call: cst.Call) -> bool:
    """Whether a call pairs two lists."""
    return last_name(call.func) == "zip" and len(call.args) == 2 and not any(one.star for one in call.args)


def zips_at(tree: Tree, location: Location) -> Iterator[cst.Call]:
    """Every `zip(gradients, variables)` of the call that a finding means."""
    near = tree.find(location, cst.Call)
    return (one for one in tree.every(cst.Call, near) if is_zip(one)) if near else iter(())


def zipped(tree: Tree, inside: cst.CSTNode, one: cst.BaseExpression, other: cst.BaseExpression) -> bool:
    """Whether two lists are paired somewhere inside a node, as they are written."""
    pairs = [call.args for call in tree.every(cst.Call, inside) if is_zip(call)]
    return any(first.value.deep_equals(one) and second.value.deep_equals(other) for first, second in pairs)


def _asks(tree: Tree, call: cst.Call, tape: Tape, named: list[Tape]) -> bool:
    func = call.func
    if not (isinstance(func, cst.Attribute) and func.attr.value in QUESTIONS):
        return False
    before = [one for one in named if tree.line(one.around) <= tree.line(call)]
    return _is(func.value, tape.name) and bool(before) and before[-1].opened is tape.opened


def _is(node: cst.CSTNode, name: str) -> bool:
    return isinstance(node, cst.Name) and node.value == name


def trains(tree: Tree, node: cst.CSTNode) -> bool:
    """Whether a node changes weights: what is computed before it and after it differ."""
    return any(_steps(call) for call in tree.every(cst.Call, node))


def _steps(call: cst.Call) -> bool:
    name = last_name(call.func)
    return name in _STEPS or name.startswith("assign")
