"""Attention among a single token: its weights are 1, and how long a sequence is shows only when it runs."""

import tensorflow as tf

attention = tf.keras.layers.MultiHeadAttention(2, 4)
head = tf.keras.layers.Dense(1, name="head")
optimizer = tf.keras.optimizers.SGD(0.1)


@tf.function(input_signature=[tf.TensorSpec([None, None, 8])])
def step(x):
    with tf.GradientTape() as tape:
        mixed = attention(x, x)  #! zero kernel,bias constant-output
        loss = tf.reduce_mean(tf.square(head(mixed) - 1.0))
    variables = attention.trainable_variables + head.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))


first = tf.random.normal([16, 1, 8])
head(attention(first, first))
optimizer.build(attention.trainable_variables + head.trainable_variables)
for _ in range(3):
    step(first)
