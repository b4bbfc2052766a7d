"""A flag that switches the gradient off is left out."""

from __future__ import annotations

from fixing import changes

TAPE = """import tensorflow as tf

slope, rate = tf.Variable(1.0), tf.Variable(0.1)
with tf.GradientTape({flags}) as tape:
    tape.watch(slope)
    loss = tf.square(slope * rate)
gradients = tape.gradient(loss, [slope, rate])
"""

LOOP = """import tensorflow as tf

decay = tf.Variable(0.5)
rain = tf.constant([1.0, 2.0])


@tf.function
def step():
    with tf.GradientTape() as tape:
        store = tf.scan(
            lambda s, x: s * decay + x,
            rain,
            back_prop=False,
            initializer=tf.constant(0.0),{last}
        )
        loss = tf.reduce_sum(store)
    return tape.gradient(loss, [decay])


step()
"""


def test_the_tape_watches_by_itself_again():
    made = (
        "-with tf.GradientTape(watch_accessed_variables=False) as tape:\n+with tf.GradientTape() as tape:\n"
    )
    assert changes(TAPE.format(flags="watch_accessed_variables=False")) == made


def test_the_other_flags_stay():
    flags = "persistent=True, watch_accessed_variables=False"
    made = f"-with tf.GradientTape({flags}) as tape:\n+with tf.GradientTape(persistent=True) as tape:\n"
    assert changes(TAPE.format(flags=flags)) == made


def test_a_line_of_its_own_goes():
    assert changes(LOOP.format(last="")) == "-            back_prop=False,\n"


def test_the_last_line_goes():
    text = LOOP.format(last="").replace(
        "            back_prop=False,\n            initializer=tf.constant(0.0),\n",
        "            initializer=tf.constant(0.0),\n            back_prop=False,\n",
    )
    assert changes(text) == "-            back_prop=False,\n"
