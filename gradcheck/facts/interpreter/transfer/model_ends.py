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
    """The placeholder or the result of such a model; None for anything else, and any other attribute. Of a
    layer of a ready-made model it is the result of the whole: how much of it lies before that layer, nobody
    knows."""
    model = value.part_of if isinstance(value, Opaque) else value
    if name not in ENDS or not isinstance(model, Layer) or not _has_ends(model):
        return None
    connect(machine, model, node)
    return model.inputs if name.startswith("input") else model.outputs


def connect(machine: Machine, model: Value | None, node: ast.expr) -> None:
    """Call such a model once on a placeholder, a chain layer by layer, as Keras takes its layers for those of
    the model that is made of its ends; if nobody has asked for them before."""
    if isinstance(model, Layer) and model.outputs is None and _has_ends(model):
        given = model.inputs or model.options.get("input_tensor")
        if given is None or not is_symbolic(given):
            given = Tensor(machine.graph.node(), symbolic=True)
        model.inputs = value = given
        for part in model.parts if _is_chain(model) else [model]:
            if not is_symbolic(part) and not is_input_layer(part):
                value = machine.invoke(part, [value], node)
        model.outputs = value


def _has_ends(model: Layer) -> bool:
    return is_ready_made(model) or _is_chain(model)


def _is_chain(model: Layer) -> bool:
    return model.name in SEQUENTIAL and bool(model.parts)
