"""What a function builds and trains is gone when it returns; a value that lives for one step is no weight."""

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
