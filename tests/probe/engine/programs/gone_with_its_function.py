"""What a function builds and trains is gone when it returns; a value that lives for one step is no weight."""

import gc

import tensorflow as tf


class Update:
    def __init__(self):
        self.gain = tf.Variable(1.5, name="gain")  #! untracked gain untracked

    def __call__(self, x):
        return x * self.gain


class Net(tf.Module):
    def __init__(self):
        super().__init__()
        self.shift = tf.Variable(0.5, name="shift")
        self.update = Update()

    def __call__(self, x):
        return self.update(x) + self.shift


def train(steps):
    net = Net()
    for _ in range(steps):
        x = tf.Variable([1.0, 2.0], name="batch")
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(net(x)))
        for variable, gradient in zip(
            net.trainable_variables, tape.gradient(loss, net.trainable_variables), strict=True
        ):
            variable.assign_sub(0.01 * gradient)
    return float(loss)


train(4)


def train_by_an_optimizer(steps):
    scale = tf.Variable(1.5, name="scale")
    left_out = tf.Variable(0.5, name="left_out")
    optimizer = tf.keras.optimizers.SGD(0.01)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.square(scale * 3.0 + left_out)
        gradients = tape.gradient(loss, [scale, left_out])
        optimizer.apply_gradients(zip(gradients, [scale]))  # noqa: B905  #! unlisted left_out not-applied
    return float(loss)


train_by_an_optimizer(4)
gc.collect()
