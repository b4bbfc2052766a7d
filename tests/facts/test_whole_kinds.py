"""Whole training programs with one fault each, and programs like them without."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

BUGS = {
    "asin edge": (
        "GC706",
        """
class Angle(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(2)
    def call(self, x):
        s = tf.clip_by_value(self.d(x), -1.0, 1.0)
        return tf.asin(s)  # warning: d
""",
    ),
    "closure factory": (
        "GC601",
        """
def make_activation():
    beta = tf.Variable(1.0, name="beta")  # error: beta
    return lambda x: x * tf.sigmoid(beta * x)
first = layers.Dense(4, activation=make_activation())
model = tf.keras.Sequential([tf.keras.Input((3,)), first, layers.Dense(1)])
model.compile("adam", "mse")
model.fit(tf.ones((8, 3)), tf.ones((8, 1)))
""",
    ),
    "function takes model": (
        "GC401",
        """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.a = layers.Dense(4, name="a")
        self.b = layers.Dense(1, name="b")
    def call(self, x):
        return self.b(self.a(x))
def train(model, data, opt):
    for x, y in data:
        h = model.a(x)  # error: a
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model.b(h) - y))
        g = tape.gradient(loss, model.trainable_variables)
        opt.apply_gradients(zip(g, model.trainable_variables))
train(Net(), [(tf.ones((8, 3)), tf.ones((8, 1)))], tf.keras.optimizers.Adam())
""",
    ),
    "gain decay": (
        "GC404",
        """
class Decay(layers.Layer):
    def build(self, shape):
        self.gain = self.add_weight(name="gain", shape=(3,), initializer="ones")
    def call(self, x):
        self.gain = self.gain * 0.99  # error: gain
        return x * self.gain
model = tf.keras.Sequential([tf.keras.Input((3,)), Decay(), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(tf.ones((8, 3)), tf.ones((8, 1)))
""",
    ),
    "gan ctor": (
        "GC401",
        """
class GAN(tf.keras.Model):
    def __init__(self, generator, discriminator):
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
    def compile(self, g_opt, d_opt):
        super().compile()
        self.g_opt, self.d_opt = g_opt, d_opt
    def train_step(self, real):
        z = tf.random.normal((8, 3))
        fake = self.generator(z)  # error: gen
        with tf.GradientTape() as tape:
            dl = tf.reduce_mean(self.discriminator(fake)) - tf.reduce_mean(self.discriminator(real))
        variables = self.discriminator.trainable_variables
        self.d_opt.apply_gradients(zip(tape.gradient(dl, variables), variables))
        with tf.GradientTape() as tape:
            gl = -tf.reduce_mean(self.discriminator(fake))
        variables = self.generator.trainable_variables
        self.g_opt.apply_gradients(zip(tape.gradient(gl, variables), variables))
        return {"gl": gl}
g = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(4, name="gen")])
d = tf.keras.Sequential([tf.keras.Input((4,)), layers.Dense(1, name="dis")])
gan = GAN(g, d)
gan.compile(tf.keras.optimizers.Adam(), tf.keras.optimizers.Adam())
gan.fit(tf.random.normal((32, 4)), batch_size=8)
""",
    ),
    "helper applies to other": (
        "GC405",
        """
class GAN:
    def __init__(self):
        self.g = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(4, name="g")])
        self.d = tf.keras.Sequential([tf.keras.Input((4,)), layers.Dense(1, name="d")])
        self.go = tf.keras.optimizers.Adam()
        self.do = tf.keras.optimizers.Adam()
    def _step(self, opt, tape, loss, model, target):
        grads = tape.gradient(loss, model.trainable_variables)
        opt.apply_gradients(zip(grads, target.trainable_variables))  # error: d
    def train(self, z, real):
        with tf.GradientTape() as gt, tf.GradientTape() as dt:
            fake = self.g(z)
            dl = tf.reduce_mean(self.d(fake)) - tf.reduce_mean(self.d(real))
            gl = -tf.reduce_mean(self.d(fake))
        self._step(self.go, gt, gl, self.g, self.g)
        self._step(self.do, dt, dl, self.d, self.g)
