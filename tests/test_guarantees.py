"""Each sentence of the guarantees names tests, and they exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "guarantees.md"
SENTENCES = re.findall(r"^- (.*?)(?=^- |^#|\Z)", PAGE.read_text(encoding="utf-8"), re.M | re.S)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda text: text[:40])
def test_a_sentence_names_tests_that_exist(sentence):
    named = _TEST.findall(sentence)
    assert named
    for file, test in named:
        assert f"\ndef {test}(" in (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["README.md", "SECURITY.md"])
def test_who_asks_is_led_there(page):
    assert "docs/guarantees.md" in (ROOT / page).read_text(encoding="utf-8")
