"""The first result is handed on."""

from __future__ import annotations

import pytest
from fixing import changes, offered
from programs import with_layers

from gradcheck.fixes import chain_the_calls

MADE = {
    "overwritten_at_once": (
        ("h = self.first(x)\nh = self.second(x)\nreturn h"),
        ("-        h = self.second(x)\n+        h = self.second(h)\n"),
    ),
}

DECLINED = {
    "another_name": ("g = self.first(x)\nh = self.second(x)\nreturn h"),
    "something_between": ("h = self.first(x)\nx = x + 1.0\nh = self.second(x)\nreturn h"),
}


@pytest.mark.parametrize(("body", "made"), MADE.values(), ids=[*MADE])
def test_changes(body: str, made: str) -> None:
    assert changes(with_layers(body)) == made


@pytest.mark.parametrize("body", DECLINED.values(), ids=[*DECLINED])
def test_declines(body: str) -> None:
    found = offered(chain_the_calls, with_layers(body))
    assert found and not any(found)
