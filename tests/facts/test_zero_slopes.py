"""Gradients that arrive and are zero, and what looks like them."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

BUGS = {
    "a softmax layer over one unit": (
        "GC701",
        """
dense = layers.Dense(1, name="b")
m = tf.keras.Sequential([layers.Dense(4, name="a"), dense, layers.Softmax()])  # error: b, a
m.compile("sgd", "mse")
""",
    ),
    "attention over one token made by expand_dims": (
        "GC701",
        """
class B(layers.Layer):
    def __init__(self):
        super().__init__()
        self.att = layers.MultiHeadAttention(2, 4)
    def call(self, x):
        t = tf.expand_dims(x, 1)  # error: att
        return self.att(t, t)
""",
    ),
    "attention over one token made by newaxis": (
        "GC701",
        """
class B(layers.Layer):
    def __init__(self):
        super().__init__()
        self.att = layers.MultiHeadAttention(2, 4)
        self.proj = layers.Dense(8)
    def call(self, x):
        t = self.proj(x)[:, tf.newaxis, :]  # error: att
        return self.att(t, t)[:, 0]
""",
    ),
    "a dropout rate that was meant as the share kept": (
        "GC701",
        """
class C(tf.keras.Model):
    def __init__(self, keep_prob=1.0):
        super().__init__()
        self.body = layers.Dense(3)
        self.drop = layers.Dropout(keep_prob)
        self.out = layers.Dense(1)
    def call(self, x):
        return self.out(self.drop(self.body(x)))  # error[keras3]: body
""",
    ),
    "a one-unit softmax that cross-entropy hides": (
        "GC701",
        """
head = layers.Dense(1, "softmax", name="head")  # warning: head, body
m = tf.keras.Sequential([layers.Dense(3, name="body"), head])
m.compile("sgd", "binary_crossentropy")
""",
    ),
    "an error clipped before it is squared": (
        "GC702",
        """
y = tf.random.normal([4])
net = layers.Dense(1)
x = tf.random.normal([4, 3])
net(x)
opt = tf.keras.optimizers.Adam()
for _ in range(3):
    with tf.GradientTape() as tape:
        e = tf.keras.backend.clip(y - net(x)[:, 0], -1.0, 1.0)  # warning: net
        loss = tf.reduce_mean(e * e)
    opt.apply_gradients(zip(tape.gradient(loss, net.trainable_variables), net.trainable_variables))
""",
    ),
    "a start below a maximum": (
        "GC702",
        """
class S(layers.Layer):
    def build(self, s):
        self.a = self.add_weight(name="a", shape=[3], initializer=tf.keras.initializers.Constant(0.1))
    def call(self, x):
        return x / tf.maximum(self.a, 0.5)  # warning: a
""",
    ),
    "a product of two tables of zeros": (
        "GC703",
        """
