import tensorflow as tf


class Scaled(tf.keras.layers.Layer):
    def build(self, shape):
        self.add_weight(name=f"of_{self.name}", shape=(), initializer="ones")

    def call(self, x):
        return x * self.weights[0]


def crossed(y_pred, y_true):
    logarithm = tf.math.log(y_pred)  #! inf of_log infinite-slope | tf.math.log(y_pred)
    return -tf.reduce_sum(y_true * logarithm, axis=-1)


def relative(y_pred, y_true):
    off = tf.square(y_true - y_pred)
    return tf.reduce_mean(off / y_pred, axis=-1)  #! inf of_part infinite-slope


def in_order(y_true, y_pred):
    return -tf.reduce_sum(y_true * tf.math.log(y_pred), axis=-1)


def squared(y_pred, y_true):
    return tf.reduce_mean(tf.square(y_pred - y_true), axis=-1)


for name, loss in {"log": crossed, "part": relative, "well": in_order, "same": squared}.items():
    model = tf.keras.Sequential([tf.keras.Input((2,)), Scaled(name=name)])
    model.compile("sgd", loss)
    model.fit(tf.fill((8, 2), 0.25), tf.one_hot([0, 1] * 4, 2), verbose=0)
