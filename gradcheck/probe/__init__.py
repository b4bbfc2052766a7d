"""The runtime half: runs a program and says what became of every gradient.

Imports no TensorFlow until something is probed. `driver` starts a program in a process of its own; `api`
looks inside the process it is called in.
"""
