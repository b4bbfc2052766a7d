"""Layers that lose a gradient, each where its line says so."""

import tensorflow as tf


class Captured(tf.keras.layers.Layer):
    def build(self, shape):
        self.kept = self.add_weight(name="kept", shape=(4,), initializer="ones")
        self.lost = self.add_weight(name="lost", shape=(4,), initializer="ones")  # born
        self.scale = tf.exp(self.lost)  # cut
        super().build(shape)

    def call(self, inputs):
        return inputs * self.kept * self.scale


class Rounded(tf.keras.layers.Layer):
    def build(self, shape):
        self.steps = self.add_weight(name="steps", shape=(4,), initializer="ones")
        super().build(shape)

    def call(self, inputs):
        return inputs + tf.round(self.steps)


class Unrelated(tf.keras.layers.Layer):
    """In no model: nothing is said of it."""

    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(4,), initializer="ones")
        self.kept = tf.exp(self.w)
        super().build(shape)

    def call(self, inputs):
        return inputs * self.kept


class LateZero(tf.keras.layers.Layer):
    """Zero in the first step only."""

    def build(self, shape):
        self.gate = self.add_weight(name="gate", shape=(), initializer="zeros")
        self.inner = self.add_weight(name="inner", shape=(4,), initializer="ones")
        super().build(shape)

    def call(self, inputs):
        return inputs + self.gate * (inputs * self.inner)


class AllCut(tf.keras.layers.Layer):
    """All that trains, so that Keras refuses to take the step."""

    def build(self, shape):
        self.only = self.add_weight(name="only", shape=(4,), initializer="ones")
        self.once = tf.exp(self.only)  # all of it
        super().build(shape)

    def call(self, inputs):
        return inputs * self.once
