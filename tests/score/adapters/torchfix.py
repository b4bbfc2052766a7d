"""TorchFix, which lints PyTorch."""

from __future__ import annotations

import re
import subprocess

from tests.score.tool import Answer, Question, Tool, shared_out

LINE = re.compile(r"^(.+?):(\d+):\d+: (\w+)", re.M)


def answer(question: Question) -> Answer:
    assert question.bin
    command = [str(question.bin / "torchfix"), "--jobs", "1", "--select", "ALL", *map(str, question.programs)]
    done = subprocess.run(command, capture_output=True, text=True)
    rows = [(path, int(line), code) for path, line, code in LINE.findall(done.stdout)]
    return shared_out(question, rows)


TOOL = Tool("TorchFix", "torchfix --select ALL", answer, ("torchfix",), "torchfix")
