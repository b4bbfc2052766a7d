"""What Keras keeps of an object of the user's class, under names that no program gives: the graph of a
functional model, the layers of a chain."""

from __future__ import annotations

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.classes import MODEL
from gradcheck.facts.domain.values import Instance, Value

INPUTS, OUTPUTS, STAGES = "__inputs", "__outputs", "__stages"


def keep_graph(instance: Instance, arguments: Arguments) -> bool:
    """Keep the inputs and outputs that the constructor of a model is given; whether it was given both."""
    inputs, outputs = arguments.get("inputs", 0), arguments.get("outputs", 1)
    if instance.model.kind != MODEL or inputs is None or outputs is None:
        return False
    instance.attributes[INPUTS], instance.attributes[OUTPUTS] = inputs, outputs
    return True


def graph_of(instance: Instance) -> tuple[Value | None, Value] | None:
    """The inputs and the outputs of an object that is a functional model; None for any other object."""
    outputs = instance.attributes.get(OUTPUTS)
    return None if outputs is None else (instance.attributes.get(INPUTS), outputs)
