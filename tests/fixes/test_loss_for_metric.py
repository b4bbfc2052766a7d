"""A metric that is used as a loss becomes one."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import loss_for_metric


def test_as_it_is_imported():
    text = """import tensorflow as tf

x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head = tf.keras.layers.Dense(1, name="head")
head(x)
from tensorflow.keras import losses, metrics

error = metrics.LogCoshError(name="error", dtype="float32")
with tf.GradientTape() as tape:
    loss = error(y, head(x))
gradients = tape.gradient(loss, head.trainable_variables)
"""
    assert (
        changes(text)
        == """-error = metrics.LogCoshError(name="error", dtype="float32")
+error = losses.LogCosh(name="error")
"""
    )


def test_updated_and_asked():
    text = """import tensorflow as tf

x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head = tf.keras.layers.Dense(1, name="head")
head(x)
error = tf.keras.metrics.MeanSquaredError()
with tf.GradientTape() as tape:
    error.update_state(y, head(x))
    loss = error.result()
gradients = tape.gradient(loss, head.trainable_variables)
"""
    assert (
        changes(text)
        == """-error = tf.keras.metrics.MeanSquaredError()
+error = tf.keras.losses.MeanSquaredError()
-    error.update_state(y, head(x))
-    loss = error.result()
+    loss = error(y, head(x))
"""
    )


def test_handed_to_a_model_of_ones_own():
    text = """import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.head = tf.keras.layers.Dense(1, name="head")

    def compile(self, optimizer, error):
        super().compile(optimizer)
        self.error = error

    def call(self, x):
        return self.head(x)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.error(y, self(x))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {"loss": loss}


net = Net()
net.compile("sgd", error=tf.keras.metrics.MeanSquaredError())
net.fit(tf.random.normal([8, 3]), tf.random.normal([8, 1]), verbose=0)
"""
    assert (
        changes(text)
        == """-net.compile("sgd", error=tf.keras.metrics.MeanSquaredError())
+net.compile("sgd", error=tf.keras.losses.MeanSquaredError())
"""
    )


def test_compiled_with():
    text = """import tensorflow as tf

from tensorflow.keras.metrics import MeanSquaredError

model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, name="head")])
model.compile("sgd", loss=MeanSquaredError())
model.fit(tf.ones([8, 3]), tf.ones([8, 1]), verbose=0)
"""
    assert (
        changes(text)
        == """-model.compile("sgd", loss=MeanSquaredError())
+model.compile("sgd", loss=tf.keras.losses.MeanSquaredError())
"""
    )


def test_declines_no_such_loss():
    text = """import tensorflow as tf

x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head = tf.keras.layers.Dense(1, name="head")
head(x)
error = tf.keras.metrics.RootMeanSquaredError()
with tf.GradientTape() as tape:
    loss = error(y, head(x))
gradients = tape.gradient(loss, head.trainable_variables)
"""
    assert offered(loss_for_metric, text) == [None] * 1


def test_declines_reported_elsewhere():
    text = """import tensorflow as tf

x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head = tf.keras.layers.Dense(1, name="head")
head(x)
error = tf.keras.metrics.MeanSquaredError()
with tf.GradientTape() as tape:
    loss = error(y, head(x))
gradients = tape.gradient(loss, head.trainable_variables)
print(error.result())
"""
    assert offered(loss_for_metric, text) == [None] * 1
