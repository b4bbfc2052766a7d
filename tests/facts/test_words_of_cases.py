"""What is said of a case fits the case: the sentence, and what to do."""

from __future__ import annotations

import pytest

from gradcheck.config.options import Options
from gradcheck.lint import lint_text
from tests.facts.marked import HEAD

LAYER = """

class Net(layers.Layer):
    def __init__(self):
        super().__init__()
        self.score = layers.Dense({units})

    def call(self, x):
        scores = self.score(x)
        {lines}


model = tf.keras.Sequential([tf.keras.Input((5, 3)), Net()])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 5, 3]), tf.zeros([8, 5, 1]))
"""
CASES = {
    "a difference with itself": (
        (4, "return tf.exp(scores - tf.identity(scores)) * tf.reduce_mean(x)"),
        "takes back what it is made of",
        "tf.stop_gradient",
    ),
    "a softmax over one": (
        (1, "return tf.nn.softmax(scores) * x"),
        "is the same for every input",
        "an axis longer than one for a softmax",
    ),
    "the places of a top k": (
        (4, "_, places = tf.math.top_k(scores, k=1)\n        return tf.gather(x, places, batch_dims=2)"),
        "the places that `tf.math.top_k(scores, k=1)` gives have no derivative",
        "multiply what is picked by a smooth function of its score",
    ),
    "the largest": (
        (4, "return tf.one_hot(tf.argmax(scores, axis=-1), 4)"),
        "has no derivative",
        "Use a smooth counterpart",
    ),
}


@pytest.mark.parametrize(("made", "said", "advice"), CASES.values(), ids=CASES)
def test_a_case_has_words_of_its_own(made: tuple[int, str], said: str, advice: str) -> None:
    units, lines = made
    text = HEAD + LAYER.format(units=units, lines=lines)
    (finding,), errors = lint_text("program.py", text, Options(keras="both"))
    assert not errors and finding.variables == ("score",)
    assert said in finding.message and advice in finding.advice
