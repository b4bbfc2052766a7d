"""Each of two like layers is called once."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import with_layers

from gradcheck.fix.fixes import call_the_twin

MADE = {
    "one_after_the_other": (
        ("h = self.first(x)\nreturn self.first(h)"),
        ("-        return self.first(h)\n+        return self.second(h)\n"),
    ),
    "side_by_side": (
        "return self.first(x) * self.first(x + 1.0)",
        (
            "-        return self.first(x) * self.first(x + 1.0)\n"
            "+        return self.first(x) * self.second(x + 1.0)\n"
        ),
    ),
}

DECLINED = {
    "no_twin": "return self.first(x)",
    "a_twin_in_a_loop": ("for _ in range(2):\n    x = self.first(x)\nreturn x"),
    "a_twin_called_three_times": "return self.first(self.first(self.first(x)))",
}

test_changes = each_changes(MADE, with_layers)
test_declines = each_is_declined(call_the_twin, DECLINED, with_layers)
