"""A cell returns its new state."""

from __future__ import annotations

import pytest
from fixing import made_at

from gradcheck.fix.fixes import return_the_new_state

CELL = """\
class Cell(Layer):
    def call(self, x, states):
        new = tf.tanh(x @ self.kernel + {read} @ self.recurrent)
        {returned}
"""


def made(read: str, returned: str) -> str | None:
    after = made_at(return_the_new_state, CELL.format(read=read, returned=returned), returned)
    return after and after.splitlines()[-1].strip()


def test_gives_back_what_it_computed() -> None:
    assert made("states[0]", "return new, states") == "return new, [new]"


@pytest.mark.parametrize(
    ("read", "returned"),
    [
        ("states[0]", "return new, [new]"),
        ("states[0] * states[1]", "return new, states"),
        ("self.mix(states)", "return new, states"),
        ("states[0]", "return tf.nn.relu(new), states"),
    ],
)
def test_declines(read: str, returned: str) -> None:
    assert made(read, returned) is None


LEAKY = """\
class Cell(Layer):
    def call(self, x, states):
        prev = states[0]
        new = {new}
        return new, [prev]
"""


def test_a_state_in_a_list() -> None:
    new = "0.7 * prev + 0.3 * tf.tanh(x @ self.kernel + prev @ self.recurrent)"
    after = made_at(return_the_new_state, LEAKY.format(new=new), "new, [prev]")
    assert after and after.splitlines()[-1].strip() == "return new, [new]"


@pytest.mark.parametrize("new", ["tf.concat([x, prev], -1)", "x @ self.kernel + prev @ self.recurrent"])
def test_declines_an_output_that_may_be_no_state(new: str) -> None:
    assert made_at(return_the_new_state, LEAKY.format(new=new), "new, [prev]") is None
