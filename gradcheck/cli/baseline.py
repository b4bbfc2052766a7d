"""`gradcheck baseline`: writes, updates and prunes the file of known findings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from gradcheck.cli.printing import say_line
from gradcheck.cli.report_files import refuse_meaning, refuse_repositorys, write_whole
from gradcheck.config.options import Options
from gradcheck.filter import baseline
from gradcheck.filter.selection import narrow
from gradcheck.report.report import Report

DEFAULT = "gradcheck-baseline.json"


def keep(action: str, paths: Sequence[str], report: Report, options: Options, there: Report) -> None:
    """Bring the baseline in line with a report over these paths, and say what changed; what it knows of other
    files stays, and what is `there` all the same under a Keras that was not asked about."""
    path = options.baseline or DEFAULT
    refuse_repositorys(path)
    refuse_meaning(path)
    if report.errors:
        first = report.errors[0]
        raise click.UsageError(f"{path} is left as it was: {first.path}:{first.line}: {first.message}")
    old = _old(action, path)
    found = narrow(report, options)
    asked = old.within(paths, options, found.looked_at)
    new = asked.pruned(found) if action == "prune" else asked.written(found)
    new |= (old - asked) | asked.pruned(narrow(there, options))
    write_whole(path, baseline.dumps(new).encode())
    say_line(f"{path}: {len(new)} known ({len(new - old)} more, {len(old - new)} fewer than before)")


def _old(action: str, path: str) -> baseline.Baseline:
    if action == "write":
        if Path(path).exists():
            raise click.UsageError(f"{path} exists: `gradcheck baseline update` makes it anew")
        return baseline.empty(path)
    try:
        return baseline.load(path)
    except baseline.BaselineError as error:
        raise click.UsageError(str(error)) from None
