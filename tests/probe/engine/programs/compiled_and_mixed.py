"""Compiled by XLA, and in half precision with a loss scale."""

import tensorflow as tf

x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])


class Two(tf.keras.layers.Layer):
    def __init__(self, prefix):
        super().__init__()
        self.prefix = prefix

    def build(self, shape):
        self.live = self.add_weight(name=f"{self.prefix}_live", shape=(shape[-1], 1), initializer="ones")
        self.dead = self.add_weight(name=f"{self.prefix}_dead", shape=(shape[-1], 1), initializer="ones")

    def call(self, value):
        coarse = value @ self.dead
        coarse = tf.round(coarse)  #! none xla_dead,half_dead no-gradient | tf.round(coarse)
        return value @ self.live + coarse


def fit(prefix, **options):
    model = tf.keras.Sequential([tf.keras.Input((3,)), Two(prefix)])
    model.compile("sgd", "mse", **options)
    model.fit(x, y, batch_size=4, epochs=8, verbose=0)


fit("xla", jit_compile=True)
tf.keras.mixed_precision.set_global_policy("mixed_float16")
fit("half")
tf.keras.mixed_precision.set_global_policy("float32")

tiny = tf.Variable(tf.ones([3, 1], tf.float16), name="tiny")
for _ in range(3):
    with tf.GradientTape() as tape:
        tail = tf.exp(-tf.square(tf.cast(x, tf.float16) @ tiny) - 40.0)  #! zero tiny zero-slope
        loss = tf.reduce_mean(tail)
    tape.gradient(loss, [tiny])

weight, lost = tf.Variable(tf.ones([3, 1]), name="weight"), tf.Variable(tf.ones([3, 1]), name="lost")


@tf.function(jit_compile=True)
def compiled():
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((x @ weight + tf.floor(x @ lost) - y) ** 2)  #! none lost no-gradient
    return tape.gradient(loss, [weight, lost])


for _ in range(3):
    compiled()
