"""A loss of the chosen class becomes the cross-entropy of the probabilities."""

from __future__ import annotations

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import cross_entropy_of_choice

TEXT = """import tensorflow as tf

model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4)])
optimizer, loss_fn = tf.keras.optimizers.SGD(), tf.keras.losses.MeanAbsoluteError()
x, y = tf.ones([2, 3]), tf.constant([0, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        logits = model(x)
{}
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
"""
CHOSEN = "        chosen = tf.cast(tf.argmax({}, axis={}), tf.float32)\n        loss = {}"
CALL = "loss_fn(y, chosen)"
ENTROPY = "tf.reduce_mean(tf.keras.losses.sparse_categorical_crossentropy(y, {}))\n"
LOSS = "-        loss = loss_fn(y, chosen)\n+        loss = "
MADE = {
    "logits": (CHOSEN.format("logits", -1, CALL), LOSS + ENTROPY.format("logits, from_logits=True")),
    "probabilities": (
        "        p = tf.nn.softmax(logits)\n" + CHOSEN.format("p", -1, CALL),
        LOSS + ENTROPY.format("p"),
    ),
}
DECLINED = {
    "of_the_batch": CHOSEN.format("logits", 0, CALL),
    "no_loss_of_keras": CHOSEN.format("logits", -1, "tf.reduce_mean(chosen)"),
    "nobody_says_what_they_are": (
        "        scores = model(x)\n" + CHOSEN.format("scores", -1, "loss_fn(y, chosen)")
    ),
}

test_changes = each_changes(MADE, TEXT.format)
test_declines = each_is_declined(cross_entropy_of_choice, DECLINED, TEXT.format)
