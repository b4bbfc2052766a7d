"""TensorFlow's own search for NaN and infinity."""

from __future__ import annotations

import re

from tests.forks import Ended, run
from tests.score.tool import HERE, Alarm, Answer, Question, Tool

PLACE = re.compile(r'model\.py(?:", line |:)(\d+)')


def answer(question: Question) -> Answer:
    script = str(HERE / "with_check_numerics.py")
    scripts = [[script, str(one)] for one in question.programs]
    return [_alarms(ended) for ended in run(scripts, question.keras)]


def _alarms(ended: Ended) -> tuple[Alarm, ...]:
    """Its message has the lines on which the bad tensor was made; other errors are not its own."""
    if not ended.code or "Detected Infinity or NaN" not in ended.err:
        return ()
    lines = dict.fromkeys(PLACE.findall(ended.err)) or {"0": None}
    return tuple(Alarm(int(line), "numerics") for line in lines)


TOOL = Tool("enable_check_numerics", "tf.debugging.enable_check_numerics()", answer, version_of="tensorflow")
