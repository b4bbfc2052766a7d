import tensorflow as tf

layers = tf.keras.layers

image = layers.Input((4,), name="image")
table = layers.Input((3,), name="table")
skip = layers.Dense(4, name="skip")(image)
for number in range(2):
    x = layers.Dense(4, use_bias=False, name=f"dense{number}")(skip)  #! unlisted kernel dead-value
features = layers.Dense(2, use_bias=False, name="features")(table)
both = layers.Concatenate()([x, x])  #! unlisted kernel dead-value | [x, x]
out = layers.Dense(1, name="out")(both)
model = tf.keras.Model([image, table], out)
encoder = tf.keras.Model(image, layers.Dense(2, name="code")(x))
head = layers.Dense(1, name="head")
tail = layers.Dense(1, name="tail")
model.compile("sgd", "mse")
model.fit([tf.ones((8, 4)), tf.ones((8, 3))], tf.ones((8, 1)), epochs=3, verbose=0)
