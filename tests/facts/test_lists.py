"""Lists of variables that do not fit the loss, were taken too early, or get another model's gradients."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

MODELS = """
one = tf.keras.Sequential([layers.Input([3]), layers.Dense(3, name="one")])
two = tf.keras.Sequential([layers.Input([3]), layers.Dense(3, name="two")])
optimizer = tf.keras.optimizers.SGD(0.1)
x = tf.random.normal([8, 3])
"""

BUGS = {
    "the loss uses what was given, not what was computed": (
        "GC405",
        """
def step(actions):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(two(actions))
    gradients = tape.gradient(loss, two.trainable_variables)
    optimizer.apply_gradients(zip(gradients, two.trainable_variables))
    with tf.GradientTape() as tape:
        better = one(x)
        loss = tf.reduce_mean(two(actions))  # error: one
    gradients = tape.gradient(loss, one.trainable_variables)
    optimizer.apply_gradients(zip(gradients, one.trainable_variables))
""",
    ),
    "a copied line asks for the other model": (
        "GC405",
        """
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(one(x))
gradients = tape.gradient(loss, two.trainable_variables)  # error: two
""",
    ),
    "the loss leaves the prediction out": (
        "GC504",
        """
for _ in range(2):
    with tf.GradientTape() as tape:
        code = one(x)
        decoded = two(code)
        loss = tf.reduce_mean(tf.square(x - x)) + tf.reduce_mean(tf.abs(code))  # error: two
    variables = one.trainable_variables + two.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
""",
    ),
    "one loss for two lists": (
        "GC405",
        """
with tf.GradientTape(persistent=True) as tape:
    first = tf.reduce_mean(one(x))
    second = tf.reduce_mean(two(x))
first_gradients = tape.gradient(first, one.trainable_variables)
second_gradients = tape.gradient(first, two.trainable_variables)  # error: two
optimizer.apply_gradients(zip(first_gradients, one.trainable_variables))
""",
    ),
    "a model that no list names": (
        "GC405",
        """
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(two(one(x)))
variables = two.trainable_variables  # warning: one
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
""",
    ),
    "gradients applied to the other model": (
        "GC405",
        """
with tf.GradientTape(persistent=True) as tape:
    first = tf.reduce_mean(one(x))
    second = tf.reduce_mean(two(x))
first_gradients = tape.gradient(first, one.trainable_variables)
second_gradients = tape.gradient(second, two.trainable_variables)
optimizer.apply_gradients(zip(first_gradients, one.trainable_variables))
optimizer.apply_gradients(zip(second_gradients, one.trainable_variables))  # error: two
""",
    ),
    "another pass through the model": (
        "GC405",
        """
def heat_map():
    with tf.GradientTape() as tape:
        features = one(x)
        score = tf.reduce_sum(two(one(x)))  # error: one(x)
    return tape.gradient(score, features)
""",
    ),
    "gradients applied to a part of their variables": (
        "GC407",
        """
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(two(one(x)))
variables = one.trainable_variables + two.trainable_variables
gradients = tape.gradient(loss, variables)
optimizer.apply_gradients(zip(gradients, one.trainable_variables))  # warning: two
""",
    ),
    "clipped gradients applied to a part of their variables": (
        "GC407",
        """
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(two(one(x)))
variables = one.trainable_variables + two.trainable_variables
gradients, norm = tf.clip_by_global_norm(tape.gradient(loss, variables), 1.0)
print(float(norm))
optimizer.apply_gradients(zip(gradients, one.trainable_variables))  # warning: two
""",
    ),
    "an optimizer that is never used": (
        "GC407",
        """
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(one(x))
    gradients = tape.gradient(loss, one.trainable_variables)  # warning: one
    print(float(loss))
""",
    ),
    "a list taken before the first call": (
        "GC406",
        """
lazy = tf.keras.Sequential([layers.Dense(3, name="lazy")])
variables = lazy.trainable_variables  # error: lazy
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(lazy(x))
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
""",
    ),
    "a list spread into another before the first call": (
        "GC406",
        """
lazy = layers.Dense(3, name="lazy")
scale = tf.Variable(1.0)
variables = [scale, *lazy.trainable_variables]  # error: lazy
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(lazy(x)) * scale
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
""",
    ),
    "a trainer that is handed a model before its first call": (
        "GC406",
        """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(3, name="dense")

    def call(self, x):
        return self.dense(x)


