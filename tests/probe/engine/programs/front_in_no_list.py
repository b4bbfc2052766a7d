"""Steps of a model's own that train the second of its parts alone, and ones in which that is meant."""

import tensorflow as tf

layers = tf.keras.layers


def part(name):
    dense = layers.Dense(4, activation="tanh", name=f"{name}_in", use_bias=False)
    return tf.keras.Sequential([dense, layers.Dense(3, name=f"{name}_out", use_bias=False)], name=name)


class Coder(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.front, self.back = part("front"), part("back")

    def call(self, x):
        return self.back(self.front(x))

    def train_step(self, x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self(x) - x))
        own = self.back.trainable_variables  #! unlisted kernel wrong-variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, own), own, strict=True))
        return {"loss": loss}


class Filled(Coder):
    def __init__(self):
        super().__init__()
        self.front = part("filled")
        self.front(tf.zeros((1, 3)))
        self.front.set_weights([tf.ones((3, 4)), tf.ones((4, 3))])


class Distilled(tf.keras.Model):
    """The part that is not trained is not in front of the other: it is a random aim."""

    def __init__(self):
        super().__init__()
        self.aim, self.learner = part("aim"), part("learner")

    def train_step(self, x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self.aim(x) - self.learner(x)))
        own = self.learner.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, own), own, strict=True))
        return {"loss": loss}


x = tf.random.uniform((8, 3))
for model in (Coder(), Filled(), Distilled()):
    model.compile(tf.keras.optimizers.SGD(0.1))
    model.fit(tf.data.Dataset.from_tensor_slices(x).batch(4), verbose=0)