gan = GAN()
for _ in range(3):
    gan.train(tf.random.normal((8, 3)), tf.random.normal((8, 4)))
""",
    ),
    "hurdle": (
        "GC705",
        """
def hurdle(y_true, y_pred):
    p, mu = y_pred[..., :1], y_pred[..., 1:]
    ll = tf.where(y_true > 0, tf.math.log(y_true) * mu, tf.math.log(1.0 - p))  # warning: out
    pos = tf.where(y_true > 0.0, tf.square(tf.math.log(y_true) - mu), 0.0)  # warning: out
    return tf.reduce_mean(pos - ll)
model = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(2, activation="sigmoid", name="out")])
model.compile("adam", hurdle)
model.fit(tf.ones((8, 3)), tf.zeros((8, 1)))
""",
    ),
    "loss ignores prediction": (
        "GC504",
        """
def loss(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - tf.reduce_mean(y_true)))  # error: layers.Dense(1)
model = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(1)])
model.compile("adam", loss)
model.fit(tf.ones((8, 3)), tf.ones((8, 1)))
""",
    ),
    "loss label twice loop": (
        "GC504",
        """
model = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(1)])
opt = tf.keras.optimizers.Adam()
mse = tf.keras.losses.MeanSquaredError()
x, y = tf.ones((8, 3)), tf.ones((8, 1))
for _ in range(3):
    with tf.GradientTape() as tape:
        pred = model(x)
        loss = mse(y, y)  # error: layers.Dense(1)
    g = tape.gradient(loss, model.trainable_variables)
    opt.apply_gradients(zip(g, model.trainable_variables))
""",
    ),
    "masked softmax": (
        "GC705",
        """
import numpy as np

class Attn(layers.Layer):
    def __init__(self):
        super().__init__()
        self.q = layers.Dense(4)
        self.k = layers.Dense(4)
        self.v = layers.Dense(4)
    def call(self, x, mask):
        s = tf.matmul(self.q(x), self.k(x), transpose_b=True)
        s = tf.where(mask[:, None, :], s, -np.inf)
        a = tf.nn.softmax(s)  # warning: q, k
        a = tf.where(tf.math.is_nan(a), tf.zeros_like(a), a)
        return tf.matmul(a, self.v(x))
""",
    ),
    "nested step passed": (
        "GC201",
        """
def run(step, data):
    for x in data:
        step(x)
def main():
    model = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(1)])
    opt = tf.keras.optimizers.Adam()
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(model(x).numpy())  # error: layers.Dense(1)
        g = tape.gradient(loss, model.trainable_variables)
        opt.apply_gradients(zip(g, model.trainable_variables))
    run(step, [tf.ones((8, 3))])
main()
""",
    ),
    "nested step returned": (
        "GC301",
        """
def make_step(model, opt):
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            p = tf.round(model(x))  # error: layers.Dense(1)
            loss = tf.reduce_mean(tf.square(p - y))
        g = tape.gradient(loss, model.trainable_variables)
        opt.apply_gradients(zip(g, model.trainable_variables))
        return loss
    return step
model = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(1)])
step = make_step(model, tf.keras.optimizers.Adam())
for _ in range(3):
    step(tf.ones((8, 3)), tf.ones((8, 1)))
""",
    ),
    "norm over one": (
        "GC701",
        """
model = tf.keras.Sequential()
model.add(tf.keras.Input((3,)))
model.add(layers.Dense(8, activation="relu", name="a"))
model.add(layers.Dense(1, name="b"))
model.add(layers.LayerNormalization(name="n"))  # error: a, b, n
model.compile("adam", "mse")
model.fit(tf.ones((8, 3)), tf.ones((8, 1)))
""",
    ),
    "regularizer frozen": (
        "GC101",
        """
