"""Which layers are meant to be unfrozen under a name that Keras does not know (`encoder.trainabe = True`), or
by a comparison (`encoder.trainable == True`)?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.keras_names import TRAINABLE_LISTS
from gradcheck.facts.domain.values import Birth, Instance, Layer, Opaque, Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.events import Did, Event
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.flags import FLAG, truth_of
from gradcheck.facts.ownership.intended import frozen
from gradcheck.facts.ownership.text import reads_of
from gradcheck.facts.ownership.tracked import tracked
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind

CLOSE = 0.85
COMPARED = f"{FLAG} =="
REAL = TRAINABLE_LISTS | {FLAG, "training", "trained", "trainer"}


def ask(program: Program) -> Iterator[Starved]:
    """Attributes almost called `trainable`, set to True and read by nobody; and `trainable` itself, compared
    with True by a statement that does nothing else."""
    events = [event for event in program.machine.log.events if event.did is Did.FLAG and _close(event.word)]
    if not events:
        return
    read = reads_of(program.module.tree)
    for event in events:
        known = event.word in read.attributes | read.words
        if not known and truth_of(event.value) is True and _keras_thing(event):
            for birth in _births(program.machine, event):
                yield starve(
                    birth, Kind.FROZEN, event.site, "sets nothing", scene="fit", variant="without-effect"
                )


def _close(word: str) -> bool:
    from difflib import SequenceMatcher  # only programs that set attributes of layers need it

    return word == COMPARED or (word not in REAL and SequenceMatcher(None, word, FLAG).ratio() >= CLOSE)


def _keras_thing(event: Event) -> bool:
    """A layer or model, or something of which nothing else is known; not an object's own attribute."""
    node = event.site.node
    own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    return not own and all(_layer(held) for held in flatten(event.owner))


def _layer(value: Value) -> bool:
    if isinstance(value, Instance):
        return value.model.callable_layer
    return isinstance(value, (Layer, Opaque))


def _births(machine: Machine, event: Event) -> list[Birth]:
    """The frozen weights that stay so; of something unknown, the thing itself."""
    owners = list(flatten(event.owner))
    if all(isinstance(owner, Opaque) for owner in owners):
        code = event.site.frame.module.code(event.site.node, 40).rpartition(".")[0]
        return [Birth(-1, event.site, name=code, label=code)]
    off = frozen(machine)
    births = [birth for owner in owners for birth in tracked(machine, owner, "2").values()]
    return [birth for birth in births if birth.trainable is True and birth.node in off]
