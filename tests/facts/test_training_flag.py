"""`if training:` under `fit`, in a loop that says it, and where nobody knows."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

MODEL = """
import tensorflow_probability as tfp

tfd = tfp.distributions


class Hash(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.encoder = layers.Dense(8, name="encoder")
        self.decoder = layers.Dense(3, name="decoder")

    def call(self, x, training=None):
        code = tfd.Bernoulli(logits=self.encoder(x))
        {branch}
        return self.decoder(code)


model = Hash()
"""
FIT = """
model.compile("sgd", "mse")
model.fit(tf.ones((4, 3)), tf.ones((4, 3)))
"""
MARK = "  # error: encoder"
SAMPLED, EXPECTED = "tf.cast(code.sample(), tf.float32)", "code.mean()"

BUGS = {
    "if training": f"""if training:
            code = {SAMPLED}{MARK}
        else:
            code = {EXPECTED}""",
    "if not training": f"""if not training:
            code = {EXPECTED}
        else:
            code = {SAMPLED}{MARK}""",
    "a conditional expression": f"code = {SAMPLED} if training else {EXPECTED}{MARK}",
    "compared with None": f"""if training is None:
            code = {EXPECTED}
        else:
            code = {SAMPLED}{MARK}""",
}
CLEAN = {
    "the other way round": f"code = {EXPECTED} if training else {SAMPLED}",
    "another flag": f"code = {SAMPLED} if self.hard else {EXPECTED}",
}


@pytest.mark.parametrize("branch", BUGS.values(), ids=BUGS)
def test_fit_takes_the_branch_of_training(branch: str) -> None:
    check(MODEL.format(branch=branch) + FIT, "GC305")


@pytest.mark.parametrize("branch", CLEAN.values(), ids=CLEAN)
def test_the_branch_that_training_does_not_take_is_no_fault(branch: str) -> None:
    check(MODEL.format(branch=branch) + FIT, "")


@pytest.mark.parametrize("branch", BUGS.values(), ids=BUGS)
def test_without_fit_either_branch_may_run(branch: str) -> None:
    check(MODEL.format(branch=branch.replace(MARK, "")), "")


@pytest.mark.parametrize("branch", BUGS.values(), ids=BUGS)
def test_fit_overrules_the_flags_default(branch: str) -> None:
    check(MODEL.replace("training=None", "training=False").format(branch=branch) + FIT, "GC305")


NESTED = """
class Inner(layers.Layer):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(8, name="dense")

    def call(self, x, training={default}):
        code = self.dense(x)
        if {test}:
            code = tf.round(code){mark}
        return code


class Outer(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.inner = Inner()
        self.out = layers.Dense(3, name="out")

    def call(self, x, training={default}):
        return self.out(self.inner(x{handed}))


model = Outer()
"""


def handed(flag: str, mark: str) -> str:
    return NESTED.format(default="False", test="training", handed=f", training={flag}", mark=mark)


def test_a_default_that_is_handed_on_is_overruled_too() -> None:
    check(handed("training", "  # error: dense") + FIT, "GC301")


def test_a_flag_that_is_said_is_kept() -> None:
    check(handed("False", "") + FIT, "")


LOOP = """
optimizer = tf.keras.optimizers.SGD()
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(tf.ones([8, 4]){flag})))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
"""


def looped(flag: str, mark: str) -> str:
    nested = NESTED.format(default="None", test="not training", handed="", mark=mark)
    return nested + LOOP.format(flag=flag)


def test_nobody_trains_a_model_that_a_loop_calls_without_the_flag() -> None:
    check(looped("", "  # error: dense"), "GC301")


@pytest.mark.parametrize("flag", [", training=True", ", True", ", **options"])
def test_a_flag_that_the_loop_passes_goes_on_to_the_layers_inside(flag: str) -> None:
    check("options = dict(training=True)\n" + looped(flag, ""), "")


HANDED = """
class Adapted(layers.Layer):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(3, name="body")
        self.shift = layers.Dense(3, name="shift")

    def call(self, x, training=False):
        h = self.body(x)
        return h if training else h + self.shift(h){mark}

model = tf.keras.Sequential([layers.Input([3]), Adapted(), layers.Dense(1)])

def forward(x, training):
    return model(x)

for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square({call}))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizers.SGD().apply_gradients(zip(gradients, model.trainable_variables))
"""


def test_a_model_hands_the_flag_to_its_layers() -> None:
    call, mark = "model(tf.ones([8, 3]), training=True)", "  # warning: shift"
    check(HANDED.format(call=call, mark=mark), "GC409")


def test_a_function_hands_on_what_it_says() -> None:
    check(HANDED.format(call="forward(tf.ones([8, 3]), training=True)", mark=""), "")
