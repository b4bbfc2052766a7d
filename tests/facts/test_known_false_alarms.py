"""Programs whose every variable gets its gradient, and that once were met with a finding."""

from __future__ import annotations

import pytest

from tests.facts.marked import check
from tests.facts.programs import found

SILENT = {
    "the kernel of a layer, by name": """
x = tf.random.normal((4, 3))
dense = layers.Dense(2, activation="relu")
with tf.GradientTape(persistent=True) as tape:
    y = dense(x)
print(tape.gradient(y, dense.kernel), tape.jacobian(y, dense.kernel))
""",
    "the kernel of a model's layer": """
model = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(4), layers.Dense(1)])
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(model(tf.ones((4, 3))) ** 2)
print(tape.gradient(loss, model.layers[-1].kernel))
""",
    "kernel and bias, updated by hand": """
dense = layers.Dense(2)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(dense(tf.ones((4, 3))) ** 2)
kernel, bias = tape.gradient(loss, [dense.kernel, dense.bias])
dense.kernel.assign_sub(0.1 * kernel)
dense.bias.assign_sub(0.1 * bias)
""",
    "one of several outputs, taken after the tape": """
def step(model, optimizer, batch):
    with tf.GradientTape() as tape:
        out = model(batch)
    grads = tape.gradient(out[1], model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
""",
    "a dict of losses, read after the tape": """
class Trainer:
    def __init__(self, model, optimizer):
        self.model = model
        self.optimizer = optimizer

    def step(self, batch):
        with tf.GradientTape() as tape:
            _, terms = self.model(batch, training=True)
        grads = tape.gradient(terms.get("sum"), self.model.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.model.trainable_variables))
        return terms
""",
    "a tape in a helper, a loop in its caller": """
import numpy as np

policy = tf.keras.Sequential([layers.Input((3,)), layers.Dense(3)])
optimizer = tf.keras.optimizers.Adam(1e-3)


def update(obs):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(policy(obs) - 1.0))
    grads = tape.gradient(loss, policy.trainable_variables)
    optimizer.apply_gradients(zip(grads, policy.trainable_variables))


obs = np.zeros((4, 3), "float32")
for step in range(5):
    update(obs)
    obs = obs + policy(obs).numpy()
""",
    "a variable, if it is one": """
class Agent:
    def __init__(self, temperature="auto"):
        if temperature == "auto":
            self.log_alpha = tf.Variable(0.0)
        else:
            self.log_alpha = tf.math.log(temperature)
        self.optimizer = tf.keras.optimizers.SGD(0.1)

    def learn(self, log_probs):
        if isinstance(self.log_alpha, tf.Variable):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(-tf.exp(self.log_alpha) * (log_probs + 1.0))
            grads = tape.gradient(loss, [self.log_alpha])
            self.optimizer.apply_gradients(zip(grads, [self.log_alpha]))


agent = Agent()
agent.learn(tf.constant([0.2, 0.4]))
""",
    "a head that is refined round by round, and called from outside": """
class Decoder(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.mix = [layers.Dense(4) for _ in range(2)]
        self.box_head = layers.Dense(4)

    def call(self, x, boxes):
        seen = [boxes]
        for layer in self.mix:
            x = layer(tf.concat([x, boxes], axis=-1))
            boxes = tf.stop_gradient(tf.sigmoid(self.box_head(x) + boxes))
            seen.append(boxes)
        return x, tf.stack(seen[:-1], axis=1)
""",
    "first-order meta-learning": """
model = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(1)])
copy = tf.keras.models.clone_model(model)
optimizer = tf.keras.optimizers.Adam()
for task in range(4):
    copy.set_weights(model.get_weights())
    x = tf.random.normal((8, 3))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(copy(x)))
    grads = tape.gradient(loss, copy.trainable_variables)
    for variable, gradient in zip(copy.trainable_variables, grads):
        variable.assign_sub(0.1 * gradient)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(copy(x)))
    grads = tape.gradient(loss, copy.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
""",
    "a target network": """
class Agent:
    def __init__(self):
        self.q = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(2)])
        self.target = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(2)])
        self.target.set_weights(self.q.get_weights())
        self.optimizer = tf.keras.optimizers.Adam()

    def update(self, x, y):
        with tf.GradientTape() as tape:
            wanted = y + 0.9 * tf.reduce_max(self.target(x), axis=-1)
            loss = tf.reduce_mean(tf.square(wanted - tf.reduce_max(self.q(x), axis=-1)))
        grads = tape.gradient(loss, self.q.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.q.trainable_variables))


agent = Agent()
for _ in range(3):
    agent.update(tf.ones((4, 3)), tf.ones((4,)))
    agent.target.set_weights(agent.q.get_weights())
""",
    "the image that activations of another model are maximised for": """
inputs = tf.keras.Input((8, 8, 3))
first = layers.Conv2D(4, 3, name="first")(inputs)
classifier = tf.keras.Model(inputs, layers.Dense(3)(layers.Flatten()(first)))
dreamer = tf.keras.Model(inputs, [classifier.get_layer(name).output for name in ("first",)])


def octave(start):
    image = tf.Variable(start, name="canvas")
    for _ in range(3):
        with tf.GradientTape() as tape:
            loss = 0.0
            for weight, seen in zip([0.5], dreamer(image[None])):
                loss += weight * tf.reduce_mean(tf.square(seen))
        image.assign(image + 0.1 * tape.gradient(loss, image))
    return image.numpy()
""",
    "a model that is built in the constructor from parts of another": """
class Pool(layers.Layer):
    def __init__(self):
        super().__init__()
        self.project = layers.Dense(4)

    def call(self, features):
        return self.project(features)


class Segmenter(tf.keras.Model):
    def __init__(self, backbone, **kwargs):
        features = backbone(backbone.input)
        pooled = Pool()(features["P5"])
        outputs = layers.UpSampling2D(8)(pooled)
        super().__init__(inputs=backbone.input, outputs=layers.Dense(1)(outputs), **kwargs)
""",
    "a trainer that shows its metrics": """
class Trainer(tf.keras.Model):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
        self.head = layers.Dense(4)
        self.loss_metric = tf.keras.metrics.Mean(name="loss")

    @property
    def metrics(self):
        return [self.loss_metric]

    def train_step(self, data):
        with tf.GradientTape() as tape:
            loss = self.compiled_loss(self.head(self.encoder(data)))
        variables = self.encoder.trainable_weights + self.head.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        self.loss_metric.update_state(loss)
        return {metric.name: metric.result() for metric in self.metrics}
""",
    "a variable that a method of the model sets": """
class Adjusted(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.level = tf.Variable(1.0)

    def call(self, x):
        return x * self.level

    def set_level(self, level):
        self.level.assign(level)
""",
    "a counter that the config tells of": """
class Counted(layers.Layer):
    def build(self, shape):
        self.gain = self.add_weight(name="gain", shape=(3,))
        self.steps = self.add_weight(name="steps", shape=())

    def call(self, x):
        return x * self.gain

    def get_config(self):
        return {"steps": float(self.steps)}
""",
}


