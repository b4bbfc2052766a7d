"""Measures what TensorFlow does with the gradients of an example, so that a page cannot claim what is not so.

An example is a block of Python that runs as it stands, under both Kerases. What is measured, in this order:

1. *It trains by itself* (an own loop over a `GradientTape`, `fit`, `train_on_batch`): its own gradient calls
   are listened to, in the mode they run in. A trainable variable that it created and never asked a gradient
   for is `untracked`.
2. *It makes a model or a layer* and trains nothing: each one found in the block's variables takes three steps
   (models if there are any, else layers).
3. *It only defines classes*: each Keras model or layer among them whose constructor needs no arguments and
   that no other class of the block uses is made and takes three steps.

For 2 and 3, the input is the block's `x`, else random numbers of the shape the model names, else of the first
shape in `child.SHAPES` that it accepts. The loss is the block's `loss(layer, x)`, else a random projection of
the output, drawn anew for each step, plus the layer's own losses. The layer is called once before any tape is
opened. A variable's status is that of the last step (a zero of the first step may be a zero-initialised
branch); a NaN counts at any step.

A mark on a line may call a variable by the last part of its path, by any layer on that path, or by the
attribute or module variable that holds it; a tensor that a gradient is asked for, by its local name.

A block that imports `keras` itself runs Keras 3 whatever the environment says; under Keras 2 it is left out.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True)
class Measured:
    """One variable of an example: every name it may go by, and its gradient's status."""

    path: str
    names: frozenset[str]
    status: str


@dataclass(frozen=True)
class Outcome:
    """What became of one example under one Keras; `skipped` when that Keras cannot be chosen for it."""

    variables: tuple[Measured, ...] = ()
    error: str | None = None
    skipped: bool = False

    @property
    def bad(self) -> tuple[Measured, ...]:
        """The variables that would not train."""
        return tuple(variable for variable in self.variables if variable.status != "ok")


def measure(codes: Sequence[str], keras: str, timeout: float = 1800) -> tuple[Outcome, ...]:
    """Run every example under one Keras, all in one fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        for number, code in enumerate(codes):
            Path(folder, f"example_{number}.py").write_text(code, encoding="utf-8")
        answer = Path(folder, "answer.json")
        command = [sys.executable, str(CHILD), folder, str(len(codes)), str(answer)]
        done = subprocess.run(
            command, env=environment(keras), capture_output=True, text=True, timeout=timeout, cwd=folder
        )
        if not answer.exists():
            raise RuntimeError(f"the measuring process ended with {done.returncode}: {done.stderr[-2000:]}")
        return tuple(_outcome(row) for row in json.loads(answer.read_text()))


def environment(keras: str) -> dict[str, str]:
    """The environment of a quiet process that runs one Keras on the CPU."""
    return os.environ | {
        "TF_USE_LEGACY_KERAS": "1" if keras == "2" else "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
    }


def _outcome(row: dict) -> Outcome:
    variables = (Measured(v["path"], frozenset(v["names"]), v["status"]) for v in row["variables"])
    return Outcome(tuple(variables), row["error"], row["skipped"])
