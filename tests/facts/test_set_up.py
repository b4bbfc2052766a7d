"""Tests of how an object was set up: which of them the program decides, and which somebody else may."""

from __future__ import annotations

from functools import partial

import pytest

from tests.facts.marked import check as check_rule

check = partial(check_rule, rule="GC301")

BODY = """
class Body(layers.Layer):
    def __init__(self, hard=False, bits=None, mode="plain"):
        super().__init__()
        self.inner = layers.Dense(4, name="inner")
        self.hard, self.bits, self.mode = hard, bits, mode

    def call(self, x):
        x = self.inner(x)
        if {test}:
            x = tf.round(x){mark}
        return x

"""
FIT = """
model = tf.keras.Sequential([layers.Input([3]), {made}, layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.ones([8, 1]))
"""

DECIDED = {
    "a flag": ("self.hard", "Body(hard=True)"),
    "a flag by its place": ("self.hard", "Body(True)"),
    "a flag that is off": ("not self.hard", "Body()"),
    "a number": ("self.bits is not None and self.bits > 2", "Body(bits=4)"),
    "a word": ('self.mode == "round"', 'Body(mode="round")'),
    "one of several words": ('self.mode in ("round", "sign")', 'Body(mode="round")'),
    "one of two tests": ('self.hard or self.mode == "round"', 'Body(mode="round")'),
}


@pytest.mark.parametrize(("test", "made"), DECIDED.values(), ids=DECIDED)
def test_a_cut_in_the_arm_that_is_taken(test: str, made: str) -> None:
    check(BODY.format(test=test, mark="  # error: inner") + FIT.format(made=made))


OPEN = {
    "the other arm": ("self.hard", "Body()", ""),
    "a value that is not known": ("self.hard", "Body(hard=bool(tf.random.uniform([]) > 0.5))", ""),
    "changed by the program": ("self.hard", "Body(hard=True)", "model.layers[0].hard = False\n"),
    "changed by a callback": (
        "self.hard",
        "Body(hard=True)",
        "class Soften(tf.keras.callbacks.Callback):\n"
        "    def on_epoch_end(self, epoch, logs=None):\n"
        "        self.model.layers[0].hard = False\n",
    ),
}


@pytest.mark.parametrize(("test", "made", "more"), OPEN.values(), ids=OPEN)
def test_look_alike_is_silent(test: str, made: str, more: str) -> None:
    check(BODY.format(test=test, mark="") + FIT.format(made=made) + more)


def test_a_default_is_not_the_value_where_nobody_calls() -> None:
    made = "def build(hard=True):\n    return tf.keras.Sequential([layers.Input([3]), Body(hard)])\n"
    check(BODY.format(test="self.hard", mark="") + made)


PARAMETER = """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.inner = layers.Dense(4)
        self.score = layers.Dense(1, name="score")

    def call(self, x, with_scores=False):
        scores = self.score(x)
        kept = tf.gather(self.inner(x), tf.argsort(scores[:, 0]))
        if with_scores:
            return kept, scores
        return kept


def main():
    net = Net()
{run}


main()
"""
FITTED = """\
    net.compile("sgd", "mse")
    net.fit(tf.ones([8, 3]), tf.ones([8, 4]))
    net(tf.ones([8, 3]), with_scores=True)"""
TAPED = """\
    with tf.GradientTape() as tape:
        kept, scores = net(tf.ones([8, 3]), with_scores=True)
        loss = tf.reduce_mean(kept) + tf.reduce_mean(scores)
    tape.gradient(loss, net.trainable_variables)"""


def test_keras_leaves_a_parameter_of_call_at_its_default() -> None:
    line = "        kept = tf.gather(self.inner(x), tf.argsort(scores[:, 0]))"
    program = PARAMETER.format(run=FITTED)
    check(program.replace(line, f"{line}  # error: score"))


