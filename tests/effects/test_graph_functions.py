"""What `tf.compat.v1` alone has, and is said to carry, does: measured with one example each."""

from __future__ import annotations

import pytest

from gradcheck.facts.interpreter.transfer.graph_functions import CARRYING

EXAMPLES = {
    "nn.xw_plus_b": "xw_plus_b(x, tf.ones([4, 2]), tf.ones([2]))",
    "losses.absolute_difference": "absolute_difference(y, x)",
    "losses.compute_weighted_loss": "compute_weighted_loss(x)",
    "losses.hinge_loss": "hinge_loss(y, x)",
    "losses.huber_loss": "huber_loss(y, x)",
    "losses.log_loss": "log_loss(y, tf.sigmoid(x))",
    "losses.mean_pairwise_squared_error": "mean_pairwise_squared_error(y, x)",
    "losses.sigmoid_cross_entropy": "sigmoid_cross_entropy(y, x)",
    "losses.softmax_cross_entropy": "softmax_cross_entropy(y, x)",
    "losses.sparse_softmax_cross_entropy": "sparse_softmax_cross_entropy(tf.constant([1, 0, 2]), x)",
}


def test_each_has_an_example():
    assert EXAMPLES.keys() == set(CARRYING.values())


@pytest.mark.tf
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_gradient_arrives(name):
    import tensorflow as tf

    weight = tf.Variable([[0.3, 0.1, -0.2, 0.4], [0.2, -0.5, 0.1, 0.3], [0.6, 0.2, 0.1, -0.3]])
    place = tf.compat.v1.nn if name.startswith("nn.") else tf.compat.v1.losses
    known = {"tf": tf, "y": tf.constant([[0.0, 1.0, 0.0, 0.0]] * 3)}
    with tf.GradientTape() as tape:
        known["x"] = weight * 1.0
        known[name.rpartition(".")[2]] = getattr(place, name.rpartition(".")[2])
        loss = tf.reduce_sum(eval(EXAMPLES[name], known))
    gradient = tape.gradient(loss, weight)
    assert gradient is not None
    assert tf.reduce_any(gradient != 0)
