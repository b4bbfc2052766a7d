"""What a tape has to see moves into its block, and nothing else does."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import enter_the_tape


def test_a_forward_pass_with_comments_joins_what_reads_it_comes_along():
    text = """import tensorflow as tf

class Trainer:
    def __init__(self):
        self.net = tf.keras.Sequential([tf.keras.layers.Dense(3)])
        self.optimizer = tf.keras.optimizers.Adam()

    def step(self, x, y):
        # forward
        logits = self.net(x, training=True)
        print(logits.shape)
        weights = tf.abs(y)

        # backward
        with tf.GradientTape() as tape:
            # the loss
            loss = tf.reduce_mean(weights * (logits - y) ** 2)
        gradients = tape.gradient(loss, self.net.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.net.trainable_variables))
"""
    assert (
        changes(text)
        == """-        # forward
-        logits = self.net(x, training=True)
-        print(logits.shape)
+            # forward
+            logits = self.net(x, training=True)
+            print(logits.shape)
"""
    )


def test_the_whole_way_from_the_block_to_the_question():
    text = """import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head(x)

for _ in range(2):
    with tf.GradientTape() as tape:
        out = head(x)
    error = tf.square(out - y)
    loss = tf.reduce_mean(error)
    gradients = tape.gradient(loss, head.trainable_variables)
"""
    assert (
        changes(text)
        == """-    error = tf.square(out - y)
-    loss = tf.reduce_mean(error)
+        error = tf.square(out - y)
+        loss = tf.reduce_mean(error)
"""
    )


def test_a_loss_in_the_question_itself_gets_a_name():
    text = """import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head(x)

for _ in range(2):
    with tf.GradientTape() as tape:
        bound = tf.reduce_mean(tf.tanh(head(x)))
    gradients = tape.gradient(-bound, head.trainable_variables)
"""
    assert (
        changes(text)
        == """-    gradients = tape.gradient(-bound, head.trainable_variables)
+        loss = -bound
+    gradients = tape.gradient(loss, head.trainable_variables)
"""
    )


def test_a_call_of_a_function_that_computes_it():
    text = """import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head(x)


def predicted():
    return tf.tanh(head(x))


for _ in range(2):
    out = predicted()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(out - y))
    gradients = tape.gradient(loss, head.trainable_variables)
"""
    assert (
        changes(text)
        == """-    out = predicted()
+        out = predicted()
"""
    )


def test_an_inner_tape_moves_as_a_whole():
    text = """import tensorflow as tf

net = tf.keras.Sequential([tf.keras.Input([1]), tf.keras.layers.Dense(1, activation="tanh", name="net")])
x = tf.ones([4, 1])
for _ in range(2):
    with tf.GradientTape() as inner:
        inner.watch(x)
        value = net(x)
    slope = inner.gradient(value, x)
    with tf.GradientTape() as outer:
        loss = tf.reduce_mean(tf.square(slope + value))
    gradients = outer.gradient(loss, net.trainable_variables)
"""
    assert (
        changes(text)
        == """-    with tf.GradientTape() as inner:
-        inner.watch(x)
-        value = net(x)
-    slope = inner.gradient(value, x)
+        with tf.GradientTape() as inner:
+            inner.watch(x)
+            value = net(x)
+        slope = inner.gradient(value, x)
"""
    )


def test_out_of_a_block_that_is_not_recorded():
    text = """import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head(x)

for _ in range(2):
    with tf.GradientTape() as tape:
        with tape.stop_recording():
            scale = tf.reduce_max(tf.abs(x))
            out = head(x)
        loss = tf.reduce_mean(tf.square(out - y)) / scale
    gradients = tape.gradient(loss, head.trainable_variables)
"""
    assert (
        changes(text)
        == """+        out = head(x)
-            out = head(x)
"""
    )


def test_declines_past_a_training_step():
    text = """import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head(x)

for _ in range(2):
    out = head(x)
    head.bias.assign_sub(tf.ones([1]))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(out - y))
    gradients = tape.gradient(loss, head.trainable_variables)
"""
    assert offered(enter_the_tape, text) == [None] * 1


def test_declines_with_a_way_out_of_the_function():
    text = """import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head(x)


def step():
    if tf.reduce_mean(x) > 100.0:
        return None
    with tf.GradientTape() as tape:
        out = head(x)
    if tf.reduce_mean(out) > 100.0:
        return None
    else:
        loss = tf.reduce_mean(tf.square(out - y))
    return tape.gradient(loss, head.trainable_variables)


step()
"""
    assert offered(enter_the_tape, text) == [None] * 1