class Trainer:
    def __init__(self, model):
        self.model = model
        self.weights = list(model.trainable_variables)  # error: dense

    def step(self, x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(self.model(x))
        optimizer.apply_gradients(zip(tape.gradient(loss, self.weights), self.weights))


Trainer(Net()).step(x)
""",
    ),
}

SECOND_ALONE = """
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(two(one(x)))
    gradients = tape.gradient(loss, two.trainable_variables)
    optimizer.apply_gradients(zip(gradients, two.trainable_variables))
"""
"""A loop that trains the second of two models, and goes through both."""

LOOK_ALIKES = {
    "weights that another model was trained to": """
other = tf.keras.Sequential([layers.Input([3]), layers.Dense(3)])
other.compile("sgd", "mse")
other.fit(x, x)
kept = other.get_weights()
one.set_weights(kept)
"""
    + SECOND_ALONE,
    "weights of its own, of which one is another's": """
kept = one.get_weights()
kept[0] = load()
one.set_weights(kept)
"""
    + SECOND_ALONE,
    "clipped gradients, a part to each optimizer": """
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(two(one(x)))
variables = one.trainable_variables + two.trainable_variables
gradients, _ = tf.clip_by_global_norm(tape.gradient(loss, variables), 1.0)
optimizer.apply_gradients(zip(gradients[:2], one.trainable_variables))
tf.keras.optimizers.SGD(0.1).apply_gradients(zip(gradients[2:], two.trainable_variables))
""",
    "clipped gradients, the rest by hand": """
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(two(one(x)))
variables = one.trainable_variables + two.trainable_variables
gradients = [tf.clip_by_norm(one, 1.0) for one in tape.gradient(loss, variables)]
optimizer.apply_gradients(zip(gradients, one.trainable_variables))
for gradient, variable in zip(gradients[2:], two.trainable_variables):
    variable.assign_sub(0.1 * gradient)
""",
    "gradients that a helper takes on": """
from somewhere import keep

with tf.GradientTape() as tape:
    loss = tf.reduce_mean(two(one(x)))
variables = one.trainable_variables + two.trainable_variables
gradients = tape.gradient(loss, variables)
optimizer.apply_gradients(zip(gradients, one.trainable_variables))
keep(gradients)
""",
    "one list for several losses": """
variables = one.trainable_variables + two.trainable_variables
with tf.GradientTape(persistent=True) as tape:
    first = tf.reduce_mean(one(x))
    second = tf.reduce_mean(two(x))
gradients = tape.gradient(first, variables), tape.gradient(second, variables)
""",
    "two players, each with its own list": """
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(two(one(x)) - two(x))
    gradients = tape.gradient(loss, two.trainable_variables)
    optimizer.apply_gradients(zip(gradients, two.trainable_variables))
    with tf.GradientTape() as tape:
        loss = -tf.reduce_mean(two(one(x)))
    gradients = tape.gradient(loss, one.trainable_variables)
    optimizer.apply_gradients(zip(gradients, one.trainable_variables))
""",
    "features from a file": """
one.load_weights("one.h5")
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(two(one(x)))
variables = two.trainable_variables
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
""",
    "features frozen on purpose": """
one.trainable = False
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(two(one(x)))
variables = two.trainable_variables
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
""",
    "features trained before": """
one.compile("sgd", "mse")
one.fit(x, x)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(two(one(x)))
variables = two.trainable_variables
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
""",
    "a target that follows step by step": """
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(tf.square(two(x) - one(x)))
variables = two.trainable_variables
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
for slow, fast in zip(one.variables, two.variables):
    slow.assign(0.9 * slow + 0.1 * fast)
""",
    "a loss that somebody else computes": """
def step(loss_of):
    with tf.GradientTape() as tape:
        loss = loss_of(two, x)
    return tape.gradient(loss, one.trainable_variables)
""",
    "two outputs of one model": """
inputs = layers.Input([3])
hidden = layers.Dense(3)(inputs)
both = tf.keras.Model(inputs, [hidden, layers.Dense(1)(hidden)])


def heat_map():
    with tf.GradientTape() as tape:
        features, score = both(x)
        score = tf.reduce_sum(score)
    return tape.gradient(score, features)
""",
    "gradients applied in parts": """
count = len(one.trainable_variables)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(two(one(x)))
gradients = tape.gradient(loss, one.trainable_variables + two.trainable_variables)
optimizer.apply_gradients(zip(gradients[:count], one.trainable_variables))
optimizer.apply_gradients(zip(gradients[count:], two.trainable_variables))
""",
    "gradients returned to the caller": """
def gradients_of():
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(one(x))
    return tape.gradient(loss, one.trainable_variables)
""",
    "a list taken after the first call": """
lazy = tf.keras.Sequential([layers.Dense(3)])
lazy(x)
variables = lazy.trainable_variables
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(lazy(x))
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
""",
    "a list taken of a model that was built": """
lazy = tf.keras.Sequential([layers.Dense(3)])
lazy.build((None, 3))
variables = lazy.trainable_variables
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(lazy(x))
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
""",
    "a list taken of a model that knows its input": """
known = tf.keras.Sequential()
known.add(layers.Dense(3, input_shape=(3,)))
known.add(layers.Dense(1))
variables = known.trainable_variables
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(known(x))
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
""",
}


@pytest.mark.parametrize(("rule", "program"), BUGS.values(), ids=BUGS)
def test_list_does_not_fit(rule: str, program: str) -> None:
    check(MODELS + program, rule)


@pytest.mark.parametrize("program", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_look_alike_is_silent(program: str) -> None:
    check(MODELS + program, "")


@pytest.mark.parametrize("last", ["layers.Softmax()", 'layers.Activation("relu")', "layers.Dropout(0.1)"])
def test_list_of_a_layer_that_has_no_weights(last: str) -> None:
    check(
        f"""
model = tf.keras.Sequential([layers.Input([3]), layers.Dense(3), {last}])
head = model.layers[-1].trainable_variables  # error: model.layers[-1]
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(model(tf.ones([8, 3])))
gradients = tape.gradient(loss, head)
""",
        "GC405",
    )


PLAYERS = """
def make(name):
    return tf.keras.Sequential([layers.Input([3]), layers.Dense(3, name=name)])

there, back, judge = make("there"), make("back"), make("judge")
optimizer, other = tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.SGD(0.1)
variables = {variables}
for _ in range(2):
    with tf.GradientTape() as tape, tf.GradientTape() as judging:
        x = tf.random.normal([8, 3])
        loss = tf.reduce_mean(tf.abs(back(there(x)) - x)) + tf.reduce_mean(judge(back(x)))
        judged = tf.reduce_mean(judge(x)) - tf.reduce_mean(judge(back(x)))
    gradients, _ = tf.clip_by_global_norm(tape.gradient(loss, variables), 1.0)
    optimizer.apply_gradients(zip(gradients, variables))
    gradients = judging.gradient(judged, judge.trainable_variables)
    other.apply_gradients(zip(gradients, judge.trainable_variables))
"""


def test_one_model_twice_and_the_other_not_at_all() -> None:
    twice = "there.trainable_variables + there.trainable_variables  # warning: back"
    check(PLAYERS.replace("{variables}", twice), "GC405")


def test_models_of_one_function_that_are_all_listed() -> None:
    check(PLAYERS.replace("{variables}", "there.trainable_variables + back.trainable_variables"), "")


@pytest.mark.parametrize(
    ("image", "lost"),
    [
        ("tf.constant(np.random.randint(0, 255, size=(4, 3)))", True),
        ("tf.convert_to_tensor(gen.integers(0, 9, size=(4, 3), dtype=np.uint8)[None])", True),
        ("tf.cast(tf.constant(np.random.randint(0, 255, size=(4, 3))), tf.float32)", False),
        ('tf.constant(np.random.randint(0, 255, size=(4, 3)).astype("float32"))', False),
        ("tf.constant(np.random.randint(0, 255, size=(4, 3)) / 255.0)", False),
    ],
)
def test_integers_are_watched_in_vain(image: str, lost: bool) -> None:
    mark = "  # warning: image" if lost else ""
    check(
        f"""
import numpy as np
gen = np.random.default_rng(0)
image = {image}
with tf.GradientTape() as tape:
    tape.watch(image)
    loss = tf.reduce_mean(tf.square(tf.cast(image, tf.float32)))
gradient = tape.gradient(loss, image){mark}
""",
        "GC403",
    )


TUNED = """
class Encoder(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(4, activation="tanh", name="body")
        self.adapter = layers.Dense(4, name="adapter")
        self.head = layers.Dense(2, name="classifier")

    def call(self, x):
        h = self.body(x)
        return self.head(h + self.adapter(h))


WORDS = ("adapter", "classifier")
model, x = Encoder(), tf.ones((8, 3))
model(x)
optimizer = tf.keras.optimizers.Adam()
variables = {variables}
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(model(x) ** 2)
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
"""
BY_NAME = "[v for v in model.trainable_variables if {test}]"
IN_VAIN = {
    "a word": '"classifier" in v.name or "bias" in v.name{mark}classifier',
    "several": "any(word in v.name for word in WORDS){mark}adapter, classifier",
    "how it begins": 'v.name.startswith("classifier") or "bias" in v.name{mark}classifier',
}
IN_PATH = {
    "a word": '"classifier" in v.path',
    "several": "any(word in v.path for word in WORDS)",
    "how it begins": 'v.path.startswith("encoder/classifier")',
    "a layer that is meant to stay": '"body" not in v.name',
}


@pytest.mark.parametrize("test", IN_VAIN.values(), ids=IN_VAIN)
def test_a_layer_that_is_named_by_the_name_of_its_variables(test: str) -> None:
    variables = BY_NAME.format(test=test.format(mark="  # error[keras3]: ") + "\n")
    check(TUNED.format(variables=variables), "GC405")


@pytest.mark.parametrize("test", IN_PATH.values(), ids=IN_PATH)
def test_a_layer_that_is_named_by_its_path(test: str) -> None:
    check(TUNED.format(variables=BY_NAME.format(test=test)), "")


TOTALS = """
model = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(1, name="dense")])
optimizer = tf.keras.optimizers.SGD(0.1)
variables = model.trainable_variables


