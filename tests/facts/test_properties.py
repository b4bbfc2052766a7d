"""Attributes that a class's own property hands out and stores."""

from __future__ import annotations

from tests.facts.marked import check

LAYER = """
class Scale(layers.Layer):
    def build(self, shape):
        self.raw = self.add_weight(name="raw", shape=shape[-1:])
        self.gamma = {given}

    @property
    def gamma(self):
        return {read}

    @gamma.setter
    def gamma(self, value):
        self._gamma = {stored}

    def call(self, x):
        return x * self.gamma


model = tf.keras.Sequential([tf.keras.Input([3]), Scale(), layers.Dense(1, name="head")])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]), verbose=0)
"""


def test_the_getter_is_what_reading_runs():
    check(LAYER.format(given="2.0", read="tf.nn.softplus(self.raw) * self._gamma", stored="value"), "")


def test_the_setter_is_what_storing_runs():
    given = 'self.add_weight(name="gamma", shape=shape[-1:])'
    check(LAYER.format(given=given, read="self._gamma * self.raw", stored="value"), "")
    stored = "tf.round(value)  # error: gamma"
    check(LAYER.format(given=given, read="self._gamma * self.raw", stored=stored), "GC301")


def test_a_getter_that_cuts():
    check(
        LAYER.format(given="2.0", read="tf.round(self.raw) * self._gamma  # error: raw", stored="value"),
        "GC301",
    )


INHERITED = """
class Base(layers.Layer):
    @property
    def scale(self):
        return self._scale

    @scale.deleter
    def scale(self):
        del self._scale

    def call(self, x):
        return x * self.scale


class Scale(Base):
    @Base.scale.setter
    def scale(self, value):
        self._scale = {stored}

    def build(self, shape):
        self.scale = self.add_weight(name="scale", shape=shape[-1:])


model = tf.keras.Sequential([tf.keras.Input([3]), Scale(), layers.Dense(1, name="head")])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]), verbose=0)
"""


def test_a_setter_for_the_property_of_a_base_class():
    check(INHERITED.format(stored="value"), "")
    check(INHERITED.format(stored="tf.round(value)  # error: scale"), "GC301")


ADDED = """
class Latent(layers.Layer):
    def build(self, shape):
        self.step = self.add_weight(name="step", shape=())
        self.kernel = self.add_weight(name="kernel", shape=(shape[-1], 4))
        self.add_loss(lambda: self.penalty())

    def penalty(self):
        return tf.reduce_sum(tf.square(self.kernel)) / {step}

    def call(self, x):
        return x @ self.kernel


model = tf.keras.Sequential([tf.keras.Input([3]), Latent(), layers.Dense(1, name="head")])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]), verbose=0)
"""


def test_a_loss_that_build_adds_as_a_function_is_computed_with_each_batch():
    check(ADDED.format(step="tf.exp(self.step)"), "")
    check(ADDED.format(step="tf.round(self.step)  # error: step"), "GC301")
