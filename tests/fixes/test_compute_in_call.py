"""What is put into another layer while a layer is built is computed in its `call()`."""

from __future__ import annotations

from fixing import each_becomes, each_is_declined

from gradcheck.fix.fixes import compute_in_call

HEAD = """\
import tensorflow as tf


class Norm(tf.keras.layers.Wrapper):
"""

REPAIRED = {
    "in_build": (
        HEAD
        + """\
    def build(self, input_shape):
        self.layer.build(input_shape)
        self.v = self.layer.kernel
        self.g = self.add_weight(name="g", shape=[self.layer.units])
        # length times direction
        self.layer.kernel = tf.nn.l2_normalize(self.v, axis=0) * self.g

    def call(self, inputs):
        \"\"\"Project.\"\"\"
        return self.layer(inputs)
""",
        HEAD
        + """\
    def build(self, input_shape):
        self.layer.build(input_shape)
        self.v = self.layer.kernel
        self.g = self.add_weight(name="g", shape=[self.layer.units])

    def call(self, inputs):
        \"\"\"Project.\"\"\"
        # length times direction
        self.layer.kernel = tf.nn.l2_normalize(self.v, axis=0) * self.g
        return self.layer(inputs)
""",
    ),
    "in_a_helper": (
        HEAD
        + """\
    def build(self, input_shape):
        self.layer.build(input_shape)
        self.v = self.layer.kernel
        self.g = self.add_weight(name="g", shape=[self.layer.units])
        self.swap()

    def swap(self):
        self.layer.kernel = tf.nn.l2_normalize(self.v, axis=0) * self.g

    def call(self, inputs):
        return self.layer(inputs)
""",
        HEAD
        + """\
    def build(self, input_shape):
        self.layer.build(input_shape)
        self.v = self.layer.kernel
        self.g = self.add_weight(name="g", shape=[self.layer.units])

    def swap(self):
        self.layer.kernel = tf.nn.l2_normalize(self.v, axis=0) * self.g

    def call(self, inputs):
        self.swap()
        return self.layer(inputs)
""",
    ),
}
LEFT = {
    "of_a_local": HEAD
    + """\
    def build(self, input_shape):
        self.layer.build(input_shape)
        v = self.layer.kernel
        self.g = self.add_weight(name="g", shape=[self.layer.units])
        self.layer.kernel = tf.nn.l2_normalize(v, axis=0) * self.g

    def call(self, inputs):
        return self.layer(inputs)
""",
}

test_it_is_repaired = each_becomes(REPAIRED)
test_it_is_left = each_is_declined(compute_in_call, LEFT)
