"""What the name of a result speaks of is called, or read, for it."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import with_layers

from gradcheck.fix.fixes import call_what_is_meant

MADE = {
    "by_its_number": (
        "x1 = self.first(x)\nsecond = self.first(x1)\nreturn second",
        "-        second = self.first(x1)\n+        second = self.second(x1)\n",
    ),
    "one_of_two_at_once": (
        "first, second = self.first(x), self.first(-x)\nreturn first * second",
        (
            "-        first, second = self.first(x), self.first(-x)\n"
            "+        first, second = self.first(x), self.second(-x)\n"
        ),
    ),
    "by_a_key": (
        'both = {"first": self.first(x), "second": self.first(-x)}\nreturn both["first"] * both["second"]',
        (
            '-        both = {"first": self.first(x), "second": self.first(-x)}\n'
            '+        both = {"first": self.first(x), "second": self.second(-x)}\n'
        ),
    ),
}
DECLINED = {
    "nothing_speaks_of_it": "return self.first(x)",
    "it_is_named_after_what_comes_next": "second_input = self.first(self.first(x))\nreturn second_input",
}

test_changes = each_changes(MADE, with_layers)
test_declines = each_is_declined(call_what_is_meant, DECLINED, with_layers)