class Learned(tf.keras.regularizers.Regularizer):
    def __init__(self, log_scale):
        self.scale = tf.exp(log_scale)  # error: log_scale
    def __call__(self, w):
        return self.scale * tf.reduce_sum(tf.square(w))
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.log_scale = self.add_weight(name="log_scale", shape=(), initializer="zeros")
        self.d = layers.Dense(1, kernel_regularizer=Learned(self.log_scale))
    def call(self, x):
        return self.d(x)
model = Net()
model.compile("adam", "mse")
model.fit(tf.ones((8, 3)), tf.ones((8, 1)))
""",
    ),
    "regularizer variable": (
        "GC601",
        """
class Learned(tf.keras.regularizers.Regularizer):
    def __init__(self):
        self.log_scale = tf.Variable(0.0, name="log_scale")  # error: log_scale
    def __call__(self, w):
        return tf.exp(self.log_scale) * tf.reduce_sum(tf.square(w)) - self.log_scale
model = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(1, kernel_regularizer=Learned())])
model.compile("adam", "mse")
model.fit(tf.ones((8, 3)), tf.ones((8, 1)))
""",
    ),
    "relu second derivative in a model that loops over its layers": (
        "GC704",
        """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = [layers.Dense(16, activation=tf.nn.relu) for _ in range(3)]  # warning: x
        self.last = layers.Dense(1)
    def call(self, x):
        for layer in self.hidden:
            x = layer(x)
        return self.last(x)
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            with tf.GradientTape() as outer:
                outer.watch(x)
                with tf.GradientTape() as inner:
                    inner.watch(x)
                    u = self(x)
                slope = inner.gradient(u, x)
            bend = outer.gradient(slope, x)
            loss = tf.reduce_mean(tf.square(bend - y))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {"loss": loss}
model = Net()
model.compile("adam")
model.fit(tf.random.uniform([64, 1]), tf.ones([64, 1]), verbose=0)
""",
    ),
    "relu second derivative of a functional model": (
        "GC704",
        """
given = tf.keras.Input([2])
hidden = layers.LeakyReLU()(layers.Dense(32)(given))  # warning: xy
net = tf.keras.Model(given, layers.Dense(1)(layers.ReLU()(layers.Dense(32)(hidden))))
xy = tf.random.uniform([64, 2])
for _ in range(3):
    with tf.GradientTape() as tape:
        with tf.GradientTape() as outer:
            outer.watch(xy)
            with tf.GradientTape() as inner:
                inner.watch(xy)
                u = net(xy)
            slopes = inner.gradient(u, xy)
        bends = outer.batch_jacobian(slopes, xy)
        loss = tf.reduce_mean(tf.square(tf.linalg.trace(bends) - 1.0))
    gradients = tape.gradient(loss, net.trainable_variables)
    tf.keras.optimizers.Adam().apply_gradients(zip(gradients, net.trainable_variables))
""",
    ),
    "relu second derivative": (
        "GC704",
        """
hidden = layers.Dense(16, activation="relu")  # warning: x
net = tf.keras.Sequential([tf.keras.Input((1,)), hidden, layers.Dense(1)])
opt = tf.keras.optimizers.Adam()
x = tf.random.uniform((32, 1))
for _ in range(3):
    with tf.GradientTape() as tape:
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                u = net(x)
            ux = inner.gradient(u, x)
        uxx = outer.gradient(ux, x)
        loss = tf.reduce_mean(tf.square(uxx + 1.0))
    g = tape.gradient(loss, net.trainable_variables)
    opt.apply_gradients(zip(g, net.trainable_variables))
""",
    ),
    "rnn state dropped": (
        "GC703",
        """
class Rnn(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.cell = layers.GRUCell(4)
        self.out = layers.Dense(1)
    def call(self, x):
        state = tf.zeros((tf.shape(x)[0], 4))
        ys = []
        for t in range(5):
            y, new_state = self.cell(x[:, t], [state])  # warning: cell
            ys.append(self.out(y))
        return tf.stack(ys, 1)
model = Rnn()
model.compile("adam", "mse")
model.fit(tf.ones((8, 5, 3)), tf.ones((8, 5, 1)))
""",
    ),
    "strategy run step": (
        "GC301",
        """
def make(model, opt, strategy):
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.argmax(model(x), -1))  # error: d
        g = tape.gradient(loss, model.trainable_variables)
        opt.apply_gradients(zip(g, model.trainable_variables))
    @tf.function
    def train(x):
        strategy.run(step, args=(x,))
    return train
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3)
    def call(self, x):
        return self.d(x)
