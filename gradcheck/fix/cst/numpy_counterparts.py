"""What NumPy calls what TensorFlow calls: functions of the same meaning, with their arguments."""

from __future__ import annotations

from dataclasses import dataclass, field

Words = dict[str, str]


@dataclass(frozen=True)
class Counterpart:
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


def _same(names: str, home: str = "tf", listed: int = 1) -> dict[str, Counterpart]:
    return {name: Counterpart(f"{home}.{name}", listed) for name in names.split()}


_REDUCED = {"a": "input_tensor", "axis": "axis", "keepdims": "keepdims"}


def _reductions(names: str) -> dict[str, Counterpart]:
    return {name: Counterpart(f"tf.reduce_{name.removeprefix('a')}", 2, _REDUCED) for name in names.split()}


FUNCTIONS: dict[str, Counterpart] = {
    **_same("exp sqrt abs square sin cos tan tanh sinh cosh negative"),
    **_same("log log1p expm1 reciprocal real imag conj angle", "tf.math"),
    **_same("maximum minimum add subtract multiply divide matmul", listed=2),
    "absolute": Counterpart("tf.abs"),
    "arctan": Counterpart("tf.atan"),
    "arcsin": Counterpart("tf.asin"),
    "arccos": Counterpart("tf.acos"),
    "arctan2": Counterpart("tf.atan2", 2),
    "power": Counterpart("tf.pow", 2),
    "dot": Counterpart("tf.tensordot", 2, adds="axes=1"),
    "outer": Counterpart("tf.tensordot", 2, adds="axes=0"),
    **_reductions("sum mean max min amax amin prod"),
    "std": Counterpart("tf.math.reduce_std", 2, _REDUCED),
    "var": Counterpart("tf.math.reduce_variance", 2, _REDUCED),
    "cumsum": Counterpart("tf.cumsum", 2, {"axis": "axis"}, ("axis",)),
    "cumprod": Counterpart("tf.math.cumprod", 2, {"axis": "axis"}, ("axis",)),
    "concatenate": Counterpart("tf.concat", 2, {"axis": "axis"}, ("axis",), "axis=0"),
    "stack": Counterpart("tf.stack", 2, {"axis": "axis"}),
    "transpose": Counterpart("tf.transpose", 2, {"axes": "perm"}),
    "expand_dims": Counterpart("tf.expand_dims", 2, {"axis": "axis"}),
    "reshape": Counterpart("tf.reshape", 2, {"shape": "shape", "newshape": "shape"}, least=1),
    "squeeze": Counterpart("tf.squeeze", 2, {"axis": "axis"}),
    "where": Counterpart("tf.where", 3, least=3),
    "clip": Counterpart("tf.clip_by_value", 3, {"a_min": "clip_value_min", "a_max": "clip_value_max"}),
    "einsum": Counterpart("tf.einsum", 9),
    "roll": Counterpart("tf.roll", 3, {"axis": "axis", "shift": "shift"}, ("axis",)),
    "tile": Counterpart("tf.tile", 2),
    "zeros_like": Counterpart("tf.zeros_like"),
    "ones_like": Counterpart("tf.ones_like"),
    "sort": Counterpart("tf.sort", 2, {"axis": "axis"}),
    "linalg.inv": Counterpart("tf.linalg.inv"),
    "linalg.det": Counterpart("tf.linalg.det"),
    "linalg.cholesky": Counterpart("tf.linalg.cholesky"),
    "linalg.norm": Counterpart("tf.norm", 1, {"axis": "axis", "keepdims": "keepdims"}),
    "trace": Counterpart("tf.linalg.trace"),
    "fft.fft": Counterpart("tf.signal.fft"),
    "fft.rfft": Counterpart("tf.signal.rfft"),
    "fft.ifft": Counterpart("tf.signal.ifft"),
    "fft.irfft": Counterpart("tf.signal.irfft"),
}
"""By NumPy's name, without `np.`."""

_METHODS = ("sum", "mean", "max", "min", "prod", "std", "var", "cumsum", "squeeze", "clip", "reshape")
METHODS = {name: FUNCTIONS[name] for name in _METHODS}
"""Methods of an array, as functions of it."""

LAST_AXIS_ONLY = ("fft.fft", "fft.rfft", "fft.ifft", "fft.irfft", "sort")
"""Functions whose `axis=-1` is what TensorFlow does anyway."""
