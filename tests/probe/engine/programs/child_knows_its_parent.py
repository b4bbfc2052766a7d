import tensorflow as tf


class Head(tf.keras.layers.Layer):
    def __init__(self, owner):
        super().__init__()
        object.__setattr__(self, "owner", owner)
        self.spare = tf.keras.layers.Dense(1)  #! unbuilt head.spare uncalled-layer | tf.keras.layers.Dense(1)

    def call(self, x):
        return tf.matmul(x, self.owner.first.kernel, transpose_b=True)


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.first = tf.keras.layers.Dense(2)
        self.head = Head(self)

    def call(self, x):
        return self.head(self.first(x))


model = Net()
model.compile(optimizer="sgd", loss="mse")
model.fit(tf.random.normal((8, 2)), tf.random.normal((8, 2)), epochs=3, verbose=0)
