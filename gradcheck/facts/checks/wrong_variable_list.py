"""Which gradients are asked for variables, or for a tensor, that the loss does not depend on?"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import ALWAYS, Site
from gradcheck.facts.domain.inside import calls_alone
from gradcheck.facts.domain.values import Birth, Choice, Opaque, Tensor, Value, Variables
from gradcheck.facts.domain.wording import weight_of
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import ModelCall, Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import among, could_train, handed_over, is_tape, meant, named
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.copies import no_copy
from gradcheck.facts.queries.other_arms import untold
from gradcheck.facts.queries.overwritten import lost_with
from gradcheck.facts.queries.places import definition
from gradcheck.facts.queries.starve import starve
from gradcheck.facts.queries.strangers import strangers
from gradcheck.facts.queries.unread import ends_unread
from gradcheck.report.accounts import UNTOLD
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Whole models in a list of variables, and tensors, none of whose data reaches the loss."""
    machine = program.machine
    unread = {weight_of(one.answer.birth).birth for one in ends_unread(program)}
    for query in machine.log.queries:
        if is_tape(query):
            behind = machine.graph.backward(query.target, no_copy(machine, query))
            if not strangers(machine, query, behind) and not _has_stranger(query):
                found = _strangers_of(machine, query, behind)
                yield from (one for one in found if one.weight.birth not in unread)


def _has_stranger(query: Query) -> bool:
    return any(isinstance(held, Opaque) for held in flatten(query.sources))


def _strangers_of(machine: Machine, query: Query, behind: set[int]) -> Iterator[Starved]:
    if not any(birth.node in behind for birth in machine.log.births):
        return
    if isinstance(query.sources, Choice) and _fits(machine, query.sources, behind):
        return
    for value in flatten(query.sources):
        if isinstance(value, Tensor):
            yield from _tensor(machine, query, value, behind)
            continue
        births = [birth for birth in weights_of(machine, value) if could_train(birth)]
        if (
            births
            and not any(among(birth, behind) for birth in births)
            and not _thrown_away(machine, query, value)
        ):
            excused = handed_over(machine) | _moved_elsewhere(machine, query)
            place = _place(machine, query, births, value)
            lost = {birth.node for one in machine.log.overwritten for birth in lost_with(machine, query, one)}
            for birth in births:
                if birth.node not in lost and not meant(birth, excused):
                    yield _past_the_model(machine, birth) or starve(
                        birth, Kind.WRONG_VARIABLES, place, "does not lead there", scene="tape"
                    )


def _past_the_model(machine: Machine, birth: Birth) -> Starved | None:
    """The list is right, where a step does not say that it trains, and so goes past the model."""
    if (quiet := untold(machine, birth)) is None:
        return None
    site, test = quiet
    return starve(
        birth, Kind.REACHES_NOTHING, site, "goes past it", scene="tape", detail=test, variant=UNTOLD
    )


def _fits(machine: Machine, sources: Choice, behind: set[int]) -> bool:
    """Whether one of several lists, of which a branch decides, is the right one."""
    return any(among(birth, behind) for birth in weights_of(machine, sources))


def _thrown_away(machine: Machine, query: Query, value: Value) -> bool:
    """Whether the tape saw a call of the model that is listed, as a statement: there its data ends."""
    if not isinstance(value, Variables) or query.tape is None:
        return False
    frame = query.site.frame
    alone = calls_alone(frame.code)
    calls = [call for call in machine.log.calls if call.site.frame is frame and call.site.node in alone]
    seen = (call for call in calls if _same_tape(machine, query, machine.nodes(call.result)))
    return any(call.owner is owner for call in seen for owner in value.owners)


def _moved_elsewhere(machine: Machine, query: Query) -> set[int]:
    """Weights that another gradient of the program reaches: one list for several losses is no mistake."""
    found: set[int] = set()
    for other in machine.log.queries:
        if other is not query and is_tape(other):
            behind = machine.graph.backward(other.target, no_copy(machine, other))
            births = weights_of(machine, other.sources)
            found |= named([birth for birth in births if among(birth, behind)])
    return found


def _place(machine: Machine, query: Query, births: list[Birth], value: Value) -> Site:
    """The list where the loss is right, as it is when asked for its own variables too; else the loss."""
    computed = machine.graph.forward([birth.node for birth in births])
    used = any(call.result and _among(machine, call, set(computed)) for call in machine.log.calls)
    own = any(
        other is not query and is_tape(other) and set(other.target) & set(query.target)
        for other in machine.log.queries
    )
    nearest = definition(machine, query) or _nearest_call(machine, query)
    if own or not used or nearest is None or not isinstance(value, Variables):
        return query.site
    return nearest if _same_tape(machine, query, computed) else query.site


def _same_tape(machine: Machine, query: Query, computed: Iterable[int]) -> bool:
    """Whether this tape recorded something that these weights take part in, and nothing came of it."""
    edges = (edge for node in computed for edge in machine.graph.incoming[node])
    return any(edge.recorded & query.bit and edge.recorded != ALWAYS for edge in edges)


def _among(machine: Machine, call: ModelCall, nodes: set[int]) -> bool:
    return any(node in nodes for node in machine.nodes(call.result))


def _nearest_call(machine: Machine, query: Query) -> Site | None:
    """The model call that the loss is most directly computed from."""
    results = {node: call for call in machine.log.calls for node in machine.nodes(call.result)}
    queue, seen = deque(query.target), set(query.target)
    while queue:
        node = queue.popleft()
        if node in results:
            return results[node].site
        for edge in machine.graph.incoming[node]:
            if edge.source not in seen:
                seen.add(edge.source)
                queue.append(edge.source)
    return None


def _tensor(machine: Machine, query: Query, value: Tensor, behind: set[int]) -> Iterator[Starved]:
    """The gradient for an output that the loss does not use: it uses another pass through the model."""
    # One output of several is not behind the others in the graph, though it may be inside the model.
    call = next((call for call in machine.log.calls if call.result is value), None)
    place = _nearest_call(machine, query)
    if call is None or place is None or value.node in behind or call.symbolic or value.unknown:
        return
    if value.node in handed_over(machine) or call.site.frame is not query.site.frame:
        return
    label = call.site.frame.module.code(call.site.node, 40)
    output = Birth(-1, call.site, name=label, label=f"the output of `{label}`")
    yield starve(output, Kind.WRONG_VARIABLES, place, "does not lead there", scene="tape")
