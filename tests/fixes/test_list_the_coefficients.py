"""Variables of a plain object are asked for besides the network's."""

from __future__ import annotations

from fixing import changes, each_is_declined

from gradcheck.fix.fixes import list_the_coefficients

FIT = """\
import tensorflow as tf


class Fit:
    def __init__(self):
        self.net = tf.keras.layers.Dense(1)
        self.rate = tf.Variable(-1.0, name="rate")
        self.optimizer = tf.keras.optimizers.SGD(0.1)

    def step(self, x):
        weights = self.net.trainable_variables
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self.net(x) * self.rate))
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))


fit = Fit()
x = tf.ones([4, 3])
fit.net(x)
for _ in range(3):
    fit.step(x)
"""
AT_MODULE_LEVEL = """\
import tensorflow as tf

net = tf.keras.layers.Dense(1)
rate = tf.Variable(-1.0, name="rate")
optimizer = tf.keras.optimizers.SGD(0.1)
x = tf.ones([4, 3])
net(x)
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(net(x) * rate))
    gradients = tape.gradient(loss, net.trainable_variables)
    optimizer.apply_gradients(zip(gradients, net.trainable_variables))
"""


def test_an_attribute_of_the_same_object():
    assert (
        changes(FIT)
        == """\
-        weights = self.net.trainable_variables
+        weights = self.net.trainable_variables + [self.rate]
"""
    )


def test_a_variable_of_the_module():
    assert (
        changes(AT_MODULE_LEVEL)
        == """\
-    gradients = tape.gradient(loss, net.trainable_variables)
-    optimizer.apply_gradients(zip(gradients, net.trainable_variables))
+    variables = net.trainable_variables + [rate]
+    gradients = tape.gradient(loss, variables)
+    optimizer.apply_gradients(zip(gradients, variables))
"""
    )


KEEPS = """\
class Kept:
    def __init__(self):
        self.rate = tf.Variable(-1.0, name="rate")


"""
KEPT_ELSEWHERE = (
    FIT.replace('self.rate = tf.Variable(-1.0, name="rate")', "self.kept = Kept()")
    .replace("* self.rate", "* self.kept.rate")
    .replace("class Fit:", KEEPS + "class Fit:")
)

test_declines = each_is_declined(list_the_coefficients, {"what another object keeps": KEPT_ELSEWHERE})
