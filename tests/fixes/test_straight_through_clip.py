"""A clipping keeps its value and passes the gradient."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import in_call

from gradcheck.fix.fixes import straight_through_clip

MADE = {
    "of_a_weight": (
        "return x * tf.clip_by_value(self.w, 2.0, 3.0)",
        (
            "-        return x * tf.clip_by_value(self.w, 2.0, 3.0)\n"
            "+        return x * (self.w + tf.stop_gradient(tf.clip_by_value(self.w, 2.0, 3.0) - self.w))\n"
        ),
    ),
    "of_an_expression": (
        ("r = tf.clip_by_value(9.0 * self.w, 0, 1)\nreturn x * r"),
        (
            "-        r = tf.clip_by_value(9.0 * self.w, 0, 1)\n"
            "+        unclipped_r = 9.0 * self.w\n"
            "+        r = unclipped_r + tf.stop_gradient(tf.clip_by_value(unclipped_r, 0, 1) - unclipped_r)\n"
        ),
    ),
    "on_one_side": (
        "return x * tf.minimum(self.w + 5.0, 1.0)",
        (
            "-        return x * tf.minimum(self.w + 5.0, 1.0)\n"
            "+        unclipped = self.w + 5.0\n"
            "+        return x * (unclipped + tf.stop_gradient(tf.minimum(unclipped, 1.0) - unclipped))\n"
        ),
    ),
}

DECLINED = {
    "another_function": "return x * tf.keras.activations.hard_sigmoid(self.w + 50.0)",
}

test_changes = each_changes(MADE, in_call)
test_declines = each_is_declined(straight_through_clip, DECLINED, in_call)
