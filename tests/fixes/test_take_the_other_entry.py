"""Two entries of what a function is handed are compared with each other."""

from __future__ import annotations

import pytest
from fixing import made_at

from gradcheck.fix.fixes import take_the_other_entry


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tf.abs(t[0] - t[0])", "tf.abs(t[0] - t[1])"),
        ("tf.square(pair[1] - pair[1])", "tf.square(pair[1] - pair[0])"),
        ("t[0] - t[0]", "t[0] - t[1]"),
    ],
)
def test_becomes(before: str, after: str) -> None:
    text = f"layer = Lambda(lambda t: {before})\n"
    assert made_at(take_the_other_entry, text, before) == f"layer = Lambda(lambda t: {after})\n"


@pytest.mark.parametrize("code", ["t[0] - t[1]", "t[0] + t[0]", "t - t", "t[2] - t[2]", "t[i] - t[i]"])
def test_declines(code: str) -> None:
    assert made_at(take_the_other_entry, f"layer = Lambda(lambda t: {code})\n", code) is None
