"""Cuts inside what TensorFlow runs for itself: checkpoints, loops and branches, cells, ragged rows."""

import tensorflow as tf

x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])


def square(name):
    return tf.Variable(tf.random.normal([3, 3]), name=name)


kept, forgotten = square("kept"), square("forgotten")


@tf.recompute_grad
def block(value):
    return tf.nn.tanh(value @ kept) + tf.round(value @ forgotten)  #! zero forgotten no-gradient


for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(block(x) ** 2)
    tape.gradient(loss, [kept, forgotten])

turned, floored = square("turned"), square("floored")


@tf.function
def looped():
    with tf.GradientTape() as tape:
        h = x
        for _ in tf.range(3):
            h = tf.nn.tanh(h @ turned) + tf.floor(h @ floored)  #! zero floored no-gradient
        loss = tf.reduce_mean(h**2) if tf.reduce_sum(h) > 0 else tf.reduce_mean((h - 1) ** 2)
    return tape.gradient(loss, [turned, floored])


for _ in range(3):
    looped()


class Cell(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.units = self.state_size = self.output_size = 3

    def build(self, shape):
        self.ahead = self.add_weight(name="ahead", shape=(3, 3))
        self.again = self.add_weight(name="again", shape=(3, 3))

    def call(self, value, states):
        h = tf.tanh(value @ self.ahead + tf.floor(states[0] @ self.again))  #! zero again no-gradient
        return h, [h]


recurrent = tf.keras.Sequential(
    [tf.keras.Input((5, 3)), tf.keras.layers.RNN(Cell()), tf.keras.layers.Dense(1, name="last")]
)
recurrent.compile("sgd", "mse")
recurrent.fit(tf.random.normal([8, 5, 3]), y, epochs=3, verbose=0)

spectrum = tf.Variable(tf.complex([1.0, 2.0, 3.0, 4.0, 5.0], [0.5] * 5), name="spectrum")
phase = tf.Variable(tf.complex([1.0, 2.0], [0.5, 0.5]), name="phase")
table, gate = tf.Variable(tf.random.normal([10, 4]), name="table"), tf.Variable([1.0] * 4, name="gate")
words = tf.ragged.constant([[1, 2, 3], [4], [5, 6]])
links = tf.sparse.from_dense(tf.constant([[0.0, 1.0, 0.0], [2.0, 0.0, 3.0]]))
mixing = square("mixing")
for _ in range(3):
    with tf.GradientTape() as tape:
        wave = tf.reduce_sum(tf.signal.irfft(spectrum) ** 2)
        wave += tf.reduce_sum(tf.round(tf.math.real(phase)))  #! none phase no-gradient
        rows = tf.reduce_mean(tf.gather(table, words), axis=1)
        picked = tf.reduce_sum(rows * tf.round(gate))  #! none gate no-gradient
        spread = tf.reduce_sum(tf.sparse.sparse_dense_matmul(links, mixing) ** 2)
        loss = wave + picked + spread
    tape.gradient(loss, [spectrum, phase, table, gate, mixing])


class Module(tf.Module):
    def __init__(self):
        super().__init__()
        self.weight = square("weight")
        self.stopped = square("stopped")

    def __call__(self, value):
        return value @ self.weight + tf.stop_gradient(value @ self.stopped)  #! none stopped stopped


module = Module()
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(module(x) ** 2)
    tape.gradient(loss, module.trainable_variables)
