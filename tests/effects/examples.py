"""Examples kept by hand, for callables whose arguments cannot be guessed from their names (or must not be)."""

# ruff: noqa: C408, E501

from __future__ import annotations

from typing import Any

import numpy as np

from .guesses import Argument, Fixed, Leaf, between, definite, floats, pair, simplex, values


def fixed(**named: Any) -> dict[str, Argument]:
    """Arguments that may be plain values."""
    return {name: one if isinstance(one, Leaf | Fixed) else Fixed(one) for name, one in named.items()}


def _sparse(tensor: Any) -> Any:
    import tensorflow as tf

    return tf.SparseTensor([[0, 0], [0, 1], [2, 2]], tensor, [3, 3])


def _lu(lower: Any) -> Any:
    return lower + 3.0 * np.eye(3, dtype="float32")


def _parts(real: Any) -> Any:
    return real, real * np.float32(0.5)


SPARSE = floats(3, build=_sparse)
BOXES, IMAGE = floats(4, 4), floats(2, 4, 4, 3)
BIG = between(0.1, 0.9, 1, 16, 16, 1)
RANGE = dict(min=between(-0.9, -0.1, 3), max=between(1.0, 2.0, 3))
ONE = dict(min=between(-0.9, -0.1), max=between(1.0, 2.0))
QUANTIZED = dict(input_min=between(-0.9, -0.1), input_max=between(0.2, 0.6), range_given=True)
ROWS = values([[0], [1]], [[1], [2]], dtype="int32")
IDS = values([0, 1], [1, 2], dtype="int32")
SCATTER = fixed(tensor=floats(3, 2), indices=ROWS, updates=between(0.2, 0.7, 2, 2))
FACTORS = fixed(lower_upper=floats(3, 3, build=_lu), perm=np.array([0, 1, 2]))
FEATURES = fixed(
    weights=floats(5, 3), biases=floats(5), labels=values([[1], [2]], [[3], [0]], dtype="int64"), inputs=floats(2, 3),
    num_sampled=2, num_classes=5, seed=3,
)  # fmt: skip
FRAMES = floats(2, 12)
PARTS = floats(3, 4, build=_parts)
CONDITION = values([[True, False, True]] * 3, [[False, True, True]] * 3)
WINDOWS = dict(strides=1, padding="SAME")


def _double(x: Any) -> Any:
    return x * np.float32(2.0)


