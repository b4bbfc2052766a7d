"""Programs that draw and log run where nothing can be drawn or logged; what else they need stays missing."""

from __future__ import annotations

import importlib
import runpy
import sys
from pathlib import Path

import pytest

from gradcheck.probe.job.stand_ins import SILENT, supplied


@pytest.fixture(autouse=True)
def missing(monkeypatch):
    """Nothing of the kind is installed."""
    for name in list(sys.modules):
        if name.partition(".")[0] in SILENT:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [_Without(one) for one in sys.meta_path])
    yield
    for name in list(sys.modules):
        if name.partition(".")[0] in SILENT:
            del sys.modules[name]
    importlib.invalidate_caches()


class _Without:
    def __init__(self, finder):
        self._finder = finder

    def find_spec(self, name, *args):
        return None if name.partition(".")[0] in SILENT else self._finder.find_spec(name, *args)


def ran(folder: Path, source: str) -> tuple[dict, list[str]]:
    file = folder / "program.py"
    file.write_text(source)
    with supplied([str(folder)]) as names:
        space = runpy.run_path(str(file))
    return space, names


def test_what_draws_and_logs_does_nothing(tmp_path):
    source = """
import matplotlib.pyplot as plt
from tqdm import tqdm, trange
from tqdm.auto import tqdm as bar
import wandb
from wandb.keras import WandbCallback

figure, (left, right) = plt.subplots(1, 2)
line, = left.plot([1, 2])
for axis, value in zip(right, [1, 2]):
    axis.set(title=value)
seen = [step for step in trange(3)]
with bar([1, 2], desc="x") as steps:
    seen += [step for step in steps]
wandb.init(project="x").config.update({})


class Log(WandbCallback):
    pass


@wandb.log_it
def kept():
    return 7


made, value = Log(save=True), kept()
plt.savefig("x.png")
"""
    space, names = ran(tmp_path, source)
    assert (space["seen"], space["value"]) == ([0, 1, 2, 1, 2], 7)
    assert names == ["matplotlib", "tqdm", "wandb"]
    assert not (tmp_path / "x.png").exists()


def test_a_program_that_does_without_is_left_alone(tmp_path):
    space, names = ran(tmp_path, "try:\n    import wandb\nexcept ImportError:\n    wandb = None\n")
    assert (space["wandb"], names) == (None, [])


@pytest.mark.parametrize("package", ["pandas_of_another_name", "gymnasium_like"])
def test_what_numbers_depend_on_stays_missing(tmp_path, package):
    with pytest.raises(ModuleNotFoundError):
        ran(tmp_path, f"import {package}\n")


def test_what_a_library_looks_for_stays_missing(tmp_path):
    (tmp_path / "site-packages").mkdir()
    (tmp_path / "site-packages" / "library.py").write_text("import seaborn\n")
    source = f"import sys\nsys.path.insert(0, {str(tmp_path / 'site-packages')!r})\nimport library\n"
    with pytest.raises(ModuleNotFoundError):
        ran(tmp_path, source)
