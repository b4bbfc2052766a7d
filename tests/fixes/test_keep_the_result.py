"""A call that stands by itself hands its result on."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import with_layers

from gradcheck.fix.fixes import keep_the_result

MADE = {
    "on_a_line_of_its_own": (
        ("x = self.first(x)\nself.second(x)\nreturn x"),
        ("-        self.second(x)\n+        x = self.second(x)\n"),
    ),
}

DECLINED = {
    "never_read_again": "h = self.first(x)\nself.second(h)\nreturn x",
    "of_an_expression": "self.second(x + 1.0)\nreturn self.first(x)",
}

test_changes = each_changes(MADE, with_layers)
test_declines = each_is_declined(keep_the_result, DECLINED, with_layers)
