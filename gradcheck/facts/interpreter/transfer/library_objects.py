"""Methods of library objects: distributions, metrics, tensor arrays, optimizers."""

from __future__ import annotations

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import ALWAYS
from gradcheck.facts.domain.values import (
    UNTRACKED_CONSTANT,
    Gradients,
    Held,
    Instance,
    Method,
    Opaque,
    Tape,
    Tensor,
    Value,
    Zip,
)
from gradcheck.facts.effects.row import Effect, Flow, effect
from gradcheck.facts.interpreter.log import Applied, Handed, Query, Update
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.statistics import split
from gradcheck.facts.interpreter.transfer.clearing import restarted, still_cleared
from gradcheck.facts.interpreter.transfer.graph_functions import COLLECTION
from gradcheck.facts.interpreter.transfer.held_objects import loses_by_sampling, make_held
from gradcheck.facts.interpreter.transfer.library_effects import apply_effect
from gradcheck.report.accounts import STATISTIC
from gradcheck.report.kinds import Kind

_CENTRES = ("mean", "mode")
"""What is to blame for the parameters that it leaves out. A spread mostly stands beside the term that the
others are trained by: where that fails, that is."""


def held_method(machine: Machine, method: Method, held: Held, arguments: Arguments) -> Value:
    if held.made == "optimizer":
        return optimizer_method(machine, method, arguments)
    if held.made == "tensorarray":
        return _tensor_array(machine, method, held, arguments)
    if held.made == "distribution" and method.name == "copy":
        row = effect(held.name) or Effect(Flow.OBJECT, keras=("3",))
        positional, keywords = held.arguments
        node = arguments.node
        again = Arguments(
            node,
            tuple((node, value) for value in positional),
            tuple((word, node, value) for word, value in keywords.items()),
        )
        return make_held(machine, row, held.name, again)
    if held.made == "distribution" and method.name in ("sample", "experimental_sample_and_log_prob"):
        return _sample(machine, held, arguments)
    read, left = split(held, method.name) if not arguments.values() else ([], [])
    if left:
        return _statistic(machine, read, left if method.name in _CENTRES else [], arguments)
    row = effect(f"{held.made.capitalize()}.{method.name}") or Effect(Flow.CARRY)
    if held.made == "metric":
        row = effect(held.name) or row
        for value in arguments.values():
            # What a metric is given, it writes to its state; what it returns, it reads from there.
            machine.draw(value, held.node, machine.site(arguments.node), kind=Kind.METRIC, detail=held.name)
    return apply_effect(machine, row, f"{held.made}.{method.name}", arguments, extra=[held])


def _statistic(machine: Machine, read: list[Held], left: list[Held], arguments: Arguments) -> Value:
    """A mean or a spread, which some parameters are left out of."""
    result, site = machine.compute(arguments.node, read), machine.site(arguments.node)
    for one in left:
        machine.draw(one, result.node, site, kind=Kind.CONSTANT_OUTPUT, detail=STATISTIC)
    return result


def _tensor_array(machine: Machine, method: Method, held: Held, arguments: Arguments) -> Value:
    """`write` returns a new array. A traced layer that drops it has written nothing; an eager one has."""
    if method.name not in ("write", "unstack", "scatter", "split"):
        return machine.compute(arguments.node, [held])
    site = machine.site(arguments.node)
    written = Held(held.name, machine.graph.node(), held.made, site)
    traced = machine.here.layer_depth > 0 or machine.frame.traced
    for value in arguments.values():
        machine.draw(value, written.node, site)
        machine.draw(value, held.node, site, kind=Kind.DISCARDED_WRITE if traced else None, recorded=ALWAYS)
    machine.draw(held, written.node, site, recorded=ALWAYS)
    return written


def _sample(machine: Machine, held: Held, arguments: Arguments) -> Value:
    kind = Kind.SAMPLED if loses_by_sampling(held) else None
    result = machine.compute(arguments.node, [held], kind=kind, detail=held.name)
    if held.drawn is not None:
        machine.draw(held.drawn, result.node, machine.site(arguments.node), detail=held.name)
    return result


