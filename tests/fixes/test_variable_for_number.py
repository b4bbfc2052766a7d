"""A number that a graph keeps becomes a variable that is assigned to."""

from __future__ import annotations

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import variable_for_number

TEXT = """import tensorflow as tf


class Regularized(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = tf.keras.layers.Dense(4, name="body")
        self.extra = tf.keras.layers.Dense(1, name="extra")
        self.beta = 0.0

    def call(self, x):
        return self.extra(self.body(x))

    def train_step(self, data):
        with tf.GradientTape() as tape:
            hidden = self.body(data)
            loss = tf.reduce_mean(tf.square(hidden))
            loss += self.beta * tf.reduce_mean(tf.square(self.extra(hidden) - 1.0))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {{"loss": loss}}


class WarmUp(tf.keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        {}


x = tf.random.normal([8, 3])
model = Regularized()
model(x)
model.compile("sgd")
model.fit(x, epochs=4, batch_size=4, callbacks=[WarmUp()], verbose=0)
"""
BORN = "-        self.beta = 0.0\n+        self.beta = tf.Variable(0.0, trainable=False)\n"
MADE = {
    "set": (
        "self.model.beta = epoch / 4",
        f"{BORN}-        self.model.beta = epoch / 4\n+        self.model.beta.assign(epoch / 4)\n",
    ),
    "raised": (
        "if epoch > 1:\n            self.model.beta = 0.5\n            self.model.beta += 0.25",
        (
            f"{BORN}-            self.model.beta = 0.5\n-            self.model.beta += 0.25\n"
            "+            self.model.beta.assign(0.5)\n+            self.model.beta.assign_add(0.25)\n"
        ),
    ),
}
DECLINED = {
    "scaled": "self.model.beta = epoch / 4\n        self.model.beta *= 1.5",
    "one_of_two": "self.model.beta, self.last = epoch / 4, epoch",
}

test_changes = each_changes(MADE, TEXT.format)
test_declines = each_is_declined(variable_for_number, DECLINED, TEXT.format)