def step(batches):
    totals = [tf.zeros_like(v) for v in variables]
    for x in batches:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(model(x) ** 2)
        gradients = tape.gradient(loss, variables)
        {added}
    totals, norm = tf.clip_by_global_norm(totals, 1.0)
    optimizer.apply_gradients(zip(totals, variables)){mark}
    return norm


step([tf.ones((2, 3)), tf.zeros((2, 3))])
"""


def test_sums_that_a_loop_binds_to_its_own_name() -> None:
    added = "for total, gradient in zip(totals, gradients):\n            total += gradient  # warning: dense"
    check(TOTALS.format(added=added, mark=""), "GC407")


def test_sums_that_are_put_back_into_their_list() -> None:
    added = "totals = [total + gradient for total, gradient in zip(totals, gradients)]"
    check(TOTALS.format(added=added, mark=""), "")


COEFFICIENTS = """
x = tf.ones([4, 3])


class Fit:
    def __init__(self):
        self.net = layers.Dense(1, name="dense")
        self.rate = {rate}
        self.optimizer = tf.keras.optimizers.SGD(0.1)

    def step(self, x):
        weights = self.net.trainable_variables{mark}
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self.net(x) * self.rate) ** 2)
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))


fit = Fit()
fit.net(x)
for number in range(3):
    fit.step(x)
    {after}
