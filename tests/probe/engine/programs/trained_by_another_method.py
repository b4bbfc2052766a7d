"""A part that nothing calls any more: the model is trained through a method that leaves it out, or it was
called once to be built.
"""

import tensorflow as tf

layers = tf.keras.layers
x = tf.random.normal([8, 3])


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(3, name="body")
        self.head = layers.Dense(3, name="head", use_bias=False)
        self.spare = layers.Dense(3, name="spare")  #! none bias uncalled-layer  #! unlisted kernel -
        self.spare(x)

    def call(self, value):
        features = self.body(value)
        return self.head(features)  #! none kernel reaches-nothing | self.head(features)


net = Net()
net(x)
variables = [*net.body.trainable_variables, *net.head.trainable_variables, net.spare.bias]
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(net.body(x) - 1.0))
    tape.gradient(loss, variables)