@pytest.mark.parametrize("program", SILENT.values(), ids=SILENT)
def test_it_is_silent(program: str) -> None:
    check(program, "")


GRAPH_MODE = """
{first}

class L(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(3,))
        self.s = tf.exp(self.w)

    def call(self, x):
        return x * self.s
"""


def test_one_graph_computes_nothing_just_once():
    assert found(GRAPH_MODE.format(first="tf.compat.v1.disable_v2_behavior()")) == []
    assert found(GRAPH_MODE.format(first="")) == [("GC101", "self.s = tf.exp(self.w)", "w")]


UNFINISHED = """
class L(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(3,))

    def call(self, x):
        {body}
"""


def test_what_heirs_are_to_write_is_no_call():
    weight = 'self.w = self.add_weight(name="w", shape=(3,))'
    assert found(UNFINISHED.format(body="raise NotImplementedError")) == []
    assert found(UNFINISHED.format(body="return x")) == [("GC501", weight, "w")]


CONSTRUCTED = """
class L(layers.Layer):
    def __init__(self, kind, config):
        super().__init__()
        self.kind = kind
        self.config = config

    def build(self, shape):
        if isinstance(self.kind, layers.Layer):
            self.inner = self.kind
        else:
            self.inner = self.kind({given})

    def call(self, x):
        return self.inner(x)

mixing = layers.Dense(3, name="mixing")
model = L(mixing, {{}})
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(model(tf.ones((2, 3))))
tape.gradient(loss, model.trainable_variables)
"""


@pytest.mark.parametrize("given", ["", "**self.config", "units=3"])
def test_a_class_or_a_layer_is_constructed_or_kept(given):
    assert found(CONSTRUCTED.format(given=given)) == []
