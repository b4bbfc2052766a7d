"""Which weights work on an output that never changes, without being starved by it altogether?

Three kinds: a softmax over one element that only Keras' own cross-entropies read (they go back to the
logits, so the gradient is fine and the prediction is not), the queries and keys of an attention over a
single token, and the scale of a normalization over a single feature.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.domain.wording import cut_at, location_of, weight_of
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.operations import Operation
from gradcheck.facts.numerics.constant_outputs import (
    ATTENTIONS,
    MULTI_HEAD,
    SOFTMAX,
    in_groups_of_one,
    meets_only_crossentropy,
    over_one,
    single_token,
)
from gradcheck.facts.numerics.flat_operations import Flat, alive, each
from gradcheck.facts.numerics.shapes import Shapes
from gradcheck.facts.program import Program
from gradcheck.facts.queries.fates import answers
from gradcheck.facts.queries.starve import part_of
from gradcheck.report.finding import Step
from gradcheck.report.kinds import BOTH_KERAS, Kind, Severity

NORMALIZED = "layers.LayerNormalization"


def ask(program: Program) -> Iterator[Starved]:
    """Every such weight."""
    shapes = Shapes(program.machine)
    for node, operation in each(program.machine):
        if operation.word in SOFTMAX and over_one(shapes, operation):
            if meets_only_crossentropy(program.machine, node):
                yield from _constant_prediction(program, operation, node)
        elif (operation.word == NORMALIZED and over_one(shapes, operation)) or in_groups_of_one(
            shapes, operation
        ):
            yield from _scale(program, operation)
        elif operation.word == MULTI_HEAD or operation.word in ATTENTIONS:
            maker = single_token(shapes, operation)
            if maker is not None:
                yield from _single_token(program, operation, maker)


def _scale(program: Program, operation: Operation) -> Iterator[Starved]:
    """What a normalization multiplies by: of one feature nothing is left."""
    for birth in _live(program):
        if operation.layer is not None and birth.owner is operation.layer:
            yield _starved(part_of(operation.layer, birth, "gamma"), operation, operation.site)


def _constant_prediction(program: Program, operation: Operation, node: int) -> Iterator[Starved]:
    assert operation.first is not None
    flat = Flat(operation, node, operation.first, Kind.CONSTANT_OUTPUT)
    rest = alive(program.machine, flat.pairs(program.machine))
    for birth in _live(program):
        if birth.node not in rest:
            yield _starved(birth, operation, operation.site, Severity.WARNING)


def _single_token(program: Program, operation: Operation, maker: Operation) -> Iterator[Starved]:
    for birth in _live(program):
        if birth.owner is operation.layer:
            yield _starved(birth, operation, maker.site)


def _live(program: Program) -> list[Birth]:
    found = {answer.birth.node: answer.birth for answer in answers(program) if answer.live}
    return list(found.values())


def _starved(birth: Birth, operation: Operation, site: Site, severity: Severity | None = None) -> Starved:
    """The cut is reported where its reason stands, in the words of the operation that it makes constant."""
    constant = cut_at(operation.site, Kind.CONSTANT_OUTPUT, operation.name)
    cut = replace(constant, location=location_of(site))
    weight = weight_of(birth)
    steps = (Step(weight.birth, "created"), Step(cut.location, "one element from here on"))
    trail = (
        (*steps, Step(constant.location, "the same for every input")) if site is not operation.site else steps
    )
    return Starved(weight, cut, trail, BOTH_KERAS, "", severity)
