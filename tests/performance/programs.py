"""Programs of the sizes that users have, each doing a few training steps.

The names that end in `cut` lose a gradient; their repair is one fix.
"""

from __future__ import annotations

HEAD = """import numpy as np
import tensorflow as tf

L = tf.keras.layers
"""
DENSE = (
    HEAD
    + """
model = tf.keras.Sequential([L.Dense(64, activation="relu"), L.Dense(64, activation="relu"), L.Dense(1)])
model.compile("adam", "mse")
model.fit(np.random.rand(256, 20).astype("float32"), np.random.rand(256, 1).astype("float32"), verbose=0)
"""
)
RESNET = (
    HEAD
    + """
model = tf.keras.applications.ResNet50(weights=None, input_shape=(64, 64, 3), classes=10)
model.compile("sgd", "sparse_categorical_crossentropy")
model.fit(np.random.rand(16, 64, 64, 3).astype("float32"), np.arange(16) % 10, batch_size=8, verbose=0)
"""
)
TRANSFORMER = (
    HEAD
    + """
inputs = tf.keras.Input((32,), dtype="int32")
x = L.Embedding(1000, 64)(inputs)
for _ in range(12):
    x = L.LayerNormalization()(x + L.MultiHeadAttention(4, 16)(x, x))
    x = L.LayerNormalization()(x + L.Dense(64)(L.Dense(256, activation="gelu")(x)))
model = tf.keras.Model(inputs, L.Dense(1)(L.GlobalAveragePooling1D()(x)))
model.compile("adam", "mse")
words, y = np.random.randint(0, 1000, (32, 32)), np.random.rand(32, 1).astype("float32")
model.fit(words, y, batch_size=8, verbose=0)
"""
)
GAN = (
    HEAD
    + """
generator = tf.keras.Sequential([L.Dense(32, activation="relu"), L.Dense(8)])
critic = tf.keras.Sequential([L.Dense(32, activation="relu"), L.Dense(1)])
adams = tf.keras.optimizers.Adam(1e-4), tf.keras.optimizers.Adam(1e-4)
bce = tf.keras.losses.BinaryCrossentropy(from_logits=True)


@tf.function
def step(real):
    noise = tf.random.normal((16, 4))
    with tf.GradientTape() as ours, tf.GradientTape() as theirs:
        fake = generator(noise, training=True)
        good, bad = critic(real, training=True), critic(fake, training=True)
        cost = bce(tf.ones_like(bad), bad)
        price = bce(tf.ones_like(good), good) + bce(tf.zeros_like(bad), bad)
    for tape, loss, model, adam in ((ours, cost, generator, adams[0]), (theirs, price, critic, adams[1])):
        adam.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))


generator(tf.zeros((1, 4))), critic(tf.zeros((1, 8)))
for model, adam in zip((generator, critic), adams):
    adam.build(model.trainable_variables)
for _ in range(20):
    step(tf.random.normal((16, 8)))
"""
)
LOOP = (
    HEAD
    + """
model = tf.keras.Sequential([L.Dense(32, activation="tanh"), L.Dense(1)])
adam = tf.keras.optimizers.Adam()
x, y = tf.random.normal((64, 8)), tf.random.normal((64, 1))
for _ in range(100):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    adam.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
"""
)
TFP = (
    HEAD
    + """import tensorflow_probability as tfp

tfd = tfp.distributions
loc, raw = tf.Variable(0.0), tf.Variable(0.0)
data = tf.constant(np.random.normal(2.0, 3.0, 500).astype("float32"))
adam = tf.keras.optimizers.Adam(0.1)
for _ in range(100):
    with tf.GradientTape() as tape:
        loss = -tf.reduce_mean(tfd.Normal(loc, tf.nn.softplus(raw)).log_prob(data))
    adam.apply_gradients(zip(tape.gradient(loss, [loc, raw]), [loc, raw]))
"""
)
DENSE_CUT = (
    HEAD
    + """

class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.first, self.second = L.Dense(64, activation="relu"), L.Dense(64, activation="relu")
        self.head = L.Dense(1)

    def call(self, x):
        h = self.first(x)
        h = self.second(x)
        return self.head(h)


model = Net()
model.compile("adam", "mse")
model.fit(np.random.rand(256, 20).astype("float32"), np.random.rand(256, 1).astype("float32"), verbose=0)
"""
)
LOOP_CUT = LOOP.replace(
    """    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
""",
    """    output = model(x, training=True)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((output - y) ** 2)
""",
)
CLEAN = {
    "dense": DENSE,
    "resnet50": RESNET,
    "transformer": TRANSFORMER,
    "gan": GAN,
    "loop": LOOP,
    "tfp": TFP,
}
CUT = {"dense-cut": DENSE_CUT, "loop-cut": LOOP_CUT}
