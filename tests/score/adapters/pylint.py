"""pylint as it comes. TensorFlow is not installed beside it, and that it cannot be imported is not held
against it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.score.tool import Answer, Question, Tool, shared_out

DISABLED = "import-error,no-name-in-module,duplicate-code"


def answer(question: Question) -> Answer:
    assert question.bin
    options = ["--rcfile=/dev/null", "--persistent=n", f"--disable={DISABLED}", "--output-format=json"]
    with TemporaryDirectory() as folder:
        # All are called `model`, and pylint passes over the second module of a name.
        copies = {
            Path(shutil.copy(program, Path(folder, f"model_{number}.py"))): program
            for number, program in enumerate(question.programs)
        }
        command = [str(question.bin / "pylint"), *options, *map(str, copies)]
        done = subprocess.run(command, capture_output=True, text=True)
        rows = [(copies[Path(one["path"])], one["line"], one["symbol"]) for one in json.loads(done.stdout)]
    return shared_out(question, [(str(path), line, what) for path, line, what in rows])


TOOL = Tool("pylint", f"pylint --disable={DISABLED}", answer, ("pylint",), "pylint")
