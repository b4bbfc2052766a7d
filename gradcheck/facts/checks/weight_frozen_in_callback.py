"""Which layers does a callback unfreeze while `fit` runs, too late for the step that `fit` has traced?

The list of what trains is taken when the step is traced, at the first batch: a flag that a callback sets
later is read when the model is compiled again, and not before.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.events import Did, Event
from gradcheck.facts.ownership.flags import History, histories
from gradcheck.facts.ownership.intended import handed_over
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind

_LATE = ("on_train_batch_end()", "on_batch_end()", "on_epoch_end()")
_EARLY = ("on_epoch_begin()", "on_train_batch_begin()", "on_batch_begin()")
"""Hooks that run before the first step, too: late where a condition picks a later epoch or batch."""
_AGAIN = {"make_train_function", "compile", "fit", "train_on_batch", "run_eagerly"}


def ask(program: Program) -> Iterator[Starved]:
    """Weights that are off when their model is compiled and fitted, once, and switched on by a callback."""
    away = handed_over(program.machine)
    for history in histories(program.machine):
        for index in history.flags(value=True):
            event = history.events[index]
            if _is_late(event) and not _looks_again(event) and _trained_once(history, index):
                for birth in history.births(event.owner).values():
                    if birth.trainable is True and birth.node not in away:
                        note = "fit does not look any more"
                        yield starve(birth, Kind.FROZEN, event.site, note, scene="fit", variant="in-fit")


def _is_late(event: Event) -> bool:
    hooks = [frame.where for frame in event.site.frame.chain() if frame.where.endswith(", a callback")]
    late = any(hook.startswith(_LATE) for hook in hooks)
    return late or (bool(event.path) and any(hook.startswith(_EARLY) for hook in hooks))


def _looks_again(event: Event) -> bool:
    """Whether the callback's class does anything that may make `fit` trace its step anew."""
    function = event.site.frame.function
    body = function.owner.node if function and function.owner else event.site.frame.module.tree
    return any(isinstance(node, ast.Attribute) and node.attr in _AGAIN for node in ast.walk(body))


def _trained_once(history: History, index: int) -> bool:
    """Whether the layer's flag was off for certain when its model was compiled, fitted, and never compiled
    again."""
    event = history.events[index]
    births = set(history.births(event.owner))
    trained = [(at, one) for at, one in enumerate(history.events) if one.did is Did.FIT]
    fits = [at for at, one in trained if births <= set(history.births(one.owner))]
    if not births or not fits or fits[-1] > index:
        return False
    begun, owner = fits[-1], history.events[fits[-1]].owner
    compiled = [at for at, one in enumerate(history.events) if one.did is Did.COMPILE and one.owner is owner]
    off = history.last(Did.FLAG, event.owner, begun)
    return (
        len(compiled) == 1
        and all(history.events[at].owner is not owner for at in fits[:-1])
        and off is not None
        and off in history.flags(value=False)
        and off < compiled[0] < begun
        and history.certain(off, begun)
    )
