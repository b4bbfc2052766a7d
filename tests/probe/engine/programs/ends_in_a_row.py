import tensorflow as tf

layers = tf.keras.layers
step = tf.Variable(2.0, name="step")
other = tf.Variable(2.0, name="other")
weight = tf.Variable([1.0, 2.0], name="weight")
twice = tf.Variable([1.5, 2.5], name="twice")
inside = layers.Dense(2, use_bias=False, name="inside")
inside(tf.ones((1, 2)))


@tf.custom_gradient
def solve(x):
    end = tf.stop_gradient(inside(x))

    def backward(upstream, variables=None):
        kept = [tf.zeros_like(one) for one in variables]
        return upstream, kept  #! zero kernel custom-gradient | return upstream, kept

    return end, backward


def quantized(step, weight):
    scale = tf.stop_gradient(0.9 * step) + 0.1 * step
    rounded = tf.round(weight / scale) * scale
    away = rounded - weight
    return weight + tf.stop_gradient(away)  #! none step,other stopped | tf.stop_gradient(away)


def parted():
    first = tf.round(twice)  #! none twice no-gradient | tf.round(twice)
    second = tf.stop_gradient(twice)
    return first * second


for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(
            tf.square(quantized(step, weight) + quantized(other, tf.ones(2)))
            + parted()
            + solve(weight[None])[0]
        )
    tape.gradient(loss, [step, other, weight, twice, *inside.trainable_variables])
