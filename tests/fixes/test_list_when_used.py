"""A list is taken when there is something to list."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import list_when_used


def test_in_the_function_that_trains():
    text = """import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
variables = head.trainable_variables  # all of them
optimizer = tf.keras.optimizers.SGD(0.1)


@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(head(x) - y))
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables))


step(tf.ones([8, 3]), tf.ones([8, 1]))
"""
    assert (
        changes(text)
        == """-variables = head.trainable_variables  # all of them
+    variables = head.trainable_variables  # all of them
"""
    )


def test_declines_used_in_two_places():
    text = """import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
variables = head.trainable_variables
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.ones([8, 3]), tf.ones([8, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(head(x) - y))
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables))
print(variables)
"""
    assert offered(list_when_used, text) == [None] * 1


def test_declines_an_attribute_that_others_read():
    text = """import tensorflow as tf

class Trainer:
    def __init__(self, model):
        self.model = model
        self.variables = list(model.trainable_variables)

    def step(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y - self.model(x)))
        return tape.gradient(loss, self.variables)


trainer = Trainer(tf.keras.Sequential([tf.keras.layers.Dense(1, name="head")]))
trainer.step(tf.ones([8, 3]), tf.ones([8, 1]))
print(trainer.variables)
"""
    assert offered(list_when_used, text) == [None] * 1
