"""What the single weights of a layer are called, under each Keras, and how many axes they have."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from gradcheck.facts.domain.values import Birth, Constant, Instance, Layer
from gradcheck.facts.interpreter.machine import Machine

Parts = tuple[tuple[str, int | None], ...]
PAIR: Parts = (("gamma", 1), ("beta", 1))


def _kernel(rank: int) -> Parts:
    return (("kernel", rank), ("bias", 1))


def _depthwise(rank: int) -> Parts:
    return (("depthwise_kernel", rank), ("pointwise_kernel", rank), ("bias", 1))


PARTS: dict[str, Parts] = {
    "Dense": _kernel(2),
    "Conv1D": _kernel(3),
    "Conv2D": _kernel(4),
    "Conv3D": _kernel(5),
    "Conv1DTranspose": _kernel(3),
    "Conv2DTranspose": _kernel(4),
    "Conv3DTranspose": _kernel(5),
    "SeparableConv1D": _depthwise(3),
    "SeparableConv2D": _depthwise(4),
    "EinsumDense": (("kernel", None), ("bias", None)),
    "MultiHeadAttention": (("kernel", 3), ("bias", None)),
    "BatchNormalization": PAIR,
    "LayerNormalization": PAIR,
    "GroupNormalization": PAIR,
    "Embedding": (("embeddings", 2),),
    "PReLU": (("alpha", None),),
    "LSTM": (("kernel", 2), ("recurrent_kernel", 2), ("bias", 1)),
    "GRU": (("kernel", 2), ("recurrent_kernel", 2), ("bias", 2)),
    "SimpleRNN": (("kernel", 2), ("recurrent_kernel", 2), ("bias", 1)),
}
SWITCHES = {"bias": "use_bias", "gamma": "scale", "beta": "center"}


class Named(NamedTuple):
    """One variable of a birth: its own word, its axes, and the names that may stand before it."""

    birth: Birth
    word: str
    rank: int | None


def variables_of(birth: Birth) -> list[Named]:
    """The single variables that a birth stands for; nothing where that is not known."""
    owner = birth.owner
    if birth.of_layer and isinstance(owner, Layer):
        if birth.part:
            return [Named(birth, birth.part, None)]
        parts = PARTS.get(owner.name.rpartition(".")[2], ())
        return [Named(birth, word, rank) for word, rank in parts if _has(owner, word)]
    word = _own_name(birth)
    return [Named(birth, word, None)] if word and not birth.bare else []


def _has(layer: Layer, word: str) -> bool:
    switch = layer.options.get(SWITCHES.get(word, ""))
    return not (isinstance(switch, Constant) and switch.value is False)


def _own_name(birth: Birth) -> str:
    """The name that the source gives a weight where it is made."""
    call = birth.site.node
    if not isinstance(call, ast.Call):
        return ""
    named = [one.value for one in call.keywords if one.arg == "name"] or call.args[:1]
    one = named[0] if named else None
    return one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else ""


def prefixes(machine: Machine) -> frozenset[str]:
    """Everything that may stand before a weight's own word: the names of all layers and models."""
    return frozenset(_prefixes(machine))


def _prefixes(machine: Machine) -> Iterator[str]:
    for layer in machine.log.layers:
        yield snake(layer.name.rpartition(".")[2])
        name = layer.options.get("name")
        yield str(name.value) if isinstance(name, Constant) and name.known else ""
    for instance in machine.log.instances:
        yield from _of_instance(instance)


def names_before(birth: Birth) -> frozenset[str]:
    """The name that Keras 2 writes before a layer's own weight, as far as the source says it."""
    owner = birth.owner if birth.of_layer else None
    if not isinstance(owner, Layer):
        return frozenset()
    given = owner.options.get("name")
    if given is None:
        return frozenset({snake(owner.name.rpartition(".")[2])})
    return frozenset({given.value} if isinstance(given, Constant) and isinstance(given.value, str) else ())


def _of_instance(instance: Instance) -> Iterator[str]:
    yield snake(instance.model.name)
    for node in ast.walk(instance.model.node):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 40:
            yield node.value  # a name that it may hand to its base class


def snake(word: str) -> str:
    """The name that Keras makes of a class's."""
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", word)).lower()
