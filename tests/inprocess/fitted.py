"""Trains a model that loses a gradient, for TensorBoard: `python fitted.py FOLDER`."""

import sys
import warnings

import numpy as np
import tensorflow as tf
from starving import Captured

import gradcheck

x = np.ones((16, 4), "float32")
model = tf.keras.Sequential([tf.keras.layers.Input((4,)), Captured(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
warnings.simplefilter("ignore")
model.fit(x, x[:, :1], batch_size=2, verbose=0, callbacks=[gradcheck.callback(every=4, logdir=sys.argv[1])])
