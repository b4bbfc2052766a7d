"""Which half of a bidirectional layer does nothing use: its states are named, and neither they nor the
sequence of both are read?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.inside import inside, parents
from gradcheck.facts.domain.values import Birth, Layer, plain
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.operations import Operation
from gradcheck.facts.numerics.flat_operations import calls_of_layers
from gradcheck.facts.ownership.intended import could_train
from gradcheck.facts.program import Program
from gradcheck.facts.queries.reached import learned
from gradcheck.facts.queries.starve import part_of, starve
from gradcheck.report.kinds import Kind

Places = dict[str, tuple[int, ...]]
HALVES: dict[str, Places] = {
    "keras.layers.GRU": {"forward_layer": (1,), "backward_layer": (2,)},
    "keras.layers.SimpleRNN": {"forward_layer": (1,), "backward_layer": (2,)},
    "keras.layers.LSTM": {"forward_layer": (1, 2), "backward_layer": (3, 4)},
}
"""Where the states of each half stand among the results of a layer that returns them; the first is the
sequence, or the last result, of both."""


def ask(program: Program) -> Iterator[Starved]:
    """The weights of each such half, where the other one is used."""
    behind = learned(program)
    for layer, calls in calls_of_layers(program.machine, frozenset({"layers.Bidirectional"})).items():
        operation = calls[0][1]
        one_place = len({one.site.node for _, one in calls}) == 1
        trained = one_place and any(node in behind for node, _ in calls)
        half = _unused(layer, operation) if trained else ""
        for birth in _births(layer) if half else ():
            part = part_of(layer, birth, half)
            yield starve(part, Kind.DEAD_VALUE, operation.site, scene="fit", variant="part")


def _unused(layer: Layer, operation: Operation) -> str:
    inner = layer.parts[0] if layer.parts else None
    if not isinstance(inner, Layer) or plain(inner.options.get("return_state")) is not True:
        return ""
    halves, named = HALVES.get(inner.name, {}), _names(operation)
    known = layer.options.get("merge_mode") is None and len(named) == 1 + sum(map(len, halves.values()))
    if not known or not named:
        return ""
    code = operation.site.frame.code
    read = {one.id for one in inside(code) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
    left = [half for half, places in halves.items() if read.isdisjoint(named[place] for place in places)]
    return left[0] if named[0] not in read and len(left) == 1 else ""


def _names(operation: Operation) -> list[str]:
    """What the results of a call are called, one by one."""
    match parents(operation.site.frame.code).get(operation.site.node):
        case ast.Assign(targets=[ast.Tuple(elts=parts)]):
            names = [part.id for part in parts if isinstance(part, ast.Name)]
            return names if len(names) == len(parts) else []
    return []


def _births(layer: Layer) -> Iterator[Birth]:
    own = layer.births or [birth for one in layer.parts if isinstance(one, Layer) for birth in one.births]
    yield from filter(could_train, own)
