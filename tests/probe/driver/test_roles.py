"""The names of a loss's parameters tell what the model gave and what it should have given."""

from __future__ import annotations

import pytest

from gradcheck.probe.guess.roles import compares


@pytest.mark.parametrize(
    "parameters",
    [("y_true", "y_pred"), ("q_pred", "q_true"), ("labels", "logits"), ("target_boxes", "pred_boxes")],
)
def test_two_that_are_compared(parameters: tuple[str, str]) -> None:
    assert compares(parameters)


@pytest.mark.parametrize(
    "parameters",
    [("x", "y"), ("y_true",), ("true_positives", "rate"), ("y_true", "y_pred", "model"), ("q", "k")],
)
def test_anything_else(parameters: tuple[str, ...]) -> None:
    assert not compares(parameters)
