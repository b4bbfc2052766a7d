"""Terms that look dead and are meant to be so, or are not dead at all."""

import numpy as np
import tensorflow as tf

x, y = tf.random.normal([8, 4]), tf.random.normal([8, 1])
codes = tf.Variable(tf.random.normal([5, 2]), name="codes")
body = tf.Variable(tf.random.normal([4, 2]), name="body")
head = tf.Variable(tf.random.normal([2, 1]), name="head")
slow = tf.Variable(body, trainable=False)
critic = tf.Variable(tf.random.normal([2, 1]), name="critic")
everything = [codes, body, head, critic]


def straight_through(value):
    return value + tf.stop_gradient(tf.round(value) - value)


def quantised(latent):
    distances = tf.reduce_sum((latent[:, None] - codes[None]) ** 2, -1)
    nearest = tf.one_hot(tf.argmin(distances, -1), 5) @ codes
    commitment = tf.reduce_mean((latent - tf.stop_gradient(nearest)) ** 2)
    return latent + tf.stop_gradient(nearest - latent), commitment + tf.reduce_mean(
        (tf.stop_gradient(latent) - nearest) ** 2
    )


def loss_of(step):
    latent = x @ body
    picked, commitment = quantised(straight_through(latent))
    predicted = picked @ head
    error = tf.reduce_mean((predicted - y) ** 2)
    value = latent @ critic
    advantage = y - value.numpy()
    score = -tf.reduce_mean(tf.reduce_sum(latent, -1, keepdims=True) * advantage)
    teacher = tf.reduce_mean((latent - x @ slow) ** 2)
    weights = tf.cast(tf.abs(predicted - y) > 0.1, tf.float32)
    focal = tf.reduce_sum(weights * (predicted - y) ** 2) / (tf.reduce_sum(weights) + 1e-7)
    running = float(error)
    print(running, np.mean(latent))
    offset = tf.stop_gradient(error)
    critical = tf.reduce_mean((value - y) ** 2)
    return error + commitment + score + teacher + focal + offset + critical + tf.cast(step, tf.float32) / 1e3


for step in range(3):
    with tf.GradientTape() as tape:
        loss = loss_of(step)
    gradients = tape.gradient(loss, everything)
    for variable, gradient in zip(everything, gradients, strict=True):
        variable.assign_sub(0.01 * gradient)
    slow.assign(0.9 * slow + 0.1 * body)


# An agent acts on what its own actions brought about.
policy = tf.Variable(tf.random.normal([2, 2]), name="policy")
for _ in range(3):
    state, loss = tf.ones([1, 2]), 0.0
    with tf.GradientTape() as tape:
        for _ in range(3):
            action = tf.tanh(state @ policy)
            loss += tf.reduce_mean((action - 0.5) ** 2)
            state = tf.constant(action.numpy() * 0.9)
    tape.gradient(loss, [policy])

model = tf.keras.Sequential(
    [
        tf.keras.Input((4,)),
        tf.keras.layers.Dense(4, kernel_regularizer="l2", name="first"),
        tf.keras.layers.BatchNormalization(name="norm"),
        tf.keras.layers.Dropout(0.3),
        tf.keras.layers.Dense(1, activity_regularizer="l1", name="last"),
    ]
)


def with_stopped(target, predicted):
    wrong = tf.stop_gradient(tf.cast(tf.abs(target - predicted) > 1.0, tf.float32))
    return tf.reduce_mean((target - predicted) ** 2) + 0.1 * tf.reduce_mean(wrong)


model.compile("adam", with_stopped, metrics=["mae"])
model.fit(x, y, batch_size=4, epochs=2, verbose=0)