def optimizer_method(machine: Machine, method: Method, arguments: Arguments) -> Value:
    """`apply_gradients`, `apply` and `minimize`."""
    site, pairs = machine.site(arguments.node), _pairs(method, arguments)
    _note_update(machine, method, pairs, arguments)
    if pairs is not None:
        nodes = list(machine.nodes(pairs))
        machine.log.stepped += nodes
        read, loops = (machine, nodes, arguments.node), machine.here.loops
        machine.log.handed.append(Handed(pairs, site, still_cleared(*read), restarted(*read), loops))
        if isinstance(pairs, Zip) and len(pairs.parts) == 2:
            for gradients in _gradients_in(machine, pairs.parts[0]):
                machine.log.applied.append(Applied(gradients, pairs.parts[1], site))
    elif method.name == "minimize":
        return _minimize(machine, arguments)
    else:
        machine.log.stepped += [node for value in arguments.values() for node in machine.nodes(value)]
    return UNTRACKED_CONSTANT


def _pairs(method: Method, arguments: Arguments) -> Value | None:
    """The gradients that an optimizer is to apply, and their variables."""
    if method.name == "apply_gradients":
        return arguments.get("grads_and_vars", 0)
    gradients, variables = arguments.get("grads", 0), arguments.get("trainable_variables", 1)
    if method.name == "apply" and gradients is not None and variables is not None:
        return Zip((gradients, variables))
    return None


def _note_update(machine: Machine, method: Method, pairs: Value | None, arguments: Arguments) -> None:
    """Remember whose steps move which variables."""
    given = pairs.parts[1] if isinstance(pairs, Zip) and len(pairs.parts) == 2 else pairs
    if method.name == "minimize":
        given = arguments.get("var_list", 1)
    if method.name in ("apply_gradients", "apply", "minimize"):
        machine.log.updates.append(Update(method.receiver, given, machine.site(arguments.node)))


def own_optimizer(machine: Machine, method: Method, optimizer: Instance, arguments: Arguments) -> Value:
    """What an optimizer of the program's own does with what Keras' class for it hands on."""
    pairs = _pairs(method, arguments)
    if isinstance(pairs, Zip) and len(pairs.parts) == 2:
        machine.log.stepped_by.append((optimizer, pairs.parts[1]))
    return optimizer_method(machine, method, arguments)


def _gradients_in(machine: Machine, value: Value) -> list[Gradients]:
    """The gradients that these are, or that they were made of: clipped, averaged, one from several."""
    if isinstance(value, Gradients):
        return [value]
    behind = machine.graph.backward(machine.nodes(value), lambda edge: edge.kind is None)
    return [one for one in machine.log.gradients if one.node in behind]


def _is_collection(variables: Value) -> bool:
    """Whether these are what the graph of TensorFlow 1 has collected."""
    held = [*flatten(variables)]
    return bool(held) and all(isinstance(one, Opaque) and one.label == COLLECTION for one in held)


def _minimize(machine: Machine, arguments: Arguments) -> Value:
    loss, variables, tape = arguments.get("loss", 0), arguments.get("var_list", 1), arguments.get("tape")
    site = machine.site(arguments.node)
    if loss is None or variables is None or _is_collection(variables):
        # An optimizer of TensorFlow 1 trains every variable of the graph.
        machine.log.results += machine.nodes(loss)
        return UNTRACKED_CONSTANT
    if isinstance(tape, Tape):
        machine.log.queries.append(Query(tape, tape.bit, tuple(machine.nodes(loss)), variables, site, "tape"))
        return UNTRACKED_CONSTANT
    bit = machine.new_bit()
    with machine.during(recorded=machine.recorded | bit):
        value = machine.invoke(loss, [], arguments.node) if not isinstance(loss, Tensor) else loss
    nodes = tuple(machine.nodes(value))
    if nodes:
        machine.log.queries.append(Query(None, bit, nodes, variables, site, "minimize"))
    return UNTRACKED_CONSTANT
