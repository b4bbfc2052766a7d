"""Which weights take part in a Keras model without being known to it?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.classes import MODULE, PLAIN
from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import KERAS_BITS, Edge, Graph, Site
from gradcheck.facts.domain.values import Birth, Instance, Layer, Tensor, Value, Variables
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.run_again import AGAIN
from gradcheck.facts.ownership.intended import (
    could_train,
    is_old_constant,
    is_tape,
    listed,
    loaded,
    looked_after,
    meant,
)
from gradcheck.facts.ownership.tracked import tracked
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Phase

STEPS = ("call()", "train_step()", "compute_loss()", "__call__()")
"""Methods through which an object's own code takes part in training."""


def ask(program: Program) -> Iterator[Starved]:
    """Every weight on a model's way to the loss that the model does not list, and nobody else trains."""
    machine = program.machine
    owned = [(query, owner) for query in machine.log.queries if (owner := _owner(query)) is not None]
    if not owned:
        return
    excused, doors, iterators = looked_after(machine), _doors(machine), _in_iterators(machine)
    for keras in KERAS_BITS:
        known = excused | listed(machine, keras)
        trained = {node for _, owner in owned for node in tracked(machine, owner, keras)}
        from_files = loaded(machine, keras)
        strange = [birth for birth in machine.log.births if birth.node not in trained]
        for query, owner in owned if strange else ():
            mine = _kept_by(machine, owner, strange) if is_tape(query) else strange
            for birth, site in _strangers(machine.graph, query, keras, mine, doors):
                if not meant(birth, known | from_files):
                    inside = _of_its_chain(site, query) and not _kept_by(machine, owner, [birth])
                    place = _called(site, birth) if inside else None
                    where = iterators.get(birth.node) or place or _place(machine, keras, birth, site)
                    yield _report(query, keras, birth, where, iterator=birth.node in iterators)


def _place(machine: Machine, keras: str, birth: Birth, used: Site) -> Site:
    if _at_the_top(birth):  # of a chain of layers, where the chain is called
        return used._replace(node=used.chain) if used.chain is not None and birth.of_layer else used
    return _brought_in(_outermost(machine, keras, birth))


def _report(query: Query, keras: str, birth: Birth, where: Site, *, iterator: bool) -> Starved:
    note, variant = ("kept here", "iterator") if iterator else ("used here", "")
    scene = query.scene
    return starve(birth, Kind.UNTRACKED, where, note, keras=(keras,), scene=scene, variant=variant)


def _in_iterators(machine: Machine) -> dict[int, Site]:
    """The weights, by node, that an object keeps in an iterator, with the attribute that is set."""
    return {birth.node: site for value, site in machine.log.iterators for birth in weights_of(machine, value)}


def _owner(query: Query) -> Instance | Layer | None:
    """The model that `fit` trains the one that a tape is asked for, or the layer whose class was run."""
    sources = query.sources
    if isinstance(sources, Variables) and len(sources.owners) == 1:
        (owner,) = sources.owners
        if isinstance(owner, Instance) and (owner.model.open or owner.model.lists_itself):
            return None
        if isinstance(owner, (Instance, Layer)) and not owner.escaped and _graph_is_known(owner):
            return owner
    return None


def _graph_is_known(owner: Value) -> bool:
    """Whether a functional model's outputs, if it has any, come from placeholders that were seen."""
    outputs = owner.outputs if isinstance(owner, Layer) else None
    return all(not isinstance(held, Tensor) or held.symbolic for held in flatten(outputs))


def _strangers(
    graph: Graph, query: Query, keras: str, strange: list[Birth], doors: set[int]
) -> Iterator[tuple[Birth, Site]]:
    bit = KERAS_BITS[keras]
    alive = graph.backward(
        query.target,
        lambda edge: edge.flows(query.bit, bit) and edge.target not in doors and edge.detail != AGAIN,
    )
    for birth in strange:
        if birth.node in alive and could_train(birth) and not is_old_constant(birth):
            uses = [edge for edge in graph.outgoing[birth.node] if edge.target in alive]
            site = next((edge.site for edge in uses if _taken_in(edge, query, birth)), None)
            if site is not None:
                yield birth, site


