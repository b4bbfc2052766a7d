"""Modules that train nothing when they run, as their authors would have them on disk."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Module:
    """A module's source, what must be said of how it was made to train, and the verdicts that are not ok."""

    source: str
    probed: str
    variables: int
    bad: tuple[tuple[str, str], ...] = ()


MODULES = {
    "a library with functions called shape and numpy": Module(
        """
import types
ops = types.ModuleType("ops")
ops.shape = ops.numpy = ops.dtype = lambda x: x
x = tf.keras.Input((10,), name="x")
model = tf.keras.Model(x, layers.Dense(8, name="h")(x))
""",
        "probed model with input float:64,10",
        2,
    ),
    "compiled object": Module(
        """
x = tf.keras.Input((10,), name="x")
h = layers.Dense(8, name="h")(x)
outputs = {"cls": layers.Dense(3, activation="softmax", name="cls")(h), "reg": layers.Dense(1, name="reg")(h)}
model = tf.keras.Model(x, outputs)
model.compile("adam", loss={"cls": "sparse_categorical_crossentropy", "reg": "mse"})
""",
        "probed model with input float:64,10, trained by fit",
        6,
    ),
    "model that reads texts": Module(
        """\
words = layers.TextVectorization(max_tokens=50, output_sequence_length=6)
words.adapt(tf.constant(["a good film", "a bad film", "great"]))
last = layers.Dense(1)
model = tf.keras.Sequential([words, layers.Embedding(50, 8), layers.GlobalAveragePooling1D(), last])
""",
        "probed model with input string:64",
        3,
    ),
    "object with named inputs and indices": Module(
        """
inputs = {"age": tf.keras.Input((1,), name="age"), "job": tf.keras.Input((1,), dtype="int32", name="job")}
job = layers.Flatten()(layers.Embedding(12, 4)(inputs["job"]))
both = layers.Concatenate()([inputs["age"], job])
model = tf.keras.Model(inputs, layers.Dense(1, activation="sigmoid")(both))
model.compile("adam", "binary_crossentropy")
""",
        "probed model with input float:64,1 and int<12:64,1, trained by fit",
        3,
    ),
    "factory with arguments": Module(
        """
def block(x, filters):
    return layers.ReLU()(layers.Conv2D(filters, 3)(x))

def build_model(input_shape, num_classes):
    inputs = tf.keras.Input(input_shape)
    x = layers.GlobalAveragePooling2D()(block(inputs, 4))
    return tf.keras.Model(inputs, layers.Dense(num_classes)(x))
""",
        "probed build_model(input_shape=(16, 16, 3), num_classes=4) with input float:64,16,16,3",
        4,
    ),
    "classes inside one another": Module(
        """
class Scale(layers.Layer):
    def build(self, shape):
        self.used = self.add_weight(name="used", shape=(shape[-1],), initializer="ones")
        self.lost = self.add_weight(name="lost", shape=(shape[-1],), initializer="ones")
    def call(self, x):
        return x * self.used + tf.stop_gradient(x * self.lost)

class Net(tf.keras.Model):
    def __init__(self, n_classes):
        super().__init__()
        self.scale, self.out = Scale(), layers.Dense(n_classes)
    def call(self, x, training=False):
        return self.out(self.scale(x))
""",
        "probed Net(n_classes=8) with input 64,8",
        4,
        (("lost", "none"),),
    ),
    "pair of inputs and a loss": Module(
        """
class Siamese(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.encoder = layers.Dense(4, use_bias=False)
    def call(self, inputs):
        left, right = inputs
        return tf.reduce_sum(tf.square(self.encoder(left) - self.encoder(right)), -1)

def contrastive_loss(y_true, y_pred, margin=1.0):
    return tf.reduce_mean(y_true * y_pred + (1.0 - y_true) * tf.nn.relu(margin - y_pred))
""",
        "probed Siamese() with input 64,8 and 64,8, loss contrastive_loss(targets[0], outputs)",
        1,
    ),
    "dictionary of inputs": Module(
        """
class Ranker(tf.keras.Model):
    def __init__(self, n_users, n_items, dim=4):
        super().__init__()
        self.users, self.items = layers.Embedding(n_users, dim), layers.Embedding(n_items, dim)
    def call(self, features):
        return tf.reduce_sum(self.users(features["user"]) * self.items(features["item"]), -1)
""",
        "probed Ranker(n_users=8, n_items=8) with input int<8:64,8 and int<8:64,8",
        2,
    ),
    "own data": Module(
        """
class Mean(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1)
    def call(self, inputs):
        nodes, edges = inputs
        return self.dense(tf.matmul(edges, nodes))

def graphs(n=6):
    return tf.random.normal((n, 5, 3)), tf.random.uniform((n, 5, 5))
""",
        "probed Mean() with input graphs()[0] and graphs()[1]",
        2,
    ),
    "own labels, and a loss that its parameters tell": Module(
        """
class Direction(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.start = layers.Dense(3, kernel_initializer="zeros", bias_initializer=first)

    def call(self, x):
        return tf.math.l2_normalize(self.start(x), axis=-1)


def first(shape, dtype=None):
    return tf.constant([1.0, 0.0, 0.0])


def angle(u_true, u_pred):
    return tf.acos(0.99 * tf.clip_by_value(tf.reduce_sum(u_true * u_pred, axis=-1), -1.0, 1.0))


def directions(n=4):
    return tf.random.normal((n, 6)), tf.tile([[0.6, 0.8, 0.0]], (n, 1))
""",
        "probed Direction() with input directions()[0], loss angle(directions()[1], outputs)",
        2,
    ),
    "own labels at the edge of a domain": Module(
        """
class Direction(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.start = layers.Dense(3, kernel_initializer="zeros", bias_initializer=first)

    def call(self, x):
        return tf.math.l2_normalize(self.start(x), axis=-1)


def first(shape, dtype=None):
    return tf.constant([1.0, 0.0, 0.0])


def angle(u_true, u_pred):
    return tf.acos(1.0 * tf.clip_by_value(tf.reduce_sum(u_true * u_pred, axis=-1), -1.0, 1.0))


def directions(n=4):
    return tf.random.normal((n, 6)), tf.tile([[1.0, 0.0, 0.0]], (n, 1))
""",
        "probed Direction() with input directions()[0], loss angle(directions()[1], outputs)",
        2,
        (("kernel", "nan"), ("bias", "nan")),
    ),
    "adversaries with their own compile": Module(
        """
def build_generator(latent_dim):
    return tf.keras.Sequential([layers.Input((latent_dim,)), layers.Dense(8)])

def build_discriminator():
    return tf.keras.Sequential([layers.Input((8,)), layers.Dense(1)])

class GAN(tf.keras.Model):
    def __init__(self, discriminator, generator, latent_dim):
        super().__init__()
        self.discriminator, self.generator, self.latent_dim = discriminator, generator, latent_dim
    def compile(self, d_optimizer, g_optimizer, loss_fn):
        super().compile()
        self.d_optimizer, self.g_optimizer, self.loss_fn = d_optimizer, g_optimizer, loss_fn
    def train_step(self, real):
        noise = tf.random.normal((tf.shape(real)[0], self.latent_dim))
        for player, optimizer in ((self.discriminator, self.d_optimizer), (self.generator, self.g_optimizer)):
            with tf.GradientTape() as tape:
                fake, true = self.discriminator(self.generator(noise)), self.discriminator(real)
                loss = self.loss_fn(tf.zeros_like(fake), fake) + self.loss_fn(tf.ones_like(true), true)
            grads = tape.gradient(loss, player.trainable_variables)
            optimizer.apply_gradients(zip(grads, player.trainable_variables))
        return {"loss": loss}
""",
        "probed GAN(discriminator=build_discriminator(), generator=build_generator(latent_dim=8), "
        "latent_dim=8) with input 64,8, trained by fit",
        4,
    ),
    "agent with a method that trains": Module(
        """
class Policy:
    def __init__(self, n_obs=4, n_act=2):
        self.net = tf.keras.Sequential([layers.Input((n_obs,)), layers.Dense(n_act)])
        self.optimizer = tf.keras.optimizers.Adam(1e-3)
    def update(self, obs, actions, returns):
        with tf.GradientTape() as tape:
            chances = tf.gather(tf.nn.log_softmax(self.net(obs)), actions, batch_dims=1)
            loss = -tf.reduce_mean(chances * returns)
        grads = tape.gradient(loss, self.net.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.net.trainable_variables))
""",
        "probed Policy() with input float:64,4 and int<2:64 and 64, "
        "trained by model.update(inputs[0], inputs[1], inputs[2])",
        2,
    ),
    "function that trains what it is given": Module(
        """
class Line(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.slope = self.add_weight(name="slope", shape=(3, 1), initializer="ones")
    def call(self, x):
        return tf.matmul(x, self.slope)

def train(model, x, y, steps=10):
    optimizer = tf.keras.optimizers.SGD(0.1)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x) - y))
        grads = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(grads, model.trainable_variables))
""",
        "probed Line() with input 64,3, trained by train(model, inputs[0], targets[0])",
        1,
    ),
    "a loss, and what a call adds to it": Module(
        """
class Rebuilding(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense(5, activation="tanh")
        self.rebuild = layers.Dense(8)
        self.out = layers.Dense(1)

    def call(self, x):
        hidden = self.hidden(x)
        self.add_loss(0.05 * tf.reduce_mean(tf.square(self.rebuild(hidden) - x)))
        return self.out(hidden)


def huber_loss(y_true, y_pred):
    error = tf.abs(y_true - y_pred)
    return tf.where(error < 1.0, tf.square(error) / 2.0, error - 0.5)
""",
        "probed Rebuilding() with input 64,8, loss huber_loss(targets[0], outputs)",
        6,
    ),
    "loss of several models": Module(
        """
class Encoder(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.embed, self.rnn = layers.Embedding(20, 4), layers.GRU(4, return_state=True)
    def call(self, ids):
        return self.rnn(self.embed(ids))[1]

class Decoder(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.embed, self.out = layers.Embedding(30, 4), layers.Dense(30)
    def call(self, ids, state):
        return self.out(self.embed(ids) + state[:, None])

def translation_loss(encoder, decoder, source, target):
    logits = decoder(target[:, :-1], encoder(source))
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(target[:, 1:], logits)
    return tf.reduce_mean(losses)
""",
        "probed (Encoder(), Decoder()) with input int<20:64,8 and int<20:64,8, "
        "loss translation_loss(model[0], model[1], inputs[0], inputs[1])",
        7,
    ),
    "likelihood of counts": Module(
        """
class Counts(layers.Layer):
    def build(self, shape):
        self.rate = self.add_weight(name="rate", shape=(shape[-1],), initializer="zeros")
    def call(self, counts):
        tf.debugging.assert_greater_equal(self.rate, -1e9)
        log_factorial = tf.where(counts < 0.0, float("nan"), tf.math.lgamma(tf.abs(counts) + 1.0))
        return counts * self.rate - tf.exp(self.rate) - log_factorial
""",
        "probed Counts() with input count:64,8",
        1,
    ),
    "recurrent cell": Module(
        """
class Cell(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = self.state_size = self.output_size = units
    def build(self, shape):
        self.kernel = self.add_weight(name="kernel", shape=(shape[-1], self.units))
    def call(self, inputs, states):
        state = tf.tanh(tf.matmul(inputs, self.kernel) + states[0])
        return state, [state]
""",
        "probed tf.keras.layers.RNN(Cell(units=8)) with input 64,8,8",
        1,
    ),
    "main without a guard": Module(
        """
def main(epochs=50):
    model = tf.keras.Sequential([layers.Input((4,)), layers.Dense(1)])
    model.compile("adam", "mse")
    model.fit(tf.random.normal((64, 4)), tf.random.normal((64, 1)), epochs=epochs, verbose=0)
""",
        "probed main()",
        2,
    ),
    "frozen as a whole": Module(
        """
encoder = tf.keras.Sequential([layers.Input((4,)), layers.Dense(2)])
encoder.trainable = False
""",
        "",
        0,
    ),
    "functions that reach out": Module(
        """
def main():
    open("trace", "w").write("ran")
def train():
    import shutil
    shutil.rmtree("nothing")
net = tf.keras.Sequential([layers.Input((4,)), layers.Dense(1)])
""",
        "probed net with input float:64,4",
        2,
    ),
}
