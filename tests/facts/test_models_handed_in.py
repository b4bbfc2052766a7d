"""Steps of models made elsewhere: parameters, what a constructor is given, and what classes below add."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

FUNCTION = """
def step(network, x, optimizer):
    out = network(x){mark}
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum({used})
    gradients = tape.gradient(loss, network.trainable_variables)
    optimizer.apply_gradients(zip(gradients, network.trainable_variables))
"""
GIVEN = """
class Both(tf.keras.Model):
    def __init__(self, encoder, decoder):
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder

    def call(self, x):
        return self.decoder(self.encoder(x))

    def train_step(self, data):
        x, y = data
        out = {before}
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y - {used}))
        variables = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return {{"loss": loss}}
"""
BASE = """
class Base(tf.keras.Model):
    def {method}(self, inputs, training=False):
        raise NotImplementedError

    def train_step(self, inputs):
        with tf.GradientTape() as tape:
            loss = self.measured(inputs, training=True)
            total = {total}
        variables = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(total, variables), variables))
        return {{"loss": loss}}
"""
HEIR = """
class Base(tf.keras.Model):
    def train_step(self, data):
        x, y = data
        {before}
        with tf.GradientTape() as tape:
            loss = self.compiled_loss(y, {used})
        variables = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return {{"loss": loss}}
"""


@pytest.mark.parametrize(("mark", "used"), [("  # error: network", "out"), ("", "network(x) - out")])
def test_a_parameter_is_called_before_the_tape(mark: str, used: str) -> None:
    check(FUNCTION.format(mark=mark, used=used), "GC401")


@pytest.mark.parametrize(
    ("before", "used"),
    [
        ("self(x)  # error: encoder, decoder", "out"),
        ("self.encoder(x)", "self.decoder(out)"),
        ("self.encoder(x)", "strange(self, out)"),
        ("self(x)", "self(x) - out"),
    ],
)
def test_what_a_constructor_is_given_is_called_before_the_tape(before: str, used: str) -> None:
    check(GIVEN.format(before=before, used=used), "GC401")


@pytest.mark.parametrize(
    ("method", "total"),
    [
        ("measured", "tf.constant(float(loss))  # error: Base"),
        ("measured", "loss + tf.reduce_sum(self.losses)"),
        ("measured", "tf.constant(float(loss)) + self.other(inputs)"),
        ("other", "tf.constant(float(loss)) + self.other(inputs)"),
    ],
)
def test_the_loss_is_what_the_classes_below_write(method: str, total: str) -> None:
    check(BASE.format(method=method, total=total), "GC203")


@pytest.mark.parametrize(
    ("before", "used"),
    [
        ("p = self(x)  # error: Base", "p"),
        ("p = self(x)", "self(x)"),
        ("p = self(x)", "self.head(p)"),
    ],
)
def test_the_classes_below_say_what_is_called(before: str, used: str) -> None:
    check(HEIR.format(before=before, used=used), "GC401")
