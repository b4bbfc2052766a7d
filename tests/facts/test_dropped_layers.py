"""Layers of a functional model whose value a helper's caller drops, or a loop replaces in every round."""

from __future__ import annotations

import pytest

from gradcheck.config.options import Options
from gradcheck.lint import lint_text
from tests.facts.marked import HEAD as MARKED
from tests.facts.marked import check

HELPER = """
def branch(x, name):
    x = layers.Dense(8, activation="relu", name=name + "_hidden")(x)
    return layers.Dense(4, name=name)(x)


photo, record = layers.Input([6]), layers.Input([3])
one = branch(photo, "photo")
other = branch(record, "record")
"""
MODEL = """
model = tf.keras.Model([photo, record], layers.Dense(1)(fused))
"""
LOOP = """
def stack(x, widths):
    {body}
    return layers.Dense(1)(h)


image = layers.Input([6])
model = tf.keras.Model(image, stack(image, [8, 12, 16]))
"""
LOST = {
    "every round begins with the same value": """for i, n in enumerate(widths):
        h = layers.Dense(n, name="width")(x)  # warning: width""",
    "a chain in every round": """for n in widths:
        h = layers.Dense(n, name="width")(layers.Dropout(0.1)(x))  # warning: width""",
}
KEPT = {
    "each round goes on": """h = x
    for n in widths:
        h = layers.Dense(n)(h)""",
    "each is put into a list": """heads = []
    for n in widths:
        h = layers.Dense(n)(x)
        heads.append(h)
    h = layers.Concatenate()(heads)""",
    "the first that fits": """for n in widths:
        h = layers.Dense(n)(x)
        if n > 8:
            break""",
    "one round": """for n in (8,):
        h = layers.Dense(n)(x)""",
}


def test_a_branch_of_a_helper_is_dropped_by_its_caller() -> None:
    program = HELPER + "fused = layers.Concatenate()([one, one])" + MODEL
    findings, errors = lint_text("program.py", MARKED + program, Options(keras="both"))
    assert [(one.rule, one.location.line, len(one.weights)) for one in findings] == [("GC503", 12, 2)]
    assert not errors


def test_a_branch_of_a_helper_that_is_used_is_kept() -> None:
    check(HELPER + "fused = layers.Concatenate()([one, other])" + MODEL, "")


@pytest.mark.parametrize("body", LOST.values(), ids=LOST)
def test_a_loop_keeps_its_last_layer_only(body: str) -> None:
    check(LOOP.format(body=body), "GC503")


@pytest.mark.parametrize("body", KEPT.values(), ids=KEPT)
def test_a_loop_that_keeps_its_layers(body: str) -> None:
    check(LOOP.format(body=body), "")


WHOLE = """
def block(x):
    features = layers.Dense(4)(x)
    return features, layers.Dense(4)(features)


def main(steps):
    inputs = layers.Input([3])
    features, _ = block(inputs)
    model = tf.keras.Model(inputs, layers.Dense(1)(features))
    model.compile("sgd", "mse")
    model.fit(tf.ones([8, 3]), tf.ones([8, 1]), epochs=steps)


main(1)
"""


def test_a_statement_that_builds_a_whole_model_drops_no_part_of_it() -> None:
    check(WHOLE, "GC503")
