"""Objects that keep their arguments (distributions, bijectors, kernels, linear operators): samples, captures, cuts."""

# ruff: noqa: C408, E501

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

from gradcheck.report.accounts import STATISTICS

from . import methods, names, tape
from .guesses import Argument, Fixed, Leaf, between, definite, floats, simplex, slots, triangular

tfd, tfb, tfk = tfp.distributions, tfp.bijectors, tfp.math.psd_kernels

POSITIVE = functools.partial(between, 0.4, 0.9)
SEED = (1, 2)
"""A stateless seed: the same sample each time."""

POINTS = np.linspace(0.0, 1.0, 4, dtype="float32")[:, None]

PARAMETERS: dict[str, Leaf] = {
    "probs": simplex(3), "low": between(0.05, 0.2, 3), "high": between(1.2, 2.0, 3), "peak": POSITIVE(3),
    "mean_direction": floats(3, build=lambda x: tf.math.l2_normalize(x + 0.1)), "scale_tril": triangular(3),
    "covariance_matrix": definite(3, 3), "scale_perturb_factor": floats(3, 2), "cov_perturb_factor": floats(3, 2),
    "cutpoints": floats(2, build=lambda x: tf.math.cumsum(tf.nn.softplus(x))), "power": between(1.05, 1.2, 3),
    "total_count": between(4.0, 4.5, 3), "df": between(4.0, 5.0), "eigenvectors": definite(3, 3), "outcomes": floats(3),
    "lower_upper": triangular(3), "scale_row": definite(3, 3), "skewness": POSITIVE(3),
}  # fmt: skip
"""Valid values for parameters that a number between 0.4 and 0.9 does not fit."""


FLAT = ("Deterministic", "VectorDeterministic", "Empirical")
"""Distributions whose density has no slope: their mean is asked for."""

EXTRA: dict[str, Argument] = {
    "dimension": Fixed(3), "permutation": Fixed([2, 0, 1]), "outcomes": floats(3), "samples": floats(3), "event_shape_out": Fixed([3]),
    "concentration_shape": Fixed([3]), "locs": floats(2, 1), "scales": between(0.4, 0.9, 2, 1),
}  # fmt: skip
"""Required arguments that the classes do not describe."""


def operator(x: Any) -> Any:
    return tf.linalg.LinearOperatorLowerTriangular(x)


def _steps(loc: Any, scale: Any) -> Iterator[Any]:
    first = yield tfd.JointDistributionCoroutine.Root(tfd.Normal(loc, scale))
    yield tfd.Normal(first, scale)


