"""Zeros named where they come from, and values that grow until they are no numbers."""

import tensorflow as tf

layers = tf.keras.layers
x = tf.ones([4, 3])

masked = tf.Variable([1.0, 2.0, 3.0], name="masked")
gated = tf.Variable([1.0, 2.0, 3.0], name="gated")
tempered = tf.Variable([1.0, 2.0, 3.0], name="tempered")
fine = tf.Variable([1.0, 2.0, 3.0], name="fine")
for _ in range(3):
    with tf.GradientTape() as tape:
        mask = tf.cast(tf.equal(x, 0.0), tf.float32)  #! zero masked zero-product | tf.equal(x, 0.0)
        kept = tf.reduce_sum(masked * mask)
        gate = tf.nn.relu(x - 5.0)  #! zero gated zero-product | tf.nn.relu(x - 5.0)
        kept += tf.reduce_sum(gated * gate)
        beta = 0.0
        kept += beta * tf.reduce_sum(tempered)  #! zero tempered zero-product
        kept += tf.reduce_sum(fine * tf.cast(tf.not_equal(x, 0.0), tf.float32))
    tape.gradient(kept, [masked, gated, tempered, fine])

inputs = tf.keras.Input((4,))
price = layers.Dense(1, name="price", use_bias=False)(inputs)


class Scale(layers.Layer):
    def build(self, shape):
        self.unweighted = self.add_weight(name="unweighted", shape=[1], initializer="ones")

    def call(self, value):
        return value * self.unweighted


model = tf.keras.Model(inputs, [price, Scale()(tf.keras.layers.Lambda(lambda one: one[:, :1])(inputs))])
model.compile(
    "sgd",
    loss=["mse", "mse"],
    loss_weights=[1.0, 0.0],  #! zero unweighted zero-product | loss_weights=[1.0, 0.0]
)
model.fit(tf.ones([8, 4]), [tf.ones([8, 1]), tf.zeros([8, 1])], verbose=0)

grows = tf.Variable([[2.0, 1.0], [1.0, 2.0]], name="grows")
head = tf.Variable([[1.0], [1.0]], name="head")
for _ in range(1):
    with tf.GradientTape() as tape:
        state = tf.ones([3, 2])
        for _ in range(120):
            state = tf.nn.relu(tf.matmul(state, grows))  #! inf grows,head infinite-slope
        loss = tf.reduce_mean((tf.matmul(state, head) - 1.0) ** 2)
    tape.gradient(loss, [grows, head])
