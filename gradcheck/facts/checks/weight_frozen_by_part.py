"""Which layers of a trained model are off because a model made of its tensors was switched off?

`features = Model(model.input, model.get_layer("conv").output)` has no layers of its own: its flag is that of
the layers that both hold.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.keras_names import FUNCTIONAL
from gradcheck.facts.domain.values import Birth, Layer
from gradcheck.facts.facts import Starved
from gradcheck.facts.ownership.flags import History, histories, trainings
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """The weights that a part, which is used by itself, and the model have in common."""
    graphs = [layer for layer in program.machine.log.layers if layer.name in FUNCTIONAL]
    for history in histories(program.machine):
        for flag in history.flags(value=False):
            part, site, note = history.events[flag].owner, history.events[flag].site, "off in the whole, too"
            # A graph that is only made to freeze a part, and never called, is meant to do so.
            if isinstance(part, Layer) and part in graphs and part.called:
                for birth in _shared(history, flag, part, graphs[: graphs.index(part)]):
                    yield starve(birth, Kind.FROZEN, site, note, scene="fit", variant="part")


def _shared(history: History, flag: int, part: Layer, earlier: list[Layer]) -> list[Birth]:
    """What a part has in common with a model that was made before it, and that is trained later."""
    births = history.births(part)
    for index, training in trainings(history):
        model = training.owner
        if index > flag and model in earlier and births.keys() < history.births(model).keys():
            touched = history.touched(set(births), flag, index, owner=part)
            if history.certain(flag, index) and not touched:
                return [birth for birth in births.values() if birth.trainable is True]
    return []