def test_a_step_gives_a_parameter_of_call_what_it_wants() -> None:
    check(PARAMETER.format(run=TAPED))


def test_a_parameter_of_a_function_that_the_program_calls() -> None:
    check(
        """
def block(x, quantized=False):
    x = layers.Dense(4, name="inner")(x)
    if quantized:
        x = layers.Lambda(lambda value: tf.round(value))(x)  # error: inner
    return x

inputs = layers.Input([3])
model = tf.keras.Model(inputs, layers.Dense(1)(block(inputs, quantized=True)))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.ones([8, 1]))
"""
    )


def test_a_parameter_that_is_changed_is_not_what_was_given() -> None:
    check(
        """
def block(x, quantized=False):
    quantized = quantized and tf.executing_eagerly()
    x = layers.Dense(4)(x)
    if quantized:
        x = layers.Lambda(lambda value: tf.round(value))(x)
    return x

inputs = layers.Input([3])
model = tf.keras.Model(inputs, layers.Dense(1)(block(inputs, quantized=True)))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.ones([8, 1]))
"""
    )


TRAINED = """
outer, head = layers.Dense(4, name="outer"), layers.Dense(1)
{setup}

@tf.function
def step(x):
    with tf.GradientTape() as tape:
        x = outer(x)
        if {test}:
            x = tf.stop_gradient(x){mark}
        loss = tf.reduce_mean(tf.square(head(x)))
    variables = outer.trainable_variables + head.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizers.SGD().apply_gradients(zip(gradients, variables))

for _ in range(3):
    step(tf.ones([8, 3]))
"""
CONFIG = """
from dataclasses import dataclass
@dataclass
class Config:
    units: int = 4
    hard: bool = True
"""
SETTLED = {
    "a name of the module": ("HARD = True", "HARD"),
    "what a name comes to": ("BITS = 8\nHARD = BITS // 2", "HARD > 2"),
    "an entry of a dict": ('config = {"hard": True}', 'config["hard"]'),
    "an entry of a dict in a dict": ('config = {"head": {"hard": True}}', 'config["head"]["hard"]'),
    "an entry that is there": ('config = {"hard": True}', 'config.get("hard", False)'),
    "an entry that is not there": ('config = {"units": 4}', 'config.get("hard", True)'),
    "a class that keeps names": ("class CFG:\n    hard = True\n", "CFG.hard"),
    "a field of a record": (CONFIG + "config = Config()\n", "config.hard"),
    "a field that is given": (CONFIG + "config = Config(hard=False)\n", "not config.hard"),
    "a number of two": ("RATE = 0.5 ** 2", "RATE < 0.3"),
    "what a function makes of a number": ("import math\nSIZE = math.sqrt(16)", "SIZE == 4"),
}


@pytest.mark.parametrize(("setup", "test"), SETTLED.values(), ids=SETTLED)
def test_what_a_program_is_set_up_with(setup: str, test: str) -> None:
    check_rule(TRAINED.format(setup=setup, test=test, mark="  # error: outer"), rule="GC304")


UNSETTLED = {
    "a name that is given a value twice": (
        "HARD = True\nif tf.executing_eagerly():\n    HARD = False",
        "HARD",
    ),
    "a name that a function changes": (
        "HARD = True\ndef soften():\n    global HARD\n    HARD = False\n",
        "HARD",
    ),
    "an entry that is set later": (
        'config = {"hard": True}\ndef soften(settings):\n    settings["hard"] = False\n',
        'config["hard"]',
    ),
    "an entry that may be set": (
        'config = {"hard": True}\ndef soften(**given):\n    config.update(given)\n',
        'config["hard"]',
    ),
    "an entry under any word": (
        'config = {"units": 4}\ndef put(word, value):\n    config[word] = value\n',
        'config.get("hard", True)',
    ),
    "a class whose names are set": ("class CFG:\n    hard = True\n\nCFG.hard = False", "CFG.hard"),
    "a field that is set": (CONFIG + "config = Config()\nconfig.hard = False\n", "config.hard"),
    "a field under a name that is put together": (
        CONFIG + "config = Config()\nfor word in dir(config):\n    setattr(config, word, not word)\n",
        "config.hard",
    ),
    "a dict that is read": ("import json\nconfig = json.loads(input())", 'config["hard"]'),
}


