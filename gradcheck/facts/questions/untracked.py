"""Which weights take part in a Keras model without being known to it?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.births import truth
from gradcheck.facts.facts import Starved
from gradcheck.facts.graph import KERAS_BITS, Edge, Site
from gradcheck.facts.layers import APPLICATIONS
from gradcheck.facts.machine import Machine, Query, flatten
from gradcheck.facts.ownership import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.starve import starve
from gradcheck.facts.tracked import tracked
from gradcheck.facts.values import Birth, Function, Instance, Layer, Tensor, Value, Variables
from gradcheck.kinds import Kind

STEPS = ("call()", "train_step()", "compute_loss()", "__call__()")
"""Methods through which an object's own code takes part in training."""


def ask(program: Program) -> Iterator[Starved]:
    """Every weight on a model's way to the loss that the model does not list, and nobody else trains."""
    machine = program.machine
    owned = [(query, owner) for query in machine.log.queries if (owner := _owner(query)) is not None]
    if not owned:
        return
    excused = _excused(machine)
    for keras in KERAS_BITS:
        listed = {id(owner): tracked(machine, owner, keras) for _, owner in owned}
        trained = {node for births in listed.values() for node in births}
        for query, owner in owned:
            for birth, site in _strangers(machine, query, owner, keras, trained):
                if birth.node not in excused and id(birth.site.node) not in excused:
                    where = site if _outside_classes(birth) else birth.site
                    yield starve(birth, Kind.UNTRACKED, where, "used here", keras=(keras,), scene=query.scene)


def _owner(query: Query) -> Instance | Layer | None:
    """The model that `fit` trains, or the layer whose class was run."""
    sources = query.sources
    if query.tape is None and query.scene != "minimize" and isinstance(sources, Variables):
        (owner,) = sources.owners
        if isinstance(owner, Instance) and owner.model.open:
            return None
        return owner if isinstance(owner, (Instance, Layer)) and not owner.escaped else None
    return None


def _strangers(
    machine: Machine, query: Query, owner: Value, keras: str, trained: set[int]
) -> Iterator[tuple[Birth, Site]]:
    graph, bit = machine.graph, KERAS_BITS[keras]
    doors = _doors(machine)
    alive = graph.backward(query.target, lambda edge: edge.flows(query.bit, bit) and edge.target not in doors)
    for birth in machine.log.births:
        if birth.node in alive and birth.node not in trained and _could_train(birth):
            uses = [edge for edge in graph.outgoing[birth.node] if edge.target in alive]
            site = next((edge.site for edge in uses if _taken_in(edge, query, birth)), None)
            if site is not None:
                yield birth, site


def _doors(machine: Machine) -> set[int]:
    """The placeholders of functional models: what was ever passed to one is not part of it."""
    inputs = [layer.inputs for layer in machine.log.layers]
    return {held.node for value in inputs for held in flatten(value) if isinstance(held, Tensor)}


def _could_train(birth: Birth) -> bool:
    owner = birth.owner
    pretrained = isinstance(owner, Layer) and owner.name.startswith(APPLICATIONS)
    return birth.trainable is True and not birth.integer and not pretrained


def _taken_in(edge: Edge, query: Query, birth: Birth) -> bool:
    """Whether the model's own code reads the weight. A layer that only a loss function calls may be a fixed judge."""
    if edge.site is None:
        return False
    frame = edge.site.frame
    if any(frame.inside(name) for name in STEPS):
        return True
    if query.scene == "call" and isinstance(query.sources, Variables):
        return isinstance(query.sources.owners[0], Layer)
    return not (birth.of_layer and frame.inside("fit()"))


def _outside_classes(birth: Birth) -> bool:
    """Whether the weight was made by itself: then the place to look at is where a model uses it."""
    frame = birth.site.frame
    while frame.outer is not None:
        function = frame.function
        if isinstance(function, Function) and isinstance(function.bound, Instance):
            return False
        frame = frame.outer
    return True


# -- what is meant --------------------------------------------------------------


def _excused(machine: Machine) -> set[int]:
    """Weights that the program looks after itself: listed for a tape, assigned, frozen, or handed to something unknown."""
    excused = machine.graph.backward([machine.escape_node], lambda edge: edge.kind is None)
    for birth in machine.log.births:
        if any(edge.kind is Kind.ASSIGNED for edge in machine.graph.incoming[birth.node]):
            excused |= {birth.node, id(birth.site.node)}
    for query in machine.log.queries:
        if query.tape is not None or query.scene == "minimize":
            for birth in weights_of(machine, query.sources):
                excused |= {birth.node, id(birth.site.node)}
    for value in (*machine.log.layers, *machine.log.instances):
        if _frozen(value):
            for keras in KERAS_BITS:
                excused |= set(tracked(machine, value, keras))
    return excused


def _frozen(value: Instance | Layer) -> bool:
    flags = value.options if isinstance(value, Layer) else value.attributes
    return truth(flags.get("trainable"), default=True) is not True
