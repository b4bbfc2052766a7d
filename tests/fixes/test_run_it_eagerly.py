"""A step whose graph keeps what it read first runs without one."""

from __future__ import annotations

from fixing import each_changes

TEXT = """import tensorflow as tf


class Trainer:
    def __init__(self):
        self.body = tf.keras.layers.Dense(4, name="body")
        self.extra = tf.keras.layers.Dense(1, name="extra")
        self.with_extra = False
        self.optimizer = tf.keras.optimizers.SGD(0.1)

{}
    def step(self, x):
        with tf.GradientTape() as tape:
            hidden = self.body(x)
            loss = tf.reduce_mean(tf.square(hidden))
            if self.with_extra:
                loss += tf.reduce_mean(tf.square(self.extra(hidden) - 1.0))
        variables = self.body.trainable_variables + self.extra.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))


x = tf.random.normal([8, 3])
trainer = Trainer()
trainer.extra(trainer.body(x))
for epoch in range(4):
    if epoch == 2:
        trainer.with_extra = True
    trainer.step(x)
"""
MADE = {
    "a_word": ("    @tf.function", "-    @tf.function\n"),
    "a_call": ("    @tf.function(reduce_retracing=True)", "-    @tf.function(reduce_retracing=True)\n"),
}
COMPILED = """import re

import tensorflow as tf


class Regularized(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = tf.keras.layers.Dense(4, name="body")
        self.extra = tf.keras.layers.Dense(1, name="extra")
        self.with_extra = False

    def call(self, x):
        return self.extra(self.body(x))

    def train_step(self, data):
        with tf.GradientTape() as tape:
            hidden = self.body(data)
            loss = tf.reduce_mean(tf.square(hidden))
            if self.with_extra:
                loss += tf.reduce_mean(tf.square(self.extra(hidden) - 1.0))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {{"loss": loss}}


class Later(tf.keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.model.with_extra = epoch > 1


x = tf.random.normal([8, 3])
model = Regularized()
model(x)
{}
model.fit(x, epochs=4, batch_size=4, callbacks=[Later()], verbose=0)
"""
SAID = {
    "beside_a_pattern": (
        'WORD = re.compile("[a-z]+")\nmodel.compile("sgd")',
        '-model.compile("sgd")\n+model.compile("sgd", run_eagerly=True)\n',
    ),
    "the_last_argument": (
        'model.compile("sgd")',
        '-model.compile("sgd")\n+model.compile("sgd", run_eagerly=True)\n',
    ),
}

test_changes = each_changes(MADE, TEXT.format)
test_says_so_to_keras = each_changes(SAID, COMPILED.format)
