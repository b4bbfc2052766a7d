"""Lossless rewriting: a syntax tree that keeps every character, and edits as the difference of two texts.

The only package that knows LibCST, beside the fixes themselves; imported only when a fix is asked for.
"""
