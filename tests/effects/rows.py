"""Turns what was measured under the two Kerases into the rows of the table."""

# ruff: noqa: E501, SIM905

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Seen = Mapping[str, Any]

WITHOUT_VALUES = frozenset(
    """
    shape shape_n rank size ndim zeros ones zeros_like ones_like empty empty_like eye identity int_shape get_shape
    is_tensor is_keras_tensor is_sparse is_symbolic_tensor dtype count_params get_static_shape len iscomplexobj isrealobj
    isscalar result_type type_spec_from_value broadcast_dynamic_shape hamming_window hann_window kaiser_window
    kaiser_bessel_derived_window vorbis_window floatx epsilon learning_phase image_data_format diag_indices
    diag_indices_from linear_to_mel_weight_matrix placeholder tri tril_indices triu_indices hamming hanning
    """.split()
)
"""Last words of names whose result cannot depend on an argument's values; any other such row is left out as not shown."""

SPECIAL = {
    **dict.fromkeys(("tf.scan", "tf.foldl", "tf.foldr", "tf.map_fn"), "off:back_prop@4=stopped"),
    "tf.while_loop": "off:back_prop@5=stopped",
    "tf.Variable": "made:variable weights",
    "keras.Variable": "made:variable weights",
    "tfp.util.TransformedVariable": "made:variable weights",
}
"""What a row says beyond what is measured."""

KINDS = {
    "stop_gradient": "stopped",
    "numpy_function": "host-function",
    "py_function": "host-function",
    "predict": "predict",
    "predict_on_batch": "predict",
    "assign": "assigned",
    "assign_add": "assigned",
    "assign_sub": "assigned",
    "Variable": "rewrapped",
    "TransformedVariable": "rewrapped",
    "variable": "rewrapped",
    "bitcast": "integer-cast",
    "view": "integer-cast",
}
SAMPLERS = ("tf.random.", "keras.random.", "keras.backend.random")
NOT_SAMPLED = ("shuffle", "fold_in", "split", "rng_state", "dropout")


def kind_of(name: str, seen: Seen) -> str:
    """What a cut is called: by the name where that says more than the result does."""
    last = name.rpartition(".")[2]
    if last in KINDS:
        return KINDS[last]
    if seen.get("made") == "metric" or name.startswith("Metric."):
        return "metric"
    if name.startswith(SAMPLERS) and not any(word in last for word in NOT_SAMPLED):
        return "sampled"
    if name.startswith("np."):
        return "numpy"
    return {"numpy": "numpy", "python": "python-number"}.get(
        (seen.get("kinds") or ["float"])[0], "no-gradient"
    )


def tokens(name: str, seen: Seen) -> tuple[str, frozenset[str]] | None:
    """The flow and the tokens of one callable under one Keras; None when its examples show nothing to stand by."""
    flow = _flow(name, seen)
    if flow is None:
        return None
    found = set(SPECIAL.get(name, "").split())
    if seen.get("made"):
        found.add(f"made:{seen['made']}")
    if seen.get("weights"):
        found.add("weights")
    if flow == "carry":
        found.update(_exceptions(seen))
        if seen.get("to"):
            flow = "cast"
            found.add("to:{}@{}".format(*seen["to"]))
        if seen.get("weight") == "cut":
            found.add("weight:rewrapped")
    elif flow.startswith("cut"):
        found.update(word for word in ("zero", "raises") if _is(word, flow, seen))
    return flow, frozenset(found)


def _flow(name: str, seen: Seen) -> str | None:
    verdicts = {verdict for _, _, verdict in seen["args"]}
    verdicts |= {verdict for _, _, verdict in seen.get("optional") or [] if not seen["args"]}
    if seen.get("made") == "metric" and "carry" not in verdicts:
        return "cut:metric"
    if "carry" in verdicts:
        return "carry"
    if "zero" in verdicts:
        return "cut:host-function" if kind_of(name, seen) == "host-function" else "cut:zero-slope"
    if "cut" in verdicts:
        return f"cut:{kind_of(name, seen)}"
    return "none" if name.rpartition(".")[2] in WITHOUT_VALUES else None


def _is(word: str, flow: str, seen: Seen) -> bool:
    if word == "zero":
        return any(verdict == "zero" for _, _, verdict in seen["args"])
    return bool(seen["raises"]) and flow == "cut:no-gradient"


def _exceptions(seen: Seen) -> Iterator[str]:
    kinds = {"cut": "no-gradient", "zero": "zero-slope"}
    optional = [one for one in seen.get("optional") or [] if one[2] == "cut"]
    for name, position, verdict in [*seen["args"], *optional]:
        if verdict in ("cut", "zero"):
            yield f"arg:{name}@{position}={kinds[verdict]}"
    for index, verdict in enumerate(seen["outs"]):
        if verdict in ("cut", "zero"):
            yield f"out:{index}={kinds[verdict]}"


