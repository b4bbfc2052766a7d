"""The whole static pipeline in one screen: paths -> text -> module -> facts -> findings. Nothing is
executed."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import repeat
from typing import TYPE_CHECKING

from gradcheck.base.notebook_cells import notebook_of
from gradcheck.config.options import Options
from gradcheck.registry import entries
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import BOTH_KERAS
from gradcheck.report.report import Problem, Report
from gradcheck.source.dialect import dialect
from gradcheck.source.discover import SourceFile, discover, read
from gradcheck.source.parse import Module, matters, parse
from gradcheck.source.project import Project
from gradcheck.source.suppress import suppress

if TYPE_CHECKING:
    from gradcheck.cache import Cache
    from gradcheck.facts import Facts
    from gradcheck.report.fate import WeightFate

CHARACTERS_PER_PROCESS = 1_500_000
FILES_PER_SHARE = 32
OUR_FAULT = "could not be followed, which is a fault of gradcheck: please report it"
NOT_FOLLOWED = "too large to follow in full: findings may be missing"


def lint(paths: Sequence[str], options: Options, cache: Cache | None = None) -> Report:
    """Check the Python files that the paths name; a cache spares those that did not change."""
    sources = list(discover(paths, options.excludes, forced=options.force_exclude))
    reports = _all(sources, options, cache)
    return Report(
        tuple(finding for one in reports for finding in one.findings),
        errors=(
            *held_back(options),
            *unusable(options),
            *(problem for one in reports for problem in one.errors),
        ),
        notes=tuple(note for one in reports for note in one.notes),
        files=sum(one.files for one in reports),
        weights=tuple(weight for one in reports for weight in one.weights),
    )


def held_back(options: Options) -> Iterator[Problem]:
    """What is said when the project has rules of its own that may not run."""
    if options.held_rules:
        names = ", ".join(os.path.basename(rule) for rule in options.held_rules)
        why = f"its own rules ({names}) were not run, as {options.distrust}"
        ways = "read them, then run `gradcheck trust` there, or pass --project-rules"
        yield Problem(_relative(options.file), 1, f"{why}: {ways}")


def _relative(path: str) -> str:
    return os.path.relpath(path).replace(os.sep, "/")


def _all(sources: list[SourceFile | Problem], options: Options, cache: Cache | None) -> list[Report]:
    """One report per file; a large tree is shared out to several processes."""
    size = sum(len(one.text) for one in sources if isinstance(one, SourceFile) and matters(one.text))
    count = min(os.cpu_count() or 1, size // CHARACTERS_PER_PROCESS)
    if count < 2:
        return _some(sources, options, cache)
    from concurrent.futures import ProcessPoolExecutor

    from gradcheck.base import workers

    shares = [sources[start : start + FILES_PER_SHARE] for start in range(0, len(sources), FILES_PER_SHARE)]
    older = workers.children()
    pool = ProcessPoolExecutor(count, initializer=workers.begin)
    try:
        done = pool.map(_some, shares, repeat(options), repeat(cache))
        return [report for share in done for report in share]
    except BaseException:
        workers.end(older)
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _some(sources: list[SourceFile | Problem], options: Options, cache: Cache | None) -> list[Report]:
    project = Project()
    return [
        Report(errors=(source,)) if isinstance(source, Problem) else _cached(source, options, project, cache)
        for source in sources
    ]


def _cached(source: SourceFile, options: Options, project: Project, cache: Cache | None) -> Report:
    if cache is None or not matters(source.text):
        return _lint(source, options, project)
    known = cache.get(source.path, source.text)
    if known is not None:
        return known
    project.asked.clear()
    report = _lint(source, options, project)
    if report.errors:
        return report
    cache.put(source.path, source.text, {*project.asked, *options.rules}, report)
    return report


def lint_text(path: str, text: str, options: Options) -> tuple[tuple[Finding, ...], tuple[Problem, ...]]:
    """What a check finds in one file's text."""
    report = lint_source(SourceFile(path, text), options)
    return report.findings, report.errors


