"""Library layers and models: what constructing one creates, and what calling one computes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from collections.abc import Sequence as Items

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.contents import flatten, is_symbolic
from gradcheck.facts.domain.frames import MAKING, Frame
from gradcheck.facts.domain.graph import ALWAYS, EITHER, Edge, Site, keras_bits
from gradcheck.facts.domain.keras_names import FUNCTIONAL, SEQUENTIAL
from gradcheck.facts.domain.values import (
    Birth,
    Constant,
    External,
    Function,
    Held,
    Instance,
    Layer,
    Method,
    Opaque,
    Sequence,
    Tensor,
    Value,
    WeightRef,
    is_input_layer,
)
from gradcheck.facts.effects.row import Effect, Flow, effect
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import KEPT_STATE, Operation, note
from gradcheck.facts.interpreter.transfer.graph_calls import call_graph
from gradcheck.facts.interpreter.transfer.model_ends import APPLICATIONS
from gradcheck.facts.interpreter.transfer.new_weights import truth
from gradcheck.report.kinds import Phase

ACTIVATION_AT = {"keras.layers.Activation": 0, "keras.layers.Dense": 1}
LAMBDA = "keras.layers.Lambda"
LAMBDAS = frozenset({LAMBDA, "tfp.layers.DistributionLambda"})
"""Layers that return what their function does."""
LAYER_WEIGHTS = frozenset(
    {
        "kernel",
        "bias",
        "embeddings",
        "gamma",
        "beta",
        "recurrent_kernel",
        "depthwise_kernel",
        "pointwise_kernel",
    }
)
"""What library layers call their weights; each can be read, and set to something else, on its own."""

_FUNCTIONS = ("function", "make_distribution_fn")

RECURRENT = frozenset({"keras.layers.RNN", "keras.layers.StackedRNNCells"})


def is_layer(name: str) -> bool:
    """Whether a library name is a layer or model class."""
    last = name.rpartition(".")[2]
    if name in SEQUENTIAL or name in FUNCTIONAL:
        return True
    return (
        name.startswith(("keras.layers.", "tfp.layers.", APPLICATIONS))
        and last[:1].isupper()
        and last != "Input"
    )


def make_layer(machine: Machine, name: str, arguments: Arguments) -> Layer:
    """A library layer, with one birth for all its weights."""
    site = machine.site(arguments.node)
    layer = Layer(name, site, options={word: value for word, _, value in arguments.keywords}, made=arguments)
    machine.log.layers.append(layer)
    if name in FUNCTIONAL:
        layer.inputs, layer.outputs = arguments.get("inputs", 0), arguments.get("outputs", 1)
        trust(machine, layer.outputs)
        return layer
    layer.parts = list(_parts(arguments))
    if name in SEQUENTIAL:
        layer.inputs = placeholder(arguments)
        own(layer)
    row = effect(name)
    if name.startswith(APPLICATIONS) or (row is not None and row.weights):
        give_weights(machine, layer, arguments)
    return layer


def own(chain: Layer) -> None:
    """Remember of each layer which chain it was first put into."""
    for part in chain.parts:
        if isinstance(part, Layer) and part.owner is None:
            part.owner = chain


def trust(machine: Machine, outputs: Value | None) -> None:
    """A functional model whose placeholders came from somewhere unknown is a graph all the same: what its
    outputs were computed from is alive, unless an operation on the way has no gradient."""
    constructed = machine.frame.phase is Phase.CONSTRUCT
    for held in flatten(outputs):
        if isinstance(held, Tensor) and (constructed or not held.symbolic):
            behind = machine.graph.backward([held.node], lambda edge: edge.kind is None)
            for birth in machine.log.births:
                if birth.node in behind and (birth.of_layer or constructed):
                    machine.graph.connect(Edge(birth.node, held.node, None))


def placeholder(arguments: Arguments) -> Value | None:
    """The `Input` that a chain of layers begins with."""
    inside = (held for value in arguments.values() for held in flatten(value))
    return next((held for held in inside if is_symbolic(held)), None)


def _parts(arguments: Arguments) -> Iterator[Value]:
    for word, position, _, value in arguments.all():
        if word in ("activation", "kernel_initializer", "bias_initializer"):
            continue
        for held in flatten(value):
            if isinstance(held, (Layer, Instance)) or (
                isinstance(held, (Function, External)) and (position == 0 or word in _FUNCTIONS)
            ):
                yield held


def give_weights(machine: Machine, layer: Layer, arguments: Arguments) -> Birth:
    """One birth for all the weights of a layer."""
    name = arguments.get("name")
    birth = Birth(
        machine.graph.node(),
        layer.site,
        name=name.value if isinstance(name, Constant) and isinstance(name.value, str) else "",
        label="",
        trainable=truth(arguments.get("trainable"), default=True),
        of_layer=True,
        owner=layer,
    )
    machine.log.births.append(birth)
    layer.births.append(birth)
    return birth


def call_layer(machine: Machine, layer: Layer, arguments: Arguments) -> Value:
    """What a library layer or model computes from its arguments."""
    given = arguments.positional or any(is_symbolic(one) for one in arguments.values())
    if machine.frame.phase in MAKING and not given:
        # Nothing is given to compute with: this is where a class would be constructed, not a layer called.
        return machine.unknown(arguments.node, arguments.values())
    layer.called.append(machine.site(arguments.node))
    symbolic = builds_graph(machine, arguments.values())
    with machine.calling(layer, arguments, symbolic=symbolic) as call:
        if layer.name in SEQUENTIAL:
            call.result = _call_chain(machine, layer, arguments)
        elif layer.name in FUNCTIONAL:
            graph, again = (layer.inputs, layer.outputs), len(layer.called) > 1
            call.result = call_graph(machine, *graph, arguments, symbolic=symbolic, again=again)
        else:
            call.result = _call_single(machine, layer, arguments, symbolic)
    return call.result


def builds_graph(machine: Machine, values: Items[Value]) -> bool:
    """Whether calling a layer on these values extends a functional graph: one is a placeholder, or, in a
    constructor, may be."""
    if any(is_symbolic(value) for value in values):
        return True
    unclear = (Opaque, Constant)
    return machine.frame.phase is Phase.CONSTRUCT and any(
        isinstance(held, unclear) or (isinstance(held, Tensor) and held.unknown)
        for value in values
        for held in flatten(value)
    )


def _is_placeholder(part: Value) -> bool:
    """Whether a part of a chain only says what goes in: `InputLayer(...)`, or what `Input(...)` returns."""
    return is_symbolic(part) or is_input_layer(part)


def _call_chain(machine: Machine, layer: Layer, arguments: Arguments) -> Value:
    value: Value = arguments.positional[0][1] if arguments.positional else Opaque()
    if not layer.parts:
        return machine.unknown(arguments.node, arguments.values())
    with machine.at(machine.here.but(chain=machine.here.chain or arguments.node)):
        for part in layer.parts:
            if not _is_placeholder(part):
                value = machine.invoke(part, [value], _stage(machine, part, arguments.node))
    return value


def _stage(machine: Machine, part: Value, node: ast.expr) -> ast.expr:
    """Where one layer of a chain stands: there its author reads what it does, not where the whole is
    called."""
    if isinstance(part, Layer) and part.site.frame.module is machine.frame.module:
        return part.site.node if isinstance(part.site.node, ast.expr) else node
    return node


def _call_single(machine: Machine, layer: Layer, arguments: Arguments, symbolic: bool) -> Value:
    site = machine.site(arguments.node)
    row = effect(layer.name) or Effect(Flow.CARRY)
    if layer.name in LAMBDAS:
        return (
            _converted(machine, layer, machine.call(layer.parts[0], arguments))
            if layer.parts
            else machine.unknown(arguments.node, arguments.values())
        )
    result = Tensor(machine.graph.node(), symbolic=symbolic)
    inner = _call_parts(machine, layer, arguments)
    kind = row.kind if row.flow is Flow.CUT else None
    for value in inner or arguments.values():
        machine.draw(
            value,
            result.node,
            site,
            kind=kind,
            keras=keras_bits(row.keras) if kind else EITHER,
            detail=layer.name,
        )
    for birth in layer.births:
        kept = layer.options.get(birth.part)
        if not birth.part or (isinstance(kept, WeightRef) and kept.weight is birth):
            machine.draw(WeightRef(birth), result.node, site)
    for name, value in layer.options.items():
        if name in LAYER_WEIGHTS:
            machine.draw(value, result.node, site)
    note(machine, result, layer.name, arguments, layer)
    return _activated(machine, layer, result, arguments)


def _converted(machine: Machine, layer: Layer, result: Value) -> Value:
    """A distribution of a layer that says what it is where a tensor is wanted."""
    said = layer.made.placed("convert_to_tensor_fn", 1) if layer.made is not None else None
    if said is not None and isinstance(result, Held):
        node, how = said
        if isinstance(how, External):
            how = Method(result, how.name.rpartition(".")[2], machine.site(node))
            result.tensor = machine.invoke(how, [], node)
        elif isinstance(how, Function):
            result.tensor = machine.invoke(how, [result], node)
    return result


def _call_parts(machine: Machine, layer: Layer, arguments: Arguments) -> list[Value]:
    """A wrapper (TimeDistributed, Bidirectional, RNN) calls what it wraps."""
    given = [value for _, value in arguments.positional]
    if layer.name in RECURRENT:
        alone = len(given) == 1 and not arguments.keywords
        return [run_cell(machine, part, given[:1], arguments.node, fresh=alone) for part in layer.parts]
    return [machine.invoke(part, given, arguments.node) for part in layer.parts]


def run_cell(
    machine: Machine, cell: Value, given: list[Value], node: ast.expr, *, fresh: bool = False
) -> Value:
    """One step of a recurrent cell, whose state comes back to it: only its output leaves the loop. A `fresh`
    state begins as zeros."""
    state = Tensor(machine.graph.node())
    produced = machine.invoke(cell, [*given, Sequence([state], many=True)], node)
    if not isinstance(produced, Sequence) or len(produced.items) != 2:
        return produced
    if fresh and all(one is state for one in flatten(produced.items[1])) and isinstance(cell, Instance):
        _note_kept(machine, cell, state, node)
    machine.draw(produced.items[1], state.node, machine.site(node), recorded=ALWAYS)
    return produced.items[0]


def _note_kept(machine: Machine, cell: Instance, state: Tensor, node: ast.expr) -> None:
    """A cell that gives back the state it was handed keeps the zeros that it begins with."""
    step = cell.model.method("call")
    ends = [one for one in ast.walk(step.node) if isinstance(one, ast.Return) and one.value] if step else []
    if step is None or len(ends) != 1 or cell.model.method("get_initial_state") is not None:
        return
    frame = Frame(step.module, f"{cell.model.name}.call", Phase.CALL, machine.frame, step, node)
    site = Site(ends[0].value or node, frame)
    machine.operations[state.node] = Operation(KEPT_STATE, Arguments(node), site)


def _positional_activation(layer: Layer) -> Value | None:
    place = ACTIVATION_AT.get(layer.name)
    return layer.made.get("activation", place) if layer.made is not None and place is not None else None


def _activated(machine: Machine, layer: Layer, result: Tensor, arguments: Arguments) -> Value:
    activation = layer.options.get("activation") or _positional_activation(layer)
    if isinstance(activation, Constant) and isinstance(activation.value, str):
        activation = External(f"keras.activations.{activation.value}")
    if isinstance(activation, (Function, External, Instance)):
        return machine.invoke(activation, [result], arguments.node)
    return result
