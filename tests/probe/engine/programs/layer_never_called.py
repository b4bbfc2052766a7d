import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.first = tf.keras.layers.Dense(2)
        self.second = tf.keras.layers.Dense(2)  #! unbuilt second uncalled-layer | tf.keras.layers.Dense(2)
        self.drop = tf.keras.layers.Dropout(0.1)

    def call(self, x):
        return self.first(self.first(x))


model = Net()
model.compile(optimizer="sgd", loss="mse")
model.fit(tf.random.normal((8, 2)), tf.random.normal((8, 2)), epochs=3, verbose=0)
