"""The whole static pipeline in one screen: paths -> text -> module -> facts -> findings. Nothing is
executed."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache as memoized
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from gradcheck.base.faults import REPORT, give_way, told
from gradcheck.base.here import has_folder
from gradcheck.base.keras_of_environment import DEFAULT, keras_of_environment
from gradcheck.base.notebook_cells import notebook_of
from gradcheck.base.processors import available
from gradcheck.base.regular_files import Stamp, stamp
from gradcheck.base.watchdog import TooLongError, limited
from gradcheck.config.options import Options
from gradcheck.merge import Place, merged
from gradcheck.registry import entries
from gradcheck.report.fate import WeightFate
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import BOTH_KERAS
from gradcheck.report.report import Problem, Report
from gradcheck.source.another_keras import folded
from gradcheck.source.dialect import dialect
from gradcheck.source.discover import Found, Remark, SourceFile, discover, read
from gradcheck.source.instead import ON_DISK, Instead
from gradcheck.source.parse import Module, matters, may_run, mentions, parse
from gradcheck.source.passed_over import broken_cells, not_looked_at
from gradcheck.source.pins import pinned_to_keras_2
from gradcheck.source.project import Project
from gradcheck.source.suppress import suppress, suppressions

if TYPE_CHECKING:
    from gradcheck.cache import Cache
    from gradcheck.facts import Facts
    from gradcheck.report.fate import WeightFate
    from gradcheck.sharing.shares import Team

_Work = Callable[[Iterable[Found]], list[Report]]
"""What makes the reports of some files."""

CHARACTERS_PER_PROCESS = 1_500_000
FILES_PER_SHARE = 32
SHARES_AHEAD = 2
"""How many shares wait for each process."""
SECONDS, CHARACTERS_PER_SECOND = 10.0, 10_000
"""Processor time that one file may take, and so much more for a large one."""

OUR_FAULT = f"could not be followed, {REPORT}, with this file if you can"
NOT_FOLLOWED = "too large to follow in full: findings may be missing"
TOO_LONG = "too large to follow: it took too long"
DIED = f"could not be followed, as the process that did so died, {REPORT}, with this file if you can"


def lint(
    paths: Sequence[str],
    options: Options,
    cache: Cache | None = None,
    team: Team | None = None,
    instead: Instead = ON_DISK,
) -> Report:
    """Check the Python files that the paths name, as they are or as they were; a cache spares those that did
    not change, and a team does the work elsewhere."""
    places: list[Place] = []
    found = discover(paths, options.excludes, forced=options.force_exclude, instead=instead)
    sources = _noted(found, places)
    work = partial(_some, options=options, cache=cache, instead=instead)
    reports = _by_team(sources, team, options, work) if team else _all(sources, options, work)
    return merged(places, reports, (*held_back(options), *unusable(options)))


def _noted(sources: Iterable[Found], places: list[Place]) -> Iterator[Found]:
    """The same files, each noted down by its place: their texts are soon gone."""
    for source in sources:
        named = isinstance(source, SourceFile) and source.named
        places.append(Place("" if isinstance(source, Remark) else os.path.abspath(source.path), named))
        yield source


def held_back(options: Options) -> Iterator[Problem]:
    """What is said when the project has rules of its own that may not run."""
    if options.held_rules:
        names = ", ".join(os.path.basename(rule) for rule in options.held_rules)
        why = f"its own rules ({names}) were not run, as {options.distrust}"
        ways = "read them, then run `gradcheck trust` there, or pass --project-rules"
        yield Problem(_relative(options.file), 1, f"{why}: {ways}")


def _relative(path: str) -> str:
    return os.path.relpath(path).replace(os.sep, "/")


def _all(sources: Iterator[Found], options: Options, work: _Work) -> list[Report]:
    """One report per file; a large tree is shared out to several processes. No more of its text is held than
    is being worked on."""
    count, size, first = options.jobs or available(), 0, []
    for one in sources if count > 1 else ():
        first.append(one)
        size += len(one.text) if isinstance(one, SourceFile) and matters(one.text) else 0
        if size >= 2 * CHARACTERS_PER_PROCESS:
            return _shared_out(chain(first, sources), count, options, work)
    return work(chain(first, sources))


def _shared_out(sources: Iterator[Found], count: int, options: Options, work: _Work) -> list[Report]:
    from concurrent.futures import ProcessPoolExecutor

    from gradcheck.base import workers
    from gradcheck.sharing.shares import Team

    older = workers.children()
    one = partial(ProcessPoolExecutor, 1, initializer=workers.begin)
    pool = ProcessPoolExecutor(count, initializer=workers.begin)
    try:
        return _by_team(sources, Team(pool, one, SHARES_AHEAD * count), options, work)
    except BaseException:
        workers.end(older)
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _by_team(sources: Iterator[Found], team: Team, options: Options, work: _Work) -> list[Report]:
    from gradcheck.sharing.shares import in_order

    return list(in_order(work, sources, team, partial(_given_up, options), FILES_PER_SHARE))


def _given_up(options: Options, found: Found) -> Report:
    """The report of a file whose processes died."""
    if isinstance(found, SourceFile):
        return Report(errors=(Problem(found.path, 1, DIED),), unread=1)
    return _one(found, options, Project(), None)


def _some(
    sources: Iterable[Found], options: Options, cache: Cache | None, instead: Instead = ON_DISK
) -> list[Report]:
    project = Project(instead)
    return [_one(source, options, project, cache) for source in sources]


def _one(found: Found, options: Options, project: Project, cache: Cache | None) -> Report:
    if isinstance(found, Remark):
        return Report(notes=(found.text,))
    if isinstance(found, Problem):
        return Report(errors=(found,), unread=1)
    return _guarded(found, options, project, cache)


def _guarded(source: SourceFile, options: Options, project: Project, cache: Cache | None = None) -> Report:
    """One file's report, whatever happens on the way: a file costs no more than itself."""
    try:
        with limited(SECONDS + len(source.text) / CHARACTERS_PER_SECOND):
            report = _cached(source, options, project, cache)
            notes = (*not_looked_at(source), *report.notes)
            return replace(report, notes=notes, errors=(*broken_cells(source), *report.errors))
    except TooLongError:
        return Report(errors=(Problem(source.path, 1, TOO_LONG),), unread=1)
    except Exception as error:
        give_way(error)
        return Report(errors=(Problem(source.path, 1, f"{OUR_FAULT}: {told(error)}"),), unread=1)


