"""The static jobs: from paths and settings to a report. The stage itself is imported when its job begins."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from gradcheck.base.lines import split
from gradcheck.base.notebook_cells import cell_of
from gradcheck.cli.printing import Lines
from gradcheck.config.options import Options
from gradcheck.filter.selection import concerning
from gradcheck.report.kinds import BOTH_KERAS
from gradcheck.report.report import Report
from gradcheck.source.instead import ON_DISK, Instead

if TYPE_CHECKING:
    from gradcheck.cache import Cache
    from gradcheck.source.discover import SourceFile


def check(
    paths: Sequence[str], options: Options, *, remember: bool = False, instead: Instead = ON_DISK
) -> Report:
    """The static half alone; with `remember`, unchanged files are spared."""
    from gradcheck.lint import lint

    cache, refused = _cache(options) if remember and options.cache else (None, ())
    if options.executor and not instead:  # a cluster has other copies of the files
        from gradcheck.cli.cluster import cluster_for

        with cluster_for(options, paths) as cluster:
            # A copy of the files is thrown away, and so would be what is remembered beside it.
            report = lint(paths, options, cache if cluster.sent is None else None, cluster.team)
    else:
        report = lint(paths, options, cache, instead=instead)
    found = tuple(concerning(report.findings, kerases_of(options)))
    return replace(report, findings=found, notes=(*refused, *report.notes))


def under_both(paths: Sequence[str], options: Options) -> Report:
    """The static half alone, whichever Keras the settings choose."""
    return check(paths, replace(options, keras="both"))


def named(name: str, options: Options) -> tuple[str, ...]:
    """The text that is called so, if it is looked at: it counts as a file that is named."""
    return () if options.force_exclude and options.excludes(name) else (name,)


def check_bytes(path: str, data: bytes, options: Options) -> tuple[Report, Lines]:
    """The static half over what no file holds yet, and what reads the lines that its findings name."""
    from gradcheck.lint import held_back, lint_source
    from gradcheck.source.discover import SourceFile, decode

    if not named(path, options):
        return Report(), lambda _: ()
    source = decode(path, data)
    if not isinstance(source, SourceFile):
        return Report(errors=(source,), unread=1), lambda _: ()
    cache, _ = _cache(options) if options.cache else (None, ())
    report = lint_source(replace(source, named=True), options, cache)
    found = tuple(concerning(report.findings, kerases_of(options)))
    errors = (*held_back(options), *report.errors)
    whole = replace(report, findings=found, errors=errors, looked_at=(os.path.abspath(path),))
    return whole, partial(_lines, source)


def _lines(source: SourceFile, path: str) -> Sequence[str]:
    lines = split(source.text)
    number = cell_of(path)
    if not 0 < number <= len(source.cells):
        return lines
    starts = [*source.cells, len(lines) + 1]
    return lines[starts[number - 1] - 1 : starts[number] - 1]


def _cache(options: Options) -> tuple[Cache | None, tuple[str, ...]]:
    """The cache of a project, or why there is none."""
    from gradcheck.cache import FOLDER, Cache, unusable

    folder = os.path.join(options.root, FOLDER)
    if why := unusable(folder):
        return None, (f"{FOLDER} {why}",)
    return Cache(folder, (repr(replace(options, jobs=None, executor=None)),)), ()


def kerases_of(options: Options) -> tuple[str, ...]:
    """The Kerases whose findings are wanted when no program decides."""
    return BOTH_KERAS if options.keras in ("auto", "both") else (options.keras,)
