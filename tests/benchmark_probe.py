"""Times what gradcheck costs beside the bare program, in turn, in the same run.

    python tests/benchmark_probe.py [--rounds N] [--keras 2|3] [--program NAME] [--steps]

`gradcheck program.py` is held against `python program.py`, each as a whole, for every program of
`benchmark_programs.py`; a program that loses a gradient also with `--unsafe-fixes --diff`, which runs it
once more with its fix; the last line is what a second program adds in the same command. `--steps` holds one
training step under a session that judges against the same step alone. Printed are the medians of both and
their ratio, as CPU time (user and system, all threads and children), which other work on the machine disturbs
less than the clock.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmark_programs import CLEAN, CUT

MODELS = {
    "dense": ('[L.Dense(16, activation="relu"), L.Dense(1)]', (8,)),
    "conv": (
        '[L.Conv2D(16, 3, activation="relu"), L.BatchNormalization(), L.MaxPooling2D(), L.Conv2D(32, 3),'
        " L.GlobalAveragePooling2D(), L.Dense(1)]",
        (32, 32, 3),
    ),
    "deep": ('[L.Dense(16, activation="relu") for _ in range(149)] + [L.Dense(1)]', (8,)),
    "wide": ("[L.Dense(2048), L.Dense(2048), L.Dense(1)]", (256,)),
}
HEAD = """\
import numpy as np
import tensorflow as tf
L = tf.keras.layers
x = np.random.rand(32, *{shape}).astype("float32")
y = np.random.rand(32, 1).astype("float32")
model = tf.keras.Sequential({layers})
"""
WAYS = {
    "fit": 'model.compile("sgd", "mse")\nmodel.fit(x, y, batch_size=32, verbose=0)\n',
    "loop": """\
optimizer = tf.keras.optimizers.SGD()
with tf.GradientTape() as tape:
    loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
""",
}
STEPS = 10


def main() -> None:
    asked = _arguments()
    if asked.step:
        _report(f"{asked.model} {asked.way} step", *_steps(asked.model, asked.way, asked.rounds))
        return
    for keras in asked.keras:
        os.environ |= {"TF_USE_LEGACY_KERAS": str(int(keras == "2")), "TF_CPP_MIN_LOG_LEVEL": "3"}
        print(f"Keras {keras}, {asked.rounds} rounds", flush=True)
        if asked.steps:
            _all_steps(asked.rounds)
        else:
            _all_programs(asked.program, keras, asked.rounds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keras", choices=["2", "3"])
    parser.add_argument("--program", choices=[*CLEAN, *CUT])
    parser.add_argument("--steps", action="store_true")
    for name in ("--model", "--way"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    parser.add_argument("--step", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    asked.keras = [asked.keras] if asked.keras else ["3", "2"]
    return asked


def _all_steps(rounds: int) -> None:
    for model in MODELS:
        for way in WAYS:
            command = [sys.executable, __file__, "--step", "--model", model, "--way", way]
            subprocess.run([*command, "--rounds", str(rounds)], stderr=subprocess.DEVNULL, check=True)


def _all_programs(only: str | None, keras: str, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, source in {**CLEAN, **CUT}.items():
            path = Path(folder, f"{name}.py")
            path.write_text(source)
            if only in (None, name):
                _report(name, *_beside(path, keras, rounds))
            if only in (None, name) and name in CUT:
                _report(f"{name}, with its fix", *_beside(path, keras, rounds, "--unsafe-fixes", "--diff"))
        if only is None:
            pair = [str(Path(folder, f"{name}.py")) for name in ("dense", "loop")]
            ours = [_cpu(_gradcheck(keras, *pair)) - _cpu(_gradcheck(keras, pair[0])) for _ in range(rounds)]
            bare = [_cpu([sys.executable, pair[1]]) for _ in range(rounds)]
            _report("loop, as a second program", bare, ours)


def _beside(path: Path, keras: str, rounds: int, *flags: str) -> tuple[list[float], list[float]]:
    bare, ours = [], []
    for _ in range(rounds):
        bare.append(_cpu([sys.executable, str(path)]))
        ours.append(_cpu(_gradcheck(keras, str(path), *flags)))
    return bare, ours


def _gradcheck(keras: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "gradcheck", *arguments, "--keras", keras, "--no-cache"]


def _report(what: str, bare: list[float], ours: list[float]) -> None:
    one, other = statistics.median(bare), statistics.median(ours)
    print(f"{what:28} {one:9.4f} s   probed {other:9.4f} s   {other / one:5.2f} x", flush=True)


def _source(model: str, way: str) -> str:
    layers, shape = MODELS[model]
    return HEAD.format(layers=layers, shape=shape) + WAYS[way]


def _cpu(command: list[str]) -> float:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), command
    return used.ru_utime + used.ru_stime


def _steps(model: str, way: str, rounds: int) -> tuple[list[float], list[float]]:
    from gradcheck.probe.engine.session import Session

    bare, ours = _stepper(model, way), _stepper(model, way)
    bare()
    with Session(mode="judge", steps=sys.maxsize, project=[], stop=False):
        ours()
    times: tuple[list[float], list[float]] = [], []
    for _ in range(rounds):
        times[0].extend(_timed(bare))
        with Session(mode="judge", steps=sys.maxsize, project=[], stop=False):
            times[1].extend(_timed(ours))
    return times


def _stepper(model: str, way: str) -> Callable[[], Any]:
    known: dict[str, Any] = {}
    exec(_source(model, way), known)
    if way == "fit":
        return lambda: known["model"].train_on_batch(known["x"], known["y"])
    step = compile(WAYS["loop"].partition("\n")[2], "loop", "exec")
    return lambda: exec(step, known)


def _timed(step: Callable[[], Any]) -> Iterator[float]:
    for _ in range(STEPS):
        began = time.process_time()
        step()
        yield time.process_time() - began


if __name__ == "__main__":
    main()
