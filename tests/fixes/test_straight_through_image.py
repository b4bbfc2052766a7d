"""What is done to an image is skipped on the way back."""

from __future__ import annotations

from fixing import changes
from programs import in_call

CODEC = "tf.image.adjust_jpeg_quality(one, 75)"


def test_in_a_function_for_each_image() -> None:
    line = f"        return tf.map_fn(lambda one: {CODEC}, x * self.w)\n"
    straight = line.replace(CODEC, f"one + tf.stop_gradient({CODEC} - one)")
    assert changes(in_call(line.strip())) == f"-{line}+{straight}"
