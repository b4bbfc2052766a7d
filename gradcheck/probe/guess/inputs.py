"""Example inputs: from a text (`8,4`, `int:8,4`, `example_batch()`) to tensors, and shapes worth a try."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_SHAPE = re.compile(r"(?:(?P<kind>[a-z]+)(?:<(?P<below>\d+))?:)?(?P<shape>\d*(?:,\d+)*),?")
_PLAIN = "64,8 64,8,8 64,16,16,3 int:64,8 int:64 64 complex:64,8 16,4,8,8,3 16,8,8,8,3"
_NAMED = (
    ("edges edge_index edge_list pairs links", "int<8:64,2 int<8:2,64"),
    ("graph_id segment_id batch_id node_id group_id", "int:64"),
    ("adj affinity", "unit:64,8,8 unit:64,64"),
    ("n_graphs num_graphs n_groups num_segments n_nodes num_nodes n_classes", "int(8)"),
    (
        "image img picture photo frame pixel page patch crop digit",
        "unit:64,32,32,3 unit:64,32,32,1 unit:64,16,16,1",
    ),
    ("video clip frames", "unit:8,4,16,16,3"),
    ("token ids index indices word text sentence prompt caption doc", "int:64,8"),
    ("user item code label class movie product category categorical", "int:64 int:64,8 int:64,1"),
    ("seq series signal audio wave window event trace history step spectrogram", "64,8,8 64,8,1 64,8,2"),
    ("wave audio speech sound", "4,16000 4,16000,1"),
    ("mask", "bool:64,8"),
    ("adjacency graph edge", "unit:64,8,8"),
    ("volume voxel", "8,8,8,8,1"),
    ("point", "64,16,3 64,3"),
    ("coord position", "64,2 64,3"),
    ("time timestep sigma", "unit:64 unit:64,1"),
    ("prob", "unit:64,8"),
    ("iq spectrum complex", "complex:64,8"),
)
_EXACT = {"t": "unit:64 unit:64,1", "z": "64,8"}


def is_shape(text: str) -> bool:
    """Whether the text is a shape rather than an expression."""
    return bool(_SHAPE.fullmatch(text.replace(" ", "")))


def value(text: str, names: Mapping[str, Any], seed: int = 0) -> Any:
    """The tensor a shape describes, filled at random; an expression is evaluated in the program's names."""
    found = _SHAPE.fullmatch(text.replace(" ", ""))
    if not found:
        return eval(text, dict(names))
    shape = [int(size) for size in found["shape"].split(",") if size]
    return random(found["kind"] or "float", shape, below=int(found["below"] or 4), seed=seed)


def random(kind: str, shape: Sequence[int], *, below: int = 4, seed: int = 0) -> Any:
    """A random tensor of a kind: `float` is normal, `unit` lies in 0 to 1, `count` holds whole numbers as
    floats, `int` starts from 0.
    """
    import tensorflow as tf

    generator = tf.random.Generator.from_seed(seed + 7)
    if kind == "unit":
        return generator.uniform(shape, 0.05, 0.95)
    if kind == "count":
        return tf.floor(generator.uniform(shape, 0.0, 6.0))
    if kind == "int":
        return generator.uniform(shape, 0, below, dtype=tf.int32)
    if kind == "bool":
        return generator.uniform(shape) > 0.3
    if kind == "binary":
        return tf.cast(generator.uniform(shape) > 0.5, tf.float32)
    if kind == "complex":
        return tf.complex(generator.normal(shape), generator.normal(shape))
    if kind == "string":
        return tf.strings.as_string(generator.uniform(shape, 0, below, dtype=tf.int32))
    return generator.normal(shape)


def of_kind(kind: str, text: str) -> str:
    """The same shape, filled with numbers of another kind; what is no shape of floats stays as it is."""
    found = _SHAPE.fullmatch(text.replace(" ", ""))
    floats = found is not None and found["kind"] in (None, "float", "unit")
    return f"{kind}:{found['shape']}" if found is not None and floats else text


def candidates(name: str, own: Sequence[str] = ()) -> tuple[str, ...]:
    """Shapes worth a try for a parameter of this name; `own` are of sizes the program mentions."""
    lowered = name.lower()
    rows = (shapes for words, shapes in _NAMED if any(word in lowered for word in words.split()))
    hinted = [shape for row in (_EXACT.get(lowered, ""), *rows) for shape in row.split()]
    flat, sequence, *rest = _PLAIN.split()
    return tuple(dict.fromkeys([*hinted, flat, sequence, *own, *rest]))


def of_symbol(symbol: Any, *, below: int, batch: int) -> str:
    """The text that describes a functional model's own input."""
    sizes = [int(size) if size is not None else _open(axis, symbol) for axis, size in enumerate(symbol.shape)]
    if symbol.shape and symbol.shape[0] is None:
        sizes[0] = batch
    kind = kind_of(symbol.dtype)
    return f"{kind}{f'<{below}' if kind == 'int' else ''}:{','.join(map(str, sizes))}"


def kind_of(dtype: Any) -> str:
    """The word for a dtype."""
    import tensorflow as tf

    found = tf.as_dtype(dtype)
    if found.is_integer:
        return "int"
    if found.is_complex:
        return "complex"
    return {tf.bool: "bool", tf.string: "string"}.get(found, "float")


def _open(axis: int, symbol: Any) -> int:
    """A size for an axis that may have any: images are larger than sequences."""
    return 32 if len(symbol.shape) >= 4 and axis else 8


def batch_for(shape: Sequence[int | None], most: int = 64) -> int:
    """Examples in a batch: enough that no expert is left out by chance, few enough for large inputs."""
    size = 1
    for axis in shape[1:]:
        size *= axis or 8
    return max(2, min(most, 1_000_000 // max(size, 1)))
