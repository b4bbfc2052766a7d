"""What the documentation says must be so: pages are fresh, commands exist, versions agree."""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from gradcheck import __version__
from gradcheck.cli.click_group import MAIN
from gradcheck.cli.commands import main
from gradcheck.config.pyproject import ConfigError, load
from gradcheck.registry import entries

ROOT = Path(__file__).parents[1]
DOCS = sorted(
    [ROOT / "README.md", *(file for file in (ROOT / "docs").rglob("*.md") if "_build" not in file.parts)]
)

UNSEEN = {"unexplained-gradient"}
"""Rules that name no fault of their own."""


def test_the_pages_of_the_rules_are_fresh():
    wanted = runpy.run_path(str(ROOT / "docs" / "build_rules.py"))["pages"]()
    there = {file.name: file.read_text() for file in (ROOT / "docs" / "rules").iterdir()}
    assert there == wanted, "run: python docs/build_rules.py"


def test_ci_runs_what_the_readme_says():
    readme = (ROOT / "README.md").read_text()
    ci = (ROOT / ".ci" / "run").read_text()
    assert "pip install -e '.[dev]'\npytest -n 2 --dist loadfile\n" in readme
    assert "-e '.[dev]'\n" in ci and "step pytest -n 2 --dist loadfile\n" in ci


def test_the_changelog_begins_with_this_version():
    changelog = (ROOT / "docs" / "changelog.md").read_text()
    assert re.search(r"^## (\S+)", changelog, re.M)[1] == __version__


def test_every_setting_is_in_the_reference(tmp_path):
    page = (ROOT / "docs" / "reference" / "configuration.md").read_text()
    for table in ("tool.gradcheck", "tool.gradcheck.probe"):
        (tmp_path / "pyproject.toml").write_text(f"[{table}]\nzzzzzzzz = 1\n")
        with pytest.raises(ConfigError) as error:
            load(str(tmp_path / "pyproject.toml"))
        known = str(error.value).partition("known keys: ")[2].split(", ")
        section = page.partition(f"## `[{table}]`")[2].partition("\n## ")[0]
        assert re.findall(r"^\| `([\w-]+)`", section, re.M) == known


def test_every_rule_has_a_symptom():
    page = (ROOT / "docs" / "symptoms.md").read_text()
    named = set(re.findall(r"\(rules/([\w-]+)\.md\)", page))
    assert {entry.rule.name for entry in entries()} - named - UNSEEN == set()


def test_the_site_is_built_without_a_warning(tmp_path):
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", str(ROOT / "docs"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "weight-read-in-build" in (tmp_path / "symptoms.html").read_text()
    assert "unsafe-fixes" in (tmp_path / "reference" / "cli.html").read_text()


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.name)
def test_links_lead_somewhere(file):
    for link, _, heading in re.findall(r"\]\((?!https?:)([^)#]*)(#([^)]+))?\)", file.read_text()):
        there = (file.parent / link) if link else file
        assert there.exists(), link
        assert not heading or heading in headings(there), f"{link}#{heading}"


def headings(file):
    """What the headings of a page are called in links."""
    titles = re.findall(r"^#+ (.+)$", file.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


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
