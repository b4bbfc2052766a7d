"""Gradients that arrive and are of no use: shapes, starting values, flat and infinitely steep operations."""