def lint_source(source: SourceFile, options: Options) -> Report:
    """Check one file that was read already."""
    report = _lint(source, options, Project())
    return replace(report, errors=(*unusable(options), *report.errors))


def which_keras(path: str, options: Options) -> tuple[str, str]:
    """The Keras to run a file under, and why: as the environment says, else what the file can only run on,
    else the default."""
    wish = os.environ.get("TF_USE_LEGACY_KERAS", "").lower()
    if wish:
        return ("2" if wish in ("1", "true") else "3"), f"TF_USE_LEGACY_KERAS is {wish}"
    source = read(path)
    module = source if isinstance(source, Problem) else parse(source)
    only = dialect(module) if isinstance(module, Module) else None
    return only or ("3", "it is TensorFlow's default")


def _lint(source: SourceFile, options: Options, project: Project) -> Report:
    if not matters(source.text):
        return Report(files=1)
    module = parse(source)
    if isinstance(module, Problem):
        return Report(errors=(module,), files=1)
    from gradcheck.facts import facts_of  # an unchanged tree needs none of it

    _collect_garbage()
    try:
        facts, complete = facts_of(module, project.find, calls=bool(options.rules))
    except Exception as error:  # one file that we fail on must not take the others with it
        return Report(
            errors=(Problem(module.path, 1, f"{OUR_FAULT}: {type(error).__name__}: {error}"),), files=1
        )
    said, problems = _findings(facts, options)
    found = [*_here(module, said)]
    wanted = _kerases(module, options) if found else set()
    kept, unused = suppress(module, [one for one in found if wanted & set(one.keras)])
    notes = [f"{_spot(module, comment.comment_line)}: this comment silences nothing" for comment in unused]
    if not complete:
        notes.append(f"{module.path}: {NOT_FOLLOWED}")
    weights = _judged(module, facts, options)
    return Report(kept, errors=problems, notes=tuple(notes), files=1, weights=weights)


def _judged(module: Module, facts: Facts, options: Options) -> tuple[WeightFate, ...]:
    """The weights, with the Kerases that count for them."""
    judged = tuple(sorted(_kerases(module, options))) if facts.weights else BOTH_KERAS
    return tuple(replace(one, judged=judged) for one in facts.weights)


def _collect_garbage() -> None:
    """The command starts without. All that is loaded by now stays, and need not be looked through; from here
    on garbage comes in lots of a file's size."""
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(5_000)
        gc.enable()


def _findings(facts: Facts, options: Options) -> tuple[list[Finding], tuple[Problem, ...]]:
    """What the rules say, and what is wrong with rules of the project; ours are not even loaded where nothing
    is starved."""
    ours = entries() if facts.starved else ()
    found = [finding for entry in ours for finding in entry.check(facts)]
    if not options.rules:
        return found, ()
    from gradcheck.project_rules import rule_set
    from gradcheck.project_rules.ask import ask

    answers = [ask(entry, facts) for entry in rule_set(options.rules).own]
    said = [finding for findings, _ in answers for finding in findings]
    return found + said, tuple(problem for _, problem in answers if problem)


def unusable(options: Options) -> tuple[Problem, ...]:
    """What is wrong with files that the settings name as rules."""
    if not options.rules:
        return ()
    from gradcheck.project_rules import rule_set

    return rule_set(options.rules).problems


def _spot(module: Module, line: int) -> str:
    path, before = module.place(line)
    return f"{path}:{line - before}"


def _kerases(module: Module, options: Options) -> set[str]:
    if options.keras in BOTH_KERAS:
        return {options.keras}
    only = dialect(module) if options.keras == "auto" else None
    return {only[0]} if only else set(BOTH_KERAS)


def _here(module: Module, findings: Iterable[Finding]) -> Iterator[Finding]:
    """A finding belongs to the file it points at; each once, in source order."""
    seen: set[tuple[object, ...]] = set()
    for finding in sorted(findings, key=lambda one: (one.location, one.rule)):
        key = (finding.location, finding.rule, finding.variables, finding.keras)
        if notebook_of(finding.location.path) == module.path and key not in seen:
            seen.add(key)
            yield finding
