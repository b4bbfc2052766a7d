"""Which variables does an optimizer of the program's own get, and never write to?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.classes import ClassModel, is_optimizer
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth, ClassRef, External, Function, Instance, Layer, Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train, looked_after, meant
from gradcheck.facts.ownership.update_steps import STEPS, WHOLE, unwritten
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Phase


def ask(program: Program) -> Iterator[Starved]:
    """The weights of all models that are compiled with such an optimizer."""
    machine = program.machine
    lost = {id(one): site for one in machine.log.classes if (site := _unwritten(one)) is not None}
    given = [(births, lost[id(one)]) for one, births in _moved_by(machine) if id(one) in lost] if lost else []
    excused = looked_after(machine) if given else set()
    for births, site in given:
        for birth in births:
            if could_train(birth) and not meant(birth, excused):
                note = "goes no further than this"
                yield starve(birth, Kind.NOT_APPLIED, site, note, scene="fit", variant="optimizer")


def _moved_by(machine: Machine) -> Iterator[tuple[ClassModel, list[Birth]]]:
    """The optimizers of the program's own that models are compiled with, and what they are to move."""
    for trained in machine.log.trained:
        if (model := _class_of(trained.compiled.get("optimizer"))) is not None:
            yield model, weights_of(machine, trained.owner)
    owners: list[Layer | Instance] = [*machine.log.layers, *machine.log.instances]
    for owner in owners:
        if (model := _class_of((owner.compiled or {}).get("optimizer"))) is not None:
            yield model, weights_of(machine, owner)
    for stepper, variables in machine.log.stepped_by:
        if (model := _class_of(stepper)) is not None:
            yield model, weights_of(machine, variables)


def _class_of(value: Value | None) -> ClassModel | None:
    if isinstance(value, ClassRef):
        return value.model
    return value.model if isinstance(value, Instance) else None


def _unwritten(model: ClassModel) -> Site | None:
    """The statement of an optimizer's step that would have to write, if none does."""
    known = all(isinstance(base, (ClassRef, External)) for one in model.lineage() for base in one.bases)
    if not known or not is_optimizer(model) or any(model.method(name) is not None for name in WHOLE):
        return None
    for name in STEPS:
        step = model.method(name)
        statement = unwritten(step.node) if step is not None and _is_written_out(step) else None
        if step is not None and statement is not None:
            return Site(statement, Frame(step.module, f"{name}()", Phase.TAPE, None, step))
    return None


def _is_written_out(step: Function) -> bool:
    return isinstance(step.node, ast.FunctionDef) and not step.decorators
