"""What `model.input` and `model.output` stand for, of a ready-made model and of a chain of layers."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.contents import is_symbolic
from gradcheck.facts.domain.keras_names import SEQUENTIAL
from gradcheck.facts.domain.values import Layer, Opaque, Tensor, Value, is_input_layer
from gradcheck.facts.interpreter.machine import Machine

APPLICATIONS = "keras.applications."
ENDS = frozenset({"input", "inputs", "output", "outputs"})


def is_ready_made(value: Value | None) -> bool:
    """Whether a model is one of those that Keras brings along: a graph whose layers the source does not
    show."""
    return isinstance(value, Layer) and value.name.startswith(APPLICATIONS)


def end(machine: Machine, value: Value, name: str, node: ast.expr) -> Value | None:
    """The placeholder or the result of such a model; None for anything else. Of a layer of a ready-made model
    it is the result of the whole: how much of it lies before that layer, nobody knows."""
    model = value.part_of if isinstance(value, Opaque) else value
    if not isinstance(model, Layer) or not (is_ready_made(model) or _is_chain(model)):
        return None
    connect(machine, model, node)
    return model.inputs if name.startswith("input") else model.outputs


def connect(machine: Machine, model: Value | None, node: ast.expr) -> None:
    """Call such a model once on a placeholder, a chain layer by layer, as Keras takes its layers for those of
    the model that is made of its ends; if nobody has asked for them before."""
    if isinstance(model, Layer) and model.outputs is None and (is_ready_made(model) or _is_chain(model)):
        given = model.inputs or model.options.get("input_tensor")
        known = given is not None and is_symbolic(given)
        model.inputs = value = given if known and given else Tensor(machine.graph.node(), symbolic=True)
        for part in model.parts if _is_chain(model) else [model]:
            if not is_symbolic(part) and not is_input_layer(part):
                value = machine.invoke(part, [value], node)
        model.outputs = value


def _is_chain(model: Layer) -> bool:
    return model.name in SEQUENTIAL and bool(model.parts)
