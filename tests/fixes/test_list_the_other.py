"""A forgotten value takes the place of one that is listed twice."""

from __future__ import annotations

import pytest
from fixing import made_at

from gradcheck.fix.fixes import list_the_other

JOINED = """\
def call(self, x):
    a = self.left(x)
    b = self.right(x)
    {more}
    return {listed}
"""


def made(listed: str, more: str = "b = tf.nn.relu(b)") -> str | None:
    after = made_at(list_the_other, JOINED.format(listed=listed, more=more), "self.right(x)")
    return after and after.splitlines()[-1].strip()


@pytest.mark.parametrize(
    ("listed", "wanted"),
    [
        ("tf.concat([a, a], axis=-1)", "return tf.concat([a, b], axis=-1)"),
        ("self.sample((a, a))", "return self.sample((a, b))"),
        ("self.merge(a, a)", "return self.merge(a, b)"),
        ("a, a", "return a, b"),
    ],
)
def test_lists_it(listed: str, wanted: str) -> None:
    assert made(listed) == wanted


def test_of_two_places_the_one_that_the_finding_is_about() -> None:
    text = JOINED.format(listed="self.fit(x, x)", more="x = self.sample([a, a])")
    after = made_at(list_the_other, text, "[a, a]")
    assert after and "self.sample([a, b])" in after and "self.fit(x, x)" in after


@pytest.mark.parametrize(
    ("listed", "more"),
    [
        ("tf.concat([a, x], axis=-1)", "pass"),
        ("tf.concat([a, a], axis=-1) * b", "pass"),
        ("tf.concat([a, a], axis=-1)", "c = self.third(x)"),
        ("tf.concat([a, a], axis=-1) + tf.concat([x, x], axis=-1)", "pass"),
        ("tf.concat([a, a, a], axis=-1)", "pass"),
        ("tf.concat([a, a], axis=-1)", "for b in range(3): b = self.right(b)"),
    ],
)
def test_declines(listed: str, more: str) -> None:
    assert made(listed, more) is None
