"""Follows programs by their shapes and prints what became of each variable, and the most memory one took."""

import json
import resource
import sys
import tempfile
from pathlib import Path

from gradcheck.probe.driver.run import run
from gradcheck.probe.job.job import Job

HEAD = "import numpy as np, tensorflow as tf\nL = tf.keras.layers\n"
PROGRAMS = {
    "fit": """\
class Middle(L.Layer):
    def build(self, shape):
        self.live = self.add_weight(shape=(shape[-1], shape[-1]), name="live")
        self.dead = self.add_weight(shape=(shape[-1], shape[-1]), name="dead")
    def call(self, x):
        return x @ self.live + tf.round(x @ self.dead)
model = tf.keras.Sequential([L.Dense(20_000), Middle(), L.Dropout(0.5), L.Dense(1)])
model.compile("adam", "mse")
history = model.fit(np.random.rand(64, 10), np.random.rand(64), epochs=3)
print(history.history["loss"][-1])
""",
    "loop": """\
model = tf.keras.Sequential([L.Embedding(2_000_000, 256), L.LSTM(1024), L.Dense(1)])
scale = tf.Variable(1.0, name="scale")
optimizer = tf.keras.optimizers.Adam()
data = tf.data.Dataset.from_tensor_slices((np.ones([64, 7], "int32"), np.ones([64, 1], "float32"))).batch(8)
@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) * tf.stop_gradient(scale) - y) ** 2)
    variables = model.trainable_variables + [scale]
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss
for epoch in range(1000):
    for x, y in data:
        loss = step(x, y)
    print(f"{float(loss):.3f} {loss:.3f}", loss.numpy())
""",
    "two players": """\
first, second = tf.keras.Sequential([L.Dense(20_000), L.Dense(20_000)]), tf.keras.Sequential([L.Dense(1)])
optimizer = tf.keras.optimizers.Adam()
batches = iter(tf.data.Dataset.from_tensor_slices(tf.random.normal([64, 8])).batch(8).repeat())
for number in range(1000):
    real = next(batches)
    for player in (first, second):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(second(first(real)) ** 2)
        variables = player.trainable_variables
        optimizer_of = tf.keras.optimizers.Adam()
        optimizer_of.apply_gradients(zip(tape.gradient(loss, variables), variables))
""",
    "classes": """\
class Gate(L.Layer):
    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], 8), name="kernel")
        self.hard = self.add_weight(shape=(8,), name="hard")
    def call(self, x):
        return tf.matmul(x, self.kernel) * tf.cast(self.hard > 0, tf.float32)
def make_model(units=20_000):
    given = tf.keras.Input([64])
    wide = L.Dense(units)(L.Dense(units)(given))
    return tf.keras.Model(given, L.Dense(3)(Gate()(wide)))
""",
}


def main() -> None:
    told = {}
    for name, body in PROGRAMS.items():
        path = Path(tempfile.mkdtemp(), "program.py")
        path.write_text(HEAD + body)
        probe = run(Job(str(path), keras=sys.argv[1], shapes=True, timeout=200))
        rows = sorted(
            (one.variable.path.rpartition("/")[2].partition(":")[0], one.status.value)
            for one in probe.verdicts
        )
        lines = sorted({cause.cut.location.line - 2 for one in probe.verdicts for cause in one.causes})
        told[name] = [probe.status, rows, lines, probe.reason, probe.notes]
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    print(json.dumps({"told": told, "bytes": used}))


main()
