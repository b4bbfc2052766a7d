"""Both halves in one process: reads the user's classes, lets a probe run, and joins what both have seen."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.notebook_cells import notebook_of
from gradcheck.config.options import Options
from gradcheck.confirm import confirm, major
from gradcheck.filter.comments import silence
from gradcheck.filter.selection import concerning, narrow
from gradcheck.inprocess.births import births
from gradcheck.inprocess.cells import SESSION, Cells, cell_file, cells, shown
from gradcheck.inprocess.code import Code
from gradcheck.inprocess.report import Report
from gradcheck.lint import lint_source
from gradcheck.probe.job.merge import relocate
from gradcheck.registry import by_kind
from gradcheck.report.finding import Finding, Location
from gradcheck.report.kinds import Evidence
from gradcheck.report.places import below, respelled
from gradcheck.report.report import Problem, starves
from gradcheck.report.report import Report as Findings
from gradcheck.report.verdict import Probe
from gradcheck.source.discover import SourceFile, read


@dataclass(frozen=True, eq=False)
class Source:
    """What the static half says of the code that some models are made of."""

    code: Code
    said: Findings
    options: Options
    session: Cells | None

    def read(self, path: str) -> SourceFile | Problem:
        """A file, or the cells of the session."""
        return self.session.source if path == SESSION and self.session else read(path)

    def births(self, model: Any) -> Iterator[tuple[Any, Location]]:
        """Where a model's variables were created."""
        return births(Code((model,)), self.said.weights)


def read_source(models: Sequence[Any], options: Options, files: Iterable[str] = ()) -> Source:
    """Read the files and cells that define the models' classes, and other files that train them."""
    code, session = Code(tuple(models)), cells()
    paths = dict.fromkeys([*(one.path for one in code.classes), *map(cell_file, files)])
    said = [_read(one, options) for one in _sources(paths, session)]
    whole = Findings(
        findings=tuple(finding for report in said for finding in report.findings),
        errors=tuple(error for report in said for error in report.errors),
        weights=tuple(weight for report in said for weight in report.weights),
        files=sum(report.files for report in said),
    )
    return Source(code, whole, options, session)


def diagnose(probe: Probe, source: Source) -> Report:
    """The report of one probe, joined with what the source shows of the same models."""
    verdicts = tuple(relocate(verdict, cell_file) for verdict in probe.verdicts)
    seen = replace(probe, verdicts=verdicts)
    static = concerning(source.said.findings, (major(probe),))
    both = Findings(tuple(static), (seen,), source.said.errors, files=source.said.files)
    joined = confirm(both, by_kind())
    about = replace(
        joined,
        findings=tuple(one for one in joined.findings if _concerns(one, source, seen)),
        refuted=tuple(one for one in joined.refuted if _concerns(one, source, seen)),
    )
    heard = silence(about, source.read)
    return _spelled(narrow(heard, source.options), source.session)


def static_report(source: Source, cell: str) -> Report:
    """What the source alone shows in one cell."""
    here = tuple(one for one in source.said.findings if one.location.path == cell)
    return _spelled(narrow(Findings(here, files=1), source.options), source.session)


def _sources(paths: Iterable[str], session: Cells | None) -> Iterator[SourceFile | Problem]:
    for path in dict.fromkeys(map(notebook_of, paths)):
        yield session.source if path == SESSION and session else read(path)


def _read(source: SourceFile | Problem, options: Options) -> Findings:
    return Findings(errors=(source,)) if isinstance(source, Problem) else lint_source(source, options)


def _concerns(finding: Finding, source: Source, probe: Probe) -> bool:
    """Whether a finding is about these models: a file may define others, too."""
    if finding.evidence is not Evidence.STATIC or finding.location in source.code:
        return True
    born = any(weight.birth in source.code for weight in finding.weights)
    return born or any(starves(finding, verdict) for verdict in probe.verdicts)


def _spelled(report: Findings, session: Cells | None) -> Report:
    near = below(os.getcwd())
    told = respelled(report, lambda path: shown(path) if shown(path) != path else near(path))
    named = {place.path for finding in told.findings for place in _places(finding)}
    return Report(
        **{name: getattr(told, name) for name in Findings.__dataclass_fields__},
        cells=tuple((f"In[{number}]", session.lines(number)) for number in _numbers(named))
        if session
        else (),
    )


def _numbers(paths: Iterable[str]) -> list[int]:
    return sorted(int(path[3:-1]) for path in paths if path.startswith("In["))


def _places(finding: Finding) -> Iterator[Location]:
    yield finding.location
    yield from (step.location for step in finding.trail)
