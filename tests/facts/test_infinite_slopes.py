"""Operations met where their slope is infinite, hidden by a mask or not, and what looks like them."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

BUGS = {
    "a root behind a mask": (
        "GC705",
        """
class R(layers.Layer):
    def build(self, s):
        self.g = self.add_weight(name="g", shape=[3], initializer="ones")
    def call(self, x):
        y = x * self.g
        return tf.where(y > 0.0, tf.sqrt(y), 0.0)  # warning: g
""",
    ),
    "a quotient behind a mask written twice": (
        "GC705",
        """
class Q(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x, m):
        t = tf.reduce_sum(self.d(x) * m, 1)
        return tf.where(tf.reduce_sum(m, 1) > 0, t / tf.reduce_sum(m, 1), 0.0)  # warning: d
""",
    ),
    "a mask by multiplication": (
        "GC705",
        """
class M(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        y = self.d(x)
        mask = tf.cast(y > 0.0, tf.float32)
        return mask * tf.math.log(y)  # warning: d
""",
    ),
    "sinc by hand": (
        "GC705",
        """
class S(layers.Layer):
    def build(self, s):
        self.g = self.add_weight(name="g", shape=[3], initializer="ones")
    def call(self, x):
        y = x * self.g
        return tf.where(tf.abs(y) < 1e-6, tf.ones_like(y), tf.sin(y) / y)  # warning: g
""",
    ),
    "an entropy masked where p is zero": (
        "GC705",
        """
class E(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, activation="softmax", name="d")
    def call(self, x):
        p = self.d(x)
        return tf.where(tf.equal(p, 0.0), 0.0, p * tf.math.log(p))  # warning: d
""",
    ),
    "asking whether it is finite": (
        "GC705",
        """
class E(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x, n):
        mean = self.d(x) / n  # warning: d
        return tf.where(tf.math.is_nan(mean), tf.zeros_like(mean), mean)
""",
    ),
    "a distance of each to each": (
        "GC706",
        """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        z = self.d(x)
        return tf.norm(z[:, None] - z[None, :], axis=-1)  # warning: d
""",
    ),
    "a norm of a perturbation of zeros": (
        "GC706",
        """
delta = tf.Variable(tf.zeros([4]), name="delta")
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.norm(delta) + tf.reduce_sum(delta)  # warning: delta
    delta.assign_sub(tape.gradient(loss, delta))
""",
    ),
    "a root of a relu": (
        "GC706",
        """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        return tf.sqrt(tf.nn.relu(self.d(x)))  # warning: d
""",
    ),
    "an angle clipped at one": (
        "GC706",
        """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        z = tf.math.l2_normalize(self.d(x), -1)
        c = tf.reduce_sum(z * tf.constant([1.0, 0.0, 0.0]), -1)
        return tf.acos(tf.clip_by_value(c, -1.0, 1.0))  # warning: d
""",
    ),
    "an entropy of a masked softmax": (
        "GC706",
        """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x, allowed):
        p = tf.nn.softmax(tf.where(allowed, self.d(x), -1e9))
        return -tf.reduce_sum(p * tf.math.log(p), -1)  # warning: d
""",
    ),
    "squashed gaussian without an epsilon": (
        "GC706",
        """
