"""The probe in the user's own process: what it sees, what it says, and that it leaves all as it was.

Both Kerases, each in one process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.tf

HERE = Path(__file__).parent
OK = {"gamma": "ok", "beta": "ok", "kernel": "ok", "bias": "ok"}
LINES = HERE.joinpath("starving.py").read_text().splitlines()
BORN = next(number for number, line in enumerate(LINES, 1) if line.endswith("# born"))
CUT = next(number for number, line in enumerate(LINES, 1) if line.endswith("# cut"))
ROUNDED = next(number for number, line in enumerate(LINES, 1) if "tf.round" in line)
CAPTURED = ["GC101", "starving.py", CUT, ["lost"], "confirmed"]
ROUNDING = ["GC301", "starving.py", ROUNDED, ["steps"], "confirmed"]


@pytest.fixture(scope="module", params=["2", "3"])
def said(request: pytest.FixtureRequest) -> dict[str, Any]:
    environment = {
        **os.environ,
        "TF_USE_LEGACY_KERAS": "1" if request.param == "2" else "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    done = subprocess.run(
        [sys.executable, "program.py"],
        cwd=HERE,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**found, "keras": request.param}


def test_the_line_that_cuts_is_named_though_nobody_saw_the_model_being_made(said: dict[str, Any]) -> None:
    assert said["found"] == [CAPTURED, ROUNDING]
    assert said["bad"] == {**OK, "kept": "ok", "lost": "none", "steps": "none"}
    assert said["births"]["lost"] == ["starving.py", BORN]


@pytest.mark.parametrize("way", ["own loss", "no loss", "watched from the start", "callback"])
def test_it_is_named_however_the_model_trains(said: dict[str, Any], way: str) -> None:
    assert said[way] == [CAPTURED]


def test_a_training_step_of_ones_own_is_given_what_fit_gives_it(said: dict[str, Any]) -> None:
    assert said["own step"] == [ROUNDING]
    assert said["own step is ok"]
    assert said["own step left alone"] == [True, True]


def test_training_code_is_watched(said: dict[str, Any]) -> None:
    assert said["watched"] == [CAPTURED, ROUNDING]


def test_a_model_that_was_never_built_is_built(said: dict[str, Any]) -> None:
    first, again = said["unbuilt"]
    assert first == [CAPTURED]
    # Keras 3 refuses to go on with the captured value, and by now nobody can see which variable it was.
    assert again == ([CAPTURED] if said["keras"] == "2" else [[*CAPTURED[:4], "static"]])
    assert said["unbuilt left alone"]


def test_a_model_that_trains_is_ok(said: dict[str, Any]) -> None:
    assert said["ok"] == [False, True]
    assert said["good"] == OK
    assert said["good asserts"] == ""
    assert said["late zero"] == [[], []]


def test_an_assertion_shows_the_frame(said: dict[str, Any]) -> None:
    headline, _, first, message, *rest = said["bad asserts"].splitlines()
    assert headline == "GradientError: 2 of 7 variables get no usable gradient"
    assert first == f"starving.py:{CUT}:22: error GC101"
    assert message.startswith("  self.lost gets no gradient: ")
    assert any("self.scale = tf.exp(self.lost)" in line for line in rest)


def test_the_report_prints_itself(said: dict[str, Any]) -> None:
    assert said["text"].startswith(f"starving.py:{CUT}:22: error GC101")
    assert said["text"].endswith("2 findings: 2 errors (1 file; 7 variables seen: 5 ok, 2 none)")
    assert [one["line"] for one in said["json"]["findings"]] == [CUT, ROUNDED]
    assert said["html"].startswith("<pre") and "tf.exp(self.lost)" in said["html"]


def test_the_callback_warns_once_of_each_fault(said: dict[str, Any]) -> None:
    [line] = said["callback warned"]
    assert line.startswith(f"starving.py:{CUT}: GC101 self.lost gets no gradient")


def test_the_callback_raises_if_it_is_to(said: dict[str, Any]) -> None:
    assert said["raises"].startswith("GradientError: 1 of 6 variables gets no usable gradient")
    assert said["hooks after raising"] == [True, True]


def test_where_all_weights_are_cut_the_callback_speaks_before_keras_does(said: dict[str, Any]) -> None:
    cut = ["GC101", "starving.py", LINES.index("        self.once = tf.exp(self.only)  # all of it") + 1]
    strict, strictly, mild, mildly = said["all cut"]
    assert strict.startswith("GradientError: 1 of 1 variables gets no usable gradient")
    assert "GradientError" not in mild and "No gradients provided for any variable" in mild
    assert [one[:3] for one in (*strictly, *mildly)] == [cut, cut]
    assert [line.rpartition("/")[2] for line in said["all cut warned"]] == [f"starving.py:{cut[2]}"]


def test_the_callback_says_nothing_of_what_has_nothing_to_do_with_gradients(said: dict[str, Any]) -> None:
    assert said["data that ends"] == []
    assert "it is too late" in said["data that does not fit"]
    assert "GradientError" not in said["data that does not fit"]


def test_a_silent_callback_watches_nothing_between_its_looks(said: dict[str, Any]) -> None:
    assert said["silent"] == [True] * 8


def test_the_callback_works_on_two_replicas_and_with_a_scaled_loss(said: dict[str, Any]) -> None:
    assert said["distributed"] == [[CAPTURED], 1]
    assert said["mixed"] == [[ROUNDING], 1]


def test_model_optimizer_metrics_and_numbers_are_as_they_were(said: dict[str, Any]) -> None:
    assert said["compiled left alone"] == [True, True]
    assert said["plain left alone"] == [True, True]
    assert said["hooks back"] == [True, True]
    assert said["trains afterwards"]


def test_what_is_no_model_or_no_batch_is_refused_with_what_to_do(said: dict[str, Any]) -> None:
    assert said["refused"] == [
        "TypeError: x is a _BatchDataset, and gradcheck takes one batch: x, y = next(iter(dataset))",
        "TypeError: x is a generator, and gradcheck takes one batch: x, y = next(data)",
        "TypeError: Unbuilt is a class: pass a model, Unbuilt(...)",
        "TypeError: len is a function: pass the model itself, "
        "or watch training code of your own with gradcheck.watching()",
        "TypeError: 'model' is no Keras model or layer: it has no trainable_variables",
        "TypeError: loss must be a function loss(y, outputs), not 'mse': try keras.losses.get('mse')",
        "TypeError: loss must be a function loss(y, outputs), not a type: try MeanSquaredError()",
        "ValueError: steps must be a whole number of at least 1, not 0",
    ]
