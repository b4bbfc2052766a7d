"""What the documentation says must be so: pages are fresh, commands exist, versions agree."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path

import click
import pytest

from gradcheck import __version__
from gradcheck.cli.click_group import MAIN
from gradcheck.cli.commands import main

ROOT = Path(__file__).parents[1]
DOCS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def test_the_pages_of_the_rules_are_fresh():
    wanted = runpy.run_path(str(ROOT / "docs" / "build_rules.py"))["pages"]()
    there = {file.name: file.read_text() for file in (ROOT / "docs" / "rules").iterdir()}
    assert there == wanted, "run: python docs/build_rules.py"


def test_ci_runs_what_the_readme_says():
    readme = (ROOT / "README.md").read_text()
    ci = (ROOT / ".ci" / "run").read_text()
    assert "pip install -e '.[dev]'\npytest\n" in readme
    assert "-e '.[dev]'\n" in ci and "step pytest\n" in ci


def test_the_changelog_begins_with_this_version():
    changelog = (ROOT / "docs" / "changelog.md").read_text()
    assert re.search(r"^## (\S+)", changelog, re.M)[1] == __version__


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.name)
def test_links_lead_somewhere(file):
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", file.read_text()):
        assert (file.parent / link).exists(), link


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.name)
def test_flags_that_are_named_exist(file):
    context = click.Context(main)
    for line in re.findall(r"^(?:\$ )?gradcheck (.+)$", file.read_text(), re.M):
        words = shlex.split(line.partition("  #")[0].partition(" > ")[0])
        if words[0] == "--version":
            continue
        command = main.get_command(context, words[0]) or main.get_command(context, MAIN)
        known = {option for parameter in command.params for option in parameter.opts}
        ours = words[: words.index("--")] if "--" in words else words
        assert {word for word in ours if word.startswith("-") and word != "-"} <= known, line
