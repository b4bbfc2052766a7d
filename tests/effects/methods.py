"""Methods and constructors, as small functions of the tensor (or bare weight) whose gradient is watched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf
import tensorflow_probability as tfp

from . import names

tfd, tfb, tfk = tfp.distributions, tfp.bijectors, tfp.math.psd_kernels


def weight(value: Any) -> Any:
    """A trainable weight of the Keras that runs."""
    return names.keras.Variable(value) if names.KERAS == "3" else tf.Variable(value)


def variable(kept: Any) -> tf.Variable:
    """The `tf.Variable` below a weight: what a tape watches."""
    return kept.value if names.KERAS == "3" else kept


def model(x: Any) -> Any:
    made = names.keras.Sequential([names.keras.layers.Dense(2)])
    made(x)
    return made


def metric(x: Any) -> Any:
    made = names.keras.metrics.Mean()
    made.update_state(x)
    return made


OF_TENSORS: dict[str, Callable[..., Any]] = {
    "Tensor.numpy": lambda self: self.numpy(),
    "Tensor.__array__": lambda self: self.__array__(),
    "Tensor.get_shape": lambda self: tf.constant(self.get_shape()),
    "Tensor.tolist": lambda self: self.numpy().tolist(),
    "Tensor.item": lambda self: self.numpy().item(),
    "abs": lambda x: abs(x),
    "bool": lambda x: bool(x > 0.5),
    "float": lambda x: float(x),
    "int": lambda x: int(x * 10.0),
    "len": lambda obj: len(obj),
    "list": lambda iterable: list(iterable),
    "max": lambda x, y: max(x, y),
    "min": lambda x, y: min(x, y),
    "pow": lambda x: pow(x, 2),
    "sum": lambda iterable: sum(iterable),
    "tuple": lambda iterable: tuple(iterable),
    "tf.Variable": lambda initial_value: tf.Variable(initial_value),
    "keras.Variable": lambda initializer: names.keras.Variable(initializer),
    "tf.RaggedTensor.from_tensor": lambda tensor: tf.RaggedTensor.from_tensor(tensor),
    "tf.RaggedTensor.from_row_splits": lambda values: tf.RaggedTensor.from_row_splits(values, [0, 1, 3]),
    "tf.SparseTensor": lambda values: tf.SparseTensor([[0], [1], [2]], values, [3]),
    "tf.IndexedSlices": lambda values: tf.convert_to_tensor(tf.IndexedSlices(values, [0, 1, 2], [3])),
    "tf.cond": lambda x: tf.cond(tf.constant(True), lambda: x * 2.0, lambda: x),
    "tf.case": lambda x: tf.case([(tf.constant(True), lambda: x * 2.0)], default=lambda: x),
    "tf.switch_case": lambda x: tf.switch_case(tf.constant(0), [lambda: x * 2.0]),
    "tf.while_loop": lambda x: tf.while_loop(
        lambda i, _: i < 2, lambda i, v: (i + 1, v * 2.0), [tf.constant(0), x]
    )[1],
    "keras.ops.cond": lambda x: names.keras.ops.cond(True, lambda: x * 2.0, lambda: x),
    "keras.ops.switch": lambda x: names.keras.ops.switch(0, [lambda v: v * 2.0, lambda v: v], x),
    "keras.ops.fori_loop": lambda x: names.keras.ops.fori_loop(0, 2, lambda _, v: v * 2.0, x),
    "keras.ops.scan": lambda x: names.keras.ops.scan(lambda a, b: (a + b, a * b), x[0], x)[0],
    "keras.ops.while_loop": lambda x: names.keras.ops.while_loop(
        lambda i, _: i < 2, lambda i, v: (i + 1, v * 2.0), (0, x)
    )[1],
    "tfp.util.TransformedVariable": lambda initial_value: (
        tfp.util.TransformedVariable(initial_value, tfb.Exp()) + 0.0
    ),
    "Variable.assign": lambda value: weight(value * 0.0).assign(value),
    "Variable.assign_add": lambda value: weight(value * 0.0).assign_add(value),
    "Variable.assign_sub": lambda value: weight(value * 0.0).assign_sub(value),
    "Model.__call__": lambda x: model(x)(x),
    "Model.call": lambda x: model(x).call(x),
    "Model.predict": lambda x: model(x).predict(x, verbose=0),
    "Model.predict_on_batch": lambda x: model(x).predict_on_batch(x),
    "Metric.update_state": lambda x: metric(x).result(),
    "Metric.result": lambda x: metric(x).result(),
    "Distribution.log_prob": lambda value: tfd.Normal(0.1, 1.5).log_prob(value),
    "Distribution.prob": lambda value: tfd.Normal(0.1, 1.5).prob(value),
    "Distribution.cdf": lambda value: tfd.Normal(0.1, 1.5).cdf(value),
    "Distribution.log_cdf": lambda value: tfd.Normal(0.1, 1.5).log_cdf(value),
    "Distribution.survival_function": lambda value: tfd.Normal(0.1, 1.5).survival_function(value),
    "Distribution.quantile": lambda value: tfd.Normal(0.1, 1.5).quantile(value),
    "Distribution.mean": lambda loc: tfd.Normal(loc, 1.5).mean(),
    "Distribution.mode": lambda loc: tfd.Normal(loc, 1.5).mode(),
    "Distribution.stddev": lambda scale: tfd.Normal(0.0, scale).stddev(),
    "Distribution.variance": lambda scale: tfd.Normal(0.0, scale).variance(),
    "Distribution.entropy": lambda scale: tfd.Normal(0.0, scale).entropy(),
    "Distribution.covariance": lambda scale: tfd.MultivariateNormalDiag(scale_diag=scale).covariance(),
    "Distribution.kl_divergence": lambda loc: tfd.Normal(loc, 1.0).kl_divergence(tfd.Normal(0.0, 1.0)),
    "Distribution.cross_entropy": lambda loc: tfd.Normal(loc, 1.0).cross_entropy(tfd.Normal(0.0, 1.0)),
    "tfp.distributions.kl_divergence": lambda loc: tfd.kl_divergence(
        tfd.Normal(loc, 1.0), tfd.Normal(0.0, 1.0)
    ),
    "Distribution.sample": lambda loc: tfd.Normal(loc, 1.5).sample(4, seed=3),
    "Bijector.forward": lambda x: tfb.Softplus().forward(x),
    "Bijector.inverse": lambda y: tfb.Softplus().inverse(y),
    "Bijector.__call__": lambda value: tfb.Softplus()(value),
    "Bijector.forward_log_det_jacobian": lambda x: tfb.Softplus().forward_log_det_jacobian(x),
    "Bijector.inverse_log_det_jacobian": lambda y: tfb.Softplus().inverse_log_det_jacobian(y),
    "Kernel.apply": lambda x1, x2: tfk.ExponentiatedQuadratic().apply(x1, x2),
    "Kernel.matrix": lambda x1, x2: tfk.ExponentiatedQuadratic().matrix(x1, x2),
    "Operator.matvec": lambda x: tf.linalg.LinearOperatorScaledIdentity(3, 2.0).matvec(x),
    "Operator.matmul": lambda x: tf.linalg.LinearOperatorScaledIdentity(3, 2.0).matmul(x),
    "Operator.solve": lambda rhs: tf.linalg.LinearOperatorScaledIdentity(3, 2.0).solve(rhs),
    "Operator.to_dense": lambda diag: tf.linalg.LinearOperatorDiag(diag).to_dense(),
    "Operator.diag_part": lambda diag: tf.linalg.LinearOperatorDiag(diag).diag_part(),
    "Operator.trace": lambda diag: tf.linalg.LinearOperatorDiag(diag).trace(),
    "Operator.log_abs_determinant": lambda diag: tf.linalg.LinearOperatorDiag(diag).log_abs_determinant(),
}
"""Names and positions of the parameters are those of a caller, `self` left out where there is an argument."""

OF_WEIGHTS: dict[str, Callable[[Any], Any]] = {
    "Variable.numpy": lambda w: w.numpy(),
    "Variable.read_value": lambda w: w.read_value(),
    "Variable.value": lambda w: w.value(),
    "Variable.__array__": lambda w: w.__array__(),
    "keras.backend.get_value": lambda w: names.keras.backend.get_value(w),
}
