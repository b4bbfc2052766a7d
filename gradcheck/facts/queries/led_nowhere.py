"""Layers that are fed by an input of a functional model and lead to none of its outputs."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator

from gradcheck.base.doubled import doubled_after
from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.facts.domain.graph import KERAS_BITS, Site
from gradcheck.facts.domain.inside import inside as inside_of
from gradcheck.facts.domain.inside import parents
from gradcheck.facts.domain.keras_names import FUNCTIONAL, RECURRENT
from gradcheck.facts.domain.values import Birth, Layer, Variables
from gradcheck.facts.interpreter.log import ModelCall
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train, loaded, looked_after, meant
from gradcheck.facts.ownership.weights import losses_of, weights_of
from gradcheck.facts.program import Program


@dataclass(frozen=True, eq=False, repr=False)
class LedNowhere:
    """A weight that an input of a trained model leads to, and that leads to no output of one. `site` is the
    recurrent layer that could have begun with the states that nothing reads, spelt `states`; else a list in
    which another value stands twice, or the last call."""

    birth: Birth
    site: Site
    states: str = ""


def led_nowhere(program: Program) -> list[LedNowhere]:
    """Every such weight."""
    known: list[LedNowhere] | None = program.memory.get("led nowhere")
    if known is None:
        known = program.memory["led nowhere"] = [*_led_nowhere(program.machine)]
    return known


def _led_nowhere(machine: Machine) -> Iterator[LedNowhere]:
    models = _trained(machine)
    if not models:
        return
    ends = {node for query in machine.log.queries if query.in_training for node in query.target}
    inside = machine.graph.backward([*ends, *(end for model in models for end in _ends(machine, model))])
    excused: set[int] | None = None
    told: set[int] = set()
    for model in models:
        for calls in _dead_ends(machine, model, inside):
            excused = _elsewhere(machine) if excused is None else excused
            site, states = _place(machine, calls, inside)
            for birth in _births(machine, calls):
                if birth.node not in inside | told and could_train(birth) and not meant(birth, excused):
                    told.add(birth.node)
                    yield LedNowhere(birth, site, states)


def _elsewhere(machine: Machine) -> set[int]:
    """Weights that the program looks after itself, or has from a file or from another model."""
    return looked_after(machine).union(*(loaded(machine, keras) for keras in KERAS_BITS))


def _births(machine: Machine, calls: list[ModelCall]) -> list[Birth]:
    return [birth for call in calls for birth in weights_of(machine, call.owner)]


def _trained(machine: Machine) -> list[Layer]:
    """The functional models that the program trains."""
    asked = [query.sources for query in machine.log.queries if query.in_training]
    owners = [owner for source in asked if isinstance(source, Variables) for owner in source.owners]
    owners += [one.owner for one in machine.log.trained]
    found = {id(one): one for one in owners if isinstance(one, Layer) and one.name in FUNCTIONAL}
    return [one for one in found.values() if one.outputs is not None]


def _ends(machine: Machine, model: Layer) -> list[int]:
    return [*machine.nodes(model.outputs), *losses_of(machine, model)]


def _dead_ends(machine: Machine, model: Layer, inside: set[int]) -> Iterator[list[ModelCall]]:
    """For each input that leads to no output, the calls that it leads to."""
    graph, doors = machine.graph, [*machine.nodes(model.inputs)]
    if inside.isdisjoint(doors):  # Keras refuses such a model: its outputs come from what is not known
        return
    for door in doors:
        if door in inside:
            continue
        reached = graph.forward([door]).keys()
        if machine.escape_node in reached or not graph.unknown.isdisjoint(reached):
            continue
        calls = [call for call in machine.log.calls if call.symbolic and call.owner is not model]
        calls = [call for call in calls if not reached.isdisjoint(machine.nodes(call.result))]
        used = any(inside.intersection(machine.nodes(call.result)) for call in calls)
        if calls and not used and not _in_a_loss(machine, reached):
            yield calls


def _in_a_loss(machine: Machine, reached: Container[int]) -> bool:
    """Whether a layer is given one of these values that adds a loss."""
    given = (
        machine.nodes(value)
        for call in machine.log.calls
        if call.symbolic and call.owner.losses
        for value in call.arguments.values()
    )
    return any(node in reached for nodes in given for node in nodes)


# -- where to point -----------------------------------------------------------------------


def _place(machine: Machine, calls: list[ModelCall], inside: set[int]) -> tuple[Site, str]:
    """The one recurrent layer that is given no states, where states are left over; else where another value
    is taken twice, or the last call."""
    last = calls[-1].site
    states = next((said for call in reversed(calls) if (said := _states(call))), "")
    begun = [
        call.site
        for call in machine.log.calls
        if states and call.symbolic and call.site.frame is last.frame and _is_given_no_state(call)
        if inside.intersection(machine.nodes(call.result))
    ]
    if len(begun) == 1:
        return begun[0], states
    instead = doubled_after(last.frame.code, last.node) if isinstance(last.node, ast.expr) else None
    return (last if instead is None else Site(instead, last.frame)), ""


def _is_recurrent(call: ModelCall) -> bool:
    return isinstance(call.owner, Layer) and call.owner.name in RECURRENT


def _is_given_no_state(call: ModelCall) -> bool:
    node = call.site.node
    bare = isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords
    return bare and _is_recurrent(call)


def _states(call: ModelCall) -> str:
    """What a program calls the states that a recurrent layer returns: the list of them, or their names."""
    code = call.site.frame.code
    if not _is_recurrent(call):
        return ""
    match parents(code).get(call.site.node):
        case ast.Assign(targets=[ast.Tuple(elts=[_, *names])]) if names:
            states = [one.id for one in names if isinstance(one, ast.Name)]
            return _list_of(code, states) or (states[0] if len(states) == 1 else f"[{', '.join(states)}]")
    return ""


def _list_of(code: ast.AST, states: list[str]) -> str:
    """The name of a list that holds the states."""
    for node in inside_of(code):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.List(elts=kept) | ast.Tuple(elts=kept)):
                if [one.id for one in kept if isinstance(one, ast.Name)] == states:
                    return name
    return ""
