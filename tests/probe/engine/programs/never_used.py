import tensorflow as tf


class Layer(tf.keras.layers.Layer):
    def build(self, shape):
        self.used = self.add_weight(name="used", shape=(), initializer="ones")
        self.spare = self.add_weight(name="spare", shape=(), initializer="ones")  #! none spare unused-weight

    def call(self, x):
        return x * self.used


inputs = tf.keras.Input((1,))
model = tf.keras.Model(inputs, Layer()(inputs))
model.compile(optimizer="sgd", loss="mse")
model.fit(tf.random.normal((8, 1)), tf.random.normal((8, 1)), epochs=3, verbose=0)
