"""`python with_check_numerics.py PROGRAM`: the program, with TensorFlow's numerics checks switched on."""

import os
import runpy
import sys

import tensorflow as tf

tf.debugging.enable_check_numerics()
program = sys.argv.pop(1)
sys.argv[0], sys.path[0] = program, os.path.dirname(program)
os.chdir(sys.path[0])
runpy.run_path(program, run_name="__main__")
