"""TorchFix, which lints PyTorch."""

from __future__ import annotations

import re

from tests.score.tool import Answer, Question, Tool, linted

LINE = re.compile(r"^(.+?):(\d+):\d+: (\w+)", re.M)


def answer(question: Question) -> Answer:
    return linted(question, LINE, "torchfix", "--jobs", "1", "--select", "ALL")


TOOL = Tool("TorchFix", "torchfix --select ALL", answer, ("torchfix",), "torchfix")
