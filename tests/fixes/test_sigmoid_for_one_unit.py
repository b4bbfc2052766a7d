"""One unit gets a sigmoid."""

from __future__ import annotations

from fixing import changes, each_changes, each_is_declined
from programs import in_sequence

from gradcheck.fix.fixes import sigmoid_for_one_unit

MADE = {
    "a_word": (
        'tf.keras.layers.Dense(1, activation="softmax", name="out")',
        (
            '-        tf.keras.layers.Dense(1, activation="softmax", name="out"),\n'
            '+        tf.keras.layers.Dense(1, activation="sigmoid", name="out"),\n'
        ),
    ),
    "a_function": (
        "tf.keras.layers.Dense(units=1, activation=tf.nn.softmax)",
        (
            "-        tf.keras.layers.Dense(units=1, activation=tf.nn.softmax),\n"
            "+        tf.keras.layers.Dense(units=1, activation=tf.nn.sigmoid),\n"
        ),
    ),
    "an_activation": (
        ("tf.keras.layers.Dense(1),\ntf.keras.layers.Activation(tf.keras.activations.softmax)"),
        (
            "-        tf.keras.layers.Activation(tf.keras.activations.softmax),\n"
            "+        tf.keras.layers.Activation(tf.keras.activations.sigmoid),\n"
        ),
    ),
    "a_layer": (
        ('tf.keras.layers.Dense(1),\ntf.keras.layers.Softmax(name="p")'),
        (
            '-        tf.keras.layers.Softmax(name="p"),\n'
            '+        tf.keras.layers.Activation("sigmoid", name="p"),\n'
        ),
    ),
    "a_lambda": (
        ("tf.keras.layers.Dense(1),\ntf.keras.layers.Lambda(lambda t: tf.nn.softmax(t, axis=-1))"),
        (
            "-        tf.keras.layers.Lambda(lambda t: tf.nn.softmax(t, axis=-1)),\n"
            "+        tf.keras.layers.Lambda(lambda t: tf.nn.sigmoid(t)),\n"
        ),
    ),
}

DECLINED = {
    "a_normalisation": ("tf.keras.layers.Dense(1),\ntf.keras.layers.LayerNormalization()"),
}

test_changes = each_changes(MADE, in_sequence)
test_declines = each_is_declined(sigmoid_for_one_unit, DECLINED, in_sequence)


def test_what_gates_the_places_of_an_image() -> None:
    text = """import tensorflow as tf

image = tf.keras.Input([4, 4, 3])
score = tf.keras.layers.Conv2D(1, 1)(image)
alpha = tf.keras.layers.Softmax(name="alpha")(score)
out = tf.keras.layers.Multiply()([image, alpha])
model = tf.keras.Model(image, tf.keras.layers.GlobalAveragePooling2D()(out))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 4, 4, 3]), tf.ones([8, 3]), verbose=0)
"""
    old = 'alpha = tf.keras.layers.Softmax(name="alpha")(score)\n'
    new = old.replace("Softmax(", 'Activation("sigmoid", ')
    assert changes(text) == f"-{old}+{new}"
