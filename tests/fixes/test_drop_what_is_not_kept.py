"""A dropout is told what to drop."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import in_sequence

from gradcheck.fix.fixes import drop_what_is_not_kept

MADE = {
    "a_number": (
        ("tf.keras.layers.Dropout(1.0),\ntf.keras.layers.Dense(1)"),
        ("-        tf.keras.layers.Dropout(1.0),\n+        tf.keras.layers.Dropout(0.0),\n"),
    ),
    "a_keyword": (
        ("tf.keras.layers.SpatialDropout1D(rate=1),\ntf.keras.layers.Dense(1)"),
        (
            "-        tf.keras.layers.SpatialDropout1D(rate=1),\n"
            "+        tf.keras.layers.SpatialDropout1D(rate=0.0),\n"
        ),
    ),
}

DECLINED = {
    "another_layer": 'tf.keras.layers.Dense(1, activation="softmax")',
}

test_changes = each_changes(MADE, in_sequence)
test_declines = each_is_declined(drop_what_is_not_kept, DECLINED, in_sequence)
