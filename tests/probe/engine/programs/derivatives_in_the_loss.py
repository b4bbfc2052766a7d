import tensorflow as tf

w = tf.Variable([[0.5], [0.2]], name="w")
level = tf.Variable(0.3, name="level")
apart = tf.Variable([[0.5], [0.2]], name="apart")
before = tf.Variable([[0.4], [0.1]], name="before")
blind = tf.Variable([[0.4], [0.3]], name="blind")
scale = tf.Variable(1.5, name="scale")
dropped = tf.Variable([[0.4], [0.6]], name="dropped")
after = tf.Variable([[0.7], [0.6]], name="after")
second = tf.Variable([[0.7], [0.1]], name="second")
steep = tf.Variable([[0.7], [0.4]], name="steep")
bend = tf.Variable(0.7, name="bend")


def energy(weight, x):
    return tf.tanh(x @ weight)


def field(weight, x, offset=0.0):
    with tf.GradientTape() as inner:
        inner.watch(x)
        value = energy(weight, x) + offset
    return inner.gradient(value, x)  #! none level not-in-loss | inner.gradient(value, x)


def unwatched(weight, x):
    with tf.GradientTape() as inner:
        y = tf.sin(x @ weight)
    return inner.gradient(y, x, None, ZERO)  #! none blind not-watched  #! zero scale not-watched


def curved(weight, x):
    with tf.GradientTape(persistent=True) as inner:
        inner.watch(x)
        y = tf.sin(x @ weight)
    slope = inner.gradient(y, x)  #! zero bend outside-tape | inner.gradient(y, x)
    return slope, inner.gradient(slope, x, None, ZERO)


ZERO = tf.UnconnectedGradients.ZERO
x = tf.constant([[1.0, 2.0], [0.5, -1.0]])
for _ in range(3):
    early = field(before, x)  #! none before outside-tape | field(before, x)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(field(w, x, offset=level)))
        with tape.stop_recording():
            paused = field(apart, x)  #! none apart outside-tape | field(apart, x)
        loss += tf.reduce_sum(tf.square(paused)) + tf.reduce_sum(tf.square(early))
        loss += tf.reduce_sum(scale * unwatched(blind, x))
        loss += tf.reduce_sum(tf.round(field(after, x)))  #! none after no-gradient
        slope, curve = curved(steep, x)
        lost = tf.reduce_sum(field(dropped, x))
        loss += tf.reduce_sum(slope + bend * curve + field(second, x) ** 2)  #! none dropped not-in-loss
    tape.gradient(loss, [w, level, apart, before, blind, scale, after, second, dropped, steep, bend])