make(Net(), tf.keras.optimizers.Adam(), tf.distribute.get_strategy())
""",
    ),
    "trainer takes models": (
        "GC201",
        """
class Encoder(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(4, name="enc")
    def call(self, x):
        return self.d(x)
class Trainer:
    def __init__(self, encoder, decoder):
        self.encoder = encoder
        self.decoder = decoder
        self.opt = tf.keras.optimizers.Adam()
    def step(self, x):
        with tf.GradientTape() as tape:
            z = self.encoder(x)
            z = tf.constant(z.numpy())  # error: enc
            loss = tf.reduce_mean(tf.square(self.decoder(z) - x))
        v = self.encoder.trainable_variables + self.decoder.trainable_variables
        self.opt.apply_gradients(zip(tape.gradient(loss, v), v))
t = Trainer(Encoder(), layers.Dense(3, name="dec"))
for _ in range(3):
    t.step(tf.ones((8, 3)))
""",
    ),
    "unlisted variable loop": (
        "GC405",
        """
model = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(1)])
log_sigma = tf.Variable(0.0, name="log_sigma")
opt = tf.keras.optimizers.Adam()
x, y = tf.ones((8, 3)), tf.ones((8, 1))
for _ in range(5):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x) - y)) * tf.exp(-log_sigma) + log_sigma
    g = tape.gradient(loss, model.trainable_variables)  # warning: log_sigma
    opt.apply_gradients(zip(g, model.trainable_variables))
""",
    ),
}
SILENT = {
    "only a part of the model is meant to train": """
first, norm = layers.Dense(4, name="first"), layers.LayerNormalization(name="norm")
model = tf.keras.Sequential([tf.keras.Input((3,)), first, norm, layers.Dense(1, name="head")])
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
heads = [v for layer in model.layers if "head" in layer.name for v in layer.trainable_variables]
biases = [v for v in model.trainable_variables if "bias" in v.name]
without = [v for v in model.trainable_variables if "gamma" not in v.name]
for chosen in (heads, biases, without):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x) - y))
    optimizer.apply_gradients(zip(tape.gradient(loss, chosen), chosen))
""",
    "the loss reads the prediction": """
model = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(1)])
optimizer = tf.keras.optimizers.Adam()
mse = tf.keras.losses.MeanSquaredError()
x, y = tf.ones((8, 3)), tf.ones((8, 1))
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = mse(y, model(x))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
""",
    "a second derivative of a functional model with one smooth layer": """
given = tf.keras.Input([2])
hidden = layers.Activation("tanh")(layers.Dense(32)(given))
net = tf.keras.Model(given, layers.Dense(1)(layers.ReLU()(layers.Dense(32)(hidden))))
xy = tf.random.uniform([64, 2])
for _ in range(3):
    with tf.GradientTape() as tape:
        with tf.GradientTape() as outer:
            outer.watch(xy)
            with tf.GradientTape() as inner:
                inner.watch(xy)
                u = net(xy)
            slopes = inner.gradient(u, xy)
        bends = outer.batch_jacobian(slopes, xy)
        loss = tf.reduce_mean(tf.square(tf.linalg.trace(bends) - 1.0))
    gradients = tape.gradient(loss, net.trainable_variables)
    tf.keras.optimizers.Adam().apply_gradients(zip(gradients, net.trainable_variables))
""",
    "a fixed network that only the loss of a chain of layers knows": """
judge = tf.keras.Sequential([tf.keras.Input((1,)), layers.Dense(4)])
def alike(y_true, y_pred):
    return tf.reduce_mean(tf.square(judge(y_true) - judge(y_pred)))
