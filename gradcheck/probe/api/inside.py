"""The probe inside the user's own process: a notebook, a test, a training script that wants to know."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from gradcheck.probe.job.job import Recipe
from gradcheck.probe.job.merge import is_bad, join
from gradcheck.report.verdict import Probe, Verdict

if TYPE_CHECKING:
    from gradcheck.probe.engine.session import Mode, Session


class Seen:
    """What `watching` has seen; complete once its block has ended."""

    def __init__(self, target: str) -> None:
        self._target = target
        self.probe = Probe(target, "tape", "", "", "failed", "no gradient was taken")

    def update(self, session: Session) -> None:
        """Take over what the session knows now."""
        self.probe = _probe(self._target, session.snapshot())


@contextmanager
def watching(*, owners: Sequence[object] = (), name: str = "watching") -> Iterator[Seen]:
    """Watch every gradient taken in the block; nothing is stopped, and nothing stays watched afterwards.

        with gradcheck.watching() as seen:
            model.fit(x, y)
        print(seen.probe.verdicts)

    `owners` are models or layers whose weights are meant to train, to be told of those that nobody asks for.
    """
    from gradcheck.probe.engine.session import Session

    seen = Seen(name)
    with Session(mode="judge", steps=sys.maxsize, project=[], stop=False) as session:
        session.owners(owners)
        try:
            yield seen
        finally:
            seen.update(session)


def probe(
    model: Any, x: Any, y: Any = None, loss: Callable[..., Any] | None = None, *, steps: int = 3
) -> Probe:
    """Train `model` on `x` and `y` for some steps, say what became of each gradient, put everything back.

    A compiled model trains as it would in `fit`. Else the loss is `loss(y, outputs)`, or `loss(outputs)`
    without `y`; with neither, the distance to a random target. Variables, optimizer, metrics and random
    generators are left as found.
    """
    judged = _run("judge", model, x, y, loss, steps)
    if any(is_bad(verdict) for verdict in judged.verdicts):
        explained = _run("explain", model, x, y, loss, steps)
        verdicts, notes = join(judged.verdicts, explained.verdicts)
        return _with(judged, verdicts, notes)
    return judged


def assert_gradients(
    model: Any, x: Any, y: Any = None, loss: Callable[..., Any] | None = None, *, steps: int = 3
) -> None:
    """Fail, naming each variable and the line that starves it, unless every gradient of `model` is usable.

        def test_my_model_trains():
            gradcheck.assert_gradients(MyModel(), x, y, loss=keras.losses.mse)

    The arguments are those of `probe`.
    """
    seen = probe(model, x, y, loss, steps=steps)
    if not seen.verdicts:
        raise AssertionError(f"no gradient was seen: {seen.reason or 'the model has no trainable variables'}")
    if bad := [_line(verdict) for verdict in seen.verdicts if is_bad(verdict)]:
        raise AssertionError("\n".join([f"{len(bad)} of {len(seen.verdicts)} variables do not train:", *bad]))


def describe(verdict: Verdict) -> str:
    """A bad verdict in one line: the variable, what became of its gradient, and where it is cut."""
    return _line(verdict)


def _line(verdict: Verdict) -> str:
    where = "".join(
        f"\n    {cause.cut.location.path}:{cause.cut.location.line}: {cause.cut.kind.value}: {cause.cut.code}"
        for cause in verdict.causes
    )
    return f"  {verdict.variable.path}: {verdict.status.value}{where}"


def _run(mode: Mode, model: Any, x: Any, y: Any, loss: Callable[..., Any] | None, steps: int) -> Probe:
    from gradcheck.probe.api.restore import kept
    from gradcheck.probe.engine.session import Session, Stop

    with kept(model), Session(mode=mode, steps=steps, project=[], stop=False) as session:
        session.owners([model])
        with suppress(Stop):
            _train(model, x, y, loss, steps)
        return _probe(type(model).__name__, session.snapshot())


def _train(model: Any, x: Any, y: Any, loss: Callable[..., Any] | None, steps: int) -> None:
    from gradcheck.probe.guess import train

    if loss is None and train.is_compiled(model):
        _replace_optimizer(model)
        for _ in range(steps):
            model.train_on_batch(x, y)
        return
    known = {"model": model, "x": x, "y": y, "loss": loss}
    expression = None if loss is None else "loss(outputs)" if y is None else "loss(y, outputs)"
    train.run(Recipe("model", "model", "model", ("x",), "one", expression=expression), known, model, steps)


def _replace_optimizer(model: Any) -> None:
    """Train with a copy: an optimizer makes its slots in its first step, and those could not be unmade."""
    if (optimizer := getattr(model, "optimizer", None)) is not None:
        model.optimizer = type(optimizer).from_config(optimizer.get_config())
    model.train_function = None


def _probe(target: str, snapshot: dict[str, Any]) -> Probe:
    from gradcheck.probe.job import wire

    verdicts = wire.verdicts(snapshot)
    seen = bool(snapshot["steps"])
    return Probe(
        target,
        "model",
        snapshot["keras"],
        snapshot["tensorflow"],
        "ok" if seen else "failed",
        None if seen else "no gradient was taken",
        verdicts,
        tuple(snapshot["notes"]),
        tuple(snapshot["losses"]),
    )


def _with(probe: Probe, verdicts: tuple[Verdict, ...], notes: Sequence[str]) -> Probe:
    from dataclasses import replace

    return replace(probe, verdicts=verdicts, notes=(*probe.notes, *notes))
