"""Uses the probe inside one process, and prints as JSON what it saw and what it left behind."""

from __future__ import annotations

import json
import random

import numpy as np
import tensorflow as tf

import gradcheck.probe as gradcheck

layers = tf.keras.layers
x = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
y = x[:, :1]


class Cut(layers.Layer):
    def build(self, shape):
        self.kept = self.add_weight(name="kept", shape=(4,), initializer="ones")
        self.lost = self.add_weight(name="lost", shape=(4,), initializer="ones")
        super().build(shape)

    def call(self, inputs):
        return inputs * self.kept + tf.stop_gradient(self.lost)


def model(cut, *, compiled):
    made = tf.keras.Sequential(
        [layers.Input((4,)), *([Cut()] if cut else []), layers.BatchNormalization(), layers.Dense(1)]
    )
    if compiled:
        made.compile("adam", "mse", metrics=["mae"])
        made.train_on_batch(x, y)
    return made


def state(net):
    optimizer = getattr(net, "optimizer", None)
    slots = getattr(optimizer, "variables", []) if optimizer else []
    slots = slots() if callable(slots) else slots
    metrics = [v for m in net.metrics for v in m.variables]
    values = [v.numpy().tolist() for v in [*net.variables, *slots, *metrics]]
    flags = [tf.config.functions_run_eagerly(), net.trainable, id(optimizer)]
    hooks = [tf.GradientTape.gradient is TAPE, tf.Variable.__init__ is INIT]
    return json.dumps([values, flags, hooks])


def draws():
    return [
        random.random(),
        float(np.random.rand()),
        float(tf.random.normal([])),
        float(layers.Dropout(0.5)(tf.ones([9]), training=True)[0]),
    ]


def left_alone(net, act):
    """Whether `act` changes nothing of the model, nor the numbers that are drawn next."""
    tf.keras.utils.set_random_seed(3)
    draws()
    expected = draws()
    tf.keras.utils.set_random_seed(3)
    draws()
    before = state(net)
    act()
    after = state(net)
    return [before == after, draws() == expected]


def statuses(probe):
    return {v.variable.path.split("/")[-1].split(":")[0]: v.status.value for v in probe.verdicts}


def raised(act):
    try:
        act()
    except AssertionError as error:
        return str(error)
    return ""


TAPE, INIT = tf.GradientTape.gradient, tf.Variable.__init__
good, bad, plain = model(False, compiled=True), model(True, compiled=True), model(True, compiled=False)
seen = {}
said = {
    "good": statuses(gradcheck(good, x, y)),
    "bad": statuses(gradcheck(bad, x, y)),
    "own loss": statuses(
        gradcheck(plain, x, y, lambda labels, outputs: tf.reduce_mean((labels - outputs) ** 2))
    ),
    "no loss": statuses(gradcheck(plain, x)),
    "good asserts": raised(lambda: gradcheck.assert_gradients(good, x, y)),
    "bad asserts": raised(lambda: gradcheck.assert_gradients(bad, x, y)),
    "compiled left alone": left_alone(bad, lambda: gradcheck(bad, x, y)),
    "plain left alone": left_alone(plain, lambda: gradcheck(plain, x)),
    "trains afterwards": float(good.fit(x, y, epochs=1, verbose=0).history["loss"][0]) > 0,
}
with gradcheck.watching() as watched:
    bad.fit(x, y, epochs=2, batch_size=16, verbose=0)
said["watched"] = statuses(watched.probe)
lines = []
spy = gradcheck.callback(every=2, warn=lines.append)
fresh = model(True, compiled=True)
fresh.fit(x, y, epochs=2, batch_size=8, verbose=0, callbacks=[spy])
said["callback"] = statuses(spy.probe)
said["callback warned"] = lines
said["hooks back"] = json.loads(state(fresh))[2]
print(json.dumps(said))
