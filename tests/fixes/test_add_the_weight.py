"""A layer's own `tf.Variable` becomes its weight, with the same first value."""

from __future__ import annotations

from fixing import each_becomes, each_is_declined

from gradcheck.fix.fixes import add_the_weight

HEAD = """\
import tensorflow as tf
import tensorflow_probability as tfp


class Layer(tf.keras.layers.Layer):
"""

REPAIRED = {
    "zeros": (
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.w = tf.Variable(tf.zeros([n]), name="w")

    def call(self, x):
        return x * self.w


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.w = self.add_weight(name="w", shape=[n], initializer="zeros")

    def call(self, x):
        return x * self.w


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    ),
    "a_number_of_ones": (
        HEAD
        + """\
    def __init__(self, n=3, start=-0.5):
        super().__init__()
        self.w = tf.Variable(start * tf.ones([n]), name="w")

    def call(self, x):
        return x * self.w


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
        HEAD
        + """\
    def __init__(self, n=3, start=-0.5):
        super().__init__()
        self.w = self.add_weight(
            name="w",
            shape=[n],
            initializer=tf.keras.initializers.Constant(start),
        )

    def call(self, x):
        return x * self.w


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    ),
    "a_computed_number": (
        HEAD
        + """\
    def __init__(self, rate=0.5):
        super().__init__()
        self.w = tf.Variable(tf.math.log(rate / 2))

    def call(self, x):
        return x * self.w


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
        HEAD
        + """\
    def __init__(self, rate=0.5):
        super().__init__()
        self.w = self.add_weight(
            name="w",
            shape=(),
            initializer=lambda shape, dtype=None: tf.math.log(rate / 2),
        )

    def call(self, x):
        return x * self.w


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    ),
    "a_number": (
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.w = tf.Variable(0.5)

    def call(self, x):
        return x * self.w


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.w = self.add_weight(
            name="w",
            shape=(),
            initializer=tf.keras.initializers.Constant(0.5),
        )

    def call(self, x):
        return x * self.w


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    ),
    "a_list": (
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.w = tf.Variable([0.1, -0.2, 0.3], name="w")

    def call(self, x):
        return x * self.w


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.w = self.add_weight(
            name="w",
            shape=(3,),
            initializer=tf.keras.initializers.Constant([0.1, -0.2, 0.3]),
        )

    def call(self, x):
        return x * self.w


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    ),
    "random": (
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.w = tf.Variable(0.1 * tf.random.normal((n,), seed=1), trainable=True)

    def call(self, x):
        return x * self.w


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.w = self.add_weight(
            name="w",
            shape=(n,),
            initializer=lambda shape, dtype=None: 0.1 * tf.random.normal(shape, seed=1),
            trainable=True,
        )

    def call(self, x):
        return x * self.w


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    ),
    "an_initializer": (
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        init = tf.keras.initializers.RandomNormal(stddev=0.1)
        self.w = tf.Variable(initial_value=init(shape=(n,), dtype="float32"), trainable=True)

    def call(self, x):
        return x * self.w


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        init = tf.keras.initializers.RandomNormal(stddev=0.1)
        self.w = self.add_weight(name="w", shape=(n,), initializer=init, trainable=True)

    def call(self, x):
        return x * self.w


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    ),
    "a_local": (
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        start = tf.random.stateless_uniform([n], seed=[1, 2])
        self.w = tf.Variable(start, name="w")

    def call(self, x):
        return x * self.w


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        start = tf.random.stateless_uniform([n], seed=[1, 2])
        self.w = self.add_weight(
            name="w",
            shape=start.shape,
            initializer=lambda shape, dtype=None: start,
        )

    def call(self, x):
        return x * self.w


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    ),
    "kept_by_a_distribution": (
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.w = tf.Variable(0.5, name="w")
        self.prior = tfp.distributions.Normal(self.w, 1.0)

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
        self.w = self.add_weight(
            name="w",
            shape=(),
            initializer=tf.keras.initializers.Constant(0.5),
        )

    @property
    def prior(self):
        return tfp.distributions.Normal(self.w, 1.0)

    def call(self, x):
        return self.prior.log_prob(x)


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    ),
    "in_a_list": (
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.ws = [tf.Variable(tf.ones([n]), name=f"w{i}") for i in range(2)]

    def call(self, x):
        return x * self.ws[0] + self.ws[1]


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.ws = [self.add_weight(
            name=f"w{i}",
            shape=[n],
            initializer="ones",
        ) for i in range(2)]

    def call(self, x):
        return x * self.ws[0] + self.ws[1]


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    ),
}
LEFT = {
    "an_array": HEAD
    + """\
    def __init__(self, n=3):
        super().__init__()
        self.w = tf.Variable(compute(n), name="w")

    def call(self, x):
        return x * self.w


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    "an_integer": HEAD
    + """\
    def __init__(self, n=3):
        super().__init__()
        self.w = tf.Variable(1, dtype=tf.float32, shape=None)

    def call(self, x):
        return x * self.w


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
}

test_it_is_repaired = each_becomes(REPAIRED)
test_it_is_left = each_is_declined(add_the_weight, LEFT)
