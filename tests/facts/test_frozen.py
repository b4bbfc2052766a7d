"""Layers that are switched off by mistake, and what looks like it."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

MODELS = """
x, y = tf.ones([8, 3]), tf.zeros([8, 1])
base = tf.keras.Sequential([layers.Input([3]), layers.Dense(4, name="low"), layers.Dense(4, name="high")])
head = layers.Dense(1, name="head")
inputs = layers.Input([3])
model = tf.keras.Model(inputs, head(base(inputs)))
"""

READY_MADE = """
ready = tf.keras.applications.VGG16(include_top=False, input_shape=(32, 32, 3))
top = layers.Dense(1, name="top")(layers.Flatten()(ready.{end}))
whole = tf.keras.Model(ready.input, top)
"""

BUGS = {
    "a loop over all layers of a model that is built on a ready-made one": READY_MADE.format(end="output")
    + """
for layer in whole.layers:
    layer.trainable = False  # error: top
whole.compile("sgd", "mse")
whole.fit(x, y)
""",
    "a loop over all layers of a model that goes on from inside of a ready-made one": READY_MADE.format(
        end="get_layer('block4_pool').output"
    )
    + """
for layer in whole.layers:
    layer.trainable = False  # error: top
whole.compile("sgd", "mse")
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(tf.square(whole(x) - y))
tf.keras.optimizers.SGD().apply_gradients(
    zip(tape.gradient(loss, whole.trainable_variables), whole.trainable_variables)
)
""",
    "a loop over all layers of a model that goes on from inside of a chain that grew": """
grown = tf.keras.Sequential()
grown.add(layers.Input([3]))
grown.add(layers.Dense(4, name="first"))
grown.add(layers.Dense(4))
top = layers.Dense(1, name="top")(grown.get_layer("first").output)
whole = tf.keras.Model(inputs=grown.inputs, outputs=top)
for layer in whole.layers:
    layer.trainable = False  # error: first, top
whole.compile("sgd", "mse")
whole.fit(x, y)
""",
    "a loop over all layers of a model that is built on a chain": """
chain = tf.keras.Sequential([layers.Input([3]), layers.Dense(4, name="first"), layers.Dense(4)])
whole = tf.keras.Model(chain.inputs, layers.Dense(1, name="top")(chain.layers[-2].output))
for layer in whole.layers:
    layer.trainable = False  # error: first, top
whole.compile("sgd", "mse")
whole.fit(x, y)
""",
    "a misspelt flag": """
base.trainable = False
model.compile("sgd", "mse")
base.trainabel = True  # error: low, high
model.compile("sgd", "mse")
model.fit(x, y)
""",
    "a misspelt flag of a parameter": """
def unfreeze(encoder):
    encoder.trainble = True  # error: encoder
""",
    "a discriminator that is frozen after compile and trained": """
judge = tf.keras.Sequential([layers.Input([1]), layers.Dense(1, name="judge")])
judge.compile("sgd", "mse")
judge.trainable = False  # error[keras3]: judge
both = tf.keras.Model(inputs, judge(model(inputs)))
both.compile("sgd", "mse")
for _ in range(3):
    judge.train_on_batch(y, y)
    both.train_on_batch(x, y)
""",
    "a class that freezes its discriminator for good": """
class Gan:
    def __init__(self):
        seen = layers.Input([3])
        self.judge = tf.keras.Model(seen, layers.Dense(1, name="judge")(seen))
        self.judge.compile("sgd", "mse")
        noise = layers.Input([2])
        self.maker = tf.keras.Model(noise, layers.Dense(3, name="maker")(noise))
        self.judge.trainable = False  # error[keras3]: judge
        self.both = tf.keras.Model(noise, self.judge(self.maker(noise)))
        self.both.compile("sgd", "mse")

    def train(self, z):
        self.judge.train_on_batch(self.maker.predict(z), y)
        self.both.train_on_batch(z, y)
""",
    "a model that is frozen, compiled and trained": """
model.trainable = False  # error: low, high, head
model.compile("sgd", "mse")
model.fit(x, y)
""",
    "a model of which only parts are switched on again": """
model.trainable = False  # error: low, high, head
for layer in model.layers[-1:]:
    layer.trainable = True
model.compile("sgd", "mse")
model.fit(x, y)
""",
    "a model of which parts are switched on from a name on": """
model.trainable = False  # error: low, high, head
reached = False
for layer in model.layers:
    if layer.name == "head":
        reached = True
    if isinstance(layer, layers.BatchNormalization):
        continue
    if reached:
        layer.trainable = True
model.compile("sgd", "mse")
model.fit(x, y)
""",
    "a model that is frozen and trained by a loop": """
base.trainable = False  # error: low, high
optimizer = tf.keras.optimizers.SGD(0.1)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(base(x))
variables = base.trainable_variables
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
""",
    "unfrozen after compile": """
base.trainable = False
model.compile("sgd", "mse")
base.trainable = True  # error[keras2]: low, high
model.fit(x, y)
""",
    "unfrozen after training, without a new compile": """
base.trainable = False
model.compile("sgd", "mse")
model.fit(x, y)
base.trainable = True  # error: low, high
model.fit(x, y)
""",
    "a layer unfrozen by name inside a frozen model": """
