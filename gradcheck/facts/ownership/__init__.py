"""Whose a weight is: which models and layers hold it, track it, freeze it."""
