"""What is said of a case fits the case: the sentence, and what to do."""

from __future__ import annotations

import pytest

from gradcheck.config.options import Options
from gradcheck.lint import lint_text
from tests.facts.marked import HEAD

LAYER = """

class Net(layers.Layer):
    def __init__(self):
        super().__init__()
        self.score = layers.Dense({units})

    def call(self, x):
        scores = self.score(x)
        {lines}


model = tf.keras.Sequential([tf.keras.Input((5, 3)), Net()])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 5, 3]), tf.zeros([8, 5, 1]))
"""
CASES = {
    "a difference with itself": (
        (4, "return tf.exp(scores - tf.identity(scores)) * tf.reduce_mean(x)"),
        "takes back what it is made of",
        "before the steps",
    ),
    "a softmax over one": (
        (1, "return tf.nn.softmax(scores) * x"),
        "is the same for every input",
        "along which the weights are to add up to one",
    ),
    "the places of a top k": (
        (4, "_, places = tf.math.top_k(scores, k=1)\n        return tf.gather(x, places, batch_dims=2)"),
        "the places that `tf.math.top_k(scores, k=1)` gives have no derivative",
        "multiply what is picked by a smooth function of its score",
    ),
    "the largest": (
        (4, "return tf.one_hot(tf.argmax(scores, axis=-1), 4)"),
        "has no derivative",
        "Use a smooth counterpart",
    ),
}


@pytest.mark.parametrize(("made", "said", "advice"), CASES.values(), ids=CASES)
def test_a_case_has_words_of_its_own(made: tuple[int, str], said: str, advice: str) -> None:
    units, lines = made
    text = HEAD + LAYER.format(units=units, lines=lines)
    (finding,), errors = lint_text("program.py", text, Options(keras="both"))
    assert not errors and finding.variables == ("score",)
    assert said in finding.message and advice in finding.advice


PROGRAMS = {
    "a critic that is off in a loop of one's own": (
        """
critic = tf.keras.Sequential([tf.keras.Input([3]), layers.Dense(1, name="critic")])
critic.trainable = False
optimizer = tf.keras.optimizers.Adam()
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(critic(tf.ones([8, 3])))
    gradients = tape.gradient(loss, critic.trainable_variables)
    optimizer.apply_gradients(zip(gradients, critic.trainable_variables))
""",
        "critic is not trained: `critic.trainable` is switched off",
        "Leave the flag alone: a step of one's own moves nothing but the variables",
    ),
    "missing labels that a mask is multiplied by": (
        """
def masked(y_true, y_pred):
    squared = tf.square(y_true - y_pred)
    return tf.reduce_sum(tf.cast(~tf.math.is_nan(y_true), tf.float32) * squared)
model = tf.keras.Sequential([tf.keras.Input([3]), layers.Dense(1, name="head")])
model.compile("sgd", masked)
model.fit(tf.ones([8, 3]), tf.ones([8, 1]))
""",
        "as soon as `tf.square(y_true - y_pred)` is not finite: zero times it is NaN",
        "Choose with tf.where, and make the argument safe as well",
    ),
    "missing labels that a mask takes out": (
        """
def masked(y_true, y_pred):
    squared = tf.square(y_true - y_pred)
    return tf.reduce_mean(tf.boolean_mask(squared, tf.math.is_finite(y_true)))
model = tf.keras.Sequential([tf.keras.Input([3]), layers.Dense(1, name="head")])
model.compile("sgd", masked)
model.fit(tf.ones([8, 3]), tf.ones([8, 1]))
""",
        "as soon as `tf.square(y_true - y_pred)` is not finite behind the mask",
        "Apply tf.boolean_mask to the arguments",
    ),
    "a second derivative": (
        """
net = tf.keras.Sequential([tf.keras.Input((1,)), layers.Dense(16, activation="relu"), layers.Dense(1)])
x = tf.random.uniform((32, 1))
for _ in range(3):
    with tf.GradientTape() as tape:
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                u = net(x)
            slope = inner.gradient(u, x)
        bend = outer.gradient(slope, x)
        loss = tf.reduce_mean(tf.square(bend + 1.0))
    gradients = tape.gradient(loss, net.trainable_variables)
    tf.keras.optimizers.Adam().apply_gradients(zip(gradients, net.trainable_variables))
""",
        'x gets a gradient of zero: `"relu"` leaves a second derivative nothing but zeros',
        "a smooth activation, such as tanh, softplus or swish",
    ),
    "a slope that rounds to zero": (
        """
far = tf.Variable(200.0, name="far")
optimizer = tf.keras.optimizers.SGD()
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.square(tf.sigmoid(far) - 0.5)
    optimizer.apply_gradients(zip(tape.gradient(loss, [far]), [far]))
""",
        "far gets a gradient of zero: `tf.sigmoid(far)` is saturated",
        "Scale what comes in",
    ),
    "an error in parts of the label": (
        """
import numpy as np
def relative(y_true, y_pred):
    return tf.reduce_mean(tf.abs((y_true - y_pred) / y_true), axis=-1)
model = tf.keras.Sequential([tf.keras.Input([3]), layers.Dense(3, name="head")])
model.compile("sgd", relative)
model.fit(tf.ones([4, 3]), np.eye(3)[[0, 2, 1, 2]].astype("float32"))
""",
        "as soon as `(y_true - y_pred) / y_true` divides by zero",
        "tf.math.divide_no_nan",
    ),
    "gradients that are clipped to one number": (
        """
gain = tf.Variable(1.5, name="gain")
optimizer = tf.keras.optimizers.SGD()
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.square(gain)
    gradients = [tf.clip_by_value(one, 1.0, -1.0) for one in tape.gradient(loss, [gain])]
    optimizer.apply_gradients(zip(gradients, [gain]))
""",
        "gain gets the same numbers whatever the gradient is: `tf.clip_by_value(one, 1.0, -1.0)` leaves "
        "nothing",
        "Give the lower bound first",
    ),
    "a learning rate of zero": (
        """
model = tf.keras.Sequential([tf.keras.Input((1,)), layers.Dense(1, name="head")])
model.compile(tf.keras.optimizers.SGD(0.1 * (8 // 256)), "mse")
model.fit(tf.random.uniform((32, 1)), tf.random.uniform((32, 1)))
""",
        "model gets a gradient and is not moved by it: the learning rate is 0",
        "Give it the rate that was meant",
    ),
    "a flag that a callback sets": (
        """
class Unfreezing(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.get_layer("base").trainable = True


base = layers.Dense(4, name="base")
model = tf.keras.Sequential([layers.Input((3,)), base, layers.Dense(1)])
base.trainable = False
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), epochs=3, callbacks=[Unfreezing()])
""",
        'base is not trained: fit does not see `self.model.get_layer("base").trainable`, which is set while',
        "Let fit end, set `trainable`, compile() again, and go on with another fit",
    ),
}


@pytest.mark.parametrize(("program", "said", "advice"), PROGRAMS.values(), ids=PROGRAMS)
def test_a_program_s_fault_has_words_of_its_own(program: str, said: str, advice: str) -> None:
    (finding,), errors = lint_text("program.py", HEAD + program, Options(keras="both"))
    assert not errors
    assert said in finding.message and advice in finding.advice
