"""Fixit 2 with its built-in rules."""

from __future__ import annotations

import re
import subprocess

from tests.score.tool import Answer, Question, Tool, shared_out

LINE = re.compile(r"^(.+?)@(\d+):\d+ (\w+):", re.M)


def answer(question: Question) -> Answer:
    assert question.bin
    command = [str(question.bin / "fixit"), "lint", *map(str, question.programs)]
    done = subprocess.run(command, capture_output=True, text=True)
    rows = [(path, int(line), rule) for path, line, rule in LINE.findall(done.stdout + done.stderr)]
    return shared_out(question, rows)


TOOL = Tool("Fixit", "fixit lint", answer, ("fixit",), "fixit")
