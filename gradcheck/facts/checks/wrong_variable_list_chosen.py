"""Which weights does a list leave out that chooses variables by the words `kernel`, `bias` or by their axes?

A list that names layers, or what it leaves out, is a choice. One that asks for kernels and biases means all
variables, and forgets those that are called otherwise.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.graph import KERAS_BITS
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.chosen import Choosing, Naming, passes
from gradcheck.facts.ownership.intended import could_train, is_tape, looked_after, meant, trained_by_keras
from gradcheck.facts.ownership.weight_names import prefixes, variables_of
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.selected import Selected, applied, kept_by, selected
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Severity

MAIN = ("kernel", "weight")
WORDS = ("kernel", "bias", "weight", "gamma", "beta", "embeddings", "alpha")
"""What Keras calls variables, whatever their layer is called."""

Keys = set[tuple[int, str]]
"""Single variables: the node of their birth, and their own word."""


def ask(program: Program) -> Iterator[Starved]:
    """Weights that the loss moves and no list has."""
    machine = program.machine
    steps = [query for query in machine.log.queries if is_tape(query)]
    found = [(query, one) for query in applied(machine, steps) for one in selected(query)]
    meaning = [(query, one) for query, one in found if _means_all(one.how)]
    excused = looked_after(machine) | trained_by_keras(machine) if meaning else set()
    for keras in KERAS_BITS if meaning else ():
        naming = Naming(keras, prefixes(machine))
        kept = {key for query in steps for key in kept_by(machine, query, naming)}
        births = {
            birth.node: birth
            for query, one in meaning
            for birth in _left_out(machine, query, one, naming, kept)
        }
        # Of several lists, the last is meant to have the rest.
        last = next((one for _, one in reversed(found) if _by_words(one.how)), meaning[-1][1])
        for birth in births.values():
            if not meant(birth, excused):
                yield _starved(birth, last, keras)


def _starved(birth: Birth, one: Selected, keras: str) -> Starved:
    place = one.site._replace(node=one.how.ways[-1][-1].condition)
    return starve(
        birth,
        Kind.WRONG_VARIABLES,
        place,
        "not in this list",
        keras=(keras,),
        scene="tape",
        severity=Severity.WARNING,
        variant="chosen",
    )


def _left_out(machine: Machine, query: Query, one: Selected, naming: Naming, kept: Keys) -> Iterator[Birth]:
    alive = machine.graph.alive(query.target, query.bit, KERAS_BITS[naming.keras])
    nodes = {node for node, _ in kept}
    for birth in weights_of(machine, one.variables):
        missed = [each for each in variables_of(birth) if passes(one.how, each, naming) is False]
        lost = [each for each in missed if (birth.node, each.word) not in kept]
        if lost and could_train(birth) and birth.node in alive and _between(machine, one, birth, nodes):
            yield birth


def _between(machine: Machine, one: Selected, birth: Birth, kept: set[int]) -> bool:
    """Whether a layer that is left out lies behind one that trains: who trains a head leaves out what comes
    first."""
    if not one.how.per_layer:
        return True
    behind = machine.graph.forward(kept - {birth.node})
    return any(edge.target in behind for edge in machine.graph.outgoing[birth.node])


# -- what a test means ------------------------------------------------------------


def _means_all(how: Choosing) -> bool:
    """Whether tests only ask for what all layers call their variables, for axes, or for kinds of layers."""
    conditions = how.conditions
    if not all(way[-1].holds for way in how.ways) or not all(_is_positive(one) for one in conditions):
        return False
    words = _words(how)
    if how.per_layer:
        return not words
    by_axes = any("shape" in ast.unparse(one) for one in conditions)
    main = any(word.startswith(MAIN) or word.endswith(MAIN) for word in words)
    return (_by_words(how) and main) or (by_axes and not words)


def _by_words(how: Choosing) -> bool:
    return bool(words := _words(how)) and all(word.removesuffix(":0") in WORDS for word in words)


def _is_positive(test: ast.expr) -> bool:
    negative = (ast.Not, ast.NotIn, ast.NotEq, ast.Lt, ast.LtE, ast.IsNot)
    return not any(isinstance(node, negative) for node in ast.walk(test))


def _words(how: Choosing) -> list[str]:
    nodes = (node for one in how.conditions for node in ast.walk(one))
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
