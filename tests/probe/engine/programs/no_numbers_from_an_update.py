"""One update makes weights NaN: whatever is computed from them later has the same cause."""

import tensorflow as tf

x = tf.constant([[1.0, 2.0]])


class Pair:
    def __init__(self, name):
        self.kernel = tf.Variable([[1.0, 2.0], [3.0, 4.0]], name=name + "w")
        self.bias = tf.Variable([1.0, 2.0], name=name + "b")
        self.last = tf.Variable([[0.0], [0.0]], name=name + "last")
        self.generator = tf.Variable(tf.eye(2), name=name + "g")

    def score(self, value):
        return tf.reduce_sum((value @ self.kernel + self.bias) @ self.last)

    def update(self, norm):
        weights = [self.kernel, self.bias, self.last]
        with tf.GradientTape() as tape:
            loss = norm(self.last) + self.score(x)
        for variable, gradient in zip(weights, tape.gradient(loss, weights), strict=True):
            variable.assign_sub(0.1 * gradient)

    def generate(self):
        with tf.GradientTape() as tape:
            loss = self.score(x @ self.generator)
        self.generator.assign_sub(0.1 * tape.gradient(loss, self.generator))


def root(one):
    return tf.sqrt(tf.reduce_sum(one * one))  #! nan badw,badb,badlast,badg infinite-slope


def root_in_a_graph(one):
    return tf.sqrt(tf.reduce_sum(one * one))  #! nan tracedw,tracedb,tracedlast,tracedg infinite-slope


def root_of_more(one):
    return tf.sqrt(tf.reduce_sum(one * one) + 1e-6)


bad, traced, well = Pair("bad"), Pair("traced"), Pair("well")
update, generate = tf.function(traced.update), tf.function(traced.generate)
for _ in range(4):
    bad.update(root)
    bad.generate()
    update(root_in_a_graph)
    generate()
    well.update(root_of_more)
    well.generate()
