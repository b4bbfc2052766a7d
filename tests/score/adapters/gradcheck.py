"""gradcheck's main job, both halves."""

from __future__ import annotations

from typing import Any

from tests.main_job import diagnose
from tests.score.tool import Alarm, Answer, Question, Tool


def answer(question: Question) -> Answer:
    return [alarms(report) for report in diagnose(question.programs, question.keras)]


def alarms(report: dict[str, Any]) -> tuple[Alarm, ...]:
    """The errors and warnings of a JSON report."""
    told = (one for one in report["findings"] if one["severity"] != "info")
    return tuple(Alarm(one["line"], one["rule"]) for one in told)


TOOL = Tool("gradcheck", "gradcheck --keras {keras}", answer)