class FM(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.u = layers.Embedding(5, 3, embeddings_initializer="zeros")
        self.v = layers.Embedding(5, 3, embeddings_initializer="zeros")
    def call(self, ids):
        return tf.reduce_sum(self.u(ids[0]) * self.v(ids[1]), -1)  # warning: u, v
""",
    ),
    "two layers of zeros": (
        "GC704",
        """
m = tf.keras.Sequential([
    layers.Dense(4, activation="relu", kernel_initializer="zeros", name="one"),  # warning: one
    layers.Dense(1, kernel_initializer="zeros", name="two"),
])
m.compile("sgd", "mse")
""",
    ),
    "a term of a loss times zero": (
        "GC703",
        """
w = tf.Variable(2.0, name="w"); v = tf.Variable(1.0, name="v")
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.square(v - 3.0) + 0.0 * tf.square(w)  # warning: w
    g = tape.gradient(loss, [w, v])
    v.assign_sub(g[1]); w.assign_sub(g[0])
""",
    ),
    "a square of zeros": (
        "GC704",
        """
class Q(layers.Layer):
    def build(self, s):
        self.a = self.add_weight(name="a", shape=[3], initializer="zeros")
    def call(self, x):
        return x * tf.square(self.a)  # warning: a
""",
    ),
    "a relu below zero": (
        "GC704",
        """
class Q(layers.Layer):
    def build(self, s):
        self.a = self.add_weight(name="a", shape=[3], initializer=tf.keras.initializers.Constant(-1.0))
    def call(self, x):
        return x * tf.nn.relu(self.a)  # warning: a
""",
    ),
    "a log-probability of its own sample": (
        "GC704",
        """
import tensorflow_probability as tfp

tfd = tfp.distributions
loc = tf.Variable([0.0, 1.0], name="loc")
for _ in range(3):
    with tf.GradientTape() as tape:
        d = tfd.Normal(loc, 1.0)
        a = d.sample()
        loss = -tf.reduce_mean(d.log_prob(a) * tf.stop_gradient(tf.cast(a > 0, tf.float32)))  # warning: loc
    loc.assign_sub(tape.gradient(loss, loc))
""",
    ),
}

LOOK_ALIKES = {
    "a softmax over several classes": """
m = tf.keras.Sequential([layers.Dense(3), layers.Softmax()])
m.compile("sgd", "mse")
""",
    "attention scores normalized over time": """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.score = layers.Dense(1)
    def call(self, x):
        w = tf.nn.softmax(self.score(x), axis=1)
        return tf.reduce_sum(w * x, 1)
""",
    "a softmax for several units, a sigmoid for one": """
def head(x, n=1):
    if n == 1:
        return layers.Dense(1, activation="sigmoid")(x)
    return layers.Dense(n, activation="softmax")(x)
i = tf.keras.Input((4,))
m = tf.keras.Model(i, head(layers.Dense(3)(i)))
m.compile("sgd", "mse")
""",
    "an activation that depends on the units": """
N = 1
i = tf.keras.Input((4,))
m = tf.keras.Model(i, layers.Dense(N, activation="sigmoid" if N == 1 else "softmax")(i))
m.compile("sgd", "mse")
""",
    "attention over nine tokens": """
i = tf.keras.Input((9, 8))
h = layers.MultiHeadAttention(2, 4, name="att")(i, i)
m = tf.keras.Model(i, layers.Dense(1)(h))
m.compile("sgd", "mse")
""",
    "one query and many keys": """
i = tf.keras.Input((9, 8))
q = i[:, :1]
h = layers.MultiHeadAttention(2, 4, name="att")(q, i)
m = tf.keras.Model(i, layers.Dense(1)(h))
m.compile("sgd", "mse")
""",
    "a dropout of a half": """
m = tf.keras.Sequential([layers.Dense(3), layers.Dropout(0.5), layers.Dense(1)])
m.compile("sgd", "mse")
""",
    "a dropout of one minus what is kept": """
KEEP = 1.0
m = tf.keras.Sequential([layers.Dense(3), layers.Dropout(1 - KEEP), layers.Dense(1)])
m.compile("sgd", "mse")
""",
    "a dropout only below one": """
class C(tf.keras.Model):
    def __init__(self, rate=1.0):
        super().__init__()
        self.body = layers.Dense(3)
        if rate < 1.0:
            self.drop = layers.Dropout(rate)
        else:
            self.drop = tf.identity
        self.out = layers.Dense(1)
    def call(self, x):
        return self.out(self.drop(self.body(x)))
""",
    "layer normalization of several features": """
m = tf.keras.Sequential([layers.Dense(3), layers.LayerNormalization(), layers.Dense(1)])
m.compile("sgd", "mse")
""",
    "a clipped ratio of probabilities": """
old = tf.random.normal([4]); adv = tf.random.normal([4])
net = layers.Dense(1)
x = tf.random.normal([4, 3])
net(x)
opt = tf.keras.optimizers.Adam()
for _ in range(3):
    with tf.GradientTape() as tape:
        ratio = tf.exp(net(x)[:, 0] - old)
        clipped = tf.clip_by_value(ratio, 0.8, 1.2)
        loss = -tf.reduce_mean(tf.minimum(ratio * adv, clipped * adv))
    opt.apply_gradients(zip(tape.gradient(loss, net.trainable_variables), net.trainable_variables))
""",
    "a clipped step of a value": """
old = tf.random.normal([4]); ret = tf.random.normal([4])
net = layers.Dense(1)
x = tf.random.normal([4, 3])
net(x)
opt = tf.keras.optimizers.Adam()
for _ in range(3):
    with tf.GradientTape() as tape:
        v = net(x)[:, 0]
        vc = old + tf.clip_by_value(v - old, -0.2, 0.2)
        loss = tf.reduce_mean(tf.maximum(tf.square(v - ret), tf.square(vc - ret)))
    opt.apply_gradients(zip(tape.gradient(loss, net.trainable_variables), net.trainable_variables))
""",
    "a Huber loss by hand": """
y = tf.random.normal([4])
net = layers.Dense(1)
x = tf.random.normal([4, 3])
net(x)
opt = tf.keras.optimizers.Adam()
for _ in range(3):
    with tf.GradientTape() as tape:
        e = y - net(x)[:, 0]
        quad = tf.clip_by_value(e, -1.0, 1.0)
        loss = tf.reduce_mean(0.5 * quad ** 2 + tf.abs(e - quad))
    opt.apply_gradients(zip(tape.gradient(loss, net.trainable_variables), net.trainable_variables))
""",
    "clipped gradients": """
y = tf.random.normal([4])
net = layers.Dense(1)
x = tf.random.normal([4, 3])
net(x)
opt = tf.keras.optimizers.Adam()
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - net(x)[:, 0]))
    grads = [tf.clip_by_value(g, -1.0, 1.0) for g in tape.gradient(loss, net.trainable_variables)]
    opt.apply_gradients(zip(grads, net.trainable_variables))
