"""Terms of a loss computed before the tape or in a constructor, beside terms that move the weights."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

CRITIC = """
critic = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(1, name="critic")])
optimizer = tf.keras.optimizers.Adam()
variables = critic.trainable_variables
real, fake = tf.ones((2, 3)), tf.zeros((2, 3))


def penalty(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        score = critic(x)
    return tf.reduce_mean((tf.norm(tape.gradient(score, x), axis=-1) - 1.0) ** 2)


def step():
    {before}
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(critic(fake)) - tf.reduce_mean(critic(real)) + {term}
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))


step()
"""
EARLY = {
    "a penalty": ("early = penalty(real)  # warning: critic", "10.0 * early"),
    "a norm": (
        "early = tf.add_n([tf.nn.l2_loss(one) for one in variables])  # warning: critic",
        "1e-4 * early",
    ),
}
IN_TIME = {
    "a penalty": ("rate = 10.0", "rate * penalty(real)"),
    "a target": ("target = critic(real)", "tf.reduce_mean((critic(fake) - target) ** 2)"),
    "what a layer adds": ("critic(real)", "tf.add_n([0.0, *critic.losses])"),
    "a number": ("early = tf.reduce_mean(real)", "early"),
}


@pytest.mark.parametrize(("before", "term"), EARLY.values(), ids=EARLY)
def test_a_term_before_the_tape(before: str, term: str) -> None:
    check(CRITIC.format(before=before, term=term), "GC401")


@pytest.mark.parametrize(("before", "term"), IN_TIME.values(), ids=IN_TIME)
def test_a_term_in_time(before: str, term: str) -> None:
    check(CRITIC.format(before=before, term=term), "")


TASKS = """
class Tasks(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.head = layers.Dense(1)
        self.log_var = self.add_weight(name="log_var", shape=(), initializer="zeros")
        {made}

    def call(self, x):
        return self.head(x)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = {weighted} * tf.reduce_mean((self(x) - y) ** 2) + {prior}
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {{"loss": loss}}


model = Tasks()
model.compile("sgd")
model.fit(tf.ones((2, 3)), tf.ones((2, 1)))
"""


def test_a_factor_from_the_constructor() -> None:
    made = "self.scale = tf.exp(-self.log_var)  # warning: log_var"
    check(TASKS.format(made=made, weighted="self.scale", prior="self.log_var"), "GC101")


def test_a_factor_from_the_step() -> None:
    made = "self.rate = 0.5"
    check(TASKS.format(made=made, weighted="tf.exp(-self.log_var)", prior="self.log_var"), "")


def test_how_far_a_weight_went_from_its_start() -> None:
    made = "self.start = tf.identity(self.log_var)"
    check(
        TASKS.format(made=made, weighted="tf.exp(-self.log_var)", prior="(self.log_var - self.start) ** 2"),
        "",
    )
