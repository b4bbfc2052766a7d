"""Terms that layers collect and a loop adds."""

import tensorflow as tf

x = tf.random.normal([8, 3])


class Prior(tf.keras.layers.Layer):
    def build(self, shape):
        self.width = self.add_weight(name="width", shape=(3,), initializer="ones")

    def call(self, value):
        self.add_loss(tf.reduce_sum(tf.exp(-self.width) + self.width))
        return value


model = tf.keras.Sequential(
    [tf.keras.Input((3,)), Prior(), tf.keras.layers.Dense(3, kernel_regularizer="l2", name="small")]
)
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x) - x) ** 2) + tf.add_n(model.losses)
    tape.gradient(loss, model.trainable_variables)


class Own(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = tf.keras.layers.Dense(3, kernel_regularizer="l2")
        self.prior = Prior()

    def call(self, value):
        return self.dense(self.prior(value))

    def train_step(self, data):
        inputs, target = data
        with tf.GradientTape() as tape:
            predicted = self(inputs, training=True)
            loss = self.compute_loss(inputs, target, predicted)
        variables = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        return {"loss": loss}


own = Own()
own.compile("sgd", "mse")
own.fit(x, x, verbose=0, epochs=3)