first = layers.Dense(8, activation=lambda x: tf.nn.relu(x))
model = tf.keras.Sequential([tf.keras.Input((3,)), first, layers.Dense(1)])
model.compile("sgd", alike)
model.fit(tf.ones((8, 3)), tf.ones((8, 1)))
""",
    "a second derivative of a smooth network": """
net = tf.keras.Sequential([tf.keras.Input((1,)), layers.Dense(16, activation="tanh"), layers.Dense(1)])
x = tf.random.uniform((32, 1))
with tf.GradientTape() as outer:
    outer.watch(x)
    with tf.GradientTape() as inner:
        inner.watch(x)
        u = net(x)
    ux = inner.gradient(u, x)
print(outer.gradient(ux, x))
""",
    "a penalty on the slope of a network that bends": """
net = tf.keras.Sequential([tf.keras.Input((1,)), layers.Dense(16, activation="relu"), layers.Dense(1)])
x = tf.random.uniform((32, 1))
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        inner.watch(x)
        u = net(x)
    loss = tf.reduce_mean(tf.square(inner.gradient(u, x)))
print(outer.gradient(loss, net.trainable_variables))
""",
    "a state that is handed on": """
class Decoder(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.gru = layers.GRU(4, return_sequences=True, return_state=True)
        self.out = layers.Dense(3)

    def call(self, x, hidden):
        y, state = self.gru(x, initial_state=hidden)
        return self.out(y), state
""",
    "a whole sequence at once": """
class Encoder(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.gru = layers.GRU(4, return_sequences=True, return_state=True)

    def call(self, x):
        y, state = self.gru(x)
        return y, state
""",
    "a cell whose state goes on": """
class Rnn(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.cell = layers.GRUCell(4)

    def call(self, x):
        state = tf.zeros((tf.shape(x)[0], 4))
        for t in range(5):
            y, state = self.cell(x[:, t], [state])
        return y
""",
    "a value of a weight, under another name": """
class Scaled(layers.Layer):
    def build(self, shape):
        self.gain = self.add_weight(name="gain", shape=(3,), initializer="ones")

    def call(self, x):
        self.last = self.gain * 0.99
        return x * self.last
""",
    "a variable in the list": """
model = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(1)])
log_sigma = tf.Variable(0.0, name="log_sigma")
optimizer = tf.keras.optimizers.Adam()
x, y = tf.ones((8, 3)), tf.ones((8, 1))
variables = model.trainable_variables + [log_sigma]
for _ in range(5):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x) - y)) * tf.exp(-log_sigma) + log_sigma
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
""",
    "a variable that counts": """
model = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(1)])
weight = tf.Variable(0.0, name="weight")
optimizer = tf.keras.optimizers.Adam()
x, y = tf.ones((8, 3)), tf.ones((8, 1))
for _ in range(5):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x) - y)) * weight
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    weight.assign_add(0.1)
""",
    "the parts of a model, called before its list is read": """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.a = layers.Dense(4)
        self.b = layers.Dense(1)

    def call(self, x):
        return self.b(self.a(x))


def train(model, x, y, optimizer):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model.b(model.a(x)) - y))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))


train(Net(), tf.ones((8, 3)), tf.ones((8, 1)), tf.keras.optimizers.Adam())
""",
    "a label that is made safe before its logarithm": """
def hurdle(y_true, y_pred):
    safe = tf.where(y_true > 0.0, y_true, 1.0)
    return tf.reduce_mean(tf.where(y_true > 0.0, tf.square(tf.math.log(safe) - y_pred), 0.0))


model = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(1)])
model.compile("adam", hurdle)
model.fit(tf.ones((8, 3)), tf.zeros((8, 1)))
""",
}


@pytest.mark.parametrize(("rule", "program"), BUGS.values(), ids=BUGS)
def test_the_fault_is_found(rule: str, program: str) -> None:
    check(program, rule)


@pytest.mark.parametrize("program", SILENT.values(), ids=SILENT)
def test_look_alike_is_silent(program: str) -> None:
    check(program, "")