"""
LEFT_ALONE = {
    "set by the program": ("tf.Variable(1.0)", "fit.rate.assign(0.1 * number)"),
    "no number to train": ("tf.Variable(1.0, trainable=False)", ""),
    "trained beside": ("tf.Variable(1.0)", "fit.optimizer.minimize(lambda: fit.rate**2, [fit.rate])"),
    "handed to somebody": ("tf.Variable(1.0)", "unknown.train(fit.rate)"),
}


def test_coefficients_of_an_object_that_no_list_has() -> None:
    mark = "  # warning: rate"
    check(COEFFICIENTS.format(rate="tf.Variable(1.0)", after="", mark=mark), "GC405")


@pytest.mark.parametrize(("rate", "after"), LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_coefficients_that_are_left_alone(rate: str, after: str) -> None:
    check(COEFFICIENTS.format(rate=rate, after=after, mark=""), "")


TEACHER = """
def make():
    return tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(4), layers.Dense(2)])


student, teacher = make(), make()
optimizer = tf.keras.optimizers.SGD(0.1)
x = tf.random.normal([8, 3])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(student(x) - tf.stop_gradient(teacher(x))))
    weights = student.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
    for slow, fast in zip(teacher.weights, student.weights):
        slow.assign(0.9 * slow + 0.1 * fast)
"""


def test_a_teacher_that_follows_its_student_is_no_way_that_is_cut() -> None:
    check(TEACHER, "")
