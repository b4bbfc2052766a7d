"""gradcheck's static half."""

from __future__ import annotations

from gradcheck.config.options import Options
from gradcheck.lint import lint_text
from gradcheck.report.kinds import Severity
from tests.score.tool import Alarm, Answer, Question, Tool


def answer(question: Question) -> Answer:
    options = Options(keras=question.keras)
    texts = [program.read_text(encoding="utf-8") for program in question.programs]
    findings = [lint_text("model.py", text, options)[0] for text in texts]
    return [
        tuple(Alarm(one.location.line, one.rule) for one in found if one.severity is not Severity.INFO)
        for found in findings
    ]


TOOL = Tool("gradcheck check", "gradcheck check --keras {keras}", answer)