base.trainable = False
base.get_layer("high").trainable = True  # error[keras2]: high
model.compile("sgd", "mse")
""",
    "layers unfrozen in a loop inside a frozen model": """
base.trainable = False
for layer in base.layers[-1:]:
    layer.trainable = True  # error[keras2]: high
model.compile("sgd", "mse")
""",
    "layers unfrozen in turn inside a frozen model": """
base.trainable = False
for number, layer in enumerate(base.layers):
    layer.trainable = number >= 1  # error[keras2]: low, high
model.compile("sgd", "mse")
""",
    "layers unfrozen from a name on inside a frozen model": """
vgg = tf.keras.applications.VGG16(include_top=False)
vgg.trainable = False
reached = False
for layer in vgg.layers:
    if layer.name == "block5_conv1":
        reached = True
    layer.trainable = reached  # error[keras2]: layer
images = layers.Input([64, 64, 3])
tuned = tf.keras.Model(images, layers.Dense(1)(layers.Flatten()(vgg(images))))
tuned.compile("sgd", "mse")
""",
    "a layer unfrozen inside a frozen library model": """
vgg = tf.keras.applications.VGG16(include_top=False)
vgg.trainable = False
vgg.get_layer("block5_conv3").trainable = True  # error[keras2]: vgg.get_layer("block5_conv3")
images = layers.Input([64, 64, 3])
tuned = tf.keras.Model(images, layers.Dense(1)(layers.Flatten()(vgg(images))))
tuned.compile("sgd", "mse")
""",
}

LOOK_ALIKES = {
    "a loop over a ready-made model, and slices of the model on it": READY_MADE.format(end="output")
    + """
for layer in ready.layers:
    layer.trainable = False
whole.compile("sgd", "mse")
whole.fit(x, y)
for layer in whole.layers[:15]:
    layer.trainable = False
for layer in whole.layers[15:]:
    layer.trainable = True
whole.compile("sgd", "mse")
whole.fit(x, y)
""",
    "a loop over all layers before a chain goes on": """
chain = tf.keras.Sequential([layers.Input([3]), layers.Dense(4)])
for layer in chain.layers:
    layer.trainable = False
chain.add(layers.Dense(1))
chain.compile("sgd", "mse")
chain.fit(x, y)
""",
    "a loop over all layers that asks which it is": """
for layer in model.layers:
    if layer.name != "head":
        layer.trainable = False
model.compile("sgd", "mse")
model.fit(x, y)
""",
    "a discriminator that is unfrozen for its turn": """
judge = tf.keras.Sequential([layers.Input([1]), layers.Dense(1)])
judge.compile("sgd", "mse")
judge.trainable = False
both = tf.keras.Model(inputs, judge(model(inputs)))
both.compile("sgd", "mse")
for _ in range(3):
    judge.trainable = True
    judge.train_on_batch(y, y)
    judge.trainable = False
    both.train_on_batch(x, y)
""",
    "two phases with a compile each": """
base.trainable = False
model.compile("sgd", "mse")
model.fit(x, y)
base.trainable = True
model.compile("sgd", "mse")
model.fit(x, y)
""",
    "unfrozen in turn, and the model too": """
base.trainable = True
for number, layer in enumerate(base.layers):
    layer.trainable = number >= 1
model.compile("sgd", "mse")
model.fit(x, y)
""",
    "all set to what somebody chose": """
base.trainable = False
for layer in base.layers:
    layer.trainable = CHOSEN
model.compile("sgd", "mse")
model.fit(x, y)
""",
    "a frozen backbone on purpose": """
base.trainable = False
model.compile("sgd", "mse")
model.fit(x, y)
""",
    "all but the last layers frozen": """
base.trainable = True
for layer in base.layers[:-1]:
    layer.trainable = False
model.compile("sgd", "mse")
model.fit(x, y)
""",
    "layer by layer": """
for layer in base.layers:
    layer.trainable = False
base.get_layer("high").trainable = True
model.compile("sgd", "mse")
model.fit(x, y)
""",
    "an attribute of one's own": """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.trainable_ = True
        self.dense = layers.Dense(3)

    def call(self, x):
        return self.dense(x)


base.trainables = True
print(base.trainables)
""",
    "two players in a loop": """
judge = tf.keras.Sequential([layers.Input([1]), layers.Dense(1)])
optimizer = tf.keras.optimizers.SGD(0.1)
for _ in range(3):
    judge.trainable = True
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(judge(y))
    gradients = tape.gradient(loss, judge.trainable_variables)
    optimizer.apply_gradients(zip(gradients, judge.trainable_variables))
    judge.trainable = False
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(judge(model(x)))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
""",
    "a flag that may be either": """
def train(freeze):
    if freeze:
        model.trainable = False
    model.compile("sgd", "mse")
    model.fit(x, y)
""",
}


@pytest.mark.parametrize("program", BUGS.values(), ids=BUGS)
def test_frozen_by_mistake(program: str) -> None:
    check(MODELS + program, "GC602")


@pytest.mark.parametrize("program", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_look_alike_is_silent(program: str) -> None:
    check(MODELS + program, "")
