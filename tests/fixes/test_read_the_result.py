"""A forgotten result is read."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import with_layers

from gradcheck.fix.fixes import read_the_result

MADE = {
    "the_wrong_name_goes_on": (
        ("h = self.first(x)\ng = self.second(h)\nreturn h"),
        ("-        return h\n+        return g\n"),
    ),
    "in_an_expression": (
        ("h = self.first(x)\ng = self.second(h)\nreturn tf.nn.relu(h) + 1.0"),
        ("-        return tf.nn.relu(h) + 1.0\n+        return tf.nn.relu(g) + 1.0\n"),
    ),
}

DECLINED = {
    "read_twice_below": "h = self.first(x)\ng = self.second(h)\nreturn h + tf.nn.relu(h)",
    "an_input_of_a_model": "g = self.second(x)\nreturn tf.keras.Model([x], self.first(y))",
    "not_read_below": "h = self.first(x)\ng = self.second(h)\nreturn x",
}

test_changes = each_changes(MADE, with_layers)
test_declines = each_is_declined(read_the_result, DECLINED, with_layers)
