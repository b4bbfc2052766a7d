"""One canonical dotted name for a library object, however it was imported or aliased."""

from __future__ import annotations

from functools import cache

CANONICAL = (
    ("tensorflow.python.keras", "keras"),
    ("tensorflow.keras", "keras"),
    ("tensorflow.compat.v2.keras", "keras"),
    ("tensorflow.compat.v2", "tf"),
    ("tensorflow.compat.v1", "tf"),
    ("tensorflow_probability", "tfp"),
    *(
        (f"{root}.{name}", f"keras.{name}")
        for name in ("losses", "optimizers", "metrics", "initializers")
        for root in ("tensorflow", "tf")
    ),
    ("tensorflow", "tf"),
    ("tf_keras", "keras"),
    ("tf.keras", "keras"),
    ("numpy", "np"),
    ("tfp.python", "tfp"),
    ("tfp.substrates.numpy", "tfp.substrates.numpy"),
    ("keras.api", "keras"),
    ("keras.src", "keras"),
    ("tfp.experimental.substrates", "tfp.experimental.substrates"),
)


@cache
def canonical(dotted: str) -> str:
    """`tensorflow.keras.layers.Dense` -> `keras.layers.Dense`."""
    for prefix, short in CANONICAL:
        if dotted == prefix or dotted.startswith(prefix + "."):
            return short + dotted[len(prefix) :]
    return dotted


LIBRARIES = frozenset({"tf", "keras", "tfp", "np"})


def is_library(dotted: str) -> bool:
    """Whether the effects table may know this name."""
    return dotted.partition(".")[0] in LIBRARIES
