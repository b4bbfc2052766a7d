"""A function that holds layers for another one becomes a layer."""

from __future__ import annotations

from fixing import each_becomes, each_is_declined

from gradcheck.fix.fixes import layer_for_closure

HEAD = """\
import tensorflow as tf


"""

REPAIRED = {
    "a_function": (
        HEAD
        + """\
# A residual block.
def residual_block(units, scale=0.5):
    inner = tf.keras.layers.Dense(units, name="inner")
    outer = tf.keras.layers.Dense(units, name="outer")

    def apply(x, training=False):
        \"\"\"Add.\"\"\"
        return x + scale * outer(inner(x))

    return apply


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [residual_block(3) for _ in range(2)]
        self.head = tf.keras.layers.Dense(2, name="head")

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x)


model = Net()
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
""",
        HEAD
        + """\
# A residual block.
class ResidualBlock(tf.keras.layers.Layer):
    def __init__(self, units, scale=0.5, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale
        self.inner = tf.keras.layers.Dense(units, name="inner")
        self.outer = tf.keras.layers.Dense(units, name="outer")

    def call(self, x, training=False):
        \"\"\"Add.\"\"\"
        return x + self.scale * self.outer(self.inner(x))


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [ResidualBlock(3) for _ in range(2)]
        self.head = tf.keras.layers.Dense(2, name="head")

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x)


model = Net()
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
""",
    ),
    "a_lambda": (
        HEAD
        + """\
def block(units):
    dense = tf.keras.layers.Dense(units, name="inner")
    return lambda x: x + dense(x)


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.block = block(3)
        self.head = tf.keras.layers.Dense(2, name="head")

    def call(self, x):
        return self.head(self.block(x))


model = Net()
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
""",
        HEAD
        + """\
class Block(tf.keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.dense = tf.keras.layers.Dense(units, name="inner")

    def call(self, x):
        return x + self.dense(x)


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.block = Block(3)
        self.head = tf.keras.layers.Dense(2, name="head")

    def call(self, x):
        return self.head(self.block(x))


model = Net()
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
""",
    ),
}
REPAIRED["an_activation_with_a_variable"] = (
    HEAD
    + """\
def swish(start=1.0, name="beta"):
    \"\"\"Learned.\"\"\"
    beta = tf.Variable(start, trainable=True, name=name)

    def apply(x):
        return x * tf.sigmoid(beta * x)

    apply.beta = beta
    return apply


dense = tf.keras.layers.Dense(4, activation=swish())
model = tf.keras.Sequential([tf.keras.Input([3]), dense])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 4]))
""",
    HEAD
    + """\
class Swish(tf.keras.layers.Layer):
    \"\"\"Learned.\"\"\"

    def __init__(self, start=1.0, name="beta", **kwargs):
        super().__init__(**kwargs)
        self.beta = self.add_weight(
            name=name,
            shape=(),
            initializer=tf.keras.initializers.Constant(start),
            trainable=True,
        )

    def call(self, x):
        return x * tf.sigmoid(self.beta * x)


dense = tf.keras.layers.Dense(4, activation=Swish())
model = tf.keras.Sequential([tf.keras.Input([3]), dense])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 4]))
""",
)
LEFT = {
    "a_variable_of_a_shape_that_is_not_clear": HEAD
    + """\
def swish(start):
    beta = tf.Variable(start, trainable=True)
    return lambda x: x * tf.sigmoid(beta * x)


dense = tf.keras.layers.Dense(4, activation=swish(tf.ones([4])))
model = tf.keras.Sequential([tf.keras.Input([3]), dense])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 4]))
""",
    "one_with_something_else": HEAD
    + """\
def block(units):
    dense = tf.keras.layers.Dense(units, name="inner")
    print(units)
    return lambda x: x + dense(x)


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.block = block(3)
        self.head = tf.keras.layers.Dense(2, name="head")

    def call(self, x):
        return self.head(self.block(x))


model = Net()
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
""",
    "one_that_is_handed_on": HEAD
    + """\
def block(units):
    dense = tf.keras.layers.Dense(units, name="inner")
    return lambda x: x + dense(x)


BLOCKS = [block]


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.block = block(3)
        self.head = tf.keras.layers.Dense(2, name="head")

    def call(self, x):
        return self.head(self.block(x))


model = Net()
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
""",
}

test_it_is_repaired = each_becomes(REPAIRED)
test_it_is_left = each_is_declined(layer_for_closure, LEFT)