""",
    "a start at the bound of a clip": """
class S(layers.Layer):
    def build(self, s):
        self.a = self.add_weight(name="a", shape=[3], initializer="ones")
    def call(self, x):
        return x * tf.clip_by_value(self.a, 0.0, 1.0)
""",
    "a weight assigned before it is used": """
class S(layers.Layer):
    def build(self, s):
        self.a = self.add_weight(name="a", shape=[3], initializer="ones")
        self.a.assign(0.2 * tf.ones([3]))
    def call(self, x):
        return x * tf.clip_by_value(self.a, 0.0, 0.5)
""",
    "a clipped weight with another path": """
class S(layers.Layer):
    def build(self, s):
        self.a = self.add_weight(name="a", shape=[3], initializer="ones")
    def call(self, x):
        return x * tf.clip_by_value(self.a, 0.0, 0.5) + 0.1 * self.a
""",
    "a clipped sum with a weight that moves": """
class S(layers.Layer):
    def build(self, s):
        self.a = self.add_weight(name="a", shape=[3], initializer="ones")
        self.b = self.add_weight(name="b", shape=[3], initializer="ones")
    def call(self, x):
        return x * tf.clip_by_value(self.a + self.b, 0.0, 0.5) + self.b
""",
    "a low-rank product with one factor at zero": """
class L(layers.Layer):
    def build(self, s):
        self.a = self.add_weight(name="a", shape=[3, 2])
        self.b = self.add_weight(name="b", shape=[2, 3], initializer="zeros")
    def call(self, x):
        return x + x @ self.a @ self.b
""",
    "two residual branches at zero": """
class L(layers.Layer):
    def build(self, s):
        self.a = self.add_weight(name="a", shape=[], initializer="zeros")
        self.b = self.add_weight(name="b", shape=[], initializer="zeros")
        self.d = layers.Dense(3)
        self.e = layers.Dense(3)
    def call(self, x):
        x = x + self.a * self.d(x)
        return x + self.b * self.e(x)
""",
    "a product with one table of zeros": """
