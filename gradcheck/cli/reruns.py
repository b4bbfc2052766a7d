"""Runs programs again with repaired files, in a copy, and sets each run beside the one before."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.cli.flags import Running
from gradcheck.cli.probe import Program, job_of, joined, read, shown
from gradcheck.cli.progress import Voice
from gradcheck.config.options import Options, Target
from gradcheck.confirm import major
from gradcheck.fix.apply.copy import Twin, twin
from gradcheck.fix.apply.verify import Trial
from gradcheck.probe.driver.run import run
from gradcheck.probe.job import load
from gradcheck.probe.job.merge import relocate
from gradcheck.report.report import Report
from gradcheck.report.verdict import Probe


@dataclass(frozen=True)
class Rerun:
    """Runs programs again in a copy that holds repaired files, and sets the runs beside those before."""

    programs: Sequence[Program]
    options: Options
    running: Running
    voice: Voice
    before: Sequence[Probe]

    def __call__(self, files: Mapping[str, bytes]) -> Iterator[Trial]:
        """One trial for each program that is a file, under each of its Kerases."""
        for one in self.programs:
            for keras in one.kerases if one.runs and one.path and Path(one.path).is_file() else ():
                was = next((seen for seen in self.before if _is_of(seen, one, keras)), None)
                if was is not None:
                    yield Trial(was, self._probe(one, keras, files))

    def joined(self, trials: Sequence[Trial]) -> Report:
        """The diagnosis of the files as they are now, with what those trials saw."""
        probes = tuple(trial.after for trial in trials) or tuple(self.before)
        return joined(replace(read(self.programs, self.options), probes=probes))

    def _probe(self, one: Program, keras: str, files: Mapping[str, bytes]) -> Probe:
        path = one.path or ""
        with twin(path, files) as copy:
            job = job_of(
                self.running.over(one.target), keras, self.options, self.running, verbose=self.voice.verbose
            )
            name = load.parse(one.target.target).name
            moved = replace(job, target=copy.of(path) + (f":{name}" if name else ""))
            seen = run(moved, self.voice.about(f"{one.target.target}, repaired, under Keras {keras}"))
            return _back(seen, copy, one.target.target, path)


def _is_of(probe: Probe, one: Program, keras: str) -> bool:
    return probe.target == shown(one.target) and (not probe.keras or major(probe) == keras)


def _back(probe: Probe, copy: Twin, target: str, path: str) -> Probe:
    """A run of the copy, told as one of the original."""

    def rename(name: str) -> str:
        real = copy.back(name)
        return path if os.path.abspath(real) == os.path.abspath(path) else real

    def told(text: str) -> str:
        return text.replace(f"{copy.root}{os.sep}", f"{copy.original}{os.sep}")

    return replace(
        probe,
        target=shown(Target(target)),
        reason=probe.reason and told(probe.reason),
        verdicts=tuple(relocate(verdict, rename) for verdict in probe.verdicts),
        notes=tuple(told(note) for note in probe.notes),
    )
