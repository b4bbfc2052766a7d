"""Whether a model trains on one example at a time, of which a normalization over the batch leaves nothing."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.literals import is_new_axis
from gradcheck.facts.domain.values import Constant, Instance
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import Operation
from gradcheck.facts.numerics.shapes import Shapes
from gradcheck.facts.numerics.sizes import integer
from gradcheck.facts.ownership.intended import is_tape

BATCH_NORM = "layers.BatchNormalization"
OF_ONE = "batch of one"
"""The detail of such a cut."""


def one_at_a_time(machine: Machine) -> bool:
    """Whether all that a program trains is fitted, and to batches of one."""
    if not machine.log.fed or any(map(is_tape, machine.log.queries)):
        return False
    return all(_is_one(arguments) for arguments in machine.log.fed)


def over_the_batch(shapes: Shapes, operation: Operation) -> bool:
    """Whether a normalization that trains has the batch alone to go over: its input has no other axis than
    the features."""
    options = operation.layer.options if operation.layer is not None else {}
    frozen = any(isinstance(options.get(word), Constant) for word in ("trainable", "axis"))
    told = operation.arguments.get("training") is not None
    shape = shapes.of(operation.first)
    return operation.word == BATCH_NORM and not frozen and not told and shape.exact and len(shape.front) == 2


def _is_one(arguments: Arguments) -> bool:
    size = arguments.get("batch_size", 2)
    if size is not None:
        return integer(size) == 1
    match arguments.get("x", 0):
        case Instance(model=model) if (method := model.method("__getitem__")) is not None:
            given = [node.value for node in ast.walk(method.node) if isinstance(node, ast.Return)]
            return bool(given) and all(_makes_one(one) for one in given)
    return False


def _makes_one(node: ast.expr | None) -> bool:
    """Whether a batch is one example with an axis in front: `x[None]`, `np.expand_dims(x, 0)`."""
    match node:
        case ast.Tuple(elts=[first, *_]):
            return _makes_one(first)
        case ast.Subscript(slice=ast.Tuple(elts=[first, *_]) | first):
            return is_new_axis(first)
        case ast.Call(func=ast.Attribute(attr="expand_dims"), args=[_, axis]):
            return ast.unparse(axis) == "0"
        case ast.Call(func=ast.Attribute(attr="expand_dims"), keywords=[ast.keyword(arg="axis", value=axis)]):
            return ast.unparse(axis) == "0"
    return False
