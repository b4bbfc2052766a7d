"""What Keras and TensorFlow say themselves when the program runs to its end: warnings that speak of
gradients, and errors. A file that only defines something has nothing to say."""

from __future__ import annotations

import re

from tests.forks import Ended, run
from tests.score.tool import Alarm, Answer, Question, Tool

WARNING = re.compile(r"^.*(?:WARNING|Warning).*[Gg]radient.*$", re.M)
FRAME = re.compile(r'File ".*?model\.py", line (\d+)')


def answer(question: Question) -> Answer:
    return [_alarms(ended) for ended in run([[str(one)] for one in question.programs], question.keras)]


def _alarms(ended: Ended) -> tuple[Alarm, ...]:
    """An error is an alarm on every line of the program that its traceback shows."""
    alarms = [Alarm(0, "warning") for _ in WARNING.findall(ended.err)]
    if ended.code:
        lines = FRAME.findall(ended.err.rpartition("Traceback (most recent call last)")[2])
        alarms += [Alarm(int(line), "error") for line in lines or [0]]
    return tuple(alarms)


TOOL = Tool("Keras' own messages", "python model.py", answer, version_of="tensorflow")
