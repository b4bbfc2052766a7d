"""Each of two like layers is called once."""

from __future__ import annotations

import pytest
from fixing import changes, offered
from programs import with_layers

from gradcheck.fixes import call_the_twin

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


@pytest.mark.parametrize(("body", "made"), MADE.values(), ids=[*MADE])
def test_changes(body: str, made: str) -> None:
    assert changes(with_layers(body)) == made


@pytest.mark.parametrize("body", DECLINED.values(), ids=[*DECLINED])
def test_declines(body: str) -> None:
    found = offered(call_the_twin, with_layers(body))
    assert found and not any(found)