def examples() -> dict[str, tuple[Callable[..., Any], dict[str, Argument]]]:
    """Objects whose arguments are not plain numbers, by hand: how one is made, and from what."""
    loc, scale = floats(3), POSITIVE(3)
    normal = dict(loc=loc, scale=scale)
    points = dict(amplitude=POSITIVE(), length_scale=POSITIVE())
    mixed = dict(logits=floats(3), loc=loc, scale=scale)
    single = dict(logits=floats(3), loc=floats(), scale=POSITIVE())

    def kernel(a: Any, b: Any) -> Any:
        return tfk.ExponentiatedQuadratic(a, b)

    d = "tfp.distributions."
    return {
        d + "Independent": (lambda loc, scale: tfd.Independent(tfd.Normal(loc, scale), 1), normal),
        d + "Sample": (lambda loc, scale: tfd.Sample(tfd.Normal(loc, scale), [2]), normal),
        d + "BatchReshape": (lambda loc, scale: tfd.BatchReshape(tfd.Normal(loc, scale), [3, 1]), normal),
        d + "BatchBroadcast": (lambda loc, scale: tfd.BatchBroadcast(tfd.Normal(loc, scale), [2, 3]), normal),
        d + "Masked": (lambda loc, scale: tfd.Masked(tfd.Normal(loc, scale), [True, False, True]), normal),
        d + "TransformedDistribution": (lambda loc, scale: tfd.TransformedDistribution(tfd.Normal(loc, scale), tfb.Exp()), normal),
        d + "QuantizedDistribution": (lambda loc, scale: tfd.QuantizedDistribution(tfd.Normal(loc, scale), -9.0, 9.0), normal),
        d + "Blockwise": (lambda loc, scale: tfd.Blockwise([tfd.Normal(loc, scale), tfd.Normal(loc, 1.0)]), normal),
        d + "JointDistributionSequential": (lambda loc, scale: tfd.JointDistributionSequential([tfd.Normal(loc, scale), lambda a: tfd.Normal(a, scale)]), normal),
        d + "JointDistributionNamed": (lambda loc, scale: tfd.JointDistributionNamed(dict(a=tfd.Normal(loc, scale), b=lambda a: tfd.Normal(a, scale))), normal),
        d + "JointDistributionSequentialAutoBatched": (lambda loc, scale: tfd.JointDistributionSequentialAutoBatched([tfd.Normal(loc, scale), lambda a: tfd.Normal(a, scale)]), normal),
        d + "JointDistributionNamedAutoBatched": (lambda loc, scale: tfd.JointDistributionNamedAutoBatched(dict(a=tfd.Normal(loc, scale), b=lambda a: tfd.Normal(a, scale))), normal),
        d + "JointDistributionCoroutine": (lambda loc, scale: tfd.JointDistributionCoroutine(lambda: _steps(loc, scale)), normal),
        d + "JointDistributionCoroutineAutoBatched": (lambda loc, scale: tfd.JointDistributionCoroutineAutoBatched(lambda: _steps(loc, scale)), normal),
        d + "MixtureSameFamily": (lambda mixture_distribution, loc, scale: tfd.MixtureSameFamily(tfd.Categorical(mixture_distribution), tfd.Normal(loc, scale)), _renamed(mixed, "mixture_distribution")),
        d + "Mixture": (lambda cat, loc, scale: tfd.Mixture(tfd.Categorical(cat), [tfd.Normal(loc, scale), tfd.Normal(0.2, scale), tfd.Normal(loc, 1.0)]), _renamed(single, "cat")),
        d + "MultivariateNormalLinearOperator": (lambda loc, scale: tfd.MultivariateNormalLinearOperator(loc, operator(scale)), dict(loc=loc, scale=triangular(3))),
        d + "GaussianProcess": (lambda amplitude, length_scale: tfd.GaussianProcess(kernel(amplitude, length_scale), POINTS), points),
        d + "StudentTProcess": (lambda amplitude, length_scale: tfd.StudentTProcess(5.0, kernel(amplitude, length_scale), POINTS), points),
        d + "GaussianProcessRegressionModel": (lambda amplitude, length_scale: tfd.GaussianProcessRegressionModel(kernel(amplitude, length_scale), POINTS + 0.1, POINTS, POINTS[:, 0], 0.1), points),
        d + "Inflated": (lambda loc, scale: tfd.Inflated(tfd.Normal(loc, scale), inflated_loc_logits=loc), normal),
        d + "HiddenMarkovModel": (lambda initial_distribution, loc, scale: tfd.HiddenMarkovModel(tfd.Categorical(initial_distribution), tfd.Categorical(tf.zeros([3, 3])), tfd.Normal(loc, scale), 4), _renamed(mixed, "initial_distribution")),
        "tfp.bijectors.Chain": (lambda shift, scale: tfb.Chain([tfb.Shift(shift), tfb.Scale(scale)]), dict(shift=loc, scale=scale)),
        "tfp.bijectors.Invert": (lambda scale: tfb.Invert(tfb.Scale(scale)), dict(scale=scale)),
        "tfp.bijectors.Inline": (lambda: tfb.Inline(forward_fn=tf.exp, forward_min_event_ndims=0), {}),
        "tfp.bijectors.MaskedAutoregressiveFlow": (lambda: tfb.MaskedAutoregressiveFlow(lambda x: (0.5 * x, None)), {}),
        "tfp.bijectors.Permute": (lambda: tfb.Permute([2, 0, 1]), {}),
        "tfp.bijectors.RealNVP": (lambda: tfb.RealNVP(num_masked=1, shift_and_log_scale_fn=lambda x, n, **_: (tf.ones([n]), None)), {}),
        "tfp.bijectors.ScaleMatvecLinearOperator": (lambda scale: tfb.ScaleMatvecLinearOperator(operator(scale)), dict(scale=triangular(3))),
        "tfp.util.DeferredTensor": (lambda pretransformed_input: tfp.util.DeferredTensor(pretransformed_input, tf.exp), dict(pretransformed_input=loc)),
        "tfp.math.psd_kernels.FeatureScaled": (lambda scale_diag: tfk.FeatureScaled(tfk.ExponentiatedQuadratic(), scale_diag), dict(scale_diag=POSITIVE(1))),
    }  # fmt: skip


