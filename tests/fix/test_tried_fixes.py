"""`gradcheck model.py --fix`: what works in a copy is applied, what does not is told and left."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from programs import ASKED_TWICE, PERSISTENT

from gradcheck.cli.commands import main
from gradcheck.fix import registry
from gradcheck.fix.cst.tree import Tree

pytestmark = pytest.mark.tf


def run(*arguments):
    return CliRunner().invoke(main, ["net.py", "--keras", "3", *arguments])


def told(one):
    return one["rule"], one["line"], one["fix"]["verified"], one["fix"]["reason"]


def test_a_fix_that_works_is_applied_and_verified(net):
    done = run("--fix", "--format", "json")
    report = json.loads(done.stdout)
    assert done.exit_code == 0
    assert report["findings"] == []
    assert [told(one) for one in report["fixed"]] == [("GC402", 9, True, None)]
    assert net.read_text() == PERSISTENT
    (probe,) = report["probes"]
    assert probe["target"] == "net.py"
    assert {one["path"]: (one["gradient"], one["birth"]) for one in probe["variables"]} == {
        "actor:0": ("ok", {"path": "net.py", "line": 3}),
        "critic:0": ("ok", {"path": "net.py", "line": 4}),
    }


def test_diff_tries_and_changes_nothing(net):
    done = run("--diff")
    assert done.exit_code == 1
    assert "+with tf.GradientTape(persistent=True) as tape:\n" in done.stdout
    assert "would fix GC402: Make the tape persistent (verified)" in done.stderr
    assert net.read_text() == ASKED_TWICE


def test_a_fix_that_changes_the_loss_is_told_and_not_applied(net, monkeypatch):
    (entry,) = [one for one in registry.entries() if one.fixer.name == "persistent-tape"]

    def spoil(tree, finding):
        code = entry.fix(tree, finding).code.replace("-value,", "-2.0 * value,")
        return Tree(code).module

    monkeypatch.setattr(registry, "entries", lambda: (registry.Entry(entry.fixer, spoil),))
    done = run("--fix", "--format", "json")
    report = json.loads(done.stdout)
    assert done.exit_code == 1
    assert report["fixed"] == []
    assert [told(one) for one in report["findings"]] == [
        ("GC402", 9, False, "the loss changes from -2 to -4")
    ]
    assert net.read_text() == ASKED_TWICE