class P(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        u = self.d(x)
        return tf.reduce_sum(tf.math.log(1.0 - tf.tanh(u) ** 2), -1)  # warning: d
""",
    ),
    "spread over one sample": (
        "GC706",
        """
class P(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(1, name="d")
    def call(self, x):
        return tf.math.reduce_std(self.d(x), axis=-1)  # warning: d
""",
    ),
    "a logarithm behind a mask of keras.ops": (
        "GC705",
        """
import keras
class L(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = keras.layers.Dense(3)
    def call(self, x):
        y = self.d(x)
        return keras.ops.where(y > 0, keras.ops.log(y), 0.0)  # warning: d
""",
    ),
    "asking whether the same quotient is finite": (
        "GC705",
        """
class L(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3)
    def call(self, x, n):
        y = self.d(x)
        return tf.where(tf.math.is_nan(y / n), 0.0, y / n)  # warning: d
""",
    ),
    "a distance of each to each by expand_dims": (
        "GC706",
        """
class L(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3)
    def call(self, x):
        z = self.d(x)
        diff = tf.expand_dims(z, 1) - tf.expand_dims(z, 0)
        return tf.sqrt(tf.reduce_sum(diff ** 2, axis=-1))  # warning: d
""",
    ),
    "a distance of each to each in a batch": (
        "GC706",
        """
class L(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3)
    def call(self, x):
        z = self.d(x)
        return tf.linalg.norm(z[:, :, tf.newaxis, :] - z[:, tf.newaxis, :, :], axis=-1)  # warning: d
""",
    ),
    "a power below one of a relu layer": (
        "GC706",
        """
root = layers.Lambda(lambda x: x ** 0.5)  # warning: d
m = tf.keras.Sequential([layers.Dense(4, activation="relu", name="d"), root, layers.Dense(1)])
m.compile("sgd", "mse")
""",
    ),
    "a logarithm of a relu layer": (
        "GC706",
        """
class L(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, activation="relu")
    def call(self, x):
        return tf.math.log(self.d(x))  # warning: d
""",
    ),
    "an angle that is not clipped": (
        "GC706",
        """
class L(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3)
    def call(self, x, y):
        a = tf.linalg.l2_normalize(self.d(x), axis=-1)
        b = tf.linalg.l2_normalize(self.d(y), axis=-1)
        return tf.math.acos(tf.reduce_sum(a * b, axis=-1))  # warning: d
""",
    ),
    "an angle of a cosine similarity clipped at one": (
        "GC706",
        """
class L(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3)
    def call(self, x, y):
        c = -tf.keras.losses.cosine_similarity(self.d(x), self.d(y))
        return tf.math.acos(tf.clip_by_value(c, -1, 1))  # warning: d
""",
    ),
    "a root of magnitudes that start at zero": (
        "GC706",
        """
class L(layers.Layer):
    def build(self, s):
        self.w = self.add_weight(name="w", shape=[3], initializer="zeros")
    def call(self, x):
        return x * tf.sqrt(tf.abs(self.w))  # warning: w
""",
    ),
    "a maximum under a root": (
        "GC706",
        """
class P(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        return tf.sqrt(tf.maximum(self.d(x), 0.0))  # warning: d
""",
    ),
    "a unit vector behind a mask": (
        "GC705",
        """
class P(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        z = self.d(x)
        n = tf.norm(z, axis=-1, keepdims=True)
        return tf.where(n > 0.0, z / n, z)  # warning: d
""",
    ),
    "a gamma curve with a straight foot": (
        "GC705",
        """
class P(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, activation="sigmoid", name="d")
    def call(self, x):
        c = self.d(x) - 0.1
        return tf.where(c <= 0.0031308, 12.92 * c, 1.055 * c ** (1.0 / 2.4) - 0.055)  # warning: d
""",
    ),
    "an entropy of weights that a mask has made zero": (
        "GC706",
        """
class P(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, activation="softmax", name="d")
    def call(self, x):
        p = self.d(x) * tf.cast(x[:, :3] > 0.0, tf.float32)
        p = p / tf.reduce_sum(p, -1, keepdims=True)
        return -tf.reduce_sum(p * tf.math.log(p), -1)  # warning: d
""",
    ),
    "an entropy of weights that a constant mask has made zero": (
        "GC706",
        """
class P(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, activation="softmax", name="d")
    def call(self, x):
        p = self.d(x) * tf.constant([1.0, 1.0, 0.0])
        return -tf.reduce_sum(p * tf.math.log(p), -1)  # warning: d
""",
    ),
    "a sum that is replaced where it is not a number": (
        "GC705",
        """
class P(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, activation="softmax", name="d")
    def call(self, x):
        p = self.d(x)
        h = -tf.reduce_sum(p * tf.math.log(p), -1)  # warning: d
        return tf.where(tf.math.is_nan(h), 0.0, h)
""",
    ),
}

LOOK_ALIKES = {
    "a root of a value made safe": """
class R(layers.Layer):
    def build(self, s):
        self.g = self.add_weight(name="g", shape=[3], initializer="ones")
    def call(self, x):
        y = x * self.g
        safe = tf.where(y > 0.0, y, 1.0)
        return tf.where(y > 0.0, tf.sqrt(safe), 0.0)
""",
    "a root of a maximum above zero": """
class R(layers.Layer):
    def build(self, s):
        self.g = self.add_weight(name="g", shape=[3], initializer="ones")
    def call(self, x):
        y = x * self.g
        return tf.where(y > 0.0, tf.sqrt(tf.maximum(y, 1e-12)), 0.0)
""",
    "a quotient with divide_no_nan": """
class Q(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x, m):
        t = tf.reduce_sum(self.d(x) * m, 1)
        c = tf.reduce_sum(m, 1)
        return tf.where(c > 0, tf.math.divide_no_nan(t, c), 0.0)
""",
    "a logarithm of labels behind a mask": """
class K(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x, labels):
        known = tf.where(labels > 0.0, tf.math.log(labels), 0.0)
        return tf.square(self.d(x) - known)
""",
    "a mask that tells large from small": """
class M(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        y = self.d(x)
        n = tf.norm(y, axis=-1, keepdims=True)
        return tf.where(n > 5.0, 5.0 * y / n, y)
""",
    "a padding mask over a logarithm": """
class M(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, activation="softmax", name="d")
    def call(self, x, mask):
        return tf.where(mask, tf.math.log(self.d(x)), 0.0)
""",
    "elu by hand": """
class S(layers.Layer):
    def build(self, s):
        self.g = self.add_weight(name="g", shape=[3], initializer="ones")
    def call(self, x):
        y = x * self.g
        return tf.where(y > 0.0, y, tf.exp(y) - 1.0)
""",
    "a root alone": """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        return tf.sqrt(self.d(x)) + tf.math.log(self.d(x)) + 1.0 / self.d(x)
""",
    "a distance of two things": """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
        self.e = layers.Dense(3, name="e")
    def call(self, x, y):
        return tf.norm(self.d(x) - self.e(y), axis=-1)
""",
    "a distance of each to each with an epsilon": """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        z = self.d(x)
        return tf.sqrt(tf.reduce_sum(tf.square(z[:, None] - z[None, :]), -1) + 1e-9)
""",
    "a distance between two sets": """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x, y):
        z, w = self.d(x), self.d(y)
        return tf.norm(z[:, None] - w[None, :], axis=-1)
""",
    "squared distances of each to each": """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        z = self.d(x)
        return tf.exp(-tf.reduce_sum(tf.square(z[:, None] - z[None, :]), -1))
""",
    "a squared norm of zeros and a sum": """
delta = tf.Variable(tf.zeros([4]), name="delta")
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(delta)) + tf.reduce_sum(delta)
    delta.assign_sub(tape.gradient(loss, delta))
""",
    "a root of a relu with an epsilon": """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        return tf.sqrt(tf.nn.relu(self.d(x)) + 1e-6)
""",
    "a root of a clipped value": """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        return tf.sqrt(tf.maximum(self.d(x), 1e-6))
""",
    "a power of a relu above one": """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        return tf.nn.relu(self.d(x)) ** 2.0
""",
    "log1p of a relu": """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, activation="relu", name="d")
    def call(self, x):
        return tf.math.log1p(self.d(x))
""",
    "an angle clipped below one": """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        z = tf.math.l2_normalize(self.d(x), -1)
        c = tf.reduce_sum(z * tf.constant([1.0, 0.0, 0.0]), -1)
        return tf.acos(tf.clip_by_value(c, -1.0 + 1e-6, 1.0 - 1e-6))
""",
    "a cosine of normalized vectors": """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x, y):
        a, b = tf.math.l2_normalize(self.d(x), -1), tf.math.l2_normalize(self.d(y), -1)
        return tf.reduce_sum(a * b, -1)
""",
    "an inverse cosine of a tanh": """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        return tf.acos(0.99 * tf.tanh(self.d(x)))
""",
    "an entropy of a softmax": """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        p = tf.nn.softmax(self.d(x))
        return -tf.reduce_sum(p * tf.math.log(p), -1)
""",
    "an entropy of a masked softmax with an epsilon": """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x, allowed):
        p = tf.nn.softmax(tf.where(allowed, self.d(x), -1e9))
        return -tf.reduce_sum(p * tf.math.log(p + 1e-9), -1)
""",
    "a log-softmax of masked logits": """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x, allowed):
        return tf.nn.log_softmax(tf.where(allowed, self.d(x), -1e9))
