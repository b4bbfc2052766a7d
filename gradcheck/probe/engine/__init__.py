"""Hooks, measures and explains gradients, in the process that trains."""
