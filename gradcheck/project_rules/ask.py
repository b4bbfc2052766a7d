"""What a project's rules say about a module's facts, as far as they say findings."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from gradcheck.facts import Facts
from gradcheck.project_rules import contain
from gradcheck.project_rules.apart import GoneError, apart
from gradcheck.project_rules.contain import contained, problem
from gradcheck.project_rules.shape import misfit
from gradcheck.registry import Entry
from gradcheck.report.finding import Finding
from gradcheck.report.report import Problem

Answer = tuple[tuple[Finding, ...], Problem | None]
"""A rule's findings; or none, and what is wrong with the rule: half an answer looks like a whole."""


def ask(rules: Sequence[Entry], facts: Facts) -> list[Answer]:
    """Each rule's answer. They run in a process of their own; the rule that ends it costs its own answer."""
    answers: list[Answer] = []
    while left := rules[len(answers) :]:
        answers += _together(left, facts)
    return answers


def _together(rules: Sequence[Entry], facts: Facts) -> list[Answer]:
    """The answers up to that of a rule which ends the process."""
    answers: list[Answer] = []
    try:
        for answer in apart(partial(_answers, rules, facts), contain.SECONDS):
            answers.append(answer)  # noqa: PERF402  # what came before it ended is kept
    except GoneError as error:
        left = rules[len(answers) :][:1]
        answers += [((), problem(gone.path, _headline(gone, facts), str(error))) for gone in left]
    return answers


def _answers(rules: Sequence[Entry], facts: Facts) -> Iterator[Answer]:
    for entry in rules:
        yield _answer(entry, facts)


def _answer(entry: Entry, facts: Facts) -> Answer:
    found: tuple[Finding, ...] = ()
    with contained(entry.path, _headline(entry, facts)) as fault:
        found = tuple(_findings(entry, facts))
        pickle.dumps(found)  # it is handed on to another process
    return (() if fault.problem else found), fault.problem


def _headline(entry: Entry, facts: Facts) -> str:
    return f"{entry.rule.code} failed on {facts.path}"


def _findings(entry: Entry, facts: Facts) -> Iterable[Finding]:
    for one in entry.check(facts):
        if not isinstance(one, Finding):
            raise TypeError(f"check yields {one!r:.60}, which is no Finding: use RULE.at or RULE.find")
        if one.rule != entry.rule.code or one.name != entry.rule.name:
            raise TypeError(f"check yields a finding of {one.rule} {one.name}, another rule's")
        if wrong := misfit(one, facts):
            raise TypeError(wrong)
        yield one
