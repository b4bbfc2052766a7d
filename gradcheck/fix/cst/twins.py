"""What NumPy calls what TensorFlow calls: functions of the same meaning, with their arguments."""

from __future__ import annotations

from dataclasses import dataclass, field

Words = dict[str, str]


@dataclass(frozen=True)
class Twin:
    """A TensorFlow function that takes the place of NumPy's.

    `listed` says how many arguments may be listed, `least` how many must be; `words` what the named ones are
    called there, `needs` which ones must be given (or else have a `default`), `adds` what has to be added.
    """

    name: str
    listed: int = 1
    words: Words = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    default: str = ""
    least: int = 0
    adds: str = ""


def _same(names: str, home: str = "tf", listed: int = 1) -> dict[str, Twin]:
    return {name: Twin(f"{home}.{name}", listed) for name in names.split()}


_REDUCED = {"a": "input_tensor", "axis": "axis", "keepdims": "keepdims"}


def _reductions(names: str) -> dict[str, Twin]:
    return {name: Twin(f"tf.reduce_{name.removeprefix('a')}", 2, _REDUCED) for name in names.split()}


FUNCTIONS: dict[str, Twin] = {
    **_same("exp sqrt abs square sin cos tan tanh sinh cosh negative"),
    **_same("log log1p expm1 reciprocal real imag conj angle", "tf.math"),
    **_same("maximum minimum add subtract multiply divide matmul", listed=2),
    "absolute": Twin("tf.abs"),
    "arctan": Twin("tf.atan"),
    "arcsin": Twin("tf.asin"),
    "arccos": Twin("tf.acos"),
    "arctan2": Twin("tf.atan2", 2),
    "power": Twin("tf.pow", 2),
    "dot": Twin("tf.tensordot", 2, adds="axes=1"),
    "outer": Twin("tf.tensordot", 2, adds="axes=0"),
    **_reductions("sum mean max min amax amin prod"),
    "std": Twin("tf.math.reduce_std", 2, _REDUCED),
    "var": Twin("tf.math.reduce_variance", 2, _REDUCED),
    "cumsum": Twin("tf.cumsum", 2, {"axis": "axis"}, ("axis",)),
    "cumprod": Twin("tf.math.cumprod", 2, {"axis": "axis"}, ("axis",)),
    "concatenate": Twin("tf.concat", 2, {"axis": "axis"}, ("axis",), "axis=0"),
    "stack": Twin("tf.stack", 2, {"axis": "axis"}),
    "transpose": Twin("tf.transpose", 2, {"axes": "perm"}),
    "expand_dims": Twin("tf.expand_dims", 2, {"axis": "axis"}),
    "squeeze": Twin("tf.squeeze", 2, {"axis": "axis"}),
    "where": Twin("tf.where", 3, least=3),
    "clip": Twin("tf.clip_by_value", 3, {"a_min": "clip_value_min", "a_max": "clip_value_max"}),
    "einsum": Twin("tf.einsum", 9),
    "roll": Twin("tf.roll", 3, {"axis": "axis", "shift": "shift"}, ("axis",)),
    "tile": Twin("tf.tile", 2),
    "zeros_like": Twin("tf.zeros_like"),
    "ones_like": Twin("tf.ones_like"),
    "sort": Twin("tf.sort", 2, {"axis": "axis"}),
    "linalg.inv": Twin("tf.linalg.inv"),
    "linalg.det": Twin("tf.linalg.det"),
    "linalg.cholesky": Twin("tf.linalg.cholesky"),
    "linalg.norm": Twin("tf.norm", 1, {"axis": "axis", "keepdims": "keepdims"}),
    "trace": Twin("tf.linalg.trace"),
    "fft.fft": Twin("tf.signal.fft"),
    "fft.rfft": Twin("tf.signal.rfft"),
    "fft.ifft": Twin("tf.signal.ifft"),
    "fft.irfft": Twin("tf.signal.irfft"),
}
"""By NumPy's name, without `np.`."""

_METHODS = ("sum", "mean", "max", "min", "prod", "std", "var", "cumsum", "squeeze", "clip")
METHODS = {name: FUNCTIONS[name] for name in _METHODS}
"""Methods of an array, as functions of it."""

LAST_AXIS_ONLY = ("fft.fft", "fft.rfft", "fft.ifft", "fft.irfft", "sort")
"""Functions whose `axis=-1` is what TensorFlow does anyway."""
