"""Which outputs of a model does a training loop compute and leave out of its loss?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradcheck.facts.domain.graph import ALWAYS, Site
from gradcheck.facts.domain.values import Mapping, Sequence, Value, Variables
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import ModelCall
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import is_tape, looked_after, meant
from gradcheck.facts.program import Program
from gradcheck.facts.queries.copied_terms import copy_of
from gradcheck.facts.queries.fates import Answer, starving
from gradcheck.facts.queries.starve import starve
from gradcheck.facts.queries.strangers import strangers
from gradcheck.report.finding import Step
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Weights behind one output of a model, in a loop that asks for all its weights and uses the others."""
    machine = program.machine
    answers = list(starving(program)) if any(_several(call.result) for call in machine.log.calls) else []
    lost = [answer for answer in answers if is_tape(answer.query) and not answer.cuts]
    excused = looked_after(machine) if lost else set()
    for answer in lost:
        behind = machine.graph.backward(answer.query.target)
        if (
            strangers(machine, answer.query, behind)
            or answer.birth.node in behind
            or meant(answer.birth, excused)
        ):
            continue
        for call in machine.log.calls:
            if (
                _several(call.result)
                and _asked(answer, call)
                and (head := _dropped(machine, answer, call, behind))
            ):
                yield _told(program, answer, _end(machine, answer, head) or call.site)
                break


def _told(program: Program, answer: Answer, place: Site) -> Starved:
    """A term that is a copy of another one, where there is one, is why the output's own term is missing."""
    note, keras = "does not reach the loss", (answer.keras,)
    one = starve(answer.birth, Kind.NOT_IN_LOSS, place, note, keras=keras, scene="tape")
    copy = copy_of(program, answer.query, answer.birth)
    if copy is None:
        return one
    return replace(one, cut=copy, trail=(*one.trail, Step(copy.location, "the same once more")))


def _several(value: Value) -> bool:
    return isinstance(value, (Sequence, Mapping)) and len(_outputs(value)) > 1


def _outputs(value: Value) -> list[Value]:
    if isinstance(value, Sequence):
        return value.items if not value.many else []
    return list(value.entries.values()) if isinstance(value, Mapping) and not value.rest else []


def _asked(answer: Answer, call: ModelCall) -> bool:
    """Whether the tape is asked for all the weights of the model that was called."""
    sources = answer.query.sources
    return (
        not call.symbolic
        and isinstance(sources, Variables)
        and any(owner is call.owner for owner in sources.owners)
    )


def _dropped(machine: Machine, answer: Answer, call: ModelCall, behind: set[int]) -> list[int]:
    """The nodes of the one output that leads from a weight, when another output is in the loss and it is
    not."""
    outputs = [list(machine.nodes(value)) for value in _outputs(call.result)]
    used = [any(node in behind for node in nodes) for nodes in outputs]
    if not any(used):
        return []
    reached = machine.graph.forward([answer.birth.node])
    mine = [nodes for nodes in outputs if any(node in reached for node in nodes)]
    return mine[0] if len(mine) == 1 and not any(node in behind for node in mine[0]) else []


def _end(machine: Machine, answer: Answer, head: list[int]) -> Site | None:
    """The last value of the loop's own that is computed from the output: the term that was left out."""
    graph = machine.graph
    reached = graph.forward(
        head, lambda edge: edge.recorded != ALWAYS and bool(edge.recorded & answer.query.bit)
    )
    ends = [
        edge for node, edge in reached.items() if edge is not None and not _goes_on(machine, answer, node)
    ]
    same = [
        edge.site for edge in ends if edge.site is not None and edge.site.frame is answer.query.site.frame
    ]
    return same[0] if same else None


def _goes_on(machine: Machine, answer: Answer, node: int) -> bool:
    return any(edge.recorded & answer.query.bit for edge in machine.graph.outgoing[node])
