"""Functions that a loop makes: what happens inside of them, and whether they run in their own round."""

from __future__ import annotations

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.interpreter.log import Late, LateWeight


def is_inside(one: Late | LateWeight, site: Site | None) -> bool:
    """Whether the function did something."""
    return site is not None and any(place.frame.code is one.function for place in site.outward())


def is_at_once(one: Late | LateWeight, site: Site) -> bool:
    """Whether the loop did something, or called what did it."""
    return any(place.frame is one.site.frame and place.within(one.loop) for place in site.outward())