""",
    "a masked attention": """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.q = layers.Dense(3, name="q")
        self.k = layers.Dense(3, name="k")
    def call(self, x, mask):
        s = tf.matmul(self.q(x), self.k(x), transpose_b=True) + (1.0 - mask) * -1e9
        return tf.matmul(tf.nn.softmax(s), x)
""",
    "squashed gaussian with an epsilon": """
class P(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        u = self.d(x)
        return tf.reduce_sum(tf.math.log(1.0 - tf.tanh(u) ** 2 + 1e-6), -1)
""",
    "spread of tanh over time": """
class P(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, activation="tanh", name="d")
    def call(self, x):
        return tf.math.reduce_std(self.d(x), axis=1)
""",
    "rms normalization": """
class P(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        y = self.d(x)
        return y * tf.math.rsqrt(tf.reduce_mean(tf.square(y), -1, keepdims=True) + 1e-6)
""",
    "a mean over a count that is never zero": """
class P(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x, m):
        count = tf.maximum(tf.reduce_sum(m, 1), 1.0)
        return tf.where(count > 0.0, tf.reduce_sum(self.d(x) * m, 1) / count, 0.0)
""",
    "spread of relu features over themselves": """
class P(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(30, activation="relu", name="d")
    def call(self, x):
        h = self.d(x)
        return h / (tf.math.reduce_std(h, axis=-1, keepdims=True) + 1e-6)
""",
    "a distance matrix made safe by a mask": """
class P(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        z = self.d(x)
        squares = tf.reduce_sum(tf.square(z[:, None] - z[None, :]), -1)
        zero = tf.cast(tf.equal(squares, 0.0), tf.float32)
        return tf.sqrt(squares + zero * 1e-16) * (1.0 - zero)
""",
    "a huber loss by a mask": """
class P(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x, y):
        e = tf.abs(self.d(x) - y)
        return tf.where(e < 0.01, tf.square(e) / 0.02, e - 0.005)
""",
    "labels that are masked": """
class P(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, activation="softmax", name="d")
    def call(self, x, y):
        known = tf.cast(y > 0.0, tf.float32)
        return -tf.reduce_sum(known * y * tf.math.log(self.d(x) + 1e-7))
""",
    "a logarithm beside a mask": """
class P(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, activation="softmax", name="d")
    def call(self, x):
        chosen = tf.cast(x[:, :3] > 0.0, tf.float32)
        return -tf.reduce_sum(chosen * tf.math.log(self.d(x)), -1)
""",
    "a root of a masked sum with an epsilon": """
class P(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3, name="d")
    def call(self, x):
        kept = tf.cast(x[:, :3] > 0.0, tf.float32)
        return tf.sqrt(tf.reduce_sum(tf.square(self.d(x)) * kept, -1) + 1e-8)
""",
}


@pytest.mark.parametrize(("rule", "program"), BUGS.values(), ids=BUGS.keys())
def test_found(rule: str, program: str) -> None:
    check(program, rule)


@pytest.mark.parametrize("program", LOOK_ALIKES.values(), ids=LOOK_ALIKES.keys())
def test_silent(program: str) -> None:
    check(program, "")