def merge(name: str, found: Mapping[str, tuple[str, frozenset[str]]]) -> str | None:
    """One row from what each Keras shows; where only one has the callable, that one is the row."""
    flows = {keras: flow for keras, (flow, _) in found.items()}
    distinct = set(flows.values())
    extra = set()
    flow = next(iter(distinct))
    if len(distinct) == 2:
        cuts = [one for one in distinct if one.startswith("cut")]
        if len(cuts) != 1 or not distinct & {"carry", "cast"}:
            return None
        flow = cuts[0]
        extra.add("keras:" + next(keras for keras, one in flows.items() if one == flow))
    words = set().union(*(words for _, words in found.values()))
    for word in words:
        holders = [keras for keras, (_, words) in found.items() if word in words]
        is_partial = len(holders) < len(found)
        may_mark = word.startswith(("arg:", "out:", "weight:"))
        if is_partial and len(distinct) == 2 and may_mark:
            continue
        extra.add(f"{word}:{holders[0]}" if is_partial and may_mark else word)
    return " ".join([flow, *sorted(extra, key=_order)])


ORDER = (
    "arg",
    "out",
    "weight",
    "to",
    "off",
    "keras",
    "zero",
    "raises",
    "made",
    "weights",
    "sample",
    "sampled",
    "unread",
)


def _order(token: str) -> tuple[int, str]:
    return ORDER.index(token.partition(":")[0]), token


def captured(seen: Mapping[str, Iterable[Seen]], by_hand: bool) -> str | None:
    """The row of an object that keeps its arguments, from all its examples under each Keras."""
    runs = {keras: [one for one in looks if "error" not in one] for keras, looks in seen.items()}
    every = [one for looks in runs.values() for one in looks]
    if not all(runs.values()):
        return None
    frozen = {keras: _frozen(looks) for keras, looks in runs.items()}
    is_whole = any if by_hand else all  # the arguments of an example by hand are not the class's own
    whole = [keras for keras, names in frozen.items() if names and is_whole(names.values())]
    extra = {f"made:{every[0]['made']}", *_samples(every)}
    if not by_hand:
        place = {name: at for one in every for name, at in one["place"].items()}
        extra.update(_partly({keras: names for keras, names in frozen.items() if keras not in whole}, place))
        extra.update(_density(every, place))
        extra.update(_unread(every, place))
    if len(whole) == 1:
        extra.add(f"keras:{whole[0]}")
    return " ".join(["object" if whole else "carry", *sorted(extra, key=_order)])


def _partly(frozen: Mapping[str, Mapping[str, bool]], place: Mapping[str, int]) -> Iterator[str]:
    for keras, names in frozen.items():
        for name, is_frozen in names.items():
            if is_frozen:
                yield f"arg:{name}@{place[name]}=captured-by-object:{keras}"


def _frozen(looks: Iterable[Seen]) -> dict[str, bool]:
    """Per argument whether it was frozen in every example; one whose values the use never reads shows nothing."""
    found: dict[str, bool] = {}
    for one in looks:
        for name, is_frozen in one["frozen"].items():
            if one["args"].get(name) == "carry":
                found[name] = found.get(name, True) and is_frozen
    return found


def _samples(every: Iterable[Seen]) -> Iterator[str]:
    looks = [one for one in every if one.get("samples")]
    verdicts = {name: verdict for one in looks for name, verdict in one["samples"].items()}
    place = {name: at for one in looks for name, at in one["place"].items()}
    cut = sorted(name for name, verdict in verdicts.items() if verdict != "carry")
    if not verdicts:
        return
    if len(cut) == len(verdicts):
        yield "sample:no"
        return
    yield "sample:reparam"
    yield from (f"sampled:{name}@{place[name]}" for name in cut)


def _density(every: Iterable[Seen], place: Mapping[str, int]) -> Iterator[str]:
    """Arguments that no use gives a gradient: neither the density (or the forward pass) nor a sample."""
    looks = list(every)
    verdicts = {name for one in looks for name in one["args"]}
    for name in sorted(verdicts):
        seen = [one[use].get(name) for one in looks for use in ("args", "samples") if use in one]
        if "carry" not in seen and "cut" in seen:
            yield f"arg:{name}@{place[name]}=no-gradient"


def _unread(every: Iterable[Seen], place: Mapping[str, int]) -> Iterator[str]:
    """Parameters that a statistic does not depend on, where it depends on others."""
    found: dict[tuple[str, str], set[str]] = {}
    for method, verdicts in (one for look in every for one in look.get("statistics", {}).items()):
        if "carry" in verdicts.values():
            for name, verdict in verdicts.items():
                found.setdefault((method, name), set()).add(verdict)
    for (method, name), verdicts in found.items():
        if verdicts == {"none"} and place.get(name, -1) >= 0:
            yield f"unread:{method}={name}@{place[name]}"
