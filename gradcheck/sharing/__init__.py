"""Shares work out to an executor, here or on a cluster."""
