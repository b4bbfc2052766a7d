"""Applies a row of the effects table: draws the edges from a call's arguments to its result."""

from __future__ import annotations

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.contents import flatten, is_symbolic
from gradcheck.facts.domain.graph import ALWAYS, EITHER, KERAS_3, keras_bits
from gradcheck.facts.domain.values import (
    Choice,
    Constant,
    Function,
    Instance,
    Layer,
    Mapping,
    Opaque,
    Partial,
    Sequence,
    Tensor,
    Value,
    WeightRef,
)
from gradcheck.facts.effects.row import Effect, Flow, Part
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import note
from gradcheck.facts.interpreter.transfer.new_weights import is_integer_type
from gradcheck.report.kinds import BOTH_KERAS, Kind

MAPS = frozenset({"tf.map_fn", "tf.vectorized_map", "keras.ops.map", "keras.ops.vectorized_map"})
"""Calls whose result is made of what a function, given first, makes of the elements, and of nothing else."""

Cutting = tuple[Kind | None, int]


def apply_effect(
    machine: Machine, row: Effect, name: str, arguments: Arguments, extra: list[Value] | None = None
) -> Value:
    """The result of a known call; `extra` are values it depends on besides its arguments (the object it is
    a method of)."""
    values = [*arguments.values(), *(extra or ())]
    symbolic = any(is_symbolic(value) for value in values)
    numpy = name.startswith("np.") or row.kind in (Kind.NUMPY, Kind.PREDICT)
    result = Tensor(machine.graph.node(), symbolic=symbolic, numpy=numpy)
    if name.startswith("tf."):
        machine.graph.plain.add(result.node)
    if any(isinstance(value, Tensor) and value.unknown for value in values):
        machine.graph.unknown.add(result.node)
    recorded = ALWAYS if symbolic else None
    whole = _switched_off(machine, row, arguments) or _whole(row, arguments)
    mapped = False
    for word, position, _, value in arguments.all():
        functions = [held for held in flatten(value) if isinstance(held, (Function, Partial))]
        for function in functions:
            _apply_function(machine, function, name, arguments, result, whole)
        if functions and not isinstance(value, (Sequence, Mapping, Choice)):
            mapped = name in MAPS
            continue
        if mapped:
            continue
        part = row.argument(word, position)
        if row.flow is Flow.NONE or (part is not None and part.kind is None):
            continue
        kind, keras = _cutting(row, part, whole, value)
        if kind is None and row.flow is Flow.CAST and isinstance(value, WeightRef):
            _cast_of_weight(machine, value, result, arguments, recorded)
            continue
        machine.draw(
            value,
            result.node,
            machine.site(arguments.node),
            kind=kind,
            keras=keras,
            recorded=recorded,
            detail=name,
        )
        if isinstance(value, (Instance, Layer)):
            machine.escape(value, arguments.node)
    for value in extra or ():
        machine.draw(
            value,
            result.node,
            machine.site(arguments.node),
            kind=whole[0],
            keras=whole[1],
            recorded=recorded,
            detail=name,
        )
    return _outputs(machine, row, name, arguments, result) if row.outs else result


def _cast_of_weight(
    machine: Machine, value: WeightRef, result: Tensor, arguments: Arguments, recorded: int | None
) -> None:
    """A cast to the type it has hands a `tf.Variable` back as it is, so it may be alive however early it was
    made; a Keras 3 variable is converted first."""
    site = machine.site(arguments.node)
    if machine.taped or recorded is not None:
        machine.draw(value, result.node, site, recorded=recorded)
    else:
        converted = 0 if value.weight.bare else KERAS_3
        machine.draw(value, result.node, site, kind=Kind.CAPTURED, keras=converted, recorded=ALWAYS)


def _whole(row: Effect, arguments: Arguments) -> Cutting:
    """What the row says of arguments that it does not single out."""
    if row.flow is Flow.CUT:
        return row.kind, keras_bits(row.keras)
    if row.flow is Flow.CAST and row.to and is_integer_type(arguments.get(*row.to)):
        return Kind.INTEGER_CAST, EITHER
    return None, EITHER


def _switched_off(machine: Machine, row: Effect, arguments: Arguments) -> Cutting | None:
    """What a flag does that switches the gradient off, in code that is compiled: eager code ignores it."""
    flag = arguments.get(row.off.name, row.off.position) if row.off is not None else None
    off = isinstance(flag, Constant) and flag.known and flag.value is False
    if not off or row.off is None or not (machine.frame.traced or machine.frame.inside("fit()")):
        return None
    return row.off.kind, EITHER


def _cutting(row: Effect, part: Part | None, whole: Cutting, value: Value) -> Cutting:
    if part is not None:
        return part.kind, keras_bits(part.keras)
    if row.weight is not None and isinstance(value, WeightRef) and whole[0] is None:
        return row.weight.kind, keras_bits(row.weight.keras)
    return whole


def _apply_function(
    machine: Machine,
    function: Function | Partial,
    name: str,
    arguments: Arguments,
    result: Tensor,
    whole: Cutting,
) -> None:
    """A function handed to a library call (`tf.map_fn`) is run on the other arguments, and its result flows
    into the call's."""
    others = [value for value in arguments.values() if not isinstance(value, (Function, Partial))]
    kind, keras = whole
    # Behind a call that leaves TensorFlow only what the function closes over is news: its arguments are cut.
    seen = others and kind is None
    given = machine.compute(arguments.node, others) if seen else Opaque()
    with machine.maybe():
        produced = machine.invoke(function, [given] * _taken(function), arguments.node)
    site = machine.site(arguments.node)
    machine.draw(produced, result.node, site, kind=kind, keras=keras, recorded=ALWAYS, detail=name)


def _taken(function: Function | Partial) -> int:
    """How many arguments a function takes: every one of them may be the data."""
    if isinstance(function, Partial):
        inner = function.function
        return max(1, _taken(inner) - len(function.positional)) if isinstance(inner, Function) else 1
    parameters = function.node.args
    count = len(parameters.posonlyargs) + len(parameters.args) - len(parameters.defaults)
    return max(1, count - (function.bound is not None))


def _outputs(machine: Machine, row: Effect, name: str, arguments: Arguments, result: Tensor) -> Sequence:
    count = max(2, *(part.position + 1 for part in row.outs))
    items: list[Value] = []
    for index in range(count):
        part = row.output(index)
        single = Tensor(machine.graph.node(), symbolic=result.symbolic)
        machine.draw(
            result,
            single.node,
            machine.site(arguments.node),
            kind=part.kind if part else None,
            keras=keras_bits(part.keras if part else BOTH_KERAS),
            recorded=ALWAYS,
            detail=name,
        )
        note(machine, single, f"{name}[{index}]", arguments)
        items.append(single)
    return Sequence(items, kind="namedtuple")
