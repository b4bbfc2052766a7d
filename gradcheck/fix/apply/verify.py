"""Whether a fix is shown to work: what the probe saw of the program before and after it. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from gradcheck.confirm import major
from gradcheck.report.accounts import PARTIAL
from gradcheck.report.finding import Finding, Location
from gradcheck.report.kinds import Kind, Status
from gradcheck.report.report import line_of, starves
from gradcheck.report.verdict import Probe, Verdict

RELATIVE = 1e-4
"""How far two losses may be apart and still be the same value, computed in another order in float32."""

NOT_RUN = "the repaired program was not run"
"""Why a fix is not verified that no trial is about."""

Answer = tuple[bool | None, str | None]


@dataclass(frozen=True)
class Trial:
    """One program under one Keras, before and after."""

    before: Probe
    after: Probe

    @property
    def keras(self) -> str:
        """The Keras that ran."""
        return major(self.after)


def verified(finding: Finding, trials: Sequence[Trial]) -> Finding:
    """A repaired finding whose fix says whether it was shown to work, or why not."""
    answers = [_answer(finding, trial) for trial in trials if trial.keras in finding.keras]
    if finding.fix is None:
        return finding
    if not answers:
        return replace(finding, fix=replace(finding.fix, reason=NOT_RUN))
    ranked = sorted(answers, key=lambda answer: _RANK[answer[0]])
    return replace(finding, fix=replace(finding.fix, verified=ranked[0][0], reason=ranked[0][1]))


_RANK = {False: 0, None: 1, True: 2}


def _answer(finding: Finding, trial: Trial) -> Answer:
    """The first thing that shows the fix to be wrong; else what could not be measured; else that it works."""
    tests = (_runs, _starved, _others, _value)
    return next((answer for test in tests if (answer := test(finding, trial)) is not None), (True, None))


def _runs(finding: Finding, trial: Trial) -> Answer | None:
    after = trial.after
    if after.status == "failed" or not (after.verdicts or _shows_only_lost(finding)):
        return False, f"the repaired program could not be judged: {after.reason}"
    if after.status == "broken" and (trial.before.status != "broken" or trial.before.reason != after.reason):
        return False, f"the repaired program does not run: {after.reason}"
    return None


def _starved(finding: Finding, trial: Trial) -> Answer | None:
    """What the finding starves must get a gradient now; where it had one, it must be another one."""
    mine = [verdict for verdict in trial.before.verdicts if starves(finding, verdict)]
    pairs = [(verdict, _now(verdict, trial) or _by_label(verdict, finding, trial)) for verdict in mine]
    lost = [(was, now) for was, now in pairs if now or not _shows_only_lost(finding)]
    gained = {_birth(was) for was, now in pairs if now and now.status is Status.OK}
    still = [was.variable.path for was, now in lost if _is_still_lost(now) and not _spared(was, now, gained)]
    if still:
        return False, f"{still[0]} still gets no usable gradient"
    if not pairs:
        return _unseen(finding, trial)
    if finding.kind in PARTIAL or all(was.status is Status.OK for was, _ in pairs):
        return (
            None if any(_changed(was, now) for was, now in pairs if now) else (False, "no gradient changed")
        )
    return None


def _is_still_lost(now: Verdict | None) -> bool:
    return now is None or now.status is not Status.OK


def _spared(was: Verdict, now: Verdict | None, gained: Container[Location | None]) -> bool:
    """Whether a layer trains now and one of its variables just has no part in this loss, as a last bias has
    none in a slope."""
    kinds = {cause.cut.kind for cause in now.causes} if now else set()
    return kinds == {Kind.NOT_IN_LOSS} and _birth(was) in gained


def _birth(verdict: Verdict) -> Location | None:
    return verdict.variable.birth


def _shows_only_lost(finding: Finding) -> bool:
    """Whether a run names what the finding is about only while it has no gradient: tensors, not variables."""
    return finding.kind is Kind.NOT_WATCHED


def _unseen(finding: Finding, trial: Trial) -> Answer | None:
    """Variables that the run before never saw, found by name in the run after."""
    now = [verdict for verdict in trial.after.verdicts if _is_named(verdict, finding)]
    if now and all(verdict.status is Status.OK for verdict in now):
        return None
    return None, "the run does not reach it"


def _is_named(verdict: Verdict, finding: Finding) -> bool:
    """Whether a variable, or the layer that holds it, has the name of one of the finding's weights."""
    parts = verdict.variable.path.replace(":", "/").split("/")
    return any(name in parts for name in finding.variables) or starves(finding, verdict)


def _others(finding: Finding, trial: Trial) -> Answer | None:
    """No variable may lose the gradient it had."""
    for verdict in trial.before.verdicts:
        now = _now(verdict, trial)
        if verdict.status is Status.OK and (now is None or _is_lost(now)):
            return False, f"{verdict.variable.path} loses its gradient"
    return None


