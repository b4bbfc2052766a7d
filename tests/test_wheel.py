"""What goes to an index: it is complete, its page leads somewhere, and it installs with the oldest
dependencies."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from email import message_from_string

import pytest
import wheels

from gradcheck import __version__

pytest.importorskip("build")
pytest.importorskip("hatch_fancy_pypi_readme")
pytest.importorskip("twine")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return wheels.built(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        name = f"gradcheck-{__version__}.dist-info/METADATA"
        return message_from_string(archive.read(name).decode())


def test_the_index_will_take_it(wheel):
    command = [sys.executable, "-m", "twine", "check", "--strict", str(wheel)]
    subprocess.run(command, check=True, capture_output=True)


def test_it_says_for_whom_it_is_and_where_it_comes_from(metadata):
    assert metadata["Author"] and metadata["License-Expression"] == "MIT"
    assert {url.split(",")[0] for url in metadata.get_all("Project-URL")} == {
        "Documentation",
        "Source",
        "Issues",
        "Changelog",
    }
    pythons = re.findall(r"Python :: (3\.\d+)", "\n".join(metadata.get_all("Classifier")))
    assert pythons == ["3.10", "3.11", "3.12", "3.13"]


def test_its_page_has_no_relative_links(metadata):
    links = re.findall(r"\]\(([^)]+)\)", metadata.get_payload())
    assert len(links) > 5
    assert [link for link in links if not link.startswith("https://")] == []


def test_it_holds_all_that_is_no_python(wheel):
    with zipfile.ZipFile(wheel) as archive:
        others = {name for name in archive.namelist() if name.startswith("gradcheck/") and name[-3:] != ".py"}
    there = {path.relative_to(wheels.ROOT).as_posix() for path in (wheels.ROOT / "gradcheck").rglob("*.*")}
    assert "gradcheck/py.typed" in others
    assert others == {name for name in there if not name.endswith((".py", ".pyc"))}


def test_it_works_with_the_oldest_dependencies(wheel, tmp_path):
    pins = wheels.oldest(wheel, sys.version_info[:2])
    assert "click==8.1" in pins
    said = wheels.tried(sys.executable, wheel, pins, tmp_path / "venv")
    assert said == "2 findings: 2 errors (1 file; 2 weights: 2 cut)"
