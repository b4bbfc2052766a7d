"""Verdicts on findings in public packages: every one has a reason, and one that has none is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from programs import ROUNDED

from tests.real_programs.look import look
from tests.real_programs.packages import Package, packages
from tests.real_programs.verdicts import Place, Verdict, precision, unjudged, verdicts


def test_every_verdict_is_about_a_package_of_the_list():
    assert {place.package for place in verdicts()} <= {package.name for package in packages()}


def test_a_verdict_needs_a_reason(tmp_path: Path):
    file = tmp_path / "verdicts.toml"
    row = '[[verdict]]\npackage = "p"\npath = "a.py"\nline = 1\nrule = "GC101"\n'
    for rest in ('verdict = "true"\nreason = " "\n', 'verdict = "maybe"\nreason = "so"\n'):
        file.write_text(row + rest)
        with pytest.raises(ValueError, match=r"a\.py"):
            verdicts(file)


def test_a_finding_without_a_verdict_is_told(tmp_path: Path):
    (tmp_path / "layers").mkdir()
    (tmp_path / "layers" / "hard.py").write_text(ROUNDED)
    looked = look(Package("own", "1.0"), tmp_path, jobs=1)
    place = Place("own", "layers/hard.py", 9, "GC301")
    assert list(looked.messages) == [place]
    assert (looked.files, looked.lines) == (1, 9)
    assert unjudged(looked.messages, {}) == [place]
    assert unjudged(looked.messages, {place: Verdict("true", "rounded")}) == []


def test_precision():
    places = [Place("p", "a.py", line, "GC101") for line in range(4)]
    known = dict(zip(places, (Verdict(word, "so") for word in ("true", "false", "debatable")), strict=False))
    counted = precision(places, known)
    assert (counted.strict, counted.lenient) == ((1, 3), (2, 3))