def _cached(source: SourceFile, options: Options, project: Project, cache: Cache | None) -> Report:
    project.asked.clear()
    if cache is None or not (source.named or mentions(source.text) or matters(source.text)):
        return _lint(source, options, project)
    name = _name_of(source, options.root)
    known = cache.get(name, source.text, project.instead.differs)
    if known is not None:
        return known
    if project.instead:  # what is remembered is how things are
        return _lint(source, options, project)
    rules = _of_rules(options)
    report = _lint(source, options, project)
    if all(error.message == NOT_FOLLOWED for error in report.errors):  # it would be so the next time, too
        cache.put(name, source.text, {**project.asked, **rules}, report)
    return report


def _name_of(source: SourceFile, root: str) -> str:
    """All that an answer depends on beside the texts: where the file is and what it is called in the report,
    whether it was named, so that findings in its imports are told, and which Keras its project allows."""
    where = os.path.relpath(source.path, root or os.curdir) if has_folder() else source.path
    return "\0".join((source.path, where, str(source.named), str(pinned_to_keras_2(source.path))))


@memoized
def _of_rules(options: Options) -> dict[str, Stamp | None]:
    """The files of the project's own rules, with what they import, as they are now."""
    if not options.rules:
        return {}
    from gradcheck.config.rule_files import contents

    return {path: stamp(path) for path in contents(options.rules, options.root)}


def lint_text(path: str, text: str, options: Options) -> tuple[tuple[Finding, ...], tuple[Problem, ...]]:
    """What a check finds in one file's text."""
    report = lint_source(SourceFile(path, text), options)
    return report.findings, report.errors


def lint_source(
    source: SourceFile, options: Options, cache: Cache | None = None, project: Project | None = None
) -> Report:
    """Check one file that was read already; `project` knows which others were asked for."""
    report = _guarded(source, options, project or Project(), cache)
    return replace(report, errors=(*unusable(options), *report.errors))


def which_keras(path: str) -> tuple[str, str]:
    """The Keras to run a file under, and why: as the environment says, else what the file can only run on,
    else the default."""
    if asked := keras_of_environment():
        return asked
    source = read(path)
    module = source if isinstance(source, Problem) else parse(source)
    only = dialect(module) if isinstance(module, Module) else None
    return only or DEFAULT


