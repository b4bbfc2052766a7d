"""`gradcheck.watching` and `gradcheck.callback`: a look at training code while it runs."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from gradcheck.inprocess.model import settings
from gradcheck.inprocess.report import GradientError, Report
from gradcheck.report.finding import Finding, Location
from gradcheck.report.kinds import Severity, Status

if TYPE_CHECKING:
    from gradcheck.inprocess.diagnosis import Source
    from gradcheck.logdir import LogDir
    from gradcheck.report.verdict import Probe

OnCut = Literal["warn", "raise"] | Callable[[Report], object]


class GradientWarning(UserWarning):
    """Warns of a variable that gets no usable gradient while it trains."""

    __module__ = "gradcheck"


class Watching:
    """What `watching` has seen: `report` is complete once its block has ended."""

    def __init__(self) -> None:
        self.report = Report()


@contextmanager
def watching(*models: Any) -> Iterator[Watching]:
    """Watch every gradient taken in the block; nothing is stopped, and nothing stays watched afterwards.

        with gradcheck.watching(model) as watched:
            model.fit(x, y)
        print(watched.report)

    `models` that were made before the block are named, so that the lines of their weights are known; what is
    made in the block is known anyway.
    """
    from gradcheck.inprocess.diagnosis import diagnose, read_source
    from gradcheck.probe.api import given
    from gradcheck.probe.api.inside import seen, watch

    for model in models:
        given.check_model(model)
    options, watched = settings(), Watching()
    source = read_source(models, options)
    with watch(models, source.births) as session:
        try:
            yield watched
        finally:
            whole = read_source([*models, *session.trained], options, session.files)
            watched.report = diagnose(seen("the watched code", session), whole)


def callback(*, on_cut: OnCut = "warn", every: int | None = None, logdir: str | None = None) -> Any:
    """A Keras callback that looks at the gradients of the first steps of `fit`, and of every n-th one.

        model.fit(x, y, callbacks=[gradcheck.callback(on_cut="raise")])

    After the first step it warns (`GradientWarning`) of each variable that gets no usable gradient, or raises
    `GradientError`, or calls `on_cut(report)`. A gradient of zeros is reported after the third step: it may
    well be zero in the first. `every` also looks at every n-th step; all other steps run as without it.
    With `logdir`, TensorBoard shows the norm of each gradient and what was found. `callback.report` holds all
    that is known.
    """
    from gradcheck.probe.api.callback import keras_callback

    if every is not None and every < 1:
        raise ValueError(f"every must be a whole number of at least 1, not {every!r}")
    if not callable(on_cut) and on_cut not in ("warn", "raise"):
        raise ValueError(f'on_cut must be "warn", "raise" or a function, not {on_cut!r}')
    listener = Listener(on_cut, None if logdir is None else _log(logdir))
    return keras_callback(listener, first=FIRST_STEPS, every=every)


def _log(folder: str) -> LogDir:
    from gradcheck.logdir import LogDir

    return LogDir(folder)


FIRST_STEPS = 3
"""How many steps are watched at least: what is zero at the start is not zero for long."""


class Listener:
    """What becomes of what a callback sees."""

    def __init__(self, on_cut: OnCut, logdir: LogDir | None) -> None:
        self._report = Report()
        self._on_cut, self._logdir = on_cut, logdir
        self._source: Source | None = None
        self._said: set[tuple[str, str]] = set()

    @property
    def report(self) -> Report:
        """What is known so far."""
        return self._report

    def begins(self, model: Any) -> Iterator[tuple[Any, Location]]:
        """A model begins to train: where its variables were created."""
        from gradcheck.inprocess.diagnosis import read_source

        self._source, self._said = read_source([model], settings()), set()
        return self._source.births(model)

    def saw(self, probe: Probe, step: int) -> None:
        """Take note of a step, and speak where it is bad."""
        from gradcheck.inprocess.diagnosis import diagnose

        if self._source is None:
            return
        self._report = diagnose(probe, self._source)
        if self._logdir:
            self._logdir.write(self.report, self.report.to_markdown(), step)
        if new := [one for one in self.report.findings if self._is_new(one, step)]:
            self._said.update(map(_key, new))
            self._speak(new)

    def _is_new(self, finding: Finding, step: int) -> bool:
        if finding.severity is Severity.INFO or _key(finding) in self._said:
            return False
        return step >= FIRST_STEPS or Status.ZERO not in _statuses(finding, self.report)

    def _speak(self, new: list[Finding]) -> None:
        if callable(self._on_cut):
            self._on_cut(self.report)
        elif self._on_cut == "raise":
            raise GradientError(self.report)
        else:
            for finding in new:
                at = finding.location
                warnings.warn_explicit(_sentence(finding), GradientWarning, at.path, at.line)


def _key(finding: Finding) -> tuple[str, str]:
    return finding.rule, f"{finding.location}"


def _statuses(finding: Finding, report: Report) -> set[Status]:
    """What was measured of the finding's variables."""
    from gradcheck.report.report import starves

    return {verdict.status for verdict in report.verdicts if starves(finding, verdict)}


def _sentence(finding: Finding) -> str:
    parts = (finding.message, finding.why, finding.advice)
    return f"{finding.rule} " + "\n".join(part for part in parts if part)
