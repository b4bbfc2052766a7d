"""Terms that layers collect and a loop of one's own never adds."""

import tensorflow as tf

x = tf.random.normal([8, 3])


class Prior(tf.keras.layers.Layer):
    def build(self, shape):
        self.gain = self.add_weight(name="gain", shape=(3,), initializer="ones")
        self.width = self.add_weight(name="width", shape=(3,), initializer="ones")

    def call(self, value):
        self.add_loss(tf.reduce_sum(self.gain**2 * tf.exp(-self.width) + self.width))
        return value * self.gain


prior, small = Prior(), tf.keras.layers.Dense(3, kernel_regularizer="l2")
small(prior(x))
for _ in range(3):
    with tf.GradientTape() as tape:
        away = small(prior(x)) - x
        loss = tf.reduce_mean(away**2)  #! none width losses-ignored  #! ok gain,kernel losses-ignored
    variables = prior.trainable_variables + small.trainable_variables
    tape.gradient(loss, variables)


class Bank(tf.keras.layers.Layer):
    def build(self, shape):
        self.level = self.add_weight(name="level", shape=(3,), initializer="ones")

    def call(self, value):
        self.add_loss(tf.reduce_sum(self.level**2))
        return value * self.level


bank = Bank()
bank(x)


@tf.function
def step():
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((bank(x) - 0.5) ** 2)  #! ok level losses-ignored
    return tape.gradient(loss, bank.trainable_variables)


for _ in range(3):
    step()
