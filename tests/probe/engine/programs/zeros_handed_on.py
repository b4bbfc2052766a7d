import tensorflow as tf

layers = tf.keras.layers


class Cell(layers.Layer):
    def __init__(self, replaces, **options):
        super().__init__(**options)
        self.state_size = self.output_size = 3
        self.replaces = replaces

    def build(self, shape):
        name = "recurrent" if self.replaces else "forgetful"
        self.kernel = self.add_weight(name="kernel", shape=(shape[-1], 3))
        self.recurrent = self.add_weight(name=name, shape=(3, 3))

    def call(self, x, states):
        new = tf.tanh(x @ self.kernel + (states[0] * 2.0) @ self.recurrent)
        if self.replaces:
            return new, [new]
        return new, states  #! zero forgetful zero-product | return new, states


class Noisy(layers.Layer):
    def build(self, shape):
        self.mean = self.add_weight(name="mean", shape=(shape[-1],), initializer="ones")
        self.scale = self.add_weight(name="scale", shape=(shape[-1],), initializer="ones")
        self.spread = self.add_weight(name="spread", shape=(shape[-1],), initializer="ones")
        off = {"trainable": False, "initializer": "zeros"}
        self.still = self.add_weight(name="still", shape=(1, 1), **off)  #! zero scale,spread zero-product
        self.drawn = self.add_weight(name="drawn", shape=(1,), **off)

    def call(self, x):
        noise = self.scale * self.still[0] + self.spread * (self.drawn * self.still)
        return x * (self.mean * (1.0 + self.drawn)) + noise


trunk = layers.Dense(4, name="trunk")
choice = layers.Dense(2, name="choice", use_bias=False)
means = layers.Dense(2, name="means")
noisy = Noisy()
cells = [layers.RNN(Cell(False)), layers.RNN(Cell(True))]
x = tf.random.normal((8, 5, 2), seed=1)


def loss_of():
    both = tf.concat([choice(trunk(x[:, 0])), means(trunk(x[:, 0]))], axis=-1)
    best = tf.argmax(both[:, :2], axis=-1)  #! zero kernel no-gradient | tf.argmax(both[:, :2], axis=-1)
    picked = tf.gather(both[:, 2:], best, axis=1, batch_dims=1)
    clipped = tf.where(tf.abs(picked) < 100.0, picked, 3.0 * picked)
    states = tf.add_n([tf.reduce_mean(cell(x)) for cell in cells])
    return tf.reduce_mean(tf.square(clipped)) + tf.reduce_mean(tf.square(noisy(x[:, 0]))) + states


loss_of()
noisy.drawn.assign(tf.ones((1,)))
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = loss_of()
    layers_used = [trunk, choice, means, noisy, *cells]
    tape.gradient(loss, [one for layer in layers_used for one in layer.trainable_variables])
