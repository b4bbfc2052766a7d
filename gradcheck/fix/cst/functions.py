"""What functions are called that several libraries have."""

from __future__ import annotations

HOMES = ("tf", "tf.math", "keras.ops", "keras.backend")


def functions(*words: str) -> frozenset[str]:
    """The canonical names of functions, in whatever library they are."""
    return frozenset(f"{home}.{word}" for home in HOMES for word in words)


CASTS = frozenset({"tf.cast", "keras.ops.cast", "keras.backend.cast"})
WHERES = frozenset({"tf.where", "keras.ops.where"})
PICKS = functions("argmax", "argmin")
"""What finds the place of the largest or the smallest element."""
