"""Every place in a module that creates a trainable weight, or a library layer with weights, run or not."""

from __future__ import annotations

import ast
from dataclasses import field

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.facts.domain.values import Birth, Instance
from gradcheck.facts.interpreter.transfer.new_weights import ADDERS
from gradcheck.facts.ownership.written import written
from gradcheck.facts.program import Program


@dataclass(eq=False, repr=False)
class Creation:
    """One expression that creates weights, with what the interpreter saw it create: nothing where it never
    came by. `label` is what its author calls the result; `within` the innermost function or class."""

    node: ast.expr | ast.stmt
    births: list[Birth] = field(default_factory=list)
    label: str = ""
    within: ast.stmt | None = None


def creations(program: Program) -> list[Creation]:
    """All of them, in source order, without those that certainly make nothing trainable."""
    seen, found = _run(program), []
    for made in written(program.module.tree, program.machine.scope):
        births = seen.pop(id(made.node), None)
        if births is None or any(_trainable(birth) for birth in births):
            trainable = [birth for birth in births or () if _trainable(birth)]
            found.append(Creation(made.node, trainable, made.label, made.within))
    for births in seen.values():
        kept = [birth for birth in births if _trainable(birth)]
        if kept:
            found.append(Creation(kept[0].site.node, kept))
    return sorted(found, key=lambda made: (made.node.lineno, made.node.col_offset))


def _run(program: Program) -> dict[int, list[Birth]]:
    """The births of the module by the expression that creates them; a layer's weights count as one."""
    births: dict[int, list[Birth]] = {}
    for birth in program.machine.log.births:
        if birth.site.frame.module is program.module and not birth.part and not _handed_on(birth):
            births.setdefault(id(birth.site.node), []).append(birth)
    return births


def _handed_on(birth: Birth) -> bool:
    """Whether an `add_weight` of the program's own makes it, which here nobody asks for any."""
    function = birth.site.frame.function
    return function is not None and getattr(function.node, "name", "") in ADDERS


def _trainable(birth: Birth) -> bool:
    return birth.trainable is not False and not birth.integer and not _of_optimizer(birth)


def _of_optimizer(birth: Birth) -> bool:
    """Whether an optimizer keeps the weight for itself."""
    function = birth.site.frame.function
    owners = (birth.owner, function.bound if function else None)
    models = [one.model for one in owners if isinstance(one, Instance)]
    names = [name for model in models for above in model.lineage() for name in (above.name, *above.libraries)]
    return any(name.rpartition(".")[2].endswith("Optimizer") for name in names)
