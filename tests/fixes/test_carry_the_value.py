"""What was written is read as a tensor."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import carry_the_value


def test_up_to_the_next_write():
    text = """import tensorflow as tf

class Memory(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")
        self.memory = self.add_weight(name="memory", shape=[3], initializer="zeros", trainable=False)

    def call(self, x):
        self.memory.assign_add(self.rate * tf.reduce_mean(x, axis=0))  # remember
        y = x * self.memory
        self.memory.assign(tf.zeros(self.memory.shape))
        return y
"""
    assert (
        changes(text)
        == """-        self.memory.assign_add(self.rate * tf.reduce_mean(x, axis=0))  # remember
-        y = x * self.memory
+        memory = self.memory + self.rate * tf.reduce_mean(x, axis=0)
+        self.memory.assign(memory)  # remember
+        y = x * memory
"""
    )


def test_through_a_loop():
    text = """import tensorflow as tf

decay = tf.Variable(0.5, name="decay")
level = tf.Variable(0.0, name="level", trainable=False)
with tf.GradientTape() as tape:
    loss = tf.constant(0.0)
    # three steps
    for value in (1.0, 2.0, 3.0):
        level.assign(decay * level + value)
        loss += tf.square(level.read_value() - 1.0)
    loss += level
gradient = tape.gradient(loss, decay)
"""
    assert (
        changes(text)
        == """+    new_level = tf.convert_to_tensor(level)
-        level.assign(decay * level + value)
-        loss += tf.square(level.read_value() - 1.0)
-    loss += level
+        new_level = decay * new_level + value
+        level.assign(new_level)
+        loss += tf.square(new_level - 1.0)
+    loss += new_level
"""
    )


def test_declines_two_writes_in_a_loop():
    text = """import tensorflow as tf

decay = tf.Variable(0.5, name="decay")
level = tf.Variable(0.0, name="level", trainable=False)
with tf.GradientTape() as tape:
    loss = tf.constant(0.0)
    for value in (1.0, 2.0, 3.0):
        level.assign(decay * level)
        level.assign_add(value)
        loss += tf.square(level - 1.0)
gradient = tape.gradient(loss, decay)
"""
    assert offered(carry_the_value, text) == [None] * 1


def test_declines_read_by_its_own_method():
    text = """import tensorflow as tf

class Memory(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")
        self.memory = self.add_weight(name="memory", shape=[3], initializer="zeros", trainable=False)

    def call(self, x):
        self.memory.assign(self.memory + self.rate)
        return x * self.memory.sparse_read([0, 1, 2])
"""
    assert offered(carry_the_value, text) == [None] * 1
