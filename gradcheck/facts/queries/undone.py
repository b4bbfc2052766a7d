"""Optimizers whose steps come to nothing in `fit`: it ends before they have collected enough gradients, or an
average that never changes takes the place of the weights."""

from __future__ import annotations

import math

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import loops
from gradcheck.facts.domain.values import plain
from gradcheck.facts.interpreter.operations import Operation
from gradcheck.facts.numerics.shapes import Shapes
from gradcheck.facts.numerics.sizes import integer, number

BATCH = 32
"""Examples in a batch of `fit`, where nobody says how many."""
MOST_EPOCHS = 1_000


def epochs_of(arguments: Arguments) -> range:
    """The epochs that `fit` runs; none where they are not known, or too many."""
    last, first = arguments.get("epochs", 3), arguments.get("initial_epoch", 11)
    end = 1 if last is None else integer(last)
    begin = 0 if first is None else integer(first)
    known = end is not None and begin is not None and end - begin <= MOST_EPOCHS
    return range(begin or 0, end or 0) if known and not arguments.starred else range(0)


def collected_for(operation: Operation) -> int:
    """How many gradients an optimizer collects for one step; one where it is not known."""
    return integer(operation.arguments.get("gradient_accumulation_steps")) or 1


def steps_of(shapes: Shapes, arguments: Arguments, site: Site) -> int | None:
    """How many batches `fit` runs through, if the sizes are known and nothing runs it again."""
    again = any(one.node.lineno in loops(one.frame.code) for one in site.outward())
    each, epochs = _in_an_epoch(shapes, arguments), epochs_of(arguments)
    return None if again or each is None or not epochs else each * len(epochs)


def _in_an_epoch(shapes: Shapes, arguments: Arguments) -> int | None:
    steps = arguments.get("steps_per_epoch")
    if steps is not None:
        return integer(steps)
    given = arguments.get("batch_size", 2)
    batch = BATCH if given is None else integer(given)
    given = arguments.get("validation_split", 6)
    kept = 1.0 if given is None else 1.0 - (number(given) or 0.0)
    sizes = (shapes.of(arguments.get(name, place)).size(0) for place, name in enumerate("xy"))
    size = next((one for one in sizes if one is not None), None)
    return math.ceil(math.floor(size * kept) / batch) if batch and size is not None else None


def kept_by_average(operation: Operation) -> bool:
    """Whether an optimizer replaces the weights, by the end of `fit`, by an average that gives nothing to new
    values."""
    used = plain(operation.arguments.get("use_ema")) is True
    return used and number(operation.arguments.get("ema_momentum")) == 1
