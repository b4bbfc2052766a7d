"""What gradcheck costs, in proportion: `python -m tests.performance` (see `__main__`)."""
