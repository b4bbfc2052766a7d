"""`gradcheck.probe` and `gradcheck.assert_gradients`: a look at a model that is already there."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from gradcheck.config.options import Options
from gradcheck.inprocess.report import GradientError, Report


def probe(
    model: Any, x: Any, y: Any = None, loss: Callable[..., Any] | None = None, *, steps: int = 3
) -> Report:
    """Train `model` for `steps` steps on one batch, say what became of each gradient, put everything back.

        report = gradcheck.probe(model, x, y)

    `x` and `y` are what the model is called with and held against: arrays, tensors, or dicts and lists of
    them. A compiled model trains as it would in `fit`. Else the loss is `loss(y, outputs)`, or
    `loss(outputs)` without `y`; with neither, the distance to a random target. Variables, optimizer, metrics
    and random generators are left as found; a model that was not built yet is built.

    Raises TypeError for what is no model (a class, a function) or no batch (a data set, a generator), and
    ValueError for a Keras that does not run on TensorFlow.
    """
    from gradcheck.probe.api import given

    given.check_model(model)
    given.check_batch("x", x)
    given.check_batch("y", y)
    given.check_loss(loss, steps)

    from gradcheck.inprocess.diagnosis import diagnose, read_source
    from gradcheck.probe.api.inside import Batch, probe_model

    source = read_source([model], settings())
    found, error = probe_model(model, Batch(x, y, loss, steps), source.births)
    report = diagnose(found, source)
    if error is not None and not report.findings:
        raise error  # The model, or what it was given, is wrong in another way.
    return report


def assert_gradients(
    model: Any, x: Any, y: Any = None, loss: Callable[..., Any] | None = None, *, steps: int = 3
) -> None:
    """Fail, with the lines that cut the path, unless every variable of `model` gets a usable gradient.

        def test_my_model_trains():
            gradcheck.assert_gradients(MyModel(), x, y, loss=keras.losses.mse)

    The arguments are those of `probe`. Raises `gradcheck.GradientError`, an AssertionError.
    """
    __tracebackhide__ = True
    report = probe(model, x, y, loss, steps=steps)
    if not report.ok:
        raise GradientError(report)


def settings() -> Options:
    """The settings of the project that the process works in; rules of the project's own stay at home."""
    from dataclasses import replace

    from gradcheck.config.pyproject import load
    from gradcheck.probe.engine.watch.versions import default_version

    options = load(paths=(os.getcwd(),))
    return replace(options, rules=(), keras=default_version().partition(".")[0])
