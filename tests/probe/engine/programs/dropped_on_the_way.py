"""A value that a layer is handed and leaves alone, or that is given back and dropped."""

import tensorflow as tf

layers = tf.keras.layers
data = tf.random.normal([8, 4])


class Sampling(layers.Layer):
    def call(self, inputs):
        mean, log_var = inputs  #! none log_var_kernel,log_var_bias dead-value | log_var
        return mean + tf.random.normal(tf.shape(log_var))


class Gate(layers.Layer):
    def call(self, x, gate):  #! none gate_kernel,gate_bias dead-value | gate
        return x


class Merge(layers.Layer):
    def call(self, parts, training=None):
        wanted = parts["wanted"]
        other = parts["other"]  # noqa: F841  #! none other_kernel,other_bias dead-value | other
        return wanted * 2.0


def named(name):
    """A layer whose variables can be told apart under both Kerases."""

    class Named(layers.Layer):
        def build(self, shape):
            self.kernel = self.add_weight(name=f"{name}_kernel", shape=[shape[-1], 2], initializer="ones")
            self.bias = self.add_weight(name=f"{name}_bias", shape=[2], initializer="zeros")

        def call(self, x):
            return tf.matmul(x, self.kernel) + self.bias

    return Named()


class Two(layers.Layer):
    """Gives back two values, as a block with attention weights does."""

    def __init__(self):
        super().__init__()
        self.one, self.score = named("one"), named("score")

    def call(self, x):
        return self.one(x), self.score(x)


class Whole(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.mean, self.log_var, self.sample = named("mean"), named("log_var"), Sampling()
        self.gate, self.gated = named("gate"), Gate()
        self.other, self.merge = named("other"), Merge()
        self.two = Two()

    def call(self, x):
        z = self.sample([self.mean(x), self.log_var(x)])
        z = self.gated(z, gate=self.gate(x))
        z = self.merge({"wanted": z, "other": self.other(x)})
        h, score = self.two(x)  # noqa: RUF059  #! none score_kernel,score_bias dead-value | self.two(x)
        return z + h


model = Whole()
model.compile("sgd", "mse")
model.fit(data, tf.ones([8, 2]), verbose=0)
