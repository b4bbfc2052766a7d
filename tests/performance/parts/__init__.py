"""The parts of the suite: one file each, with `measure(effort)` and a docstring that says what of."""
