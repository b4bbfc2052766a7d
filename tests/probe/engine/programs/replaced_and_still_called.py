"""Layers that take the attribute of another one, which a list made before still has."""

import tensorflow as tf

layers = tf.keras.layers
data = tf.random.normal([8, 4])


class Named(layers.Layer):
    def __init__(self, title):
        super().__init__()
        self.title = title

    def build(self, shape):
        self.kernel = self.add_weight(name=self.title, shape=[4, 4], initializer="glorot_uniform")

    def call(self, x):
        return tf.matmul(x, self.kernel)


class Adapter(Named):
    def __init__(self, base, title):
        super().__init__(title)
        self.base = base

    def call(self, x):
        return self.base(x) + tf.matmul(x, self.kernel)


class Pair(layers.Layer):
    def __init__(self, title, *, listed):
        super().__init__()
        self.first, self.second = Named(f"{title}_first"), Named(f"{title}_second")
        self.steps = [self.first, self.second]
        self.listed = listed

    def call(self, x):
        for step in self.steps if self.listed else (self.first, self.second):
            x = step(x)
        return x


def adapted(pair, title):
    pair(data)
    getattr(pair, "_tracker", tf.Module()).__dict__.update(locked=False)
    new = Adapter(pair.first, title)
    new.build([8, 4])
    setattr(pair, "first", new)  # noqa: B010  #! none idle uncalled-layer | setattr(pair, "first", new)
    return pair, new


for listed, name in ((True, "idle"), (False, "busy")):
    pair, new = adapted(Pair(name, listed=listed), name)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(pair(data) ** 2)
    tape.gradient(loss, [new.kernel, new.base.kernel, pair.second.kernel])
