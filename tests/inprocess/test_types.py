"""What type checkers see of the package's public names."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys

import pytest

import gradcheck

PROGRAM = """
import gradcheck

report = gradcheck.probe(None, [1.0])
reveal_type(report)
reveal_type(report.findings[0].location.line)
reveal_type(gradcheck.assert_gradients(None, [1.0]))
gradcheck.probe()  # wrong
gradcheck.nothing  # wrong
"""
WRONG = [number for number, line in enumerate(PROGRAM.split("\n"), 1) if line.endswith("# wrong")]


def checked(tmp_path, *command):
    (tmp_path / "program.py").write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(gradcheck.__file__))}
    done = subprocess.run(
        [*command, "program.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_mypy_sees_functions_and_their_types(tmp_path):
    said = checked(tmp_path, sys.executable, "-m", "mypy", "--no-error-summary", "--follow-imports=silent")
    assert 'Revealed type is "gradcheck.inprocess.report.Report"' in said
    assert 'Revealed type is "int"' in said or 'Revealed type is "builtins.int"' in said
    assert [int(line.split(":")[1]) for line in said.splitlines() if " error: " in line] == WRONG


def test_pyright_sees_the_same(tmp_path):
    pytest.importorskip("pyright")
    said = checked(tmp_path, sys.executable, "-m", "pyright", "--pythonpath", sys.executable)
    assert '"report" is "Report"' in said and '"report.findings[0].location.line" is "int"' in said
    assert [int(line.split(":")[1]) for line in said.splitlines() if " - error:" in line] == WRONG


def test_probe_is_a_function_whatever_was_imported():
    from gradcheck.probe.job.job import Job

    assert Job("x").target == "x"
    assert inspect.isfunction(gradcheck.probe)
    assert list(inspect.signature(gradcheck.probe).parameters) == ["model", "x", "y", "loss", "steps"]
