"""A value is used, and assigned besides."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import assign_afterwards


def test_under_its_own_name():
    text = """import tensorflow as tf

class Memory(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")
        self.memory = self.add_weight(name="memory", shape=[3], initializer="zeros", trainable=False)

    def call(self, x):
        memory = self.memory.assign_add(self.rate * tf.reduce_mean(x, axis=0))  # remember
        return x * memory
"""
    assert (
        changes(text)
        == """-        memory = self.memory.assign_add(self.rate * tf.reduce_mean(x, axis=0))  # remember
+        memory = self.memory + self.rate * tf.reduce_mean(x, axis=0)  # remember
+        self.memory.assign(memory)
"""
    )


def test_in_the_middle_of_an_expression():
    text = """import tensorflow as tf

class Memory(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")
        self.memory = self.add_weight(name="memory", shape=[3], initializer="zeros", trainable=False)

    def call(self, x):
        return x * self.memory.assign(self.memory + self.rate)
"""
    assert (
        changes(text)
        == """-        return x * self.memory.assign(self.memory + self.rate)
+        new_memory = self.memory + self.rate
+        self.memory.assign(new_memory)
+        return x * new_memory
"""
    )


def test_declines_with_more_to_say():
    text = """import tensorflow as tf

class Memory(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")
        self.memory = self.add_weight(name="memory", shape=[3], initializer="zeros", trainable=False)

    def call(self, x):
        memory = self.memory.assign(self.memory + self.rate, read_value=True)
        return x * memory
"""
    assert offered(assign_afterwards, text) == [None] * 1


def test_declines_in_a_branch_of_an_expression():
    text = """import tensorflow as tf

class Memory(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")
        self.memory = self.add_weight(name="memory", shape=[3], initializer="zeros", trainable=False)

    def call(self, x):
        return x * (self.memory.assign(self.memory + self.rate) if x.shape[0] else 1.0)
"""
    assert offered(assign_afterwards, text) == [None] * 1
