"""A function keeps the value that its loop had when it was made."""

from __future__ import annotations

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import bind_at_making

TEXT = """import tensorflow as tf

first, second = tf.keras.layers.Dense(1, name="first"), tf.keras.layers.Dense(1, name="second")
heads = [first, second]
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for one in heads:
    one.build([None, 3])
tasks = []
{}
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = sum(tf.reduce_mean(tf.square(task(x) - y)) for task in tasks)
    gradients = tape.gradient(loss, first.trainable_variables + second.trainable_variables)
"""
MADE = {
    "a_lambda": (
        "for i in range(2):\n    tasks.append(lambda x: heads[i](x))",
        "-    tasks.append(lambda x: heads[i](x))\n+    tasks.append(lambda x, i=i: heads[i](x))\n",
    ),
    "the_element_itself": (
        "for head in heads:\n    tasks.append(lambda x: head(x))",
        "-    tasks.append(lambda x: head(x))\n+    tasks.append(lambda x, head=head: head(x))\n",
    ),
    "a_comprehension": (
        "tasks = [lambda x: head(x) for head in heads]",
        (
            "-tasks = [lambda x: head(x) for head in heads]\n"
            "+tasks = [lambda x, head=head: head(x) for head in heads]\n"
        ),
    ),
    "a_def": (
        "for head in heads:\n    def task(x):\n        return head(x)\n    tasks.append(task)",
        "-    def task(x):\n+    def task(x, head=head):\n",
    ),
    "a_name_of_the_round": (
        "for i in range(2):\n    own = heads[i]\n    tasks.append(lambda x: own(x))",
        "-    tasks.append(lambda x: own(x))\n+    tasks.append(lambda x, own=own: own(x))\n",
    ),
}
DECLINED = {
    "all_that_it_is_given": "for i in range(2):\n    tasks.append(lambda *args: heads[i](*args))",
}

test_changes = each_changes(MADE, TEXT.format)
test_declines = each_is_declined(bind_at_making, DECLINED, TEXT.format)