def _is_lost(now: Verdict) -> bool:
    """Whether a variable trains no more. An unexplained zero cancels out, as a critic's last bias."""
    return now.status is not Status.OK and (now.status is not Status.ZERO or bool(now.causes))


def _value(finding: Finding, trial: Trial) -> Answer | None:
    """The first loss must be what it was, if the fix claims so."""
    if finding.fix is None or not finding.fix.keeps_value:
        return None
    pairs = zip(trial.before.losses, trial.after.losses, strict=False)
    values = [(was, now) for was, now in pairs if was is not None and now is not None]
    if not values and trial.before.status == "broken" and any(one is not None for one in trial.after.losses):
        return None  # it raised before there was a loss: no value to keep
    if not values:
        return None, "no loss was seen whose value could be compared"
    was, now = values[0]
    if _same(was, now) or _nested(trial):
        return None
    return False, f"the loss changes from {was:.6g} to {now:.6g}"


def _nested(trial: Trial) -> bool:
    """Whether a gradient call moved into another tape, and the other one's loss is what it was."""
    before, after = ([one for one in run.losses if one is not None] for run in (trial.before, trial.after))
    return len(after) < len(before) and any(_same(was, now) for was in before for now in after)


def _same(was: float, now: float) -> bool:
    close = math.isclose(was, now, rel_tol=RELATIVE, abs_tol=1e-6)
    return close or (math.isnan(was) and math.isnan(now))


def _now(verdict: Verdict, trial: Trial) -> Verdict | None:
    """A variable after the repair. Where both its path and its line changed: the worst of those of its name
    and shape, if no fewer lines make them than before."""
    found = partner(verdict, trial.after)
    if found is not None:
        return found
    was, now = (_of_its_kind(verdict, run.verdicts) for run in (trial.before, trial.after))
    kept = bool(now) and len({*map(_line, was)}) <= len({*map(_line, now)})
    return min(now, key=lambda one: one.status is Status.OK) if kept else None


def _by_label(verdict: Verdict, finding: Finding, trial: Trial) -> Verdict | None:
    """A variable that the repair names as the source does: it had no name of its own before."""
    known = {one.variable.path for one in trial.before.verdicts}
    labels = {weight.label.rpartition(".")[2] for weight in finding.weights}
    new = [one for one in trial.after.verdicts if one.variable.path not in known]
    named = [one for one in new if one.variable.shape == verdict.variable.shape]
    named = [one for one in named if _leaf(one.variable.path) in labels]
    return named[0] if len(named) == 1 else None


def _of_its_kind(verdict: Verdict, others: Iterable[Verdict]) -> list[Verdict]:
    name, shape = _leaf(verdict.variable.path), verdict.variable.shape
    return [one for one in others if _leaf(one.variable.path) == name and one.variable.shape == shape]


def _line(verdict: Verdict) -> tuple[str, int] | None:
    birth = _birth(verdict)
    return None if birth is None else line_of(birth)


def partner(verdict: Verdict, probe: Probe) -> Verdict | None:
    """The same variable in another run: by its path, else by the line that makes it (the worst of those made
    there), else by its name and shape where one line makes all that have them."""
    others = probe.verdicts
    same = [one for one in others if one.variable.path == verdict.variable.path]
    return next(iter(same or _born_alike(verdict, others) or _alike(verdict, others)), None)


def _born_alike(verdict: Verdict, others: Iterable[Verdict]) -> list[Verdict]:
    """Variables of the same line: of the same name and shape, or all, where a layer had none so far."""
    birth, leaf = verdict.variable.birth, _leaf(verdict.variable.path)
    here = [one for one in others if birth is not None and _is_born_at(one, birth)]
    if verdict.status is not Status.UNBUILT:
        shape = verdict.variable.shape
        here = [one for one in here if _leaf(one.variable.path) == leaf and one.variable.shape == shape]
    return sorted(here, key=lambda one: one.status is Status.OK)


def _is_born_at(verdict: Verdict, place: Location) -> bool:
    """Whether a line makes a variable; a repaired one may end elsewhere."""
    birth = verdict.variable.birth
    return birth is not None and line_of(birth) == line_of(place)


def _alike(verdict: Verdict, others: Iterable[Verdict]) -> list[Verdict]:
    alike = _of_its_kind(verdict, others)
    births = {_line(one) for one in alike}
    made_together = len(alike) == 1 or (len(births) == 1 and None not in births)
    return sorted(alike, key=lambda one: one.status is Status.OK) if made_together else []


def _leaf(path: str) -> str:
    return path.rpartition("/")[2].partition(":")[0]


def _changed(was: Verdict, now: Verdict) -> bool:
    if was.norm is None or now.norm is None:
        return was.status is not now.status
    return not math.isclose(was.norm, now.norm, rel_tol=RELATIVE)
