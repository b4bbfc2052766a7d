"""Fixit 2 with its built-in rules."""

from __future__ import annotations

import re

from tests.score.tool import Answer, Question, Tool, linted

LINE = re.compile(r"^(.+?)@(\d+):\d+ (\w+):", re.M)


def answer(question: Question) -> Answer:
    return linted(question, LINE, "fixit", "lint")


TOOL = Tool("Fixit", "fixit lint", answer, ("fixit",), "fixit")
