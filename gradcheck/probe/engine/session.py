"""One watched run of a user's program: hooks in on enter, everything back on exit, what was seen at any time.

This is the engine's only door: the driver loads and runs the program inside a `Session` and asks for its
`snapshot`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

import tensorflow as tf

from gradcheck.probe.engine.explain import traced_graph
from gradcheck.probe.engine.explain.first_steps import FirstSteps
from gradcheck.probe.engine.explain.lost import lost
from gradcheck.probe.engine.explain.raised import refused, unmade
from gradcheck.probe.engine.watch import hooks, versions
from gradcheck.probe.engine.watch.births import Births
from gradcheck.probe.engine.watch.frames import Frame, Frames, place
from gradcheck.probe.engine.watch.gone import Gone
from gradcheck.probe.engine.watch.patches import Patches
from gradcheck.probe.engine.watch.verdicts import Causes, notes, survey
from gradcheck.probe.engine.watch.watch import Watch
from gradcheck.probe.job import wire
from gradcheck.report.finding import Location
from gradcheck.report.kinds import Status
from gradcheck.report.verdict import Verdict

if TYPE_CHECKING:
    from gradcheck.probe.engine.explain.explain import Explainer

_leave = os._exit  # a program may replace it in its module
Mode = Literal["judge", "explain"]

_PATIENCE = 3
"""How often a program may swallow `Stop` before its process is ended for it."""

_DEEPER = 3
"""How many times deeper calls may be nested while a program is watched."""


class Stop(BaseException):
    """Raised inside the user's program once enough steps were seen.

    Not an `Exception`, so that a program's own `except Exception` lets it through.
    """


class Session:
    """Watches every gradient taken while it is active.

    `judge` keeps the program in its own mode (a traced `fit` stays traced); `explain` runs it eagerly under
    the full recorder, for causes. `project` lists folders or files that are the user's own wherever they lie;
    beyond them, everything outside the installed packages is. With `stop`, training is cut short once `steps`
    steps of every gradient call were seen. `on_step` gets a fresh snapshot after every step. `shapes` says
    that nothing is computed.
    """

    def __init__(
        self,
        *,
        mode: Mode,
        steps: int,
        project: Sequence[str],
        stop: bool = True,
        shapes: bool = False,
        on_step: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        self._stop = stop
        self._on_step = on_step
        self._raised = 0
        self._unmade: list[Verdict] = []
        self._patches = Patches()
        frames = Frames(project)
        self._watch = Watch(frames, Births(frames), steps=steps, ended=self._stepped, shapes=shapes)
        self._gone = Gone(self._watch.births)
        self._watch.graph_causes = traced_graph.explain
        self._explainer = self._prepare() if mode == "explain" else None
        if self._explainer is None:
            self._watch.graph_parts = traced_graph.partial
            self._watch.explainer = FirstSteps(self._watch)

    def __enter__(self) -> Session:
        self._deeper()
        hooks.install(self._watch, self._patches)
        if self._explainer is not None:
            self._explainer.recorder.install(self._patches)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._patches.undo()

    def _deeper(self) -> None:
        """Our frames stand between the program's own, which must not cost it any of its depth."""
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(_DEEPER * limit)
        self._patches.later(lambda: sys.setrecursionlimit(limit))

    def owners(self, roots: Iterable[object]) -> None:
        """Name objects (models, layers) whose weights are meant to train."""
        for root in roots:
            self._watch.progress.trained.append(root)
            self._watch.births.copies(root)
            self._watch.gradients.scaled |= versions.is_scaled(root)

    def born(self, births: Iterable[tuple[Any, Location]]) -> None:
        """Say where variables were created that are older than this session."""
        for variable, at in births:
            self._watch.births.read(variable, (Frame(None, -1, at.path, at.line, "__init__"),))

    def fits(self, model: Any) -> AbstractContextManager[None]:
        """What happens in this block is a training loop of the model's own."""
        return self._watch.fit(model, "fit", sys._getframe(1))

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What happens in this block is ours, not the program's."""
        unheard = nullcontext() if self._watch.explainer is None else self._watch.explainer.unheard()
        with self._watch.aside(), unheard:
            yield

    @property
    def trained(self) -> list[Any]:
        """The models that trained themselves so far, and those that were named."""
        return list(self._watch.progress.trained)

    @property
    def files(self) -> list[str]:
        """The user's files that asked for gradients."""
        return [site.stack[0].file for site in self._watch.gradients.sites.values() if site.stack]

    def finished(self) -> None:
        """Tell the session that the program came to its end: what it has not done by now, it never does."""
        self._watch.progress.finished = True

    def failed(self, error: BaseException) -> None:
        """Tell the session that the program raised this: some errors are a cut in disguise."""
        watch = self._watch
        stacks = {} if self._explainer is None else self._explainer.recorder.graph_ops
        with watch.aside():
            watch.gradients.lost.update(lost(error, watch.births, watch.frames, stacks))
            watch.gradients.lost.update(refused(error, watch.births, watch.frames))
            self._unmade.extend(unmade(error, watch.births, watch.frames))

    @property
    def accounted(self) -> bool:
        """Whether the program took no gradient, or raised, because of a fault that is known by now."""
        found = (*self._survey(), *self._unmade)
        return any(verdict.causes and verdict.status is not Status.OK for verdict in found)

    def snapshot(self) -> dict[str, Any]:
        """What was seen so far, JSON-able; valid at any time, also after a crash."""
        watch = self._watch
        sites = list(watch.gradients.outer())
        return {
            "keras": versions.default_version(),
            "tensorflow": tf.__version__,
            "kind": "fit" if any(site.kind == "fit" for site in sites) else "tape",
            "cut_short": watch.progress.cut_short,
            "steps": max((site.total() for site in sites), default=0),
            "variables": [wire.dump(one) for one in (*self._survey(), *self._unmade)],
            "notes": notes(watch),
            "losses": [site.loss() for site in sites],
            "sites": [
                {
                    "location": wire.dump_location(place(site.stack[0]).location) if site.stack else None,
                    "kind": site.kind,
                    "steps": site.total(),
                }
                for site in sites
            ],
        }

    @property
    def _causes(self) -> Causes:
        return self._watch.gradients.traced if self._explainer is None else self._explainer.causes

    def _prepare(self) -> Explainer:
        from gradcheck.probe.engine.explain.explain import Explainer
        from gradcheck.probe.engine.explain.record import Recorder

        explainer = Explainer(Recorder(self._watch))
        self._watch.explainer = explainer
        return explainer

    def _survey(self) -> list[Verdict]:
        return self._gone.kept(survey(self._watch, self._causes))

    def _stepped(self) -> None:
        ending = self._stop and self._watch.progress.enough
        self._watch.progress.cut_short |= ending
        if self._on_step is not None:
            self._on_step(self.snapshot())
        if ending:
            self._raised += 1
            if self._raised > _PATIENCE:  # A bare `except:` in a loop would train on for ever.
                _leave(0)
            raise Stop
