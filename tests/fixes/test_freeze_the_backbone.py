"""The layers of the backbone are frozen alone."""

from __future__ import annotations

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import freeze_the_backbone

TEXT = """import tensorflow as tf
from tensorflow.keras import layers

image = layers.Input([32, 32, 3])
other = layers.Input([32, 32, 3])
small = tf.keras.Model(image, layers.Flatten()(layers.Dense(2)(image)))
{}
for layer in model.layers:
    layer.trainable = False
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 32, 32, 3]), tf.ones([8, 1]), verbose=0)
"""
READY = 'base = tf.keras.applications.VGG16(include_top=False, weights=None, pooling="avg")\n'


def _becomes(name: str) -> str:
    return f"-for layer in model.layers:\n+for layer in {name}.layers:\n"


MADE = {
    "by_its_input": ("model = tf.keras.Model(small.input, layers.Dense(1)(small.output))", _becomes("small")),
    "called": (f"{READY}model = tf.keras.Model(other, layers.Dense(1)(base(other)))", _becomes("base")),
    "its_output": (
        f"{READY}model = tf.keras.Model(inputs=base.inputs, outputs=layers.Dense(1)(base.output))",
        _becomes("base"),
    ),
}
DECLINED = {
    "no_backbone": "model = tf.keras.Model(image, layers.Dense(1)(layers.Flatten()(image)))",
    "a_sequential": "model = tf.keras.Sequential([layers.Flatten(), layers.Dense(1)])",
}

test_changes = each_changes(MADE, TEXT.format)
test_declines = each_is_declined(freeze_the_backbone, DECLINED, TEXT.format)
