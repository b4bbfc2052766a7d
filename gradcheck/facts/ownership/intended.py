"""Weights that a program looks after itself: what starves them elsewhere is meant, and no question asks."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from collections.abc import Sequence as Items
from itertools import takewhile

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import KERAS_BITS, Edge
from gradcheck.facts.domain.values import Birth, Gradients, Instance, Layer, Value, Variables
from gradcheck.facts.interpreter.events import Did
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.model_ends import APPLICATIONS
from gradcheck.facts.interpreter.transfer.new_weights import truth
from gradcheck.facts.ownership.restored import restored
from gradcheck.facts.ownership.tracked import tracked
from gradcheck.facts.ownership.weights import weights_of

Names = set[int]
"""Weights by node, and by the identity of the expression that creates them (classes run more than once)."""
Step = tuple[Names, Container[int]]
LOADED = ("load_weights", "set_weights")
"""Methods by which a model gets its weights from elsewhere."""


def could_train(birth: Birth) -> bool:
    """Whether a weight is one that somebody would want to train."""
    owner = birth.owner
    pretrained = isinstance(owner, Layer) and owner.name.startswith(APPLICATIONS)
    return birth.trainable is True and not birth.integer and not pretrained


def is_tape(query: Query) -> bool:
    """Whether the program itself asks, naming what it asks for."""
    return query.tape is not None or query.scene == "minimize"


def named(births: list[Birth]) -> Names:
    """Weights under both of their names."""
    return {birth.node for birth in births} | {id(birth.site.node) for birth in births}


def meant(birth: Birth, names: Names) -> bool:
    """Whether a weight is among these."""
    return birth.node in names or id(birth.site.node) in names


def among(birth: Birth, nodes: Container[int]) -> bool:
    """Whether a weight is among some nodes, by itself or as a part of the layer whose weights are."""
    owner = birth.owner if isinstance(birth.owner, Layer) else None
    return birth.node in nodes or (owner is not None and any(one.node in nodes for one in owner.births))


def handed_over(machine: Machine) -> Names:
    """Weights that something unknown got hold of."""
    return machine.graph.backward([machine.escape_node], lambda edge: edge.kind is None)


def looked_after(machine: Machine) -> Names:
    """Weights handed to something unknown, assigned, or in a frozen layer. A step of training that is written
    by hand is no care of another kind."""
    put_back = restored(machine)
    into = {one.node: [*_writes(machine, one, put_back)] for one in machine.log.births}
    # What a program never writes to needs no gradient followed.
    steps = [_step(machine, one) for one in machine.log.gradients] if any(into.values()) else []
    kept = [one for one in machine.log.births if _is_written(machine, one, into[one.node], steps)]
    return handed_over(machine) | _alike(machine, kept) | frozen(machine)


def _writes(machine: Machine, birth: Birth, put_back: Container[int]) -> Iterator[Edge]:
    writes = (edge for edge in machine.graph.incoming[birth.node] if edge.writes)
    return (edge for edge in writes if edge.site is None or id(edge.site.node) not in put_back)


def _step(machine: Machine, gradients: Gradients) -> Step:
    """The weights that a gradient is asked for, and what is computed from it."""
    asked = {birth.node for birth in weights_of(machine, gradients.sources)}
    return asked, machine.graph.forward([gradients.node], lambda edge: not edge.writes)


def _is_written(machine: Machine, birth: Birth, writes: Items[Edge], steps: Items[Step]) -> bool:
    """Whether something other than its own gradient is written to a weight."""
    if not writes:
        return birth.node in machine.log.assigned
    own = [made for asked, made in steps if birth.node in asked]
    return not all(any(edge.source in made for made in own) for edge in writes)


def _alike(machine: Machine, births: list[Birth]) -> Names:
    """These weights, and what the same code made when it was run for something else. What a factory made for
    another call of it is not the same."""
    made = {(id(birth.site.node), *birth.site.frame.calls) for birth in births}
    entries: dict[tuple[int | str, ...], set[Frame]] = {}
    for birth in births:
        entries.setdefault(made_by(birth), set()).add(birth.site.frame.outermost)
    return {
        one.node
        for one in machine.log.births
        if (id(one.site.node), *one.site.frame.calls) in made
        or entries.get(made_by(one), set()) - {one.site.frame.outermost}
    }


def made_by(birth: Birth) -> tuple[int | str, ...]:
    """The expression that makes a weight, the place in a list or dict that it is kept in, and the calls of
    plain functions that it was made in."""
    functions = takewhile(lambda frame: frame.function and not frame.function.bound, birth.site.frame.chain())
    return id(birth.site.node), birth.label.partition("[")[2], *(id(frame.call) for frame in functions)


def frozen(machine: Machine) -> Names:
    """Weights in a layer whose `trainable` is off, or may be."""
    names: Names = set()
    for value in (*machine.log.layers, *machine.log.instances):
        if _off(value):
            names |= _all(machine, value)
    return names


def listed(machine: Machine, keras: str | None = None) -> Names:
    """Weights that some tape of the program is asked for; of a Keras model's variables, those that this
    Keras lists."""
    sources = [held for query in machine.log.queries if is_tape(query) for held in flatten(query.sources)]
    return {name for held in sources for name in named(_listed(machine, held, keras))}


def _listed(machine: Machine, held: Value, keras: str | None) -> list[Birth]:
    owners = held.owners if isinstance(held, Variables) and keras is not None else ()
    if not owners or not all(_is_keras(owner) for owner in owners):
        return weights_of(machine, held)
    return [birth for owner in owners for birth in tracked(machine, owner, keras or "2").values()]


def _is_keras(owner: Value) -> bool:
    return isinstance(owner, Layer) or (isinstance(owner, Instance) and owner.model.callable_layer)


def named_by_hand(machine: Machine) -> Names:
    """Weights of layers and models whose variables the program lists somewhere, for whatever purpose."""
    owners = {id(event.owner): event.owner for event in machine.log.events if event.did is Did.LIST}
    return {name for owner in owners.values() for name in _all(machine, owner)}


def loaded(machine: Machine, keras: str) -> Names:
    """Weights that come from a file or from another model."""
    found: list[Birth] = []
    put_back = restored(machine)
    for event in machine.log.events:
        if event.word in LOADED and id(event.site.node) not in put_back:
            found += tracked(machine, event.owner, keras).values()
    return named(found)


def trained_by_keras(machine: Machine) -> Names:
    """Weights of models that are compiled, fitted, or given weights from elsewhere."""
    names: Names = set()
    for owner in (*(owner for owner, _ in machine.log.fitted), *(one.owner for one in machine.log.trained)):
        names |= set() if steps_itself(owner) else _all(machine, owner)
    put_back = restored(machine)
    for event in machine.log.events:
        trained = event.did in (Did.COMPILE, Did.FIT) and not steps_itself(event.owner)
        given = event.word in LOADED and id(event.site.node) not in put_back
        if trained or given:
            names |= _all(machine, event.owner)
    return names


def steps_itself(owner: Value) -> bool:
    """Whether a model says itself, in full, what `fit` does in a step."""
    step = owner.model.method("train_step") if isinstance(owner, Instance) else None
    return step is not None and not any(
        isinstance(node, ast.Name) and node.id == "super" for node in ast.walk(step.node)
    )


def _all(machine: Machine, value: Value) -> Names:
    return named([birth for keras in KERAS_BITS for birth in tracked(machine, value, keras).values()])


def _off(value: Value) -> bool:
    match value:
        case Layer():
            return truth(value.options.get("trainable"), default=True) is not True
        case Instance():
            return truth(value.attributes.get("trainable"), default=True) is not True
    return False


def is_old_constant(birth: Birth) -> bool:
    """Whether a weight is made by `K.variable(...)`, which is how old programs write a constant."""
    node = birth.site.node
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "variable"
    )
