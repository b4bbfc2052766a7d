"""A transformed variable of a layer becomes a weight and a property."""

from __future__ import annotations

from fixing import each_becomes, each_is_declined

from gradcheck.fix.fixes import transform_the_weight

HEAD = """\
import tensorflow as tf
import tensorflow_probability as tfp


class Layer(tf.keras.layers.Layer):
"""

REPAIRED = {
    "kept_by_a_distribution": (
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.scale = tfp.util.TransformedVariable(2.0, tfp.bijectors.Exp(), name="scale")
        self.prior = tfp.distributions.Normal(0.0, self.scale)

    def call(self, x):
        return self.prior.log_prob(x)


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.raw_scale = self.add_weight(
            name="scale",
            shape=(),
            initializer=lambda shape, dtype=None: tfp.bijectors.Exp().inverse(2.0),
        )

    @property
    def scale(self):
        return tfp.bijectors.Exp()(self.raw_scale)

    @property
    def prior(self):
        return tfp.distributions.Normal(0.0, self.scale)

    def call(self, x):
        return self.prior.log_prob(x)


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    ),
    "a_vector": (
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.scale = tfp.util.TransformedVariable(tf.ones([3]), bijector=tfp.bijectors.Softplus())

    def call(self, x):
        return x * self.scale


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.raw_scale = self.add_weight(
            name="scale",
            shape=[3],
            initializer=lambda shape, dtype=None: tfp.bijectors.Softplus().inverse(tf.ones([3])),
        )

    @property
    def scale(self):
        return tfp.bijectors.Softplus()(self.raw_scale)

    def call(self, x):
        return x * self.scale


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    ),
}
LEFT = {
    "with_a_bijector_of_the_constructor": HEAD
    + """\
    def __init__(self, n=3):
        super().__init__()
        positive = tfp.bijectors.Exp()
        self.scale = tfp.util.TransformedVariable(2.0, positive, name="scale")

    def call(self, x):
        return x * self.scale


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
}

test_it_is_repaired = each_becomes(REPAIRED)
test_it_is_left = each_is_declined(transform_the_weight, LEFT)
