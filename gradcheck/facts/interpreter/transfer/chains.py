"""The layers of a functional model in Keras' order, where it is one chain."""

from __future__ import annotations

from gradcheck.facts.domain.contents import flatten, is_symbolic
from gradcheck.facts.domain.values import (
    INPUT_LAYER,
    Instance,
    Layer,
    Value,
)
from gradcheck.facts.interpreter.log import ModelCall
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.model_ends import is_ready_made


def chained(machine: Machine, model: Layer) -> list[Value]:
    """The layers from the placeholder to the output, with the one that stands for the placeholder; none where
    a model branches, computes something between its layers, calls one of them twice, or takes in those of a
    ready-made model."""
    made = {id(call.result): call for call in machine.log.calls if call.symbolic}
    found: list[Instance | Layer] = []
    value, door = _alone(model.outputs), _alone(model.inputs)
    while value is not None and value is not door:
        call = made.get(id(value))
        given = [] if call is None else [one for one in call.arguments.values() if is_symbolic(one)]
        if call is None or len(given) != 1 or call.owner in found or _takes_in(call):
            return []
        found.append(call.owner)
        value = _alone(given[0])
    return [Layer(INPUT_LAYER, model.site), *found[::-1]] if door is not None and value is door else []


def _takes_in(call: ModelCall) -> bool:
    """Whether a result was not computed by calling a ready-made model, but read of it as its own."""
    owner = call.owner
    return isinstance(owner, Layer) and is_ready_made(owner) and owner.outputs is call.result


def result_of(machine: Machine, layer: Layer) -> Value | None:
    """What a layer gives in the functional graph that it is in, if it was called once."""
    results = [call.result for call in machine.log.calls if call.symbolic and call.owner is layer]
    return results[0] if len(results) == 1 else None


def _alone(value: Value | None) -> Value | None:
    held = list(flatten(value))
    return held[0] if len(held) == 1 else None
