"""Scores tools on the corpus."""
