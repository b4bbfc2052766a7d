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
        self.u = layers.Embedding(5, 3, embeddings_initializer="zeros")  # warning: u, v
        self.v = layers.Embedding(5, 3, embeddings_initializer="zeros")
    def call(self, ids):
        return tf.reduce_sum(self.u(ids[0]) * self.v(ids[1]), -1)
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
    "attention scores normalized over one with keras.ops": (
        "GC701",
        """
import keras
class A(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.score = keras.layers.Dense(1)
        self.v = keras.layers.Dense(4)
    def call(self, x):
        w = keras.ops.softmax(self.score(x), axis=-1)  # error: score
        return keras.ops.sum(w * self.v(x), axis=1)
""",
    ),
    "a softmax over the one step of an input": (
        "GC701",
        """
i = layers.Input((1, 8))
s = layers.Dense(8, name="s")(i)
w = layers.Softmax(axis=1)(s)  # error: s
m = tf.keras.Model(i, layers.Dense(1)(w * i))
m.compile("sgd", "mse")
""",
    ),
    "a dropout rate from a dict": (
        "GC701",
        """
CFG = {"units": 4, "dropout": 1.0}
drop = layers.Dropout(CFG["dropout"])  # error[keras3]: a
m = tf.keras.Sequential([layers.Dense(3, name="a"), drop, layers.Dense(1)])
m.compile("sgd", "mse")
""",
    ),
    "a dropout rate from a class": (
        "GC701",
        """
class Net(tf.keras.Model):
    KEEP = 1.0
    def __init__(self):
        super().__init__()
        self.a = layers.Dense(3)
        self.drop = layers.Dropout(rate=self.KEEP)
        self.b = layers.Dense(1)
    def call(self, x):
        x = self.drop(self.a(x))  # error[keras3]: a
        return self.b(x)
""",
    ),
    "a clip of keras.ops": (
        "GC702",
        """
import keras
class C(keras.layers.Layer):
    def build(self, s):
        self.w = self.add_weight(shape=(3,), initializer=keras.initializers.Constant(2.0), name="w")
    def call(self, x):
        return x * keras.ops.clip(self.w, 0.0, 1.0)  # warning: w
""",
    ),
    "a variable below a maximum": (
        "GC702",
        """
v = tf.Variable(-1.0, name="v"); b = tf.Variable(0.0, name="b")
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.square(tf.maximum(v, 0.0) - 1.0 + b)  # warning: v
    g = tape.gradient(loss, [v, b])
    v.assign_sub(g[0]); b.assign_sub(g[1])
""",
    ),
    "a sigmoid far out": (
        "GC702",
        """
v = tf.Variable(50.0, name="v")
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.square(tf.sigmoid(v) - 0.5)  # warning: v
    v.assign_sub(tape.gradient(loss, v))
""",
    ),
    "a mask of zeros": (
        "GC703",
        """
h = layers.Dense(4, name="h"); o = layers.Dense(1, name="o")
x = tf.random.normal([8, 3])
mask = tf.zeros([8, 4])
o(h(x))
opt = tf.keras.optimizers.Adam()
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(o(h(x) * mask) - 1.0))  # warning: h
    vs = h.trainable_variables + o.trainable_variables
    opt.apply_gradients(zip(tape.gradient(loss, vs), vs))
""",
    ),
    "two layers of zeros in a row": (
        "GC703",
        """
i = layers.Input((8,))
base = layers.Dense(4, name="base")(i)
down = layers.Dense(2, use_bias=False, kernel_initializer="zeros", name="down")(i)
up = layers.Dense(4, use_bias=False, kernel_initializer="zeros", name="up")(down)  # warning: down
m = tf.keras.Model(i, layers.Add()([base, up]))
m.compile("sgd", "mse")
""",
    ),
    "two gates of zeros": (
        "GC703",
        """
class G(layers.Layer):
    def build(self, s):
        self.a = self.add_weight(name="a", shape=[], initializer="zeros")  # warning: a, b
        self.b = self.add_weight(name="b", shape=[], initializer="zeros")
    def call(self, x):
        return x + self.a * self.b * x
""",
    ),
    "a log-probability of a vector's own sample": (
        "GC704",
        """
import tensorflow_probability as tfp

tfd = tfp.distributions
net = layers.Dense(2, name="net")
x = tf.random.normal([8, 3]); net(x)
opt = tf.keras.optimizers.Adam()
for _ in range(3):
    with tf.GradientTape() as tape:
        pi = tfd.MultivariateNormalDiag(net(x), tf.ones([2]))
        a = pi.sample()
        adv = tf.stop_gradient(tf.reduce_sum(a, -1))
        loss = -tf.reduce_mean(adv * pi.log_prob(a))  # warning: net
    opt.apply_gradients(zip(tape.gradient(loss, net.trainable_variables), net.trainable_variables))
""",
    ),
    "a log-probability of an independent's own sample": (
        "GC704",
        """
import tensorflow_probability as tfp

tfd = tfp.distributions
net = layers.Dense(2, name="net")
x = tf.random.normal([8, 3]); net(x)
opt = tf.keras.optimizers.Adam()
for _ in range(3):
    with tf.GradientTape() as tape:
        pi = tfd.Independent(tfd.Normal(net(x), 1.0), 1)
        a = pi.sample()
        adv = tf.stop_gradient(tf.reduce_sum(a, -1))
        loss = -tf.reduce_mean(adv * pi.log_prob(a))  # warning: net
    opt.apply_gradients(zip(tape.gradient(loss, net.trainable_variables), net.trainable_variables))
""",
    ),
    "an error clipped in a function of its own": (
        "GC702",
        """
q = layers.Dense(3, name="q"); x = tf.random.normal([4, 2]); y = tf.random.normal([4, 3]); q(x)
opt = tf.keras.optimizers.Adam()
def td_loss(target, pred):
    err = target - pred
    err = tf.clip_by_value(err, -1.0, 1.0)  # warning: q
    return tf.reduce_mean(tf.pow(err, 2))
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = td_loss(y, q(x))
    opt.apply_gradients(zip(tape.gradient(loss, q.trainable_variables), q.trainable_variables))
""",
    ),
    "layer normalization of one feature": (
        "GC701",
        """
class L(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(1)
        self.n = layers.LayerNormalization()
    def call(self, x):
        return tf.nn.sigmoid(self.n(self.d(x)))  # error: d, n
""",
    ),
    "queries of an attention over one condition": (
        "GC701",
        """
class L(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.q = layers.Dense(8, name="q")
        self.att = layers.Attention()
        self.c = layers.Dense(8, name="c")
    def call(self, x, cond):
        key = self.c(cond)[:, None, :]  # error: q
        return self.att([self.q(x), key])
""",
    ),
    "a mask that nothing passes": (
        "GC703",
        """
dense = layers.Dense(4, name="dense"); out = layers.Dense(1, name="out")
x = tf.random.normal([8, 3])
mask = tf.cast(tf.random.uniform([8, 4]) >= 1.0, tf.float32)
out(dense(x))
opt = tf.keras.optimizers.Adam()
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(out(dense(x) * mask) - 1.0))  # warning: dense
    both = dense.trainable_variables + out.trainable_variables
    opt.apply_gradients(zip(tape.gradient(loss, both), both))
""",
    ),
    "a softmax over one step made by reshape": (
        "GC701",
        """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3)
    def call(self, x):
        h = tf.reshape(self.d(x), (-1, 1, 3))
        return tf.nn.softmax(h, axis=1)  # warning: d
""",
    ),
    "one pooled feature": (
        "GC701",
        """
i = layers.Input((9, 4))
h = layers.Flatten()(layers.GlobalMaxPooling1D()(layers.Conv1D(1, 3, name="conv")(i)))
m = tf.keras.Model(i, layers.Softmax()(h))  # error: conv
m.compile("sgd", "mse")
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
    "a random mask": """
dense = layers.Dense(4, name="dense"); out = layers.Dense(1, name="out")
x = tf.random.normal([8, 3])
mask = tf.cast(tf.random.uniform([8, 4]) >= 0.2, tf.float32)
out(dense(x))
opt = tf.keras.optimizers.Adam()
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(out(dense(x) * mask) - 1.0))
    both = dense.trainable_variables + out.trainable_variables
    opt.apply_gradients(zip(tape.gradient(loss, both), both))
""",
    "a softmax over three steps made by reshape": """
class A(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3)
    def call(self, x):
        h = tf.reshape(self.d(x), (-1, 3, 1))
        return tf.nn.softmax(h, axis=1)
""",
    "pooled and recurrent features": """
i = layers.Input((9, 4))
h = layers.LSTM(1, return_sequences=True)(i)
h = layers.Concatenate()([h, layers.Conv1D(1, 3, padding="same")(i)])
m = tf.keras.Model(i, layers.Softmax()(layers.GlobalAveragePooling1D()(h)))
m.compile("sgd", "mse")
""",
}


@pytest.mark.parametrize(("rule", "program"), BUGS.values(), ids=BUGS.keys())
def test_found(rule: str, program: str) -> None:
    check(program, rule)


@pytest.mark.parametrize("program", LOOK_ALIKES.values(), ids=LOOK_ALIKES.keys())
def test_silent(program: str) -> None:
    check(program, "")
