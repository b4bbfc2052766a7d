"""Which layers of a functional model were called for a value that no model's outputs are computed from?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.base.doubled import doubled_after
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import calls_alone
from gradcheck.facts.domain.kept_by_keras import OUTPUTS
from gradcheck.facts.domain.keras_names import FUNCTIONAL
from gradcheck.facts.domain.values import Birth, Layer
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import ModelCall
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.dropping import dead_values
from gradcheck.facts.ownership.intended import could_train, looked_after, meant
from gradcheck.facts.program import Program
from gradcheck.facts.queries.led_nowhere import led_nowhere
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """Branches given a name that nothing reads, or none at all, where a model is built or by what is
    called there."""
    machine = program.machine
    models = [one for one in machine.log.layers if isinstance(one, Layer) and one.name in FUNCTIONAL]
    if not models:
        return
    where = {model.site.frame for model in models}
    built = [call for call in machine.log.calls if call.symbolic and where & set(call.site.frame.chain())]
    places = dict.fromkeys(frame for call in built for frame in call.site.frame.chain())
    # A statement that builds a whole model is not what drops a part of it.
    whole = {id(frame.call) for model in models for frame in model.site.frame.chain() if frame.call}
    dead = {
        frame: [one for one in (*dead_values(frame.code), *calls_alone(frame.code)) if id(one) not in whole]
        for frame in places
    }
    inside = _inside(machine, models)
    excused = looked_after(machine) if any(dead.values()) else set()
    inside |= {one.birth.node for one in led_nowhere(program) if one.states}
    for call in machine.log.calls:
        frames = [frame for frame in call.site.frame.chain() if dead.get(frame)]
        if call.symbolic and isinstance(call.owner, Layer) and frames:
            place = _place(machine, call, {frame: dead[frame] for frame in frames}, inside)
            for birth in call.owner.births if place else ():
                if place and birth.node not in inside and could_train(birth) and not meant(birth, excused):
                    yield _report(birth, place)


def _report(birth: Birth, place: Site) -> Starved:
    doubled = isinstance(place.node, (ast.List, ast.Tuple))
    note, case = ("has another value twice", "doubled") if doubled else ("dropped here", "")
    return starve(birth, Kind.DEAD_VALUE, place, note, scene="fit", severity=Severity.WARNING, variant=case)


def _place(
    machine: Machine, call: ModelCall, dead: dict[Frame, list[ast.expr]], inside: set[int]
) -> Site | None:
    """Where a value is dropped, in the function that calls the layer or in one that called that; where
    another value was taken twice, there."""
    for frame, values in dead.items():
        place = _end(machine, call, frame, values, inside)
        if place is not None:
            instead = doubled_after(frame.code, place.node) if isinstance(place.node, ast.expr) else None
            return place if instead is None else Site(instead, frame)
    return None


def _inside(machine: Machine, models: list[Layer]) -> set[int]:
    """Everything that some model's outputs, or an added loss, are computed from."""
    ends = [node for model in models for node in machine.nodes(model.outputs)]
    for one in (*machine.log.layers, *machine.log.instances):
        ends += getattr(one, "losses", ())
        outputs = getattr(one, "attributes", {}).get(OUTPUTS)
        ends += machine.nodes(outputs)
    return machine.graph.backward([*ends, machine.escape_node])


def _end(
    machine: Machine, call: ModelCall, frame: Frame, dead: list[ast.expr], inside: set[int]
) -> Site | None:
    """The dropped value that everything computed from this call ends in."""
    graph = machine.graph
    starts = [*machine.nodes(call.result)]
    if not inside.isdisjoint(starts):
        return None
    reached = graph.forward(starts)
    if not graph.unknown.isdisjoint(reached):
        return None
    sites = [edge.site for node in reached for edge in graph.incoming[node] if edge.site is not None]
    ran = {id(site.node) for site in sites} | {id(one.call) for one in call.site.frame.chain() if one.call}
    for value in dead:
        expressions = {id(inner) for inner in ast.walk(value)}
        listed = machine.log.written.get(value)
        held = set(machine.nodes(listed)) if listed is not None else set()
        if expressions & ran or held & reached.keys():
            return Site(value, frame)
    return None
