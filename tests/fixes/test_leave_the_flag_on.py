"""A flag that nothing needs goes."""

from __future__ import annotations

import pytest
from fixing import changes, offered

from gradcheck.fix.fixes import leave_the_flag_on

TEXT = """import tensorflow as tf

critic = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1)])
critic.trainable = False
optimizer = tf.keras.optimizers.SGD(0.1)
{more}for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(critic(tf.ones([8, 3])))
    gradients = tape.gradient(loss, critic.trainable_variables)
    optimizer.apply_gradients(zip(gradients, critic.trainable_variables))
"""


def test_the_line_goes():
    assert changes(TEXT.format(more="")) == "-critic.trainable = False\n"


def test_what_is_said_above_it_stays():
    text = TEXT.format(more="").replace("critic.trainable", "# both\ncritic.trainable", 1)
    assert changes(text) == "-critic.trainable = False\n"


@pytest.mark.parametrize(
    "more", ['critic.compile("sgd", "mse")\n', "critic.fit(tf.ones([8, 3]), tf.ones([8, 1]))\n"]
)
def test_a_flag_that_a_compiled_model_may_need_stays(more):
    assert not any(offered(leave_the_flag_on, TEXT.format(more=more)))