@pytest.mark.parametrize(("setup", "test"), UNSETTLED.values(), ids=UNSETTLED)
def test_what_may_be_set_up_otherwise(setup: str, test: str) -> None:
    check_rule(TRAINED.format(setup=setup, test=test, mark=""), rule="GC304")


def test_a_script_is_followed_whichever_way_it_is_started() -> None:
    check_rule(
        """
TRAIN = False
outer, head = layers.Dense(4, name="outer"), layers.Dense(1)

def train(x):
    with tf.GradientTape() as tape:
        x = tf.stop_gradient(outer(x))  # error: outer
        loss = tf.reduce_mean(tf.square(head(x)))
    variables = outer.trainable_variables + head.trainable_variables
    optimizers.SGD().apply_gradients(zip(tape.gradient(loss, variables), variables))

if TRAIN:
    train(tf.ones([8, 3]))
""",
        rule="GC304",
    )


@pytest.mark.parametrize("word", ["training", "mask"])
def test_what_keras_passes_on_is_not_what_a_call_was_given(word: str) -> None:
    check(
        f"""
class Inner(layers.Layer):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(4)

    def call(self, x, {word}=None):
        x = self.dense(x)
        return tf.round(x) if {word} is None else x

class Outer(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.inner = Inner()

    def call(self, x, {word}=None):
        return self.inner(x)

model = Outer()
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(tf.ones([8, 3]), {word}=tf.ones([8])))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizers.SGD().apply_gradients(zip(gradients, model.trainable_variables))
"""
    )


GATED = """
class Gated(layers.Layer):
    def __init__(self, flag=True):
        super().__init__()
        self.body = layers.Dense(3, name="body")
        {made}

    def call(self, x):
        h = self.body(x)
        if {test}:{mark}
            return self.short(x)
        return h + x

inputs = layers.Input([3])
model = tf.keras.Model(inputs, layers.Dense(1)(Gated({given})(inputs)))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.ones([8, 1]))
"""
MADE = "self.short = layers.Dense(3) if flag else None"
IS_THERE = {
    "is not None": (MADE, "self.short is not None", ""),
    "as a truth": (MADE, "self.short", ""),
    "made by a statement": (
        "self.short = None\n        if flag:\n            self.short = layers.Dense(3)",
        "self.short is not None",
        "flag=True",
    ),
    "one of two tests": (MADE, "flag or self.short".replace("flag", "self.short is None"), ""),
}
MAY_BE_THERE = {
    "nobody knows the flag": (MADE, "self.short is not None", "bool(tf.random.uniform([]) > 0.5)"),
    "nobody knows the test": (MADE.replace("flag", "tf.executing_eagerly()"), "self.short is not None", ""),
    "a later line takes it away": (
        f"{MADE}\n        if tf.executing_eagerly():\n            self.short = None",
        "self.short",
        "",
    ),
    "the other setting": (MADE, "self.short is not None", "False"),
}


@pytest.mark.parametrize(("made", "test", "given"), IS_THERE.values(), ids=IS_THERE)
def test_a_layer_that_an_object_has(made: str, test: str, given: str) -> None:
    program = GATED.format(made=made, test=test, given=given, mark="  # warning: body")
    check_rule(program, rule="GC409")


@pytest.mark.parametrize(("made", "test", "given"), MAY_BE_THERE.values(), ids=MAY_BE_THERE)
def test_a_layer_that_an_object_may_have(made: str, test: str, given: str) -> None:
    check_rule(GATED.format(made=made, test=test, given=given, mark=""), rule="")