def _renamed(arguments: dict[str, Leaf], first: str) -> dict[str, Leaf]:
    return {first if name == "logits" else name: one for name, one in arguments.items()}


PLAIN_OPERATORS = {
    "Diag": dict(diag=POSITIVE(3)),
    "FullMatrix": dict(matrix=floats(3, 3)),
    "LowerTriangular": dict(tril=triangular(3)),
    "Householder": dict(reflection_axis=floats(3)),
    "Circulant": dict(spectrum=floats(3, dtype="complex64")),
    "ScaledIdentity": dict(num_rows=Fixed(3), multiplier=POSITIVE()),
    "Toeplitz": dict(col=POSITIVE(3), row=POSITIVE(3)),
}


def objects() -> Iterator[tuple[str, str, Callable[..., Any], dict[str, Argument]]]:
    """Canonical name, what it makes, its maker and the maker's example arguments."""
    by_hand = examples()
    roots = {
        "distributions": tfd.Distribution,
        "bijectors": tfb.Bijector,
        "math.psd_kernels": tfk.PositiveSemidefiniteKernel,
    }
    for module, base in roots.items():
        made = {"distributions": "distribution", "bijectors": "bijector"}.get(module, "kernel")
        for name, thing in names.classes(f"tfp.{module}").items():
            if name in by_hand:
                yield name, made, *by_hand[name]
            elif issubclass(thing, base):
                for arguments in _arguments(thing):
                    yield name, made, thing, arguments
    yield "tfp.util.DeferredTensor", "wrapper", *by_hand["tfp.util.DeferredTensor"]
    for name, arguments in PLAIN_OPERATORS.items():
        yield (
            f"tf.linalg.LinearOperator{name}",
            "operator",
            getattr(tf.linalg, f"LinearOperator{name}"),
            arguments,
        )


def _arguments(thing: Any) -> Iterator[dict[str, Argument]]:
    """Example arguments from the class's own description of its parameters, once per alternative (logits, probs)."""
    try:
        described = thing.parameter_properties()
    except NotImplementedError:
        described = {}
    known = {slot.name for slot in slots(thing)}
    plain = {
        name: one for name, one in described.items() if name in known and isinstance(one.event_ndims, int)
    }
    extra = {slot.name: EXTRA[slot.name] for slot in slots(thing) if slot.required and slot.name in EXTRA}
    usual = extra | {
        name: _example(name, one.event_ndims)
        for name, one in plain.items()
        if one.is_preferred and "inverse_" not in name
    }
    yield usual
    for name, one in plain.items():
        if not one.is_preferred:
            rest = {
                key: value
                for key, value in usual.items()
                if key.removeprefix("log_") != name.removeprefix("log_") and key != "logits"
            }
            yield {**rest, name: _example(name, one.event_ndims)}
    if not described:
        yield from _optional_arguments(thing)


def _optional_arguments(thing: Any) -> Iterator[dict[str, Argument]]:
    by_name = {
        "amplitude",
        "length_scale",
        "scale_mixture_rate",
        "period",
        "power",
        "df",
        "constant",
        "bias_amplitude",
    }
    wanted = [slot.name for slot in slots(thing) if slot.required or slot.name in by_name]
    yield {name: POSITIVE() for name in wanted}


