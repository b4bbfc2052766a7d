"""Whether the report of the main job on a fixture agrees with the fixture's measured truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from cases import Case, leaves, plain

from gradcheck.registry import entries
from gradcheck.report.kinds import Half

SEEN_BY = {entry.rule.code: entry.rule.seen_by for entry in entries()}
Report = dict[str, Any]
Statuses = Counter[tuple[str, str]]


def disagreements(case: Case, keras: str, report: Report) -> Iterator[str]:
    """What the report says otherwise than was measured, or leaves out.

    Every error and warning must stand on a root line, and both halves must have seen it where its rule says
    that they can; every variable must have been seen as it was measured. Where the fixture writes down its
    findings, they must be those.
    """
    yield from _variables(case, keras, report["probes"])
    alarms = [one for one in report["findings"] if one["severity"] != "info"]
    if case.verdict(keras) == "bug" and not alarms:
        yield "nothing is found"
    yield from (said for alarm in alarms if (said := _wrong(case, keras, alarm)))
    if case.expected is not None and case.verdict(keras) == "bug":
        yield from _unlike_expected(case, keras, alarms)


def _variables(case: Case, keras: str, probes: list[Report]) -> Iterator[str]:
    rows = [one for probe in probes for one in probe["variables"]]
    seen = {f"{number}/{one['path']}": plain(one["gradient"]) for number, one in enumerate(rows)}
    unbuilt = any(one["gradient"] == "unbuilt" for one in rows)
    if missing := _missing(leaves(case.truth(keras)), leaves(seen), unbuilt=unbuilt):
        yield f"measured {missing}, seen {seen}"
    yield from (f"not probed: {probe['reason']}" for probe in probes if probe["status"] == "failed")


def _missing(measured: Statuses, seen: Statuses, *, unbuilt: bool) -> list[tuple[str, str]]:
    """What was measured and not seen. Tensors that are well are in no report, and a layer that is not built
    stands for the variables that it would have.
    """
    known = {name for name, _ in seen}
    return [
        (name, status)
        for name, status in measured - seen
        if (status != "ok" or name in known) and not (unbuilt and status == "untrained")
    ]


def _wrong(case: Case, keras: str, alarm: Report) -> str:
    where = f"{alarm['rule']} on line {alarm['line']} ({alarm['evidence']}), {alarm['variables']}"
    if case.verdict(keras) == "clean":
        return f"a false alarm: {where}"
    if alarm["line"] not in case.spec["root_lines"]:
        return f"beside the root: {where}"
    return "" if alarm["evidence"] in _evidence(case, alarm["rule"]) else f"seen by one half: {where}"


def _evidence(case: Case, rule: str) -> tuple[str, ...]:
    """What a finding may rest on: on both halves, unless its rule or its program has only one to offer."""
    if not case.spec.get("static", True):
        return ("confirmed", "probe")
    only = {Half.STATIC: ("static",), Half.PROBE: ("probe",), Half.BOTH: ()}[SEEN_BY[rule]]
    return ("confirmed", *only)


def _unlike_expected(case: Case, keras: str, alarms: list[Report]) -> Iterator[str]:
    wanted = {
        (one.rule, one.line, one.column): set(one.variables)
        for one in case.expected or ()
        if case.running(keras) in one.keras
    }
    found = {(one["rule"], one["line"], one["column"]): set(one["variables"]) for one in alarms}
    # Cuts of one kind that starve the same variables are told as one finding, with steps to the others.
    told = {line: at for at, alarm in zip(found, alarms, strict=True) for line in _lines(alarm)}
    places = {at: at if at in found else told.get(at[1], at) for at in wanted}
    # The run may know of more variables that one and the same cut starves.
    whole = all(variables <= found.get(places[at], set()) for at, variables in wanted.items())
    if not whole or not found.keys() <= wanted.keys():
        yield f"expected {wanted}, found {found}"


def _lines(alarm: Report) -> set[int]:
    """The lines a finding is told at."""
    return {alarm["line"], *(step["line"] for step in alarm["trail"] if step["note"] == "and here")}
