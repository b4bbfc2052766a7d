"""A `tf.Module` that a layer uses becomes a layer."""

from __future__ import annotations

from fixing import each_becomes, each_is_declined

from gradcheck.fix.fixes import make_it_a_layer

HEAD = """\
import tensorflow as tf


"""

REPAIRED = {
    "plain": (
        HEAD
        + """\
class Bank(tf.Module):
    def __init__(self, n, name=None):
        super().__init__(name)
        self.kernel = tf.Variable(tf.ones([n]), name="kernel")

    @tf.Module.with_name_scope
    def __call__(self, x):
        return x * self.kernel


class Layer(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.bank = Bank(3)

    def call(self, x):
        return self.bank(x)


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
        HEAD
        + """\
class Bank(tf.keras.layers.Layer):
    def __init__(self, n, name=None):
        super().__init__(name=name)
        self.kernel = self.add_weight(name="kernel", shape=[n], initializer="ones")

    def call(self, x):
        return x * self.kernel


class Layer(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.bank = Bank(3)

    def call(self, x):
        return self.bank(x)


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    ),
    "plain_class_with_layers": (
        HEAD
        + """\
class Block:
    def __init__(self, units):
        self.dense = tf.keras.layers.Dense(units, activation="relu")

    def __call__(self, x):
        return x + self.dense(x)


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [Block(3) for _ in range(2)]
        self.head = tf.keras.layers.Dense(1)

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x)


model = Net()
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
        HEAD
        + """\
class Block(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.dense = tf.keras.layers.Dense(units, activation="relu")

    def call(self, x):
        return x + self.dense(x)


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [Block(3) for _ in range(2)]
        self.head = tf.keras.layers.Dense(1)

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x)


model = Net()
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    ),
}
LEFT = {
    "with_a_name_of_keras": HEAD
    + """\
class Bank(tf.Module):
    def __init__(self, n):
        super().__init__()
        self.weights = tf.Variable(tf.ones([n]), name="kernel")

    def __call__(self, x):
        return x * self.weights


class Layer(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.bank = Bank(3)

    def call(self, x):
        return self.bank(x)


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    "of_another_class": HEAD
    + """\
class Block(dict):
    def __init__(self, units):
        self.dense = tf.keras.layers.Dense(units, activation="relu")

    def __call__(self, x):
        return x + self.dense(x)


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.block = Block(3)
        self.head = tf.keras.layers.Dense(1)

    def call(self, x):
        return self.head(self.block(x))


model = Net()
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
}

test_it_is_repaired = each_becomes(REPAIRED)
test_it_is_left = each_is_declined(make_it_a_layer, LEFT)
