"""What is done for a fixed input must not grow unseen: counted, never timed.

`counted_work.json` holds the counts; `GRADCHECK_WRITE_GOLDENS=1 pytest tests/test_counted_work.py` writes
them anew. A count may be as much larger as `TOLERANCE` says; what costs more on purpose is written down
again.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cases import FIXTURES
from click.testing import CliRunner

from gradcheck.cache import Cache
from gradcheck.cli.commands import main
from gradcheck.config.options import Options
from gradcheck.facts.interpreter.budget import Budget
from gradcheck.lint import lint, lint_text
from gradcheck.probe.driver import process, warm
from gradcheck.source import parse
from tests.performance import growing

RECORDED = Path(__file__).with_name("counted_work.json")
TOLERANCE = 1.1
PARTS = 60
STEPS, FILES = "steps of the interpreter", "files parsed"
RUNS, IMPORTS = "program runs", "TensorFlow imports"
CUT, CLEAN = "normal-whole-in-build-keras3", "ok-two-phase-unfreeze"


@pytest.mark.parametrize("shape", growing.SHAPES)
def test_a_long_program(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with counting(monkeypatch) as counts:
        lint_text("model.py", growing.HEAD + growing.SHAPES[shape](PARTS), Options())
    hold(f"{PARTS} {shape}", counts)


def test_the_fixtures(monkeypatch: pytest.MonkeyPatch) -> None:
    names = (CUT, CLEAN, "normal-indexed-in-build", "vae-numpy-latent", "maml-fast-weights-clean")
    with counting(monkeypatch) as counts:
        lint([str(FIXTURES / name / "model.py") for name in names], Options(jobs=1))
    hold("five fixtures", counts)


PACKAGE = {
    "__init__.py": "",
    "base.py": "import tensorflow as tf\n\n\nclass Base(tf.keras.layers.Layer):\n    pass\n",
    **{
        f"m{number}.py": f"import tensorflow as tf\nfrom .base import Base\n\n\nclass M{number}(Base):\n"
        "    def build(self, shape):\n        self.w = self.add_weight(name='w', shape=(3,))\n\n"
        "    def call(self, x):\n        return x * self.w\n"
        for number in range(20)
    },
}


def test_a_package_whose_files_import_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in PACKAGE.items():
        (tmp_path / name).write_text(text)
    with counting(monkeypatch) as counts:
        lint([str(tmp_path)], Options(jobs=1))
    hold("a package of 20 modules", counts)


def test_a_package_that_was_checked_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, cache = tmp_path / "source", Cache(str(tmp_path / "cache"), ())
    source.mkdir()
    for name, text in PACKAGE.items():
        (source / name).write_text(text)
    lint([str(source)], Options(jobs=1), cache)
    with counting(monkeypatch) as counts:
        lint([str(source)], Options(jobs=1), cache)
    hold("the package, unchanged", counts)
    (source / "m7.py").write_text(PACKAGE["m7.py"] + "# changed\n")
    with counting(monkeypatch) as counts:
        lint([str(source)], Options(jobs=1), cache)
    hold("the package, one module changed", counts)


@pytest.mark.tf
@pytest.mark.skipif(not warm.SERVES, reason="no process that forks for every run")
@pytest.mark.parametrize(
    ("what", "command", "fixture"),
    [
        ("probe, clean", ["probe", "--keras", "3"], CLEAN),
        ("probe, cut", ["probe", "--keras", "3"], CUT),
        ("probe, clean, both Kerases", ["probe", "--keras", "both"], CLEAN),
        ("both halves and a fix, tried", ["--diff", "--keras", "3"], CUT),
    ],
)
def test_a_program(what: str, command: list[str], fixture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / fixture)
    counts = Counter({RUNS: 0, IMPORTS: 0})
    counted(monkeypatch, warm._Forked, "__init__", counts, RUNS)
    counted(monkeypatch, warm._Server, "__init__", counts, IMPORTS)
    # A program that no warm process runs has one of its own, and imports TensorFlow itself.
    own = SimpleNamespace(**vars(subprocess))
    monkeypatch.setattr(process, "subprocess", own)
    for what_it_does in (RUNS, IMPORTS):
        counted(monkeypatch, own, "Popen", counts, what_it_does)
    done = CliRunner().invoke(main, [*command, "model.py"], prog_name="gradcheck")
    assert done.exit_code in (0, 1), done.output
    hold(what, counts, tolerance=1)


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Count the static half's work inside."""
    counts = Counter({STEPS: 0, FILES: 0})
    with monkeypatch.context() as patch:
        counted(patch, Budget, "step", counts, STEPS)
        # Rules parse their own pages when they are loaded: only what the source stage parses is a file.
        own = SimpleNamespace(**vars(ast))
        patch.setattr(parse, "ast", own)
        counted(patch, own, "parse", counts, FILES)
        yield counts


def counted(patch: pytest.MonkeyPatch, owner: Any, name: str, counts: Counter[str], what: str) -> None:
    """Have every call of a function counted."""
    real = getattr(owner, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        counts[what] += 1
        return real(*args, **kwargs)

    patch.setattr(owner, name, call)


def hold(what: str, counts: Counter[str], tolerance: float = TOLERANCE) -> None:
    """Compare counts with those written down, or write them down."""
    recorded = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    if os.environ.get("GRADCHECK_WRITE_GOLDENS"):
        recorded[what] = dict(counts)
        RECORDED.write_text(json.dumps(recorded, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return
    more = {name: n for name, n in counts.items() if n > tolerance * recorded[what][name]}
    assert not more, f"{what}: {dict(counts)}, where {recorded[what]} was written down"
