"""Writes what is counted into `docs/corpus.md`, between its marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from tests.cases import FIXTURES, Case, cases
from tests.score.answers import Kept, kept
from tests.score.judge import Score, judged

PAGE = FIXTURES.parent / "docs" / "corpus.md"


def written() -> str:
    """The page with its tables anew."""
    text = PAGE.read_text(encoding="utf-8")
    for mark, body in (("counts", _counts(cases())), ("scores", scores())):
        pattern = rf"(?s)(<!-- {mark} -->\n).*?(<!-- end of {mark} -->)"
        text = re.sub(pattern, lambda found, body=body: f"{found[1]}\n{body}\n{found[2]}", text)
    return text


def _counts(every: Sequence[Case]) -> str:
    """Cases by category and verdict."""
    counted = Counter((case.spec["category"], case.spec["verdict"]) for case in every)
    rows = ["| category | bugs | look-alikes |", "| --- | ---: | ---: |"]
    rows += [
        f"| {category} | {counted[category, 'bug']} | {counted[category, 'clean']} |"
        for category in sorted({category for category, _ in counted})
    ]
    bugs = sum(count for (_, verdict), count in counted.items() if verdict == "bug")
    rows.append(f"| all | {bugs} | {len(every) - bugs} |")
    return "\n".join(rows) + "\n"


def scores() -> str:
    """A table for each Keras under which tools were asked."""
    return "\n".join(_table(keras) for keras in ("3", "2") if any(kept(keras)))


def _table(keras: str) -> str:
    answers = list(kept(keras))
    scored = sorted(((_score(one), one) for one in answers), key=lambda row: -row[0].informedness)
    head = [
        f"Under Keras {keras}:",
        "",
        "| tool | any alarm on a fault | names a root line | alarm on a clean program | J |",
        "| --- | --- | --- | --- | ---: |",
    ]
    rows = [
        f"| {_titled(one)} | {score.alarmed} | {score.named} | {score.false} | {score.informedness:.2f} |"
        for score, one in scored
    ]
    return "\n".join([*head, *rows, "", *_asked(answers), "", _held(keras), ""])


def _held(keras: str) -> str:
    """What the test of the main job says, which runs it on every case."""
    run = [case for case in cases() if case.runs(keras)]
    known = [case for case in run if f"keras{keras}" in case.spec.get("known", {})]
    return (
        f"`tests/test_fixtures.py` holds `gradcheck model.py`, both halves, to the root lines of each of the "
        f"{len(run)} cases; {len(known)} have a reason written down why it says otherwise."
    )


def _score(one: Kept) -> Score:
    """Over the cases that the tool was asked about: one that came later is none of its answers."""
    return judged([case for case in cases() if case.name in one.alarms], one.alarms, one.keras)


def _titled(one: Kept) -> str:
    return f"{one.title}, of a sample of {one.sample.size}" if one.sample else one.title


def _asked(answers: Sequence[Kept]) -> Iterator[str]:
    """How each tool was asked."""
    for one in answers:
        drawn = f", `--sample {one.sample.size} --seed {one.sample.seed}`" if one.sample else ""
        yield f"- {one.title}: `{one.how}`, {one.version}, {one.date}{drawn}."
