"""Uses the probe inside one process, and prints as JSON what it saw and what it left behind."""

from __future__ import annotations

import json
import random
import sys
import warnings

import numpy as np
import tensorflow as tf
from starving import AllCut, Captured, LateZero, Rounded

import gradcheck

layers = tf.keras.layers
x = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
y = x[:, :1]


class Unbuilt(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.cut = Captured()
        self.head = layers.Dense(1)

    def call(self, inputs):
        return self.head(self.cut(inputs))


class OwnStep(tf.keras.Model):
    def __init__(self, *inner):
        super().__init__()
        self.inner = [*inner, layers.Dense(1)]

    def call(self, inputs):
        for layer in self.inner:
            inputs = layer(inputs)
        return inputs

    def train_step(self, data):
        features, labels = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self(features, training=True) - labels) ** 2)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        return {"loss": loss}


def own_step(*inner):
    made = OwnStep(*inner)
    made.compile("adam")
    made.fit(x, y, verbose=0)
    return made


def model(*inner, compiled):
    made = tf.keras.Sequential(
        [layers.Input((4,)), *[layer() for layer in inner], layers.BatchNormalization(), layers.Dense(1)]
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
    return json.dumps([values, flags, hooks()])


def hooks():
    return [tf.GradientTape.gradient is TAPE, tf.Variable.__init__ is INIT]


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


def statuses(report):
    return {v.variable.path.split("/")[-1].split(":")[0]: v.status.value for v in report.verdicts}


def findings(report):
    return [
        [one.rule, one.location.path, one.location.line, list(one.variables), one.evidence.value]
        for one in report.findings
    ]


def births(report):
    names = {v.variable.path.split("/")[-1].split(":")[0]: v.variable.birth for v in report.verdicts}
    return {name: [birth.path, birth.line] for name, birth in names.items() if birth}


def raised(act):
    try:
        act()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def fitted(net, **how):
    """What a callback saw of a training, and what it warned of."""
    spy = gradcheck.callback(**how)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        net.fit(x, y, epochs=2, batch_size=8, verbose=0, callbacks=[spy])
    ours = [one for one in caught if one.category is gradcheck.GradientWarning]
    said = [f"{one.filename}:{one.lineno}: {one.message}" for one in ours]
    return spy.report, said


def all_cut():
    """What a fit raises in which no variable gets a gradient, and what the callback says if it is to warn."""
    starved = tf.keras.Sequential([tf.keras.layers.Input((4,)), AllCut()])
    starved.compile("sgd", "mse")

    def told(looking):
        said = raised(lambda: starved.fit(x, x, verbose=0, callbacks=[looking]))
        assert starved.train_function is None
        return [said, findings(looking.report)]

    strictly = told(gradcheck.callback(on_cut="raise"))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        mildly = told(gradcheck.callback())
    lines = [f"{one.filename}:{one.lineno}" for one in caught if "GC101" in str(one.message)]
    return [*strictly, *mildly], lines


def of_unknown_length():
    """One batch of data that does not say where it ends, three times: an end is no step."""
    rows = tf.TensorSpec((4,)), tf.TensorSpec((1,))
    data = tf.data.Dataset.from_generator(lambda: zip(x[:8], y[:8], strict=True), output_signature=rows)
    looking = gradcheck.callback(on_cut="raise")
    model(LateZero, compiled=True).fit(data.batch(8), epochs=3, verbose=0, callbacks=[looking])
    return findings(looking.report)


def misfit():
    """What has nothing to do with gradients is raised as it is."""
    sound = model(compiled=False)
    sound.compile("sgd", refuse)
    looking = gradcheck.callback(on_cut="raise")
    return raised(lambda: sound.fit(x, y, verbose=0, callbacks=[looking]))


def refuse(labels, outputs):
    raise ValueError("it is too late")


def distributed():
    """Two replicas, each step of which is watched."""
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    with strategy.scope():
        net = model(Captured, compiled=False)
        net.compile("sgd", "mse")
    return fitted(net, every=3)


def mixed():
    """The loss is scaled, and the first steps overflow."""
    tf.keras.mixed_precision.set_global_policy("mixed_float16")
    net = model(Rounded, compiled=False)
    tf.keras.mixed_precision.set_global_policy("float32")
    net.compile(tf.keras.mixed_precision.LossScaleOptimizer(tf.keras.optimizers.Adam()), "mse")
    return fitted(net)


def cost():
    """Operations that a step runs, without us, and with us once the first steps are over."""
    ran = []
    original = tf.GradientTape.gradient

    class Count(tf.keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            step = self.model.train_function
            own = getattr(step, "__closure__", None)
            ran.append([tf.GradientTape.gradient is original, own is not None])

    net = model(compiled=True)
    net.fit(x, y, epochs=1, batch_size=4, verbose=0, callbacks=[gradcheck.callback(), Count()])
    return [row[0] for row in ran]


TAPE, INIT = tf.GradientTape.gradient, tf.Variable.__init__
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)
good, bad, plain = (
    model(compiled=True),
    model(Captured, Rounded, compiled=True),
    model(Captured, compiled=False),
)
said = {}
report = gradcheck.probe(bad, x, y)
said["bad"], said["found"], said["births"] = statuses(report), findings(report), births(report)
said["text"], said["json"], said["html"] = str(report), json.loads(report.to_json()), report._repr_html_()
said["ok"] = [report.ok, gradcheck.probe(good, x, y).ok]
said["good"] = statuses(gradcheck.probe(good, x, y))
squared = gradcheck.probe(plain, x, y, lambda labels, outputs: tf.reduce_mean((labels - outputs) ** 2))
said["own loss"], said["no loss"] = findings(squared), findings(gradcheck.probe(plain, x))
said["own step"] = findings(gradcheck.probe(own_step(Rounded()), x, y))
sound = own_step()
said["own step is ok"] = gradcheck.probe(sound, x, y).ok
said["own step left alone"] = left_alone(sound, lambda: gradcheck.probe(sound, x, y))
unbuilt = Unbuilt()
first = gradcheck.probe(unbuilt, x, y, tf.keras.losses.mse)
values = [v.numpy().tolist() for v in unbuilt.variables]
again = gradcheck.probe(unbuilt, x, y, tf.keras.losses.mse)
said["unbuilt"] = [findings(first), findings(again)]
said["unbuilt left alone"] = values == [v.numpy().tolist() for v in unbuilt.variables]
said["good asserts"] = raised(lambda: gradcheck.assert_gradients(good, x, y))
said["bad asserts"] = raised(lambda: gradcheck.assert_gradients(bad, x, y))
said["compiled left alone"] = left_alone(bad, lambda: gradcheck.probe(bad, x, y))
said["plain left alone"] = left_alone(plain, lambda: gradcheck.probe(plain, x))
said["trains afterwards"] = float(good.fit(x, y, epochs=1, verbose=0).history["loss"][0]) > 0
said["refused"] = [
    raised(lambda: gradcheck.probe(good, tf.data.Dataset.from_tensor_slices((x, y)).batch(4))),
    raised(lambda: gradcheck.probe(good, (one for one in [x]))),
    raised(lambda: gradcheck.probe(Unbuilt, x)),
    raised(lambda: gradcheck.probe(len, x)),
    raised(lambda: gradcheck.probe("model", x)),
    raised(lambda: gradcheck.probe(good, x, y, "mse")),
    raised(lambda: gradcheck.probe(good, x, y, tf.keras.losses.MeanSquaredError)),
    raised(lambda: gradcheck.probe(good, x, y, steps=0)),
]
with gradcheck.watching(bad) as watched:
    bad.fit(x, y, epochs=2, batch_size=16, verbose=0)
said["watched"] = findings(watched.report)
with gradcheck.watching() as watched:
    fresh = model(Captured, compiled=True)
said["watched from the start"] = findings(watched.report)
report, lines = fitted(model(Captured, compiled=True), every=2)
said["callback"], said["callback warned"] = findings(report), lines
said["late zero"] = [
    findings(fitted(model(LateZero, compiled=True))[0]),
    fitted(model(LateZero, compiled=True))[1],
]
strict = gradcheck.callback(on_cut="raise")
fails = model(Captured, compiled=True)
said["raises"] = raised(lambda: fails.fit(x, y, batch_size=8, verbose=0, callbacks=[strict]))
said["hooks after raising"] = hooks()
said["all cut"], said["all cut warned"] = all_cut()
said["data that ends"], said["data that does not fit"] = of_unknown_length(), misfit()
said["silent"] = cost()
report, lines = distributed()
said["distributed"] = [findings(report), len(lines)]
report, lines = mixed()
said["mixed"] = [findings(report), len(lines)]
said["hooks back"] = hooks()
if len(sys.argv) > 1:
    fitted(model(Captured, compiled=True), every=2, logdir=sys.argv[1])
print(json.dumps(said))
