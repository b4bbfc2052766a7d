"""Weights of models that trained, switched off by mistake."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.described import cause, described
from gradcheck.probe.engine.watch.frames import Stack
from gradcheck.probe.engine.watch.watch import Watch
from gradcheck.report.kinds import Kind, Status
from gradcheck.report.verdict import Verdict


def frozen(watch: Watch, known: set[Born]) -> Iterator[Verdict]:
    """Weights of models that trained, switched off by mistake; switching some off on purpose is no fault."""
    listed: set[Born] = set()
    for trainer in _trained(watch):
        for layer, why, variant in _mistakes(watch, trainer):
            for weight in _all_weights(layer):
                born = watch.births.find(weight)
                if born is None or born in known | listed or not born.stack or not _meant(weight):
                    continue
                listed.add(born)
                yield Verdict(described(born), Status.FROZEN, None, cause(Kind.FROZEN, why, variant=variant))


def _trained(watch: Watch) -> Iterator[Any]:
    """The models that train, or would have: a step that finds no variables may well ask for no gradient."""
    yield from watch.progress.trained
    if watch.taped and not watch.gradients.sites:
        yield from (layer for layer, _ in watch.births.layers() if id(layer) in watch.lists.emptied)


def _mistakes(watch: Watch, trainer: Any) -> Iterator[tuple[Any, Stack, str]]:
    """Frozen layers that were not meant to be: all of a model that trains, or one whose flag was misspelt
    later on.
    """
    dead = not versions.trainable_handles(trainer)
    for layer in versions.descendants(trainer):
        if id(layer) in watch.flags.typos and not getattr(layer, "trainable", True):
            yield layer, watch.flags.typos[id(layer)], "without-effect"
        elif dead and id(layer) in watch.flags.frozen:
            yield layer, watch.flags.frozen[id(layer)][1], "switched-off"
        elif id(layer) in watch.flags.undone and not getattr(layer, "trainable", True):
            inner = len(list(versions.descendants(layer))) > 1
            yield layer, watch.flags.undone[id(layer)], "outer" if inner else "switched-off"
        elif late := watch.flags.too_late(trainer, layer):
            yield layer, late, "without-effect"


def _all_weights(layer: Any) -> Iterator[Any]:
    for one in versions.descendants(layer):
        yield from versions.own_weights(one)


def _meant(weight: Any) -> bool:
    """Whether a weight was created to train: its layer's flag is off, not its own."""
    return "float" in versions.dtype(weight) and bool(
        getattr(getattr(weight, "_value", weight), "trainable", True)
    )
