"""What the parameters of a loss stand for, by their names: what the model gave, and what it should have."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gradcheck.probe.guess.input_hints import words

_OUTPUT = words("outputs output out pred preds y_pred ypred yhat y_hat prediction predictions logits")
_TARGET = words("y ys y_true ytrue target targets label labels truth")
_OUTPUT_OF = re.compile(r"^(pred|predicted)_\w+$|^\w+_(pred|preds|predicted|prediction|hat|logits)$")
_TARGET_OF = re.compile(r"^(true|target|gt)_\w+$|^\w+_(true|target|targets|label|labels|gt)$")


def is_output(parameter: str) -> bool:
    """Whether a parameter is what a model gave: `y_pred`, `q_pred`, `boxes_hat`."""
    name = parameter.lower()
    return name in _OUTPUT or _OUTPUT_OF.match(name) is not None


def is_target(parameter: str) -> bool:
    """Whether a parameter is what a model should have given: `y_true`, `q_true`, `target_boxes`."""
    name = parameter.lower()
    return name in _TARGET or _TARGET_OF.match(name) is not None


def compares(parameters: Iterable[str]) -> bool:
    """Whether a function with these parameters compares what a model gave with what it should have given."""
    names = [*parameters]
    return len(names) == 2 and any(map(is_output, names)) and any(map(is_target, names))
