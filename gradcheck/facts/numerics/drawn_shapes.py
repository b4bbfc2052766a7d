"""The shapes of numbers that NumPy draws or reads: `np.random.randn(32, 4)`, `rng.normal(size=(32, 4))`."""

from __future__ import annotations

from gradcheck.facts.interpreter.operations import Operation
from gradcheck.facts.numerics.sizes import Shape, Size, integer, size, sizes

BY_NUMBERS = frozenset({"rand", "randn"})
"""What takes its lengths one by one."""
SIZE_AT = {
    "normal": 2,
    "uniform": 2,
    "randint": 2,
    "integers": 2,
    "random": 0,
    "random_sample": 0,
    "standard_normal": 0,
    "choice": 1,
}
"""Where the shape stands among the arguments, if it is not named."""


def is_drawn(operation: Operation) -> bool:
    """Whether NumPy draws, or a generator of its kind, and not TensorFlow or Keras."""
    return operation.name.startswith("np.random.") or operation.receiver is not None


def drawn(operation: Operation) -> Shape:
    """The shape that a call asks for; of a single number, nothing is said."""
    arguments = operation.arguments
    if arguments.starred:
        return Shape()
    if operation.word in BY_NUMBERS:
        found: tuple[Size, ...] = tuple(size(one) for one in arguments.positional)
        return Shape(found, exact=True) if found else Shape()
    argument = arguments.placed("size", SIZE_AT.get(operation.word))
    if argument is None:
        return Shape()
    several = sizes(argument[1], argument[0])
    if several is not None:
        return Shape(several, exact=True)
    return Shape((size(argument),), exact=True) if integer(argument[1]) is not None else Shape()
