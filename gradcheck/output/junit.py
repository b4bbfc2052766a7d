"""JUnit XML: findings are failed tests, variables whose gradient is well are passed ones."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from gradcheck.base.printable import in_xml
from gradcheck.output import Screen
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Severity, Status
from gradcheck.report.report import Report

BY_NUMBER = in_xml


def render(report: Report, screen: Screen) -> str:
    """One suite; it is never empty, as an empty suite is an error to some readers."""
    root = Element("testsuites")
    suite = SubElement(root, "testsuite", name="gradcheck")
    suite.extend(_cases(report) or [Element("testcase", classname="gradcheck", name="no findings")])
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", str(len(suite.findall("testcase/error"))))
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _cases(report: Report) -> list[Element]:
    return [*_findings(report), *_variables(report), *_troubles(report)]


def _findings(report: Report) -> Iterator[Element]:
    for finding in (*report.findings, *report.refuted):
        place = f"{finding.location.line}:{finding.location.column}"
        case = _case(finding.location.path, f"{place} {finding.rule} {finding.name}", finding.location.line)
        if finding.severity is Severity.INFO:
            SubElement(case, "system-out").text = _clean(finding.message)
        else:
            failure = SubElement(
                case, "failure", type=finding.severity.value, message=_clean(finding.message)
            )
            failure.text = _clean(_details(finding))
        yield case


def _variables(report: Report) -> Iterator[Element]:
    for probe in report.probes:
        for verdict in probe.verdicts:
            if verdict.status is Status.OK:
                yield _case(probe.target, f"{verdict.variable.path} under Keras {probe.keras}")


def _troubles(report: Report) -> Iterator[Element]:
    for error in report.errors:
        case = _case(error.path, "could not look", error.line)
        SubElement(case, "error", type="could-not-look", message=_clean(error.message))
        yield case
    for probe in report.probes:
        if probe.status != "ok":
            case = _case(probe.target, f"probe under Keras {probe.keras}".strip())
            SubElement(case, "error", type=probe.status, message=_clean(probe.reason or probe.status))
            yield case


def _case(where: str, name: str, line: int | None = None) -> Element:
    case = Element("testcase", classname=_clean(where), name=_clean(name))
    if line is not None:
        case.set("file", _clean(where))
        case.set("line", str(line))
    return case


def _details(finding: Finding) -> str:
    steps = (f"{step.location.path}:{step.location.line}: {step.note}" for step in finding.trail)
    return "\n".join(part for part in (*steps, finding.why, finding.advice) if part)


def _clean(text: str) -> str:
    """XML 1.0 cannot hold most control characters, not even escaped."""
    return "".join(
        one if one in "\t\n" or (one >= " " and one not in "\ufffe\uffff") else "\ufffd" for one in text
    )
