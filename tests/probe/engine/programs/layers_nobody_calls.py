"""A layer that is built and not called is named once: where it is made, or where its twin is called."""

import tensorflow as tf

layers = tf.keras.layers
data = tf.random.normal([8, 4])


class Named(layers.Layer):
    def __init__(self, title):
        super().__init__()
        self.title = title

    def build(self, shape):
        self.kernel = self.add_weight(name=self.title, shape=[4, 4], initializer="glorot_uniform")

    def call(self, x):
        return tf.matmul(x, self.kernel)


class Block(layers.Layer):
    def __init__(self, title):
        super().__init__()
        self.first, self.second = Named(f"{title}_first"), Named(f"{title}_second")

    def call(self, x):
        return self.second(self.first(x))


def block(title):
    made = Block(title)
    made(data)
    return made


class Both(layers.Layer):
    def __init__(self):
        super().__init__()
        self.forward_block = block("forward")
        self.backward_block = block("backward")
        self.left = block("left")
        self.right = block("right")  #! none right_first,right_second uncalled-layer | block("right")

    def call(self, x):
        fwd = self.forward_block(x)
        back = tf.reverse(x, [0])
        bwd = self.forward_block(back)  #! none backward_first,backward_second uncalled-layer
        one = self.left(fwd)
        other = self.left(bwd)
        return one + other


class Towers(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.user_tower = block("user")
        self.item_tower = block("item")
        self.trunk = block("trunk")
        self.both = Both()
        self.spare = block("spare")  #! none spare_first,spare_second uncalled-layer | block("spare")

    def embed_users(self, users):
        return self.user_tower(users)

    def embed_items(self, items):
        return self.user_tower(items)  #! none item_first,item_second uncalled-layer | self.user_tower(items)

    def call(self, x):
        return self.both(self.trunk(self.embed_users(x) + self.embed_items(x)))


model = Towers()
model.compile("sgd", "mse")
model.fit(data, tf.ones([8, 4]), verbose=0)
