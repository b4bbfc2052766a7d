"""The model that was left out is listed."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import list_its_variables


def test_besides_in_the_order_of_making():
    text = """import tensorflow as tf

class Coder:
    def __init__(self):
        self.encoder = tf.keras.Sequential([tf.keras.layers.Dense(2, name="code")])
        self.decoder = tf.keras.Sequential([tf.keras.layers.Dense(3, name="picture")])
        self.optimizer = tf.keras.optimizers.SGD(0.1)

    def step(self, x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self.decoder(self.encoder(x)) - x))
        gradients = tape.gradient(loss, self.decoder.trainable_weights)
        self.optimizer.apply_gradients(zip(gradients, self.decoder.trainable_weights))


Coder().step(tf.ones([8, 3]))
"""
    assert (
        changes(text)
        == """-        gradients = tape.gradient(loss, self.decoder.trainable_weights)
-        self.optimizer.apply_gradients(zip(gradients, self.decoder.trainable_weights))
+        variables = self.encoder.trainable_weights + self.decoder.trainable_weights
+        gradients = tape.gradient(loss, variables)
+        self.optimizer.apply_gradients(zip(gradients, variables))
"""
    )


def test_besides_where_the_object_itself_is_called():
    text = """import tensorflow as tf

class Coder(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.encoder = tf.keras.Sequential([tf.keras.layers.Dense(2, name="code")])
        self.decoder = tf.keras.Sequential([tf.keras.layers.Dense(3, name="picture")])

    def call(self, x):
        return self.decoder(self.encoder(x))

    def train_step(self, x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self(x) - x))
        gradients = tape.gradient(loss, self.decoder.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.decoder.trainable_variables))
        return {"loss": loss}


coder = Coder()
coder.compile("sgd")
coder.fit(tf.ones([8, 3]), verbose=0)
"""
    assert (
        changes(text)
        == """-        gradients = tape.gradient(loss, self.decoder.trainable_variables)
-        self.optimizer.apply_gradients(zip(gradients, self.decoder.trainable_variables))
+        variables = self.encoder.trainable_variables + self.decoder.trainable_variables
+        gradients = tape.gradient(loss, variables)
+        self.optimizer.apply_gradients(zip(gradients, variables))
"""
    )
    first = text.replace("self.decoder.trainable_variables", "self.encoder.trainable_variables")
    assert "self.encoder.trainable_variables + self.decoder.trainable_variables" in changes(first)
    critic = first.replace("decoder", "judge")
    assert offered(list_its_variables, critic) == [None] * 1


def test_instead_where_the_other_is_trained_already():
    text = """import tensorflow as tf

painter = tf.keras.Sequential([tf.keras.Input([2]), tf.keras.layers.Dense(3, name="paint")])
critic = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, name="critic")])
first, second = tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.SGD(0.1)
with tf.GradientTape() as critic_tape, tf.GradientTape() as painter_tape:
    score = tf.reduce_mean(critic(painter(tf.ones([8, 2]))))
    critic_loss, painter_loss = tf.square(score), tf.square(score - 1.0)
critic_gradients = critic_tape.gradient(critic_loss, critic.trainable_variables)
painter_gradients = painter_tape.gradient(painter_loss, critic.trainable_variables)
first.apply_gradients(zip(critic_gradients, critic.trainable_variables))
second.apply_gradients(zip(painter_gradients, critic.trainable_variables))
"""
    assert (
        changes(text)
        == """-painter_gradients = painter_tape.gradient(painter_loss, critic.trainable_variables)
+painter_gradients = painter_tape.gradient(painter_loss, painter.trainable_variables)
-second.apply_gradients(zip(painter_gradients, critic.trainable_variables))
+second.apply_gradients(zip(painter_gradients, painter.trainable_variables))
"""
    )


def test_declines_a_critic_of_what_the_listed_one_gave():
    text = """import tensorflow as tf

painter = tf.keras.Sequential([tf.keras.Input([2]), tf.keras.layers.Dense(3, name="paint")])
critic = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, name="critic")])
optimizer = tf.keras.optimizers.SGD(0.1)
with tf.GradientTape() as tape:
    picture = painter(tf.ones([8, 2]))
    loss = -tf.reduce_mean(critic(picture))
gradients = tape.gradient(loss, painter.trainable_variables)
optimizer.apply_gradients(zip(gradients, painter.trainable_variables))
"""
    assert offered(list_its_variables, text) == [None] * 1


def test_where_a_caller_zips_what_is_returned():
    text = """import tensorflow as tf

encoder = tf.keras.Sequential([tf.keras.layers.Dense(2, name="code")])
decoder = tf.keras.Sequential([tf.keras.layers.Dense(3, name="picture")])
optimizer = tf.keras.optimizers.SGD(0.1)


def loss_and_gradients(x):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(decoder(encoder(x)) - x))
    return loss, tape.gradient(loss, encoder.trainable_variables)


def step(x):
    loss, gradients = loss_and_gradients(x)
    optimizer.apply_gradients(zip(gradients, encoder.trainable_variables))
    return loss


step(tf.ones([8, 3]))
"""
    both = "encoder.trainable_variables + decoder.trainable_variables"
    assert (
        changes(text)
        == f"""-    return loss, tape.gradient(loss, encoder.trainable_variables)
+    return loss, tape.gradient(loss, {both})
-    optimizer.apply_gradients(zip(gradients, encoder.trainable_variables))
+    optimizer.apply_gradients(zip(gradients, {both}))
"""
    )


def test_besides_where_models_are_graphs_of_layers():
    """Names that are given anew between two models stand for the layers of each."""
    text = """import tensorflow as tf

given = tf.keras.Input([3])
x = tf.keras.layers.Dense(4, name="first")(given)
encoder = tf.keras.Model(given, x)
code = tf.keras.Input([4])
x = tf.keras.layers.Dense(4)(code)
decoder = tf.keras.Model(code, x)
optimizer = tf.keras.optimizers.SGD(0.1)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(decoder(encoder(tf.ones([8, 3]))))
    gradients = tape.gradient(loss, decoder.trainable_variables)
    optimizer.apply_gradients(zip(gradients, decoder.trainable_variables))
"""
    assert (
        changes(text)
        == """-    gradients = tape.gradient(loss, decoder.trainable_variables)
-    optimizer.apply_gradients(zip(gradients, decoder.trainable_variables))
+    variables = encoder.trainable_variables + decoder.trainable_variables
+    gradients = tape.gradient(loss, variables)
+    optimizer.apply_gradients(zip(gradients, variables))
"""
    )