EXAMPLES: dict[str, dict[str, Argument]] = {
    "tf.quantization.fake_quant_with_min_max_vars_per_channel": fixed(inputs=floats(2, 3), **RANGE),
    "tf.quantization.fake_quant_with_min_max_vars": fixed(inputs=floats(2, 3), **ONE),
    "tf.quantization.quantize_and_dequantize_v2": fixed(input=floats(2, 3), **QUANTIZED),
    "tf.quantization.quantize_and_dequantize": fixed(input=floats(2, 3), **QUANTIZED),
    "tf.image.non_max_suppression_padded": fixed(boxes=BOXES, scores=floats(4), max_output_size=2),
    "tf.image.non_max_suppression": fixed(boxes=BOXES, scores=floats(4), max_output_size=2),
    "tf.image.adjust_contrast": fixed(images=IMAGE, contrast_factor=2.0),
    "tf.image.adjust_saturation": fixed(image=IMAGE, saturation_factor=2.0),
    "tf.image.adjust_jpeg_quality": fixed(image=between(0.1, 0.9, 8, 8, 3), jpeg_quality=50),
    "tf.image.crop_to_bounding_box": fixed(image=IMAGE, offset_height=0, offset_width=1, target_height=2, target_width=2),
    "tf.image.extract_glimpse": fixed(input=IMAGE, size=[2, 2], offsets=floats(2, 2)),
    "tf.image.draw_bounding_boxes": fixed(images=IMAGE, boxes=floats(2, 1, 4), colors=floats(1, 3)),
    "tf.image.ssim": fixed(img1=BIG, img2=BIG.another(3), max_val=1.0),
    "tf.image.ssim_multiscale": fixed(img1=BIG, img2=BIG.another(3), max_val=1.0, power_factors=[0.5, 0.5], filter_size=4),
    "tf.image.random_contrast": fixed(image=IMAGE, lower=0.5, upper=1.5, seed=1),
    "tf.image.random_hue": fixed(image=IMAGE, max_delta=0.2, seed=1),
    "tf.image.random_saturation": fixed(image=IMAGE, lower=0.5, upper=1.5, seed=1),
    "tf.math.zeta": fixed(x=between(1.2, 3.0, 4), q=between(0.5, 2.0, 4)),
    "tf.math.polygamma": fixed(a=1.0, x=between(0.5, 2.0, 4)),
    "tf.math.angle": fixed(input=floats(3, dtype="complex64")),
    "tf.math.imag": fixed(input=floats(3, dtype="complex64")),
    "tf.math.bincount": fixed(arr=values([0, 1, 1], [1, 2, 2], dtype="int32"), weights=floats(3)),
    "tf.math.approx_min_k": fixed(operand=floats(2, 6), k=2),
    "tf.math.invert_permutation": fixed(x=values([0, 2, 1], [2, 0, 1], dtype="int32")),
    "tf.gather_nd": fixed(params=floats(3, 3), indices=ROWS),
    "tf.where": fixed(condition=CONDITION, x=floats(3, 3), y=floats(3, 3).another(2)),
    "tf.experimental.numpy.where": fixed(condition=CONDITION, x=floats(3, 3), y=floats(3, 3).another(2)),
    "tf.scatter_nd": fixed(indices=ROWS, updates=floats(2, 2), shape=[4, 2]),
    "tf.tensor_scatter_nd_add": SCATTER,
    "tf.tensor_scatter_nd_sub": SCATTER,
    "tf.tensor_scatter_nd_update": SCATTER,
    "tf.tensor_scatter_nd_max": SCATTER,
    "tf.tensor_scatter_nd_min": SCATTER,
    "tf.reverse_sequence": fixed(input=floats(3, 4), seq_lengths=values([1, 2, 3], [3, 3, 1], dtype="int32"), seq_axis=1),
    "tf.numpy_function": fixed(func=_double, inp=floats(3, build=lambda x: [x]), Tout="float32"),
    "tf.py_function": fixed(func=lambda x: x.numpy() * 2.0, inp=floats(3, build=lambda x: [x]), Tout="float32"),
    "tf.eye": fixed(num_rows=3),
    "tf.linalg.eye": fixed(num_rows=3),
    "keras.ops.eye": fixed(N=3),
    "keras.backend.eye": fixed(size=3),
    "tf.experimental.numpy.eye": fixed(N=3),
    "tf.bitcast": fixed(input=floats(3), type="int32"),
    "tf.parallel_stack": fixed(values=pair(floats(3))),
    "tf.linalg.set_diag": fixed(input=floats(3, 3), diagonal=floats(3)),
    "tf.linalg.lu_matrix_inverse": FACTORS,
    "tf.linalg.lu_reconstruct": FACTORS,
    "tf.linalg.lu_solve": {**FACTORS, **fixed(rhs=floats(3, 1))},
    "tf.signal.stft": fixed(signals=FRAMES, frame_length=4, frame_step=2),
    "tf.signal.mdct": fixed(signals=FRAMES, frame_length=4),
    "tf.nn.conv1d": fixed(input=floats(2, 5, 3), filters=floats(2, 3, 3), stride=1, padding="SAME"),
    "tf.nn.conv1d_transpose": fixed(input=floats(2, 5, 3), filters=floats(2, 3, 3), output_shape=[2, 5, 3], strides=1),
    "tf.nn.conv2d_transpose": fixed(input=IMAGE, filters=floats(2, 2, 3, 3), output_shape=[2, 4, 4, 3], strides=1),
    "tf.nn.atrous_conv2d": fixed(value=IMAGE, filters=floats(2, 2, 3, 3), rate=2, padding="SAME"),
    "tf.nn.dilation2d": fixed(input=IMAGE, filters=floats(2, 2, 3), strides=[1] * 4, padding="SAME", data_format="NHWC", dilations=[1] * 4),
    "tf.nn.erosion2d": fixed(value=IMAGE, filters=floats(2, 2, 3), strides=[1] * 4, padding="SAME", data_format="NHWC", dilations=[1] * 4),
    "tf.nn.fractional_avg_pool": fixed(value=IMAGE, pooling_ratio=[1.0, 1.4, 1.4, 1.0], seed=3),
    "tf.nn.fractional_max_pool": fixed(value=IMAGE, pooling_ratio=[1.0, 1.4, 1.4, 1.0], seed=3),
    "tf.nn.embedding_lookup": fixed(params=floats(4, 2), ids=IDS),
    "tf.nn.log_poisson_loss": fixed(targets=floats(3), log_input=floats(3)),
    "tf.nn.sigmoid_cross_entropy_with_logits": fixed(labels=floats(3), logits=floats(3).another(1)),
    "tf.nn.nce_loss": FEATURES,
    "tf.nn.sampled_softmax_loss": FEATURES,
    "tf.nn.ctc_loss": fixed(labels=values([[1, 2]], [[2, 1]], dtype="int32"), logits=floats(4, 1, 3), label_length=[2], logit_length=[4], blank_index=0),
    "tf.nn.ctc_greedy_decoder": fixed(inputs=floats(4, 1, 3), sequence_length=[4]),
    "tf.nn.ctc_beam_search_decoder": fixed(inputs=floats(4, 1, 3), sequence_length=[4]),
    "tf.sparse.to_dense": fixed(sp_input=SPARSE),
    "tf.sparse.add": fixed(a=SPARSE, b=SPARSE.another(1)),
    "tf.sparse.concat": fixed(axis=0, sp_inputs=floats(3, build=lambda x: [_sparse(x), _sparse(x)])),
    "tf.sparse.expand_dims": fixed(sp_input=SPARSE),
    "tf.sparse.maximum": fixed(sp_a=SPARSE, sp_b=SPARSE.another(1)),
    "tf.sparse.minimum": fixed(sp_a=SPARSE, sp_b=SPARSE.another(1)),
    "tf.sparse.reduce_max": fixed(sp_input=SPARSE),
    "tf.sparse.reduce_sum": fixed(sp_input=SPARSE),
    "tf.sparse.reorder": fixed(sp_input=SPARSE),
    "tf.sparse.reshape": fixed(sp_input=SPARSE, shape=[9]),
    "tf.sparse.softmax": fixed(sp_input=SPARSE),
    "tf.sparse.sparse_dense_matmul": fixed(sp_a=SPARSE, b=floats(3, 2)),
    "tf.sparse.transpose": fixed(sp_input=SPARSE),
    "tf.sparse.slice": fixed(sp_input=SPARSE, start=[0, 0], size=[2, 2]),
    "tf.sparse.retain": fixed(sp_input=SPARSE, to_retain=[True, True, False]),
    "tf.sparse.map_values": fixed(op=lambda x: x * 2.0, args=SPARSE),
    "tf.sparse.segment_sum": fixed(data=floats(3, 2), indices=IDS, segment_ids=[0, 1]),
    "tf.sparse.segment_mean": fixed(data=floats(3, 2), indices=IDS, segment_ids=[0, 1]),
    "tf.sparse.segment_sqrt_n": fixed(data=floats(3, 2), indices=IDS, segment_ids=[0, 1]),
    "tf.strings.to_number": fixed(input=values(["1.5", "2"], ["3", "4"])),
    "tf.strings.join": fixed(inputs=values(["a", "b"], ["c", "d"])),
    "tf.linspace": fixed(start=floats(), stop=between(2.0, 3.0), num=4),
    "tf.range": fixed(start=floats(), limit=between(3.0, 4.0), delta=between(0.5, 0.6)),
    "tf.stack": fixed(values=pair(floats(3))),
    "keras.ops.fft": fixed(x=PARTS),
    "keras.ops.fft2": fixed(x=PARTS),
    "keras.ops.ifft2": fixed(x=PARTS),
    "keras.ops.irfft": fixed(x=PARTS, fft_length=6),
    "keras.ops.stft": fixed(x=FRAMES, sequence_length=4, sequence_stride=2, fft_length=4),
    "keras.ops.istft": fixed(x=floats(1, 5, 3, build=_parts), sequence_length=4, sequence_stride=2, fft_length=4),
    "keras.ops.angle": fixed(x=floats(3, dtype="complex64")),
    "keras.ops.get_item": fixed(x=floats(3, 3), key=0),
    "keras.ops.ldexp": fixed(x1=floats(3), x2=values([1, 2, 3], [2, 1, 1], dtype="int32")),
    "keras.ops.view_as_complex": fixed(x=floats(3, 2)),
    "keras.ops.where": fixed(condition=CONDITION, x1=floats(3, 3), x2=floats(3, 3).another(2)),
    "keras.ops.scatter": fixed(indices=ROWS, values=floats(2, 2), shape=[4, 2]),
    "keras.ops.scatter_update": fixed(inputs=floats(3, 2), indices=ROWS, updates=floats(2, 2)),
    "keras.ops.slice_update": fixed(inputs=floats(3, 3), start_indices=[0, 1], updates=floats(2, 2)),
    "keras.ops.slice": fixed(inputs=floats(3, 3), start_indices=[0, 1], shape=[2, 2]),
    "keras.ops.conv": fixed(inputs=IMAGE, kernel=floats(2, 2, 3, 3)),
    "keras.ops.conv_transpose": fixed(inputs=IMAGE, kernel=floats(2, 2, 3, 3), strides=1),
    "keras.ops.depthwise_conv": fixed(inputs=IMAGE, kernel=floats(2, 2, 3, 1)),
    "keras.ops.separable_conv": fixed(inputs=IMAGE, depthwise_kernel=floats(2, 2, 3, 1), pointwise_kernel=floats(1, 1, 3, 2)),
    "keras.ops.take_along_axis": fixed(x=floats(3, 3), indices=values([[0], [1], [2]], [[1], [1], [0]], dtype="int32"), axis=1),
    "keras.ops.multi_hot": fixed(inputs=values([[0, 2]], [[1, 2]], dtype="int32"), num_classes=4),
    "keras.ops.segment_sum": fixed(data=floats(3), segment_ids=values([0, 0, 1], [0, 1, 1], dtype="int32")),
    "keras.ops.segment_max": fixed(data=floats(3), segment_ids=values([0, 0, 1], [0, 1, 1], dtype="int32")),
    "keras.ops.moments": fixed(x=floats(3, 4), axes=[0]),
    "keras.ops.linspace": fixed(start=floats(), stop=between(2.0, 3.0), num=4),
    "keras.ops.dot_product_attention": fixed(query=floats(2, 3, 1, 4), key=floats(2, 3, 1, 4), value=floats(2, 3, 1, 4)),
    "keras.ops.normalize": fixed(x=floats(3, 3)),
    "keras.ops.solve_triangular": fixed(a=definite(3, 3), b=floats(3, 1)),
    "keras.ops.vectorized_map": fixed(function=lambda x: x * 2.0, elements=floats(3, 2)),
    "keras.ops.map": fixed(f=lambda x: x * 2.0, xs=floats(3, 2)),
    "keras.ops.ctc_loss": fixed(target=values([[1, 2]], [[2, 1]], dtype="int32"), output=floats(1, 4, 3), target_length=[2], output_length=[4]),
    "keras.ops.in_top_k": fixed(targets=values([0, 1], [2, 2], dtype="int32"), predictions=floats(2, 3), k=1),
    "keras.backend.switch": fixed(condition=CONDITION, then_expression=floats(3, 3), else_expression=floats(3, 3).another(2)),
    "keras.backend.one_hot": fixed(indices=IDS, num_classes=4),
    "keras.backend.rnn": fixed(step_function=lambda x, states: (x + states[0], [x + states[0]]), inputs=floats(2, 3, 4), initial_states=floats(2, 4, build=lambda x: [x])),
    "keras.losses.sparse_categorical_crossentropy": fixed(y_true=values([0, 2], [1, 1], dtype="int32"), y_pred=simplex(2, 3)),
    "keras.losses.ctc": fixed(y_true=values([[1, 2]], [[2, 1]], dtype="int32"), y_pred=simplex(1, 4, 3)),
    "keras.losses.CTC": fixed(y_true=values([[1, 2]], [[2, 1]], dtype="int32"), y_pred=simplex(1, 4, 3)),
    "Model.predict": fixed(x=floats(2, 3)),
    "Model.predict_on_batch": fixed(x=floats(2, 3)),
    "keras.layers.Attention": fixed(inputs=floats(2, 3, 4, build=lambda x: [x, x * 2.0])),
    "keras.layers.AdditiveAttention": fixed(inputs=floats(2, 3, 4, build=lambda x: [x, x * 2.0])),
    "keras.layers.MultiHeadAttention": fixed(query=floats(2, 3, 4), value=floats(2, 3, 4).another(1)),
    "keras.layers.GroupQueryAttention": fixed(query=floats(2, 3, 4), value=floats(2, 3, 4).another(1)),
    "keras.layers.Embedding": fixed(inputs=between(0.1, 8.0, 2, 3)),
    "keras.layers.ConvLSTM3D": fixed(inputs=floats(1, 2, 3, 3, 3, 2)),
    "keras.layers.Dot": fixed(inputs=floats(2, 3, build=lambda x: [x, x * 2.0])),
}  # fmt: skip
