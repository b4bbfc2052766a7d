"""The first result is handed on."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import with_layers

from gradcheck.fix.fixes import chain_the_calls

MADE = {
    "twice_in_a_chain": (
        ("h = self.first(x)\nh = self.second(x)\nh = tf.nn.relu(h)\nh = self.score(x)\nreturn h"),
        (
            "-        h = self.second(x)\n+        h = self.second(h)\n"
            "-        h = self.score(x)\n+        h = self.score(h)\n"
        ),
    ),
    "overwritten_at_once": (
        ("h = self.first(x)\nh = self.second(x)\nreturn h"),
        ("-        h = self.second(x)\n+        h = self.second(h)\n"),
    ),
}

DECLINED = {
    "another_name": ("g = self.first(x)\nh = self.second(x)\nreturn h"),
    "something_between": ("h = self.first(x)\nx = x + 1.0\nh = self.second(x)\nreturn h"),
}

test_changes = each_changes(MADE, with_layers)
test_declines = each_is_declined(chain_the_calls, DECLINED, with_layers)
