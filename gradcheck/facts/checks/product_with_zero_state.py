"""Which recurrent layers and cells start every step from zeros, although the step before left a state?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.keras_names import RECURRENT
from gradcheck.facts.domain.values import Constant, Layer
from gradcheck.facts.facts import Starved
from gradcheck.facts.ownership.dropping import words_of
from gradcheck.facts.ownership.intended import could_train
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import part_of, starve
from gradcheck.facts.queries.unread import ends_unread
from gradcheck.report.kinds import Kind

CELLS = frozenset({"keras.layers.GRUCell", "keras.layers.LSTMCell", "keras.layers.SimpleRNNCell"})
STATES = ("hidden", "state", "carry", "memory_state", "h", "c", "prev")
"""What a parameter is called that takes the state of the step before."""


def ask(program: Program) -> Iterator[Starved]:
    """Layers that get no state in a function that takes one and returns the next, and cells whose new state
    nothing reads in a loop."""
    told = {one.site.node for one in ends_unread(program)}
    for layer in program.machine.log.layers:
        births = [birth for birth in layer.births if could_train(birth)]
        calls = [site for site in layer.called if site.node not in told]
        for site in calls if births and layer.name in RECURRENT | CELLS else ():
            if _starts_anew(layer, site) if layer.name in RECURRENT else _forgets(site):
                yield starve(
                    part_of(layer, births[0], "recurrent_kernel"),
                    Kind.ZERO_PRODUCT,
                    site,
                    "from zeros in every step",
                )
                break


def _starts_anew(layer: Layer, site: Site) -> bool:
    """Whether a layer's state is returned by a function that is given the one before, for something else."""
    call, function = site.node, site.frame.function.node if site.frame.function else None
    keeps = layer.options.get("return_state")
    if not isinstance(call, ast.Call) or not isinstance(function, ast.FunctionDef):
        return False
    if not (isinstance(keeps, Constant) and keeps.value is True) or len(call.args) != 1 or call.keywords:
        return False
    if isinstance(flag := layer.options.get("stateful"), Constant) and flag.value is True:
        return False
    states = _unpacked(function, call)[1:]
    given = [one.arg for one in function.args.args[1:] if _is_state(one.arg)]
    returned = {node.id for one in ast.walk(function) if isinstance(one, ast.Return) for node in _names(one)}
    return bool(states and given) and bool(set(states) & returned) and not _stored(function, set(given))


def _is_state(name: str) -> bool:
    return (
        any(word in STATES for word in name.rstrip("0123456789").split("_"))
        or "hidden" in name
        or "state" in name
    )


def _forgets(site: Site) -> bool:
    """Whether a loop calls a cell with a state that it never replaces, and nothing reads the new one."""
    call, function = site.node, site.frame.function.node if site.frame.function else None
    if not isinstance(call, ast.Call) or not isinstance(function, ast.FunctionDef) or len(call.args) < 2:
        return False
    loop = _loop_around(function, call)
    states = _unpacked(function, call)[1:]
    if loop is None or len(states) != 1:
        return False
    given = {node.id for node in ast.walk(call.args[1]) if isinstance(node, ast.Name)}
    inside = {
        node.id for node in ast.walk(loop) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return bool(given) and not given & inside and not words_of(function).reads(states[0])


def _loop_around(function: ast.FunctionDef, call: ast.expr) -> ast.stmt | None:
    loops = [node for node in ast.walk(function) if isinstance(node, (ast.For, ast.While))]
    return next((one for one in loops if one.lineno <= call.lineno <= (one.end_lineno or 0)), None)


@lru_cache(maxsize=32)
def _unpacked(function: ast.FunctionDef, call: ast.expr) -> list[str]:
    """The names that the parts of a call's result are given."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and node.value is call and isinstance(node.targets[0], ast.Tuple):
            parts = [one.value if isinstance(one, ast.Starred) else one for one in node.targets[0].elts]
            return [one.id if isinstance(one, ast.Name) else "" for one in parts]
    return []


def _names(node: ast.AST) -> list[ast.Name]:
    return [one for one in ast.walk(node) if isinstance(one, ast.Name)]


def _stored(function: ast.FunctionDef, names: set[str]) -> bool:
    return any(isinstance(one.ctx, ast.Store) and one.id in names for one in _names(function))