class FM(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.u = layers.Embedding(5, 3)
        self.v = layers.Embedding(5, 3, embeddings_initializer="zeros")
    def call(self, ids):
        return tf.reduce_sum(self.u(ids[0]) * self.v(ids[1]), -1)
""",
    "a last layer of zeros": """
m = tf.keras.Sequential([
    layers.Dense(4, activation="relu", name="one"),
    layers.Dense(1, kernel_initializer="zeros", name="two"),
])
m.compile("sgd", "mse")
""",
    "a first layer of zeros whose output is not zero": """
m = tf.keras.Sequential([
    layers.Dense(4, activation="sigmoid", kernel_initializer="zeros", name="one"),
    layers.Dense(1, name="two"),
])
m.compile("sgd", "mse")
""",
    "a term that a parameter turns off": """
def loss_fn(v, w, beta=0.0):
    return tf.square(v - 3.0) + beta * tf.square(w)
w = tf.Variable(2.0, name="w"); v = tf.Variable(1.0, name="v")
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = loss_fn(v, w)
    g = tape.gradient(loss, [w, v])
    v.assign_sub(g[1]); w.assign_sub(g[0])
""",
    "a weight that is annealed from zero": """
w = tf.Variable(2.0, name="w"); v = tf.Variable(1.0, name="v")
beta = 0.0
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.square(v - 3.0) + beta * tf.square(w)
    g = tape.gradient(loss, [w, v])
    v.assign_sub(g[1]); w.assign_sub(g[0])
    beta = min(1.0, beta + 0.1)
""",
    "a first state of zeros in a loop": """
class R(layers.Layer):
    def build(self, s):
        self.k = self.add_weight(name="k", shape=[3, 3])
        self.r = self.add_weight(name="r", shape=[3, 3])
    def call(self, x):
        h = tf.zeros([4, 3])
        for t in range(5):
            h = tf.tanh(x[:, t] @ self.k + h @ self.r)
        return h
""",
    "an exponential of zeros": """
class Q(layers.Layer):
    def build(self, s):
        self.a = self.add_weight(name="a", shape=[3], initializer="zeros")
    def call(self, x):
        return x * tf.exp(self.a)
""",
    "a penalty on a weight at zero": """
class Q(layers.Layer):
    def build(self, s):
        self.a = self.add_weight(name="a", shape=[3], initializer="zeros")
    def call(self, x):
        self.add_loss(tf.reduce_sum(tf.square(self.a)))
        return x + self.a
""",
    "a log-probability of a stopped sample": """
import tensorflow_probability as tfp

tfd = tfp.distributions
loc = tf.Variable([0.0, 1.0], name="loc")
for _ in range(3):
    with tf.GradientTape() as tape:
        d = tfd.Normal(loc, 1.0)
        a = tf.stop_gradient(d.sample())
        loss = -tf.reduce_mean(d.log_prob(a) * tf.stop_gradient(a))
    loc.assign_sub(tape.gradient(loss, loc))
""",
    "a variational objective": """
import tensorflow_probability as tfp

tfd = tfp.distributions
loc = tf.Variable([0.0, 1.0], name="loc")
p = tfd.Normal(1.0, 1.0)
for _ in range(3):
    with tf.GradientTape() as tape:
        q = tfd.Normal(loc, 1.0)
        z = q.sample()
        loss = tf.reduce_mean(q.log_prob(z) - p.log_prob(z))
    loc.assign_sub(tape.gradient(loss, loc))
""",
    "maximum likelihood": """
import tensorflow_probability as tfp

tfd = tfp.distributions
loc = tf.Variable([0.0, 1.0], name="loc")
x = tf.random.normal([8, 2])
for _ in range(3):
    with tf.GradientTape() as tape:
        d = tfd.Normal(loc, 1.0)
        loss = -tf.reduce_mean(d.log_prob(x))
    loc.assign_sub(tape.gradient(loss, loc))
""",
    "an actor whose sample a critic sees": """
import tensorflow_probability as tfp

tfd = tfp.distributions
net = layers.Dense(2)
x = tf.random.normal([8, 3])
net(x)
for _ in range(3):
    with tf.GradientTape() as tape:
        d = tfd.Normal(net(x), 1.0)
        a = d.sample()
        loss = tf.reduce_mean(d.log_prob(a)) + tf.reduce_mean(tf.square(a - 1.0))
    g = tape.gradient(loss, net.trainable_variables)
    tf.keras.optimizers.Adam().apply_gradients(zip(g, net.trainable_variables))
""",
}


@pytest.mark.parametrize(("rule", "program"), BUGS.values(), ids=BUGS.keys())
def test_found(rule: str, program: str) -> None:
    check(program, rule)


@pytest.mark.parametrize("program", LOOK_ALIKES.values(), ids=LOOK_ALIKES.keys())
def test_silent(program: str) -> None:
    check(program, "")
