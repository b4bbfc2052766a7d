"""Nobody is to blame: straight-through, a zero-initialised branch, two players, a teacher, heads in turn."""

import tensorflow as tf

gate = tf.Variable(0.0, name="gate")
branch = tf.Variable(2.0, name="branch")
code = tf.Variable([0.3, 1.7], name="code")
teacher = tf.Variable(1.0, name="teacher")
for _ in range(4):
    with tf.GradientTape() as tape:
        rounded = code + tf.stop_gradient(tf.round(code) - code)
        target = tf.stop_gradient(teacher * 2.0)
        loss = tf.reduce_sum(rounded) + tf.square(gate * tf.tanh(branch) - target)
    grads = tape.gradient(loss, [gate, branch, code])
    for variable, gradient in zip([gate, branch, code], grads, strict=True):
        variable.assign_sub(0.1 * gradient)
    teacher.assign(0.9 * teacher + 0.1 * branch)

maker = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(2)])
critic = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])
noise = tf.random.normal((8, 2))
heads = [tf.Variable(1.0, name="head_a"), tf.Variable(2.0, name="head_b")]
for step in range(4):
    with tf.GradientTape() as one, tf.GradientTape() as other:
        fake = critic(maker(noise))
        judged = tf.reduce_mean(tf.square(critic(noise) - 1.0) + tf.square(fake))
        fooled = tf.reduce_mean(tf.square(fake - 1.0))
    one.gradient(judged, critic.trainable_variables)
    other.gradient(fooled, maker.trainable_variables)
    with tf.GradientTape() as turn:
        loss = tf.square(heads[step % 2])
    turn.gradient(loss, heads)
