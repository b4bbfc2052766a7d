import tensorflow as tf
import tensorflow_probability as tfp


class Likelihood(tf.keras.layers.Layer):
    def build(self, shape):
        self.mu = self.add_weight(name="mu", shape=(), initializer="ones")
        self.normal = tfp.distributions.Normal(
            self.mu,  #![keras3] none mu captured-by-object | self.mu
            scale=1.0,
        )
        self.gain = self.add_weight(name="gain", shape=(), initializer="ones")

    def call(self, x):
        return self.gain * self.normal.log_prob(x)


layer = Likelihood()
x = tf.random.normal((4, 1))
layer(x)
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(layer(x)))
    tape.gradient(loss, layer.trainable_variables)
