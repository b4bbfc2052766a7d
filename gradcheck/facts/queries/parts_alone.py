"""Parts of a model that a step calls in place of the model: the rest of it takes no part."""

from __future__ import annotations

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth, Instance, Layer
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine


def called_alone(machine: Machine, birth: Birth, query: Query) -> Site | None:
    """The one call, on the way to the target, of another part of the object that has a weight: from outside,
    where the object itself is called by nothing that the target comes from."""
    holder = birth.owner.owner if isinstance(birth.owner, Layer) else None
    if not isinstance(holder, Instance):
        return None
    behind = machine.graph.backward(query.target)
    used = {id(edge.site.node) for node in behind for edge in machine.graph.incoming[node] if edge.site}
    parts = [one for held in holder.attributes.values() for one in flatten(held)]
    calls = [site for one in parts if isinstance(one, (Layer, Instance)) for site in one.called]
    found = {id(site.node): site for site in calls if id(site.node) in used}
    outside = [site for site in found.values() if not _is_own(holder, site)]
    return outside[0] if len(outside) == len(found) == 1 else None


def _is_own(holder: Instance, site: Site) -> bool:
    """Whether a call stands in a method of the object's own."""
    return any(frame.owner in holder.model.lineage() for frame in site.frame.chain() if frame.owner)
