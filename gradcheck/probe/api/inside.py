"""The probe inside the user's own process: trains a model and puts it back, or watches code that trains."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.probe.job.job import Recipe
from gradcheck.probe.job.merge import is_open, join
from gradcheck.probe.job.said import sentence
from gradcheck.report.finding import Location
from gradcheck.report.verdict import Probe

if TYPE_CHECKING:
    from gradcheck.probe.engine.session import Mode, Session

Births = Callable[[Any], Iterable[tuple[Any, Location]]]
"""Where the variables of a model that is already there were created."""

Loss = Callable[..., Any]


@dataclass(frozen=True)
class Batch:
    """What to train on, and how: the loss is `loss(y, outputs)`, or `loss(outputs)` without `y`; without a
    loss a compiled model trains as it would in `fit`, another one towards a random target.
    """

    x: Any
    y: Any = None
    loss: Loss | None = None
    steps: int = 3


def probe_model(model: Any, batch: Batch, births: Births) -> tuple[Probe, Exception | None]:
    """Train a model for some steps, say what became of each gradient, put everything back.

    Variables, optimizer, metrics and random generators are left as found; a model that had no variables yet
    is built, and keeps its first values. The error that ended the training, if one did, is handed back: some
    are nothing but a cut in disguise.
    """
    judged, error = _run("judge", model, batch, births)
    if any(is_open(verdict) for verdict in judged.verdicts):
        explained, _ = _run("explain", model, batch, births)
        verdicts, notes = join(judged.verdicts, explained.verdicts)
        judged = replace(judged, verdicts=verdicts, notes=(*judged.notes, *notes))
    return judged, error


@contextmanager
def watch(owners: Sequence[Any], births: Births) -> Iterator[Session]:
    """Watch every gradient taken in the block; nothing is stopped, and nothing stays watched afterwards."""
    from gradcheck.probe.engine.session import Session

    with Session(mode="judge", steps=sys.maxsize, project=[], stop=False) as session:
        for owner in owners:
            session.born(births(owner))
        session.owners(owners)
        yield session


def seen(target: object, session: Session) -> Probe:
    """What a session has seen so far, as a value; a model is called by the name of its class."""
    from gradcheck.probe.job import wire

    snapshot = session.snapshot()
    taken = bool(snapshot["steps"])
    return Probe(
        target if isinstance(target, str) else type(target).__name__,
        snapshot["kind"],
        snapshot["keras"],
        snapshot["tensorflow"],
        "ok" if taken else "failed",
        None if taken else "no gradient was taken",
        wire.verdicts(snapshot),
        tuple(snapshot["notes"]),
        tuple(snapshot["losses"]),
    )


def _run(mode: Mode, model: Any, batch: Batch, births: Births) -> tuple[Probe, Exception | None]:
    from gradcheck.probe.api.restore import kept, same_numbers
    from gradcheck.probe.engine.session import Session

    with same_numbers(), Session(mode=mode, steps=batch.steps, project=[], stop=False) as session:
        session.born(births(model))
        session.owners([model])
        undo, error = ExitStack(), None
        try:
            _build(model, batch)
            with session.aside():
                undo.enter_context(kept(model))
            _train(model, batch)
        except Exception as raised:
            session.failed(raised)
            error = raised
        finally:
            found = replace(seen(model, session), kind="model")
            undo.close()
    return (replace(found, status="broken", reason=sentence(error)) if error else found), error


def _build(model: Any, batch: Batch) -> None:
    """A model without variables gets them now, so that they can be put back later."""
    from gradcheck.probe.guess import train

    if not getattr(model, "built", True) and train.has_call(model):
        train.call(model, [batch.x], "")


def _train(model: Any, batch: Batch) -> None:
    from gradcheck.probe.guess import train

    if batch.loss is None and train.is_compiled(model):
        _replace_optimizer(model)
        _fit(model, batch)
        return
    known = {"model": model, "x": batch.x, "y": batch.y, "loss": batch.loss}
    whole = "loss(outputs)" if batch.y is None else "loss(y, outputs)"
    expression = None if batch.loss is None else whole
    recipe = Recipe("model", "model", "model", ("x",), "one", expression=expression)
    train.run(recipe, known, model, batch.steps)


def _fit(model: Any, batch: Batch) -> None:
    """Train a compiled model as `fit` would: a `train_step` of the user's own is written for what that hands
    it, and of Keras 3's `train_on_batch` it would be given more."""
    import tensorflow as tf

    from gradcheck.probe.guess import train

    if train.is_keras_own(type(model), "train_step"):
        for _ in range(batch.steps):
            model.train_on_batch(batch.x, batch.y)
        return
    count = len(tf.nest.flatten(batch.x)[0])
    model.fit(batch.x, batch.y, batch_size=count, epochs=batch.steps, verbose=0)


def _replace_optimizer(model: Any) -> None:
    """Train with a copy: an optimizer makes its slots in its first step, and those could not be unmade."""
    if (optimizer := getattr(model, "optimizer", None)) is not None:
        model.optimizer = type(optimizer).from_config(optimizer.get_config())
    model.train_function = None
