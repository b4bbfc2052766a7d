"""Trains, saves in every way that Keras and TensorFlow know, and reads back what it saved."""

import json
import os
import pickle
from pathlib import Path

import h5py
import numpy as np
import tensorflow as tf
from tensorflow import keras

HERE = Path(__file__).parent
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
model.compile("sgd", "mse")
callbacks = [
    keras.callbacks.CSVLogger(str(HERE / "log.csv"), append=True),
    keras.callbacks.ModelCheckpoint(str(HERE / "best.weights.h5"), save_weights_only=True),
    keras.callbacks.TensorBoard(str(HERE / "board")),
]
model.fit(np.ones((64, 3)), np.ones((64, 2)), batch_size=4, epochs=2, callbacks=callbacks, verbose=0)

model.save(HERE / "model.keras")
model.save(HERE / "model.h5")
model.save_weights(HERE / "own.weights.h5")
kernel = model.layers[0].kernel.numpy()
for name in ("model.keras", "model.h5"):
    loaded = keras.models.load_model(HERE / name, compile=False)
    np.testing.assert_array_equal(loaded.layers[0].kernel, kernel)
model.load_weights(HERE / "own.weights.h5")

tf.saved_model.save(model, str(HERE / "saved"))
assert tf.saved_model.load(str(HERE / "saved")) is not None

variable = tf.Variable([1.0, 2.0])
checkpoint = tf.train.Checkpoint(variable=variable)
manager = tf.train.CheckpointManager(checkpoint, str(HERE / "checkpoints"), max_to_keep=2)
for _ in range(4):
    variable.assign_add([1.0, 1.0])
    manager.save()
variable.assign([0.0, 0.0])
checkpoint.restore(tf.train.latest_checkpoint(str(HERE / "checkpoints")))
assert variable.numpy().tolist() == [5.0, 6.0], variable
assert len(manager.checkpoints) == 2

with tf.summary.create_file_writer(str(HERE / "board" / "own")).as_default():
    tf.summary.scalar("loss", 1.0, step=1)
assert tf.io.gfile.glob(str(HERE / "board" / "own" / "*"))

with tf.io.gfile.GFile(str(HERE / "notes.txt"), "a") as file:
    file.write("after\n")
with tf.io.gfile.GFile(str(HERE / "notes.txt")) as file:
    assert file.read() == "before: notes.txt\nafter\n"
tf.io.write_file(str(HERE / "raw.bin"), b"raw")
assert tf.io.read_file(str(HERE / "raw.bin")).numpy() == b"raw"
tf.io.gfile.rename(str(HERE / "raw.bin"), str(HERE / "moved.bin"))
assert not tf.io.gfile.exists(str(HERE / "raw.bin"))
tf.io.gfile.makedirs(str(HERE / "a" / "b"))
tf.io.gfile.rmtree(str(HERE / "old"))
assert not tf.io.gfile.exists(str(HERE / "old"))
with tf.io.TFRecordWriter(str(HERE / "new.tfrecord")) as records:
    records.write(b"one")
assert [one.numpy() for one in tf.data.TFRecordDataset(str(HERE / "new.tfrecord"))] == [b"one"]
tf.data.Dataset.range(3).save(str(HERE / "dataset"))
assert len(list(tf.data.Dataset.load(str(HERE / "dataset")))) == 3
assert len(list(tf.data.Dataset.range(3).cache(str(HERE / "cache")))) == 3

np.save(HERE / "array.npy", np.arange(3))
np.savez(HERE / "arrays.npz", x=np.arange(3))
assert np.load(HERE / "arrays.npz")["x"].tolist() == np.load(HERE / "array.npy").tolist()
np.memmap(HERE / "map.bin", "int32", "w+", shape=(3,))[:] = 1
with h5py.File(HERE / "history.h5", "w") as stored:
    stored["x"] = [1.0]
(HERE / "metrics.json").write_text(json.dumps({"loss": 1.0}))
with open(HERE / "state.pkl", "wb") as file:
    pickle.dump({"epoch": 3}, file)
os.replace(HERE / "metrics.json", HERE / "notes.txt")
