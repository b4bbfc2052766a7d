"""The static jobs: from paths and settings to a report. The stage itself is imported when its job begins."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gradcheck.config.options import Options
from gradcheck.filter.selection import concerning
from gradcheck.report.kinds import BOTH_KERAS
from gradcheck.report.report import Report

if TYPE_CHECKING:
    from gradcheck.cache import Cache


def check(paths: Sequence[str], options: Options, *, remember: bool = False) -> Report:
    """The static half alone; with `remember`, unchanged files are spared."""
    from gradcheck.lint import lint

    report = lint(paths, options, _cache(options) if remember and options.cache else None)
    return replace(report, findings=tuple(concerning(report.findings, kerases_of(options))))


def check_bytes(path: str, data: bytes, options: Options) -> tuple[Report, str]:
    """The static half over what no file holds yet, and its text."""
    from gradcheck.lint import held_back, lint_text
    from gradcheck.source.discover import SourceFile, decode

    source = decode(path, data)
    if not isinstance(source, SourceFile):
        return Report(errors=(source,)), ""
    findings, errors = lint_text(path, source.text, options)
    errors = (*held_back(options), *errors)
    return Report(tuple(concerning(findings, kerases_of(options))), errors=errors, files=1), source.text


def _cache(options: Options) -> Cache:
    from gradcheck.cache import FOLDER, Cache

    return Cache(os.path.join(options.root, FOLDER), (repr(options),))


def kerases_of(options: Options) -> tuple[str, ...]:
    """The Kerases whose findings are wanted when no program decides."""
    return BOTH_KERAS if options.keras in ("auto", "both") else (options.keras,)
