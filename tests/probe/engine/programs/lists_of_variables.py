"""Lists of variables that leave some out: by mistake, where the program shows it, or by choice."""

import tensorflow as tf

x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.first = tf.keras.layers.Dense(4, use_bias=False)
        self.second = tf.keras.layers.Dense(1)
        self.first.build((None, 3))

    def call(self, value):
        return self.second(tf.nn.relu(self.first(value)))


net = Net()
short = net.trainable_variables  #! unlisted bias,kernel empty-variables | net.trainable_variables
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((net(x) - y) ** 2)
    tape.gradient(loss, short)


class Extractor(tf.keras.layers.Layer):
    def build(self, shape):
        self.filters = self.add_weight(name="filters", shape=(3, 4))  #! unlisted filters -

    def call(self, value):
        return tf.nn.relu(value @ self.filters)


extractor, head = Extractor(), tf.keras.layers.Dense(1, use_bias=False)
head(extractor(x))
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((head(extractor(x)) - y) ** 2)
    tape.gradient(loss, head.trainable_variables)
