"""Large trees, shared out to several processes: as many as are allowed, and the same report."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gradcheck.base import processors
from gradcheck.cli.check import check_bytes
from gradcheck.config.options import Options
from gradcheck.lint import lint

PROGRAM = """
import tensorflow as tf


class Hard(tf.keras.layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(3,))

    def call(self, x):
        return x * tf.round(self.w)
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for number in range(80):
        (tmp_path / f"m{number:02}.py").write_text(PROGRAM)
    monkeypatch.setattr("gradcheck.lint.CHARACTERS_PER_PROCESS", 1000)
    return tmp_path


def test_the_report_is_the_same(tree: Path) -> None:
    alone, together = (lint([str(tree)], Options(jobs=jobs)) for jobs in (1, 2))
    assert len(alone.findings) == 80
    assert alone == together


def test_one_job_starts_no_process(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", None)
    assert len(lint([str(tree)], Options(jobs=1)).findings) == 80


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system knows no affinity")
def test_affinity_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processors, "QUOTAS", ())
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 3, 4})
    assert processors.available() == 3


@pytest.mark.parametrize(
    ("text", "count"), [("150000 100000\n", 2), ("max 100000\n", 8), ("50000 100000\n", 1)]
)
def test_a_quota_is_respected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, count: int) -> None:
    (tmp_path / "cpu.max").write_text(text)
    monkeypatch.setattr(processors, "QUOTAS", (str(tmp_path / "cpu.max"),))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert processors.available() == count


def test_standard_input_uses_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options(root=str(tmp_path))
    report, _ = check_bytes("model.py", PROGRAM.encode(), options)
    monkeypatch.setattr("gradcheck.lint._lint", None)
    again, _ = check_bytes("model.py", PROGRAM.encode(), options)
    assert [one.rule for one in again.findings] == ["GC301"]
    assert again.findings == report.findings
