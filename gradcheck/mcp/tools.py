"""The tools: each runs the command in a process of its own, and hands on a part of its answer."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from mcp.server.mcpserver.exceptions import ToolError

from gradcheck.mcp.command import Runs
from gradcheck.mcp.messages import without_halves

MOST = 50
"""Rows in one page at the most."""
MOST_CHARACTERS = 20_000
"""Characters of a text that are handed on at once."""
MOST_SAID = 2000
"""Characters of what a command said beside its answer."""
RUNS = Runs()

Json = dict[str, Any]


async def check(paths: Sequence[str], offset: int = 0, limit: int = 20) -> Json:
    """Find gradient faults in Python files, folders and notebooks by reading them. Executes nothing.

    Gives a page of findings: rule, message, place, the variables that get no gradient, the trail of lines
    from where each is created to the cut, and `next_offset` when there are more. `errors` and `notes` say
    what could not be looked at and what was passed over.
    """
    report = await _report(["check", "--no-cache", *_targets(paths)])
    return {**_page(report["findings"], offset, limit, "findings"), **_remarks(report)}


async def probe(
    target: str, keras: str = "auto", arguments: Sequence[str] = (), offset: int = 0, limit: int = 20
) -> Json:
    """Diagnose a program: read it, RUN it for a few training steps, and join what both saw.

    `target` is `file.py`, `file.py:name` (a model, or a factory without arguments) or `package.module`.
    `keras` is auto, 2, 3 or both; `arguments` go to the program. What the program writes is not kept.
    Gives a page of findings, and for each run the gradient of every variable.
    """
    program = ["--", *arguments] if arguments else []
    report = await _report(["--no-cache", "--keras", keras, *_targets([target]), *program])
    return {
        **_page(report["findings"], offset, limit, "findings"),
        "probes": [_run(one, offset, limit) for one in report["probes"]],
        **_remarks(report),
    }


async def weights(paths: Sequence[str], offset: int = 0, limit: int = 20) -> Json:
    """What becomes of every trainable weight that the source creates: reaches the loss, cut, unknown ..."""
    report = await _report(["check", "--no-cache", *_targets(paths)])
    return {**_page(report["weights"], offset, limit, "weights"), **_remarks(report)}


async def fix_as_diff(target: str, run: bool = False, unsafe: bool = False, offset: int = 0) -> Json:
    """The repair of a file as a unified diff, which is not applied.

    With `run` the program is run and each fix is tried on a copy first; `unsafe` adds fixes that change more
    than the gradient. A long diff comes in parts: ask again with `next_offset`. `said` is what else there
    was to say: what would be repaired and what not, and what could not be looked at.
    """
    job = ["--no-cache", *_targets([target])] if run else ["check", "--no-cache", *_targets([target])]
    done = await RUNS.result([*job, "--diff", *(["--unsafe-fixes"] if unsafe else [])])
    if done.returncode == 2 and not done.stdout:
        raise ToolError(_said(done))
    return {**_part(done.stdout, offset, "diff"), "said": _said(done)}


async def explain(rule: str, offset: int = 0) -> Json:
    """The page of a rule, by code or name: what it finds, why that is bad, what to do instead."""
    done = await RUNS.result(["explain", "--", rule])
    if done.returncode:
        raise ToolError(_said(done))
    return _part(done.stdout, offset, "page")


async def _report(arguments: Sequence[str]) -> Json:
    done = await RUNS.result([*arguments[:1], "--format", "json", *arguments[1:]])
    try:
        report: Json = json.loads(without_halves(done.stdout.encode()))
    except ValueError:
        raise ToolError(_said(done)) from None
    return report


def _targets(paths: Sequence[str]) -> list[str]:
    """Paths that cannot be taken for options."""
    return [f"./{path}" if path.startswith("-") else path for path in paths]


def _said(done: subprocess.CompletedProcess[str]) -> str:
    said = done.stderr.strip()
    if len(said) > MOST_SAID:
        said = f"{said[: MOST_SAID // 2]} ... {said[-MOST_SAID // 2 :]}"
    return said or f"gradcheck ended with exit code {done.returncode}"


def _page(rows: Sequence[Json], offset: int, limit: int, name: str) -> Json:
    first, size = max(offset, 0), min(max(limit, 1), MOST)
    following = first + size
    more = {"next_offset": following} if following < len(rows) else {}
    return {"total": len(rows), name: [*rows[first:following]], **more}


def _remarks(report: Json) -> Json:
    """What could not be looked at and what else there is to say, with the number of those left out."""
    said: Json = {}
    for name in ("errors", "notes"):
        rows = report[name]
        said[name] = rows[:MOST]
        if len(rows) > MOST:
            said[f"{name}_left_out"] = len(rows) - MOST
    return said


def _run(probe: Mapping[str, Any], offset: int, limit: int) -> Json:
    """One run, with a page of its variables: those whose gradient is bad come first."""
    rows = sorted(probe["variables"], key=lambda row: row["gradient"] == "ok")
    return {**probe, **_page(rows, offset, limit, "variables")}


def _part(text: str, offset: int, name: str) -> Json:
    following = max(offset, 0) + MOST_CHARACTERS
    more = {"next_offset": following} if following < len(text) else {}
    return {name: text[max(offset, 0) : following], **more}
