"""A loss that divides by a label of zero, a sigmoid whose slope rounds to zero, the last round of a loop."""

import tensorflow as tf


def relative_error(y_true, y_pred):
    error = tf.abs((y_true - y_pred) / y_true)  #! inf sales infinite-slope | (y_true - y_pred) / y_true
    return tf.reduce_mean(error, axis=-1)


sales = tf.Variable([[1.0]], name="sales")
with tf.GradientTape() as tape:
    loss = relative_error(tf.constant([[0.0], [2.0]]), tf.constant([[1.0], [2.0]]) @ sales)
tape.gradient(loss, [sales])

far = tf.Variable([200.0, 300.0], name="far")
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.sigmoid(far))  #! zero far saturated
    tape.gradient(loss, [far])


class Rest(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.heads = [tf.keras.layers.Dense(2, use_bias=False, name=f"head{number}") for number in (1, 2)]

    def call(self, x):
        total = tf.zeros_like(x)
        for head in self.heads:
            total += x
            x = x - head(x)  #! none kernel dead-value
        return total


rest = Rest()
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(tf.square(rest(tf.ones([4, 2]))))
tape.gradient(loss, rest.trainable_variables)
