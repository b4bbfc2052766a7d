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
    ("tf.compat.v2", "tf"),
    ("tf.compat.v1", "tf"),
    ("keras.legacy", "keras"),
    ("keras.engine.base_layer", "keras.layers"),
    ("keras.engine.training", "keras"),
    ("keras.engine.sequential", "keras"),
    ("keras.engine.functional", "keras"),
    ("keras.engine.input_layer", "keras.layers"),
    *((f"six.moves.{name}", f"builtins.{name}") for name in ("filter", "map", "range", "zip")),
    ("tf.python.util.nest", "tf.nest"),
    ("tf.python.util.tf_inspect", "inspect"),
    ("six.moves.xrange", "builtins.range"),
    ("six.moves.reduce", "functools.reduce"),
)
CLASSES = {
    "keras": frozenset(
        {"layers", "models", "losses", "metrics", "optimizers", "regularizers", "initializers", "constraints"}
    ),
    "tfp": frozenset({"layers", "distributions", "bijectors"}),
}
"""The parts of libraries whose classes go by one name, whatever module of theirs defines them."""

MOST_NAMES = 4
"""How often a name may stand for another one."""


@cache
def canonical(dotted: str) -> str:
    """`tensorflow.keras.layers.Dense` -> `keras.layers.Dense`, and so is
    `keras.src.layers.core.dense.Dense`."""
    for _ in range(MOST_NAMES):
        shorter = _shorter(dotted)
        if shorter == dotted:
            break
        dotted = shorter
    return _public(dotted)


def _shorter(dotted: str) -> str:
    for prefix, short in CANONICAL:
        if dotted == prefix or dotted.startswith(prefix + "."):
            return short + dotted[len(prefix) :]
    return dotted


def _public(dotted: str) -> str:
    """A class without the module that defines it."""
    parts = dotted.split(".")
    inside = len(parts) > 3 and parts[1] in CLASSES.get(parts[0], ())
    if inside and parts[-1][:1].isupper() and all(part.islower() for part in parts[2:-1]):
        return ".".join((*parts[:2], parts[-1]))
    return dotted
