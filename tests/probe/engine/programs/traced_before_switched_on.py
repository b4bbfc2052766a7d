"""A layer that is switched on when the step that trains is traced already: its graph never lists it."""

import tensorflow as tf

x = tf.random.normal([8, 3], seed=1)


class Layer(tf.keras.layers.Layer):
    def __init__(self, title):
        super().__init__()
        self.title = title

    def build(self, shape):
        self.own = self.add_weight(name=self.title, shape=(3, 3))

    def call(self, value):
        return value @ self.own


class Tuner:
    def __init__(self, *titles):
        self.model = tf.keras.Sequential([tf.keras.Input((3,)), *map(Layer, titles)])
        self.model.layers[0].trainable = False

    def traced(self):
        return tf.function(self.step)

    def step(self, value):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self.model(value) - value) ** 2)
        variables = self.model.trainable_variables
        for variable, gradient in zip(variables, tape.gradient(loss, variables), strict=True):
            variable.assign_sub(0.01 * gradient)


def train(step, steps=3):
    for _ in range(steps):
        step(x)


late = Tuner("late", "beside")
step = late.traced()
train(step)
late.model.layers[0].trainable = True  #! unlisted late traced | late.model.layers[0].trainable
train(step)

# Traced anew, before the first trace, left off, and never run again.
anew = Tuner("anew", "head")
train(anew.traced())
anew.model.layers[0].trainable = True
train(anew.traced())

early = Tuner("early", "body")
early.model.layers[0].trainable = True
train(early.traced())

off = Tuner("off", "on")  #! frozen off -
train(off.traced())

ended = Tuner("ended", "tail")  #! unlisted ended -
train(ended.traced())
ended.model.layers[0].trainable = True
