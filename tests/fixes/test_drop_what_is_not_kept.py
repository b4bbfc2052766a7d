"""A dropout is told what to drop."""

from __future__ import annotations

import pytest
from fixing import changes, offered
from programs import in_sequence

from gradcheck.fixes import drop_what_is_not_kept

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


@pytest.mark.parametrize(("body", "made"), MADE.values(), ids=[*MADE])
def test_changes(body: str, made: str) -> None:
    assert changes(in_sequence(body)) == made


@pytest.mark.parametrize("body", DECLINED.values(), ids=[*DECLINED])
def test_declines(body: str) -> None:
    found = offered(drop_what_is_not_kept, in_sequence(body))
    assert found and not any(found)
