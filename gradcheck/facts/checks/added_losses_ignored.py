"""Which training loops leave out the losses that their model collects?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import KERAS_BITS
from gradcheck.facts.domain.values import Birth, Constant, Layer, Value, Variables
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import Names, could_train, is_tape, looked_after, meant
from gradcheck.facts.ownership.text import reads_of
from gradcheck.facts.ownership.weights import losses_of, weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.places import definition
from gradcheck.facts.queries.starve import starve
from gradcheck.facts.queries.strangers import strangers
from gradcheck.report.kinds import Kind, Severity

COLLECTING = frozenset({"losses", "compute_loss", "_compute_loss", "get_losses_for", "compiled_loss"})
"""Attributes through which a loop gets at added losses."""
REGULARIZERS = ("kernel_regularizer", "bias_regularizer", "activity_regularizer", "embeddings_regularizer")


def ask(program: Program) -> Iterator[Starved]:
    """Loops over a tape that train a model with `add_loss` or regularizers, in a program that never reads
    them."""
    machine = program.machine
    queries = [query for query in machine.log.queries if is_tape(query) and _owners(query)]
    if not queries or _collects(program.module.tree):
        return
    excused = looked_after(machine)
    for query in queries:
        behind = machine.graph.backward(query.target)
        if not strangers(machine, query, behind):
            yield from _ignored(machine, query, behind, excused)


def _collects(tree: ast.Module) -> bool:
    """Whether a program gets at added losses somewhere; `keras.losses` is the module of that name."""
    read = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in COLLECTING)
    own = any(not ast.unparse(node.value).endswith("keras") for node in read)
    return own or bool(reads_of(tree).words & COLLECTING)


def _owners(query: Query) -> list[Value]:
    return [owner for held in flatten(query.sources) if isinstance(held, Variables) for owner in held.owners]


def _ignored(machine: Machine, query: Query, behind: set[int], excused: Names) -> Iterator[Starved]:
    births = [birth for birth in weights_of(machine, query.sources) if could_train(birth)]
    added = {node for owner in _owners(query) for node in losses_of(machine, owner)} - behind
    if not any(birth.node in behind for birth in births):
        return
    terms = _moved_by(machine, query, added)
    lost = [birth for birth in births if birth.node in terms or _regularized(birth)]
    lost = [birth for birth in lost if not meant(birth, excused)]
    alive = {
        node for bit in KERAS_BITS.values() for node in machine.graph.alive(query.target, query.bit, bit)
    }
    starved = [birth for birth in lost if birth.node not in alive]
    for birth in starved or lost:
        yield starve(
            birth,
            Kind.LOSSES_IGNORED,
            definition(machine, query) or query.site,
            "a loss without the added ones",
            scene="tape",
            severity=Severity.ERROR if starved else Severity.WARNING,
        )


def _moved_by(machine: Machine, query: Query, added: set[int]) -> set[int]:
    """What gets a gradient from added losses, under both Kerases."""
    graph = machine.graph
    return graph.backward(added, lambda edge: all(edge.flows(query.bit, bit) for bit in KERAS_BITS.values()))


def _regularized(birth: Birth) -> bool:
    """Whether a regularizer adds a term for this weight."""
    options = birth.owner.options if isinstance(birth.owner, Layer) else {}
    given = [options.get(word) for word in REGULARIZERS]
    return birth.regularized or any(value is not None and not _none(value) for value in given)


def _none(value: Value) -> bool:
    return isinstance(value, Constant) and (not value.known or value.value is None)