def _doors(machine: Machine) -> set[int]:
    """The placeholders of functional models: what was ever passed to one is not part of it."""
    inputs = [layer.inputs for layer in machine.log.layers]
    built = {held.node for value in inputs for held in flatten(value) if isinstance(held, Tensor)}
    return built | machine.log.doors


def _taken_in(edge: Edge, query: Query, birth: Birth) -> bool:
    """Whether the model's own code reads the weight; what only a loss function calls may be a fixed judge."""
    if edge.site is None:
        return False
    frame = edge.site.frame
    if any(frame.inside(name) for name in STEPS) or _of_its_chain(edge.site, query):
        return True
    if not query.in_training and isinstance(query.sources, Variables):
        return isinstance(query.sources.owners[0], Layer)
    return not (birth.of_layer and frame.inside("fit()"))


def _of_its_chain(used: Site, query: Query) -> bool:
    """Whether the layers of the model that is asked for do it, one after the other."""
    return used.chain is not None and used.chain is query.site.node


def _kept_by(machine: Machine, owner: Value, births: list[Birth]) -> list[Birth]:
    """Those of some weights that a model has in its attributes, whether Keras looks there or not."""
    kept = {birth.node for birth in weights_of(machine, owner)}
    return [birth for birth in births if birth.node in kept]


def _called(used: Site, birth: Birth) -> Site | None:
    """Where the layer is called that reads a weight there, the outermost one; None where no layer does."""
    node, frame = used.node, used.frame
    if not birth.of_layer and not _is_of_a_layer(frame):
        return None
    while frame.outer is not None and frame.call is not None and _is_of_a_layer(frame):
        node, frame = frame.call, frame.outer
    return used._replace(node=node, frame=frame)


def _is_of_a_layer(frame: Frame) -> bool:
    bound = frame.function.bound if frame.function is not None else None
    return isinstance(bound, Instance) and bound.model.callable_layer


def _at_the_top(birth: Birth) -> bool:
    """Whether the weight was made by itself, in a module: then the place to look at is where a model uses
    it."""
    return birth.site.frame.function is None


def _outermost(machine: Machine, keras: str, birth: Birth) -> Site:
    """Where the largest thing is made that knows of the weight and that nothing around it knows of."""
    site, holder = birth.site, _holder(birth.site)
    while holder is not None and holder.site is not None and birth.node in tracked(machine, holder, keras):
        above = _holder(holder.site)
        if above is None:
            break
        site, holder = holder.site, above
    return site


def _holder(site: Site) -> Instance | None:
    """The Keras object whose code runs at a place, itself or through things of other classes."""
    for frame in site.frame.chain():
        bound = frame.function.bound if frame.function is not None else None
        if isinstance(bound, Instance) and _is_of_a_layer(frame):
            return bound
    return None


def _brought_in(made: Site) -> Site:
    """Where a Keras object makes the thing of another class that holds what is made here, or, anew in each
    call, calls for the function that makes it; else where it is made."""
    node, frame, through = made.node, made.frame, False
    while frame.outer is not None and frame.call is not None:
        holder = frame.function.bound if frame.function is not None else None
        if isinstance(holder, Instance) and holder.model.kind not in (PLAIN, MODULE):
            made_in_call = holder.site if _in_call(holder) and not through else None
            through = through or frame.where == "call()"
            return made_in_call or (Site(node, frame) if through else made)
        through = through or isinstance(holder, Instance)
        node, frame = frame.call, frame.outer
    return made


def _in_call(holder: Instance) -> bool:
    """Whether a layer is made by another one's `call`, anew each time."""
    site = holder.site
    made_by = site.frame.function if site is not None else None
    return site is not None and site.frame.phase is Phase.CALL and made_by is not None