def _lint(source: SourceFile, options: Options, project: Project) -> Report:
    alone = not matters(source.text)
    if alone and not source.named and not may_run(source.text):
        return _idle(source)
    module = parse(source)
    if isinstance(module, Problem):
        return Report(errors=(module,), unread=1)
    if alone and not project.leads_on(module):
        missed, passed_over = _unread(project, options)
        return Report(errors=missed, files=1, idle=1, notes=passed_over)
    from gradcheck.facts import facts_of  # an unchanged tree needs none of it

    _collect_garbage()
    facts, complete = facts_of(module, project.find, calls=bool(options.rules))
    said, problems = _findings(facts, options)
    found = [*_here(module, said)]
    wanted = _kerases(module, options) if said else set()
    if options.keras == "auto":
        found = folded(module, found)
    kept, unused = suppress(module, [one for one in found if wanted & set(one.keras)])
    others, used = _imported(said, wanted, options, project) if said else ((), ())
    comments = tuple(_unused(module, comment.comment_line) for comment in unused)
    left = () if complete else (Problem(module.path, 1, NOT_FOLLOWED),)
    missed, passed_over = _unread(project, options)
    return Report(
        (*kept, *others),
        errors=(*problems, *left, *missed),
        files=1,
        notes=passed_over,
        weights=_judged(module, facts, options),
        unused_comments=comments,
        used_comments=used,
        trains=facts.trains,
    )


def _unread(project: Project, options: Options) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """The imported modules that could not be read. Those that the settings exclude are only said."""
    unread = [*project.unread()]
    passed_over = [one for one in unread if options.excludes(one.path)]
    notes = (f"{one.path}:{one.line}: {one.message}; what it defines is not known" for one in passed_over)
    return tuple(one for one in unread if one not in passed_over), tuple(notes)


def _idle(source: SourceFile) -> Report:
    """A file with nothing to follow. Whether Python can read it matters where it mentions the framework: else
    no finding would mean "could not look"."""
    module = parse(source) if mentions(source.text) else None
    if isinstance(module, Problem):
        return Report(errors=(module,), unread=1)
    return Report(files=1, idle=1)


def _judged(module: Module, facts: Facts, options: Options) -> tuple[WeightFate, ...]:
    """The weights, with the Kerases that count for them."""
    judged = tuple(sorted(_kerases(module, options))) if facts.weights else BOTH_KERAS
    return tuple(replace(one, judged=judged) for one in facts.weights)


def _collect_garbage() -> None:
    """The command starts without. All that is loaded by now stays, and need not be looked through; from here
    on garbage comes in lots of a file's size."""
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(20_000)
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

    answers = ask(rule_set(options.rules).own, facts)
    said = [finding for findings, _ in answers for finding in findings]
    return found + said, tuple(problem for _, problem in answers if problem)


def unusable(options: Options) -> tuple[Problem, ...]:
    """What is wrong with files that the settings name as rules."""
    if not options.rules:
        return ()
    from gradcheck.project_rules import rule_set

    return rule_set(options.rules).problems


def _unused(module: Module, line: int) -> Problem:
    path, before = module.place(line)
    return Problem(path, line - before, "this comment silences nothing")


def _kerases(module: Module, options: Options) -> set[str]:
    if options.keras in BOTH_KERAS:
        return {options.keras}
    only = dialect(module) if options.keras == "auto" else None
    return {only[0]} if only else set(BOTH_KERAS)


def _imported(
    said: Iterable[Finding], wanted: set[str], options: Options, project: Project
) -> tuple[tuple[Finding, ...], tuple[Problem, ...]]:
    """What is found in the project's files that a file imports, and the comments there that silence some."""
    found: list[Finding] = []
    used: list[Problem] = []
    for module in project.followed():
        there = [one for one in _here(module, said) if wanted & set(one.keras)]
        if there and not options.excludes(module.path):
            kept, unused = suppress(module, there)
            found += kept
            silencing = [one for one in suppressions(module) if len(kept) < len(there) and one not in unused]
            used += (_unused(module, one.comment_line) for one in silencing)
    return tuple(found), tuple(used)


def _here(module: Module, findings: Iterable[Finding]) -> Iterator[Finding]:
    """A finding belongs to the file it points at; each once, in source order."""
    seen: set[tuple[object, ...]] = set()
    for finding in sorted(findings, key=lambda one: (one.location, one.rule)):
        key = (finding.location, finding.rule, finding.variables, finding.keras)
        if notebook_of(finding.location.path) == module.path and key not in seen:
            seen.add(key)
            yield finding
