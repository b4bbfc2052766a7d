"""ruff with all it has."""

from __future__ import annotations

import json
import subprocess

from tests.score.tool import Answer, Question, Tool, shared_out


def answer(question: Question) -> Answer:
    assert question.bin
    options = ["--isolated", "--no-cache", "--select", "ALL", "--preview", "--output-format", "json"]
    command = [str(question.bin / "ruff"), "check", *options, *map(str, question.programs)]
    done = subprocess.run(command, capture_output=True, text=True)
    rows = [(one["filename"], one["location"]["row"], one["code"]) for one in json.loads(done.stdout)]
    return shared_out(question, rows)


TOOL = Tool("ruff", "ruff check --isolated --select ALL --preview", answer, ("ruff",), "ruff")
