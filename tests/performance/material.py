"""The files that linters are run over."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

from tests.cases import FIXTURES
from tests.real_programs.packages import HOME, Package

SMALL = FIXTURES / "ok-two-phase-unfreeze" / "model.py"
CUT = FIXTURES / "normal-indexed-in-build" / "model.py"
"""With findings, for which fixes are looked for."""
TRANSFORMERS = Package("transformers", "4.49.0")
"""The last releases before 5 hold models for Keras."""
FAMILIES = ("bert", "whisper", "led", "groupvit")
THOUSAND = 1_000


def layers() -> list[Path]:
    """The layers of Keras itself, without their tests."""
    return _modules(_package("keras") / "src" / "layers")


def some_layers() -> list[Path]:
    """One in eight of them, for what takes minutes over all."""
    return layers()[::8]


def transformers() -> list[Path]:
    """Four files of two thousand lines, each a family of transformer models."""
    folder = TRANSFORMERS.folder(HOME) / "transformers" / "models"
    return [folder / name / f"modeling_tf_{name}.py" for name in FAMILIES]


def thousand(folder: Path) -> list[Path]:
    """A thousand files of public packages, copied into a folder."""
    copied = []
    for name in ("tf_keras", "keras"):
        source = _package(name)
        for file in _modules(source)[: THOUSAND - len(copied)]:
            place = folder / name / file.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            copied.append(Path(shutil.copy(file, place)))
    return copied


def _modules(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*.py") if not file.stem.endswith("_test"))


def _package(name: str) -> Path:
    """Where a package lies that is installed here; it is not imported."""
    spec = importlib.util.find_spec(name)
    assert spec is not None and spec.origin is not None, f"{name} is not installed"
    return Path(spec.origin).parent
