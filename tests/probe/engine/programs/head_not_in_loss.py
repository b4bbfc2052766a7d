import tensorflow as tf


class Head(tf.keras.layers.Layer):
    def build(self, shape):
        self.gain = self.add_weight(name="gain", shape=(), initializer="ones")

    def call(self, x):
        return x * self.gain


inputs = tf.keras.Input((2,))
price = tf.keras.layers.Dense(1, name="price")(inputs)
model = tf.keras.Model(inputs, {"price": price, "score": tf.keras.layers.ReLU(name="score")(Head()(price))})
model.compile(
    optimizer="sgd",
    loss={"price": "mse", "score": None},  #! none gain not-in-loss | loss={"price": "mse", "score": None}
)
x = tf.random.normal((8, 2))
model.fit(x, {"price": x[:, :1], "score": x[:, :1]}, epochs=3, verbose=0)
