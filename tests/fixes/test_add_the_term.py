"""A computed term joins the loss."""

from __future__ import annotations

from textwrap import indent

from fixing import changes, each_changes, each_is_declined, offered

from gradcheck.fix.fixes import add_the_term


def two_heads(lines: str) -> str:
    """A tape around a model with two outputs and around these lines."""
    return f"""import tensorflow as tf

inputs = tf.keras.Input([3])
model = tf.keras.Model(
    inputs, [tf.keras.layers.Dense(1, name="cost")(inputs), tf.keras.layers.Dense(1, name="fraud")(inputs)]
)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
with tf.GradientTape() as tape:
    costs, frauds = model(x)
    loss = tf.reduce_mean(tf.square(costs - y))
{indent(lines, "    ")}
gradients = tape.gradient(loss, model.trainable_variables)
"""


REPAIRED = {
    "to a loss computed before": (
        "fraud_loss = tf.reduce_mean(tf.square(frauds - y))",
        """\
+    loss += fraud_loss
""",
    ),
}
DECLINED = {
    "no term of a loss": "accuracy = tf.reduce_mean(tf.square(frauds - y))",
}

test_it_is_repaired = each_changes(REPAIRED, two_heads)
test_it_is_declined = each_is_declined(add_the_term, DECLINED, two_heads)


def test_one_of_what_a_model_gives_back():
    text = two_heads("pass").replace("costs, frauds", "costs, kl")
    assert (
        changes(text)
        == """-    loss = tf.reduce_mean(tf.square(costs - y))
+    loss = tf.reduce_mean(tf.square(costs - y)) + kl
"""
    )
    assert offered(add_the_term, text.replace("kl", "frauds")) == [None] * 1
    assert offered(add_the_term, text.replace("costs, kl =", "kl, penalty =")) == [None] * 1
