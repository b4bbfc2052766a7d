"""gradcheck's runtime half alone."""

from __future__ import annotations

from tests.main_job import diagnose
from tests.score.adapters.gradcheck import alarms
from tests.score.tool import Answer, Question, Tool


def answer(question: Question) -> Answer:
    return [alarms(report) for report in diagnose(question.programs, question.keras, "probe")]


TOOL = Tool("gradcheck probe", "gradcheck probe --keras {keras}", answer)
