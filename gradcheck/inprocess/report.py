"""The report that a call inside the user's process hands back: it prints itself wherever it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.output import Screen, render, source_lines
from gradcheck.probe.job.merge import is_bad
from gradcheck.report.kinds import Severity
from gradcheck.report.report import Report as Findings
from gradcheck.report.verdict import Verdict


@dataclass(frozen=True, repr=False)
class Report(Findings):
    """What gradcheck found, with the user's own lines: text where it is printed, HTML in a notebook.

        report = gradcheck.probe(model, x, y)
        print(report)
        report.findings[0].location.line

    `cells` holds the lines of notebook cells that the report names; all other lines are read from files.
    """

    cells: tuple[tuple[str, Sequence[str]], ...] = ()

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What became of the gradient of each variable."""
        return tuple(verdict for probe in self.probes for verdict in probe.verdicts)

    @property
    def starved(self) -> tuple[Verdict, ...]:
        """The verdicts on variables that get no usable gradient."""
        return tuple(verdict for verdict in self.verdicts if is_bad(verdict))

    @property
    def ok(self) -> bool:
        """Whether gradients were seen, every variable gets one that is usable, and no error was found."""
        errors = any(finding.severity is Severity.ERROR for finding in self.findings)
        return bool(self.verdicts) and not self.starved and not errors

    def __str__(self) -> str:
        return self.text().rstrip("\n")

    __repr__ = __str__

    def text(self, *, color: bool = False, width: int = 100) -> str:
        """The report as `gradcheck` prints it at a terminal."""
        return render("text", self, replace(self._screen, color=color, width=width))

    def to_json(self) -> str:
        """The report as JSON, as `gradcheck --format json` writes it."""
        return render("json", self, self._screen)

    def to_markdown(self) -> str:
        """The report as Markdown, as TensorBoard and pull requests show it."""
        return render("markdown", self, self._screen)

    def _repr_html_(self) -> str | None:
        """HTML for a notebook; None without the package rich, so that the plain text is shown."""
        try:
            from gradcheck.inprocess.html import html
        except ImportError:
            return None
        return html(self.text(color=True))

    @property
    def _screen(self) -> Screen:
        lines = dict(self.cells)
        return Screen(flags=False, read=lambda path: lines[path] if path in lines else source_lines(path))


class GradientError(AssertionError):
    """Raised where every variable was said to get a usable gradient, and one does not; `report` says more."""

    __module__ = "gradcheck"

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__(f"{_headline(report)}\n\n{report}")


def _headline(report: Report) -> str:
    if not report.verdicts:
        why = next((probe.reason for probe in report.probes if probe.reason), None)
        return f"no gradient was seen: {why or 'the model has no trainable variables'}"
    if not report.starved:
        return "the source shows that a weight gets no gradient"
    verb = "gets" if len(report.starved) == 1 else "get"
    return f"{len(report.starved)} of {len(report.verdicts)} variables {verb} no usable gradient"
