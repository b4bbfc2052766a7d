"""Modules that only define things are made to train: the guess is said, and every variable judged."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from driver.modules import MODULES
from gradcheck.probe.driver.run import run
from gradcheck.probe.job.job import Job
from gradcheck.report.verdict import Probe

pytestmark = pytest.mark.tf
HEAD = "import tensorflow as tf\nlayers = tf.keras.layers\n"


@pytest.fixture(scope="module", params=["2", "3"])
def probes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Future[tuple[Probe, Path]]]:
    pool = ThreadPoolExecutor(2)
    found = {
        name: pool.submit(_probe, request.param, name, tmp_path_factory.mktemp("module")) for name in MODULES
    }
    pool.shutdown(wait=False)
    return found


def _probe(keras: str, name: str, folder: Path) -> tuple[Probe, Path]:
    (folder / "model.py").write_text(HEAD + MODULES[name].source)
    return run(Job(str(folder / "model.py"), keras=keras)), folder


@pytest.mark.parametrize("name", MODULES)
def test_what_a_module_holds_is_made_to_train(
    probes: dict[str, Future[tuple[Probe, Path]]], name: str
) -> None:
    module, (probe, folder) = MODULES[name], probes[name].result()
    assert probe.status == ("ok" if module.variables else "failed"), probe
    assert [note for note in probe.notes if note.startswith("probed")] == (
        [module.probed] if module.probed else []
    )
    assert len(probe.verdicts) == module.variables
    bad = [(one.variable.path.split("/")[-1].split(":")[0], one.status.value) for one in probe.verdicts]
    assert tuple(one for one in bad if one[1] != "ok") == module.bad
    assert not [path.name for path in folder.iterdir() if path.name not in ("model.py", "__pycache__")]


def test_what_cannot_be_made_is_said_with_what_to_add(tmp_path: Path) -> None:
    source = "class Odd(layers.Layer):\n    def __init__(self, what):\n        self.what = what[0].thing\n"
    (tmp_path / "model.py").write_text(HEAD + source)
    probe = run(Job(str(tmp_path / "model.py"), keras="3"))
    assert probe.status == "failed"
    [note] = probe.notes
    assert note.startswith("not probed: Odd (AttributeError: ")
    assert note.endswith('add --call "Odd(...)" --input 8,4 with what it needs')


def test_an_object_that_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(HEAD + "net = layers.Dense(1)\n")
    probe = run(Job(f"{tmp_path / 'model.py'}:nett", keras="3"))
    assert probe.status == "failed"
    assert probe.notes == ("not probed: nett (NameError: name 'nett' is not defined)",)