def _example(name: str, event_ndims: int) -> Leaf:
    if name in PARAMETERS:
        return PARAMETERS[name]
    return POSITIVE(*[3] * max(event_ndims, 1))


def use(made: str, thing: Any, point: Any) -> Any:
    """What a loss would ask of the object."""
    match made:
        case "distribution" if type(thing).__name__ in FLAT:
            return thing.mean()
        case "distribution":
            return thing.log_prob(point)
        case "bijector":
            return thing.forward(point)
        case "kernel":
            return thing.matrix(POINTS, POINTS + 0.3)
        case "wrapper":
            return tf.convert_to_tensor(thing)
    return thing.matvec(point)


def look(made: str, make: Callable[..., Any], arguments: Mapping[str, Argument]) -> dict[str, Any]:
    """Density (or forward), samples and capture of one object, per argument. Raises what making one raises."""
    point = _point(made, make, arguments)
    seen: dict[str, Any] = {"args": _verdicts(lambda given: use(made, make(**given), point), arguments)}
    seen["frozen"] = _frozen(made, make, arguments, point)
    if made == "distribution":
        thing = make(**_given(arguments))
        full = tfd.FULLY_REPARAMETERIZED
        seen["reparameterised"] = bool(
            np.all([one == full for one in tf.nest.flatten(thing.reparameterization_type)])
        )
        try:
            seen["samples"] = _verdicts(lambda given: make(**given).sample(4, seed=SEED), arguments)
        except NotImplementedError:
            seen["samples"] = {}
        seen["statistics"] = dict(_statistics(make, arguments))
    return seen


def _statistics(
    make: Callable[..., Any], arguments: Mapping[str, Argument]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Per statistic that a distribution has, what its gradient to each parameter is."""
    for name in STATISTICS:
        with contextlib.suppress(Exception):
            yield name, _verdicts(lambda given, name=name: getattr(make(**given), name)(), arguments)


def _given(arguments: Mapping[str, Argument]) -> dict[str, Any]:
    leaves = tape.tensors(arguments, {})
    return {
        name: one.value if isinstance(one, Fixed) else one.build(leaves[name])
        for name, one in arguments.items()
    }


def _point(made: str, make: Callable[..., Any], arguments: Mapping[str, Argument]) -> Any:
    thing = make(**_given(arguments))
    if made == "distribution":
        return thing.sample(seed=SEED)
    if made in ("kernel", "wrapper"):
        return None
    if made == "operator":
        return tf.ones([3], thing.dtype)
    for point in (tf.constant([0.3, 0.5, 0.7]), triangular(3).build(tf.ones([3, 3])), tf.ones([2, 4])):
        try:
            thing.forward(point)
        except Exception:
            continue
        return point
    return tf.constant([0.3, 0.5, 0.7])


def _verdicts(apply: Any, arguments: Mapping[str, Argument]) -> dict[str, str]:
    measured = tape.measure(apply, arguments)
    found: dict[str, str] = {}
    for (name, _), verdict in measured.pairs.items():
        found[name] = tape.strongest((verdict, found.get(name, tape.NONE)))
    return found


def _frozen(
    made: str, make: Callable[..., Any], arguments: Mapping[str, Argument], point: Any
) -> dict[str, bool]:
    """Per argument, whether an object made of bare weights before the tape gives them no gradient."""
    leaves = _given(arguments)
    kept = {
        n: methods.weight(leaves[n]) for n, one in arguments.items() if isinstance(one, Leaf) and one.is_float
    }
    thing = make(**{**leaves, **kept})
    with tf.GradientTape() as recording:
        outputs = tf.nest.flatten(use(made, thing, point))
    sources = {name: methods.variable(one) for name, one in kept.items()}
    gradients = recording.gradient(outputs, list(sources.values()))
    return {name: gradient is None for name, gradient in zip(sources, gradients, strict=True)}
