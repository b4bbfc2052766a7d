"""Which weights does nothing read?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradcheck.base.misnamed import Misnamed, misnamed
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth, Instance
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.closed import closed, passed_over, read_by_base
from gradcheck.facts.ownership.reading import attribute_of, is_read
from gradcheck.facts.ownership.set_up import unused_as_set_up
from gradcheck.facts.program import Program
from gradcheck.facts.queries.lost import lost
from gradcheck.facts.queries.other_arms import untold
from gradcheck.facts.queries.starve import starve
from gradcheck.report.finding import Step
from gradcheck.report.kinds import Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """Weights in attributes that are never read, of objects whose class is seen whole."""
    for one in lost(program):
        answer, birth = one.answer, one.answer.birth
        if one.end is not None or birth.of_layer or not closed(one.owner):
            continue
        told = starve(birth, Kind.UNUSED_WEIGHT, birth.site, keras=(answer.keras,), scene=answer.query.scene)
        lineage = [model.node for model in one.owner.model.lineage()]
        if (found := misnamed(lineage, attribute_of(birth))) is not None:
            yield _misnamed(told, found, one.owner)
        elif _unread(program.machine, birth, one.owner):
            yield told
        elif untold(program.machine, birth) is None and (
            test := unused_as_set_up(program.machine, birth, one.owner)
        ):
            yield _by_its_setup(told, test)


def _misnamed(told: Starved, found: Misnamed, owner: Instance) -> Starved:
    """At the method that was to replace one of nearly its name."""
    name, place = f"def {found.method.name}", owner.model.module.location(found.method)
    location = replace(place, end_line=place.line, end_column=place.column + len(name))
    cut = replace(told.cut, location=location, code=found.method.name, variant="misnamed", detail=found.meant)
    return replace(told, cut=cut, trail=(*told.trail, Step(location, "called by nobody")))


def _by_its_setup(told: Starved, test: Site) -> Starved:
    """In the words of what an object leaves out, as it was set up."""
    module, node = test.frame.module, test.node
    cut = replace(told.cut, variant="setup", detail=module.code(node, 40))
    trail = (*told.trail, Step(module.location(node), "leaves it out"))
    return replace(told, cut=cut, trail=trail, severity=Severity.WARNING)


def _unread(machine: Machine, birth: Birth, owner: Instance) -> bool:
    """Whether the attribute that keeps the weight is never read."""
    attribute = attribute_of(birth)
    if not attribute or read_by_base(owner, attribute):
        return False
    return not is_read(machine, owner.model, attribute, late=False) or passed_over(birth, owner, attribute)
