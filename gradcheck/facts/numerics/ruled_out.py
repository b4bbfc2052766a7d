"""Logits that a mask rules out by minus infinity, and what is made of them that is infinite itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import SUMS, Operation, operation_of
from gradcheck.facts.numerics.flat_operations import each
from gradcheck.facts.numerics.infinite_slopes import DEPTH, behind, unmoved
from gradcheck.facts.numerics.masks import COMPARISONS, CONNECTIVES, ELEMENTWISE, masked

MINUS_INFINITY = re.compile(r"""-\s*(float\(['"]inf|[\w.]*\binf\b)|float\(['"]-\s*inf|\bNINF\b""")
FILLED = frozenset({"fill", "full", "full_like", "constant", "convert_to_tensor", "-x", "*", "cast"})
ONLY_SCALED = frozenset({"*", "/"})


def ruled_out(machine: Machine, value: Value | None, depth: int = DEPTH) -> bool:
    """Whether some of a row are minus infinity, because that is what a mask puts there or adds."""
    operation = operation_of(machine, unmoved(machine, value))
    if operation is None or not depth:
        return False
    if operation.word == "where" and len(operation.arguments.positional) == 3:
        given = operation.arguments.positional[1:]
        return any(
            _minus_infinite(machine, operation.site, node, one) or ruled_out(machine, one, depth - 1)
            for node, one in given
        )
    if operation.word == "+":
        return any(
            ruled_out(machine, one, depth - 1) or _logarithm_of_mask(machine, one) for one in operation.inputs
        )
    return operation.word in ONLY_SCALED and ruled_out(machine, operation.first, depth - 1)


def _minus_infinite(machine: Machine, site: Site, node: ast.expr, value: Value) -> bool:
    texts = [ast.unparse(node), *(_text(one) for _, one in behind(machine, value, FILLED))]
    texts += map(ast.unparse, _given(site.frame.module.tree, node) if isinstance(node, ast.Name) else ())
    return any(MINUS_INFINITY.search(text) for text in texts)


def _text(operation: Operation) -> str:
    return ast.unparse(operation.site.node) if operation.word in FILLED else ""


def _given(tree: ast.Module, name: ast.Name) -> list[ast.expr]:
    """What the top of a module sets a name to."""
    found = [statement for statement in tree.body if isinstance(statement, ast.Assign)]
    return [one.value for one in found if ast.unparse(one.targets[0]) == name.id]


def _logarithm_of_mask(machine: Machine, value: Value) -> bool:
    """Whether a value is minus infinity wherever a mask is off."""
    logarithm = operation_of(machine, unmoved(machine, value))
    if logarithm is None or logarithm.word != "log":
        return False
    mask = operation_of(machine, unmoved(machine, logarithm.first))
    return mask is not None and mask.word in COMPARISONS | CONNECTIVES


def infinite_logarithm(machine: Machine, value: Value | None, depth: int = DEPTH) -> bool:
    """Whether a value contains the logarithm of a probability that is ruled out; a `where` around it takes
    the infinity away."""
    operation = operation_of(machine, unmoved(machine, value))
    if operation is None or not depth:
        return False
    if operation.word == "log_softmax":
        return ruled_out(machine, operation.first)
    if operation.word == "log":
        softmax = operation_of(machine, unmoved(machine, operation.first))
        return softmax is not None and softmax.word == "softmax" and ruled_out(machine, softmax.first)
    terms = operation.inputs if operation.word in ("+", "-", "-x") else []
    return any(infinite_logarithm(machine, one, depth - 1) for one in terms)


def hidden_products(machine: Machine) -> Iterator[tuple[int, Operation, Value]]:
    """Each product with such a logarithm that a mask hides, by the node of its result, and the other factor:
    on the way back to it, zero is multiplied by infinity."""
    for _, operation in each(machine):
        for _, branch in masked(machine, operation):
            for node, product in behind(machine, branch, ELEMENTWISE | SUMS):
                factors = product.inputs if product.word == "*" and len(product.inputs) == 2 else []
                for factor, other in zip(factors, reversed(factors), strict=True):
                    if infinite_logarithm(machine, factor) and not _picked(machine, other):
                        yield node, product, other


def _picked(machine: Machine, value: Value) -> bool:
    """Whether a value goes through a mask of its own: what is NaN on the way back ends there."""
    operation = operation_of(machine, unmoved(machine, value))
    return operation is not None and operation.word == "where"
