"""Writes down in `case.toml` what the static half now finds; run it after teaching a rule, read the diff.

A bug that is missed gets `todo = true`, one that is found on a root line loses it. For the fixtures named on
the command line, every finding becomes an `[[expect]]` table: name those whose findings you have judged.
"""

from __future__ import annotations

import json
import re
import sys

from cases import Case, Expectation, cases

from gradcheck.config.options import Options
from gradcheck.lint import lint_text
from gradcheck.report.kinds import Severity

TODO = "todo = true\n"


def update(case: Case, *, judged: bool) -> str | None:
    """What was written, if anything."""
    found = findings(case)
    if judged:
        _write(case, "".join(_table(one) for one in found) or "expect = []\n\n", todo=False)
        return f"{len(found)} expected"
    if case.expected is not None or case.spec["verdict"] == "clean" or not case.spec.get("static", True):
        return None
    missed = not any(one.line in case.spec["root_lines"] for one in found)
    if missed == case.spec.get("todo", False):
        return None
    _write(case, "", todo=missed)
    return "todo" if missed else "found"


def findings(case: Case) -> tuple[Expectation, ...]:
    """Every error and warning about the program's source, in the order of the lines."""
    found, _ = lint_text("model.py", case.program.read_text(encoding="utf-8"), Options(keras="both"))
    return tuple(
        sorted(
            Expectation(one.location.line, one.location.column, one.rule, one.variables, one.keras)
            for one in found
            if one.severity is not Severity.INFO
        )
    )


def _write(case: Case, tables: str, *, todo: bool) -> None:
    file = case.folder / "case.toml"
    text = file.read_text(encoding="utf-8").replace(TODO, "")
    if tables:
        text = re.sub(r"(?m)^expect = \[\]\n|^\[\[expect\]\]\n(?:.+\n)+\n?", "", text)
    head, truth = re.split(r"(?m)^(?=\[truth)", text, maxsplit=1)
    file.write_text(f"{head.rstrip()}\n{TODO if todo else ''}\n{tables}{truth}", encoding="utf-8")


def _table(one: Expectation) -> str:
    rows = {
        "rule": one.rule,
        "line": one.line,
        "column": one.column,
        "variables": list(one.variables),
        "keras": list(one.keras),
    }
    lines = (f"{key} = {json.dumps(value)}\n" for key, value in rows.items())
    return "[[expect]]\n" + "".join(lines) + "\n"


if __name__ == "__main__":
    for each in cases():
        if said := update(each, judged=each.name in sys.argv[1:]):
            print(f"{each.name}: {said}")
