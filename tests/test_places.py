"""One spelling of every path, whatever was typed and wherever the command was run."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from programs import CAPTURE

from gradcheck.report.places import below


def _code(text):
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": text.splitlines(keepends=True)}


def _code(text):
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": text.splitlines(keepends=True)}


CELLS = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": "# Scale"},
        _code("import tensorflow as tf\n"),
        _code("%matplotlib inline\n" + CAPTURE.partition("\n\n\n")[2]),
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}
CUT = 5
"""The line of the cut in its cell."""


def gradcheck(folder, *arguments, text=None):
    command = [sys.executable, "-m", "gradcheck", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, input=text, capture_output=True, text=True, check=False)


@pytest.fixture
def repository(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "scale.py").write_text(CAPTURE)
    return tmp_path


@pytest.mark.parametrize(
    ("form", "folder", "typed"),
    [
        *(
            (form, "src", "./scale.py")
            for form in ("json-lines", "github", "gitlab", "sarif", "rdjson", "junit")
        ),
        *(("json", *place) for place in ((".", "."), (".", "./src/scale.py"), ("src", "../src"))),
        ("json", ".", "absolute"),
    ],
)
def test_programs_get_the_path_that_the_repository_knows(repository, form, folder, typed):
    typed = repository / "src" / "scale.py" if typed == "absolute" else typed
    done = gradcheck(repository / folder, "check", "--no-cache", "--format", form, typed)
    places = re.findall(r'(?:file|path|uri|classname)"?[=:] ?"?([^",]*scale\.py)', done.stdout)
    assert set(places) == {"src/scale.py"}, done.stdout


@pytest.mark.parametrize("form", ["text", "concise"])
def test_people_get_the_path_that_they_typed(repository, form):
    done = gradcheck(repository / "src", "check", "--no-cache", "--format", form, "./scale.py")
    assert done.stdout.startswith("scale.py:7:22: error GC101")


def test_without_a_repository_paths_are_relative_to_the_current_folder(tmp_path):
    assert below(str(tmp_path))(str(tmp_path / "a" / "b.py")) == "a/b.py"
    assert below(str(tmp_path / "a"))(str(tmp_path / "b.py")) == str(tmp_path / "b.py")


def test_rdjson_reads_the_file_that_it_counts_bytes_in(repository):
    (repository / "src" / "scale.py").write_text(CAPTURE.replace("self.twice =", "µ = self.twice ="))
    done = gradcheck(repository / "src", "check", "--no-cache", "--format", "rdjson", "scale.py")
    (diagnostic,) = json.loads(done.stdout)["diagnostics"]
    assert diagnostic["location"]["range"]["start"] == {"line": 7, "column": 27}


@pytest.fixture
def notebook(tmp_path):
    path = tmp_path / "scale.ipynb"
    path.write_text(json.dumps(CELLS, indent=1) + "\n")
    return path


def test_standard_input_keeps_the_cells_of_a_notebook(notebook):
    command, text = ("check", "-", "--stdin-filename", "scale.ipynb"), notebook.read_text()
    done = gradcheck(notebook.parent, *command, "--format", "json", text=text)
    (finding,) = json.loads(done.stdout)["findings"]
    assert (finding["path"], finding["cell"], finding["line"]) == ("scale.ipynb", 2, CUT)
    shown = gradcheck(notebook.parent, *command, text=text)
    assert "        self.twice = self.gain * 2.0" in shown.stdout


def test_the_patch_of_a_notebook_can_be_applied(notebook):
    folder, before = notebook.parent, notebook.read_text()
    patch = gradcheck(folder, "check", "--unsafe-fixes", "--diff", "scale.ipynb")
    subprocess.run(["git", "apply"], cwd=folder, input=patch.stdout, text=True, check=True)
    patched = notebook.read_text()
    assert "%matplotlib inline" in patched
    notebook.write_text(before)
    gradcheck(folder, "check", "--unsafe-fixes", "--fix", "scale.ipynb")
    assert patched == notebook.read_text() != before


def test_a_baseline_knows_a_finding_whose_cell_has_moved(notebook):
    folder = notebook.parent
    assert gradcheck(folder, "baseline", "write", "scale.ipynb", "--baseline", "known.json").returncode == 0
    moved = {**CELLS, "cells": [CELLS["cells"][1], *CELLS["cells"]]}
    notebook.write_text(json.dumps(moved))
    assert gradcheck(folder, "check", "scale.ipynb", "--baseline", "known.json").returncode == 0
