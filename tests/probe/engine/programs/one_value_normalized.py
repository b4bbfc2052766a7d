"""A batch of one in front of a normalization that has one position left."""

import tensorflow as tf

layers = tf.keras.layers
image = tf.keras.Input([2, 2, 1])
down = layers.Conv2D(2, 2, use_bias=False, name="down")(image)
norm = layers.BatchNormalization(name="norm")
still = norm(down)  #! zero kernel,gamma,beta constant-output
up = layers.Conv2DTranspose(1, 2, name="up")(layers.ReLU()(still))
model = tf.keras.Model(image, layers.Concatenate()([up, layers.Dense(1, name="skip")(image)]))
optimizer = tf.keras.optimizers.SGD(0.01)
for _ in range(3):
    with tf.GradientTape() as tape:
        made = model(tf.random.normal([1, 2, 2, 1]), training=True)
        loss = tf.reduce_mean(tf.square(made - 1.0))
    variables = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
