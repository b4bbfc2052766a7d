"""Runs programs again with repaired files in place of theirs, and sets each run beside the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.cli.flags import Running
from gradcheck.cli.probe import Program, job_of, joined, read, shown
from gradcheck.cli.progress import ProgressLine
from gradcheck.config.options import Options
from gradcheck.confirm import major
from gradcheck.fix.apply.verify import Trial
from gradcheck.probe.driver.run import run
from gradcheck.probe.driver.warm import Warm
from gradcheck.probe.job.job import Recipe
from gradcheck.report.report import Report
from gradcheck.report.verdict import Probe


@dataclass(frozen=True)
class Rerun:
    """Runs programs again that find repaired files in place of theirs, and compares with the runs before."""

    programs: Sequence[Program]
    options: Options
    running: Running
    progress: ProgressLine
    before: Sequence[Probe]
    warm: Warm

    def __call__(self, files: Mapping[str, bytes]) -> Iterator[Trial]:
        """One trial for each program that is a file, under each of its Kerases."""
        self.progress.announce("running the program again with its fixes, what it writes kept apart")
        for one in self.programs:
            for keras in one.kerases if one.runs and one.path and Path(one.path).is_file() else ():
                was = next((seen for seen in self.before if _is_of(seen, one, keras)), None)
                if was is not None:
                    yield Trial(was, self._probe(one, keras, files, was))

    def joined(self, trials: Sequence[Trial]) -> Report:
        """The diagnosis of the files as they are now, with what those trials saw."""
        probes = tuple(trial.after for trial in trials) or tuple(self.before)
        return joined(replace(read(self.programs, self.options), probes=probes))

    def _probe(self, one: Program, keras: str, files: Mapping[str, bytes], was: Probe) -> Probe:
        job = job_of(
            self.running.over(one.target), keras, self.options, self.running, verbose=self.progress.verbose
        )
        # A fix that nobody has read yet may write anything: never where the program says.
        apart = replace(job, write_through=False)
        if was.recipes:
            # Another guess would make another program of it, which could not be compared.
            apart = replace(apart, recipes=tuple(one for one in was.recipes if isinstance(one, Recipe)))
        say = self.progress.about(f"{one.target.target}, repaired, under Keras {keras}")
        return run(apart, say, files, self.warm)


def _is_of(probe: Probe, one: Program, keras: str) -> bool:
    return probe.target == shown(one.target) and (not probe.keras or major(probe) == keras)
