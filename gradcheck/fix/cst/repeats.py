"""What a rewriting evaluates elsewhere or more often than before: a draw or a forward pass must not be."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import libcst as cst

from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tapes import last_name
from gradcheck.fix.cst.tree import Tree

_DRAWS = ("random", "dropout", "shuffle", "sample")
_PURE_METHODS = frozenset(
    """
    __init__ add_weight append assign assign_add assign_sub astype copy forward get inverse items keys
    log_prob mean mode numpy prob read_value reshape stddev sum transpose value values variance watch
    """.split()  # noqa: SIM905 - a list of words is easier to read than one of strings
)
_PURE_BUILTINS = frozenset(
    """
    abs bool dict enumerate float getattr int isinstance len list max min range reversed round set sorted str
    sum super tuple zip
    """.split()  # noqa: SIM905
)


def repeated(before: Tree, after: Tree) -> str | None:
    """What the new text calls in another function, or more often, although the call may draw, count or
    update something; None where every such call stays where it was.

    What is unknown may do anything: only what computes its result from its arguments may be repeated.
    """
    more = _effects(after) - _effects(before)
    return next((callee for _, callee in more), None)


def _effects(tree: Tree) -> Counter[tuple[str, str]]:
    """Every call that may have an effect, by the function that makes it and what it calls."""
    acting = _acting(tree)
    calls = [call for call in tree.every(cst.Call) if not _is_pure(tree, call, acting)]
    return Counter((_place(tree, call), " ".join(tree.code(call.func).split())) for call in calls)


def _acting(tree: Tree) -> frozenset[str]:
    """The file's own functions that may have an effect, and none of its classes: to make an object is no
    forward pass."""
    functions = {one.name.value: one for one in tree.every(cst.FunctionDef)}
    acting = frozenset[str]()
    while True:
        found = frozenset(
            name
            for name, function in functions.items()
            if any(not _is_pure(tree, call, acting) for call in tree.every(cst.Call, function.body))
        )
        if found == acting:
            return acting
        acting = found


def _is_pure(tree: Tree, call: cst.Call, acting: frozenset[str]) -> bool:
    library = names(tree).called(call)
    if library:
        return not any(part.startswith(_DRAWS) for part in library.split("."))
    name = last_name(call.func)
    if name in _own(tree):
        return name not in acting
    return name in (_PURE_METHODS if isinstance(call.func, cst.Attribute) else _PURE_BUILTINS)


@lru_cache(maxsize=8)
def _own(tree: Tree) -> frozenset[str]:
    """The functions and classes that the file defines."""
    kinds = (cst.FunctionDef, cst.ClassDef)
    return frozenset(node.name.value for node in tree.nodes if isinstance(node, kinds))


def _place(tree: Tree, node: cst.CSTNode) -> str:
    around = [one.name.value for one in tree.above(node) if isinstance(one, cst.FunctionDef | cst.ClassDef)]
    return ".".join(reversed(around))
