"""Whose a file is, when environments and projects lie in one another."""

from __future__ import annotations

import pytest

from gradcheck.probe.engine.watch import frames


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("project/net.py", True),
        ("project/parts/layer.py", True),
        ("project/.venv/lib/site-packages/keras/layer.py", False),
        ("env/lib/site-packages/keras/layer.py", False),
        ("env/lib/site-packages/theirs/train.py", True),
        ("elsewhere/helper.py", True),
    ],
)
def test_the_nearer_folder_tells_whose_a_file_is(tmp_path, monkeypatch, path, own):
    installed = [f"{tmp_path}/project/.venv/lib/site-packages/", f"{tmp_path}/env/lib/site-packages/"]
    monkeypatch.setattr(frames, "_installed", lambda: iter(installed))
    project = [f"{tmp_path}/project", f"{tmp_path}/env/lib/site-packages/theirs"]
    code = compile("pass", f"{tmp_path}/{path}", "exec")
    assert frames.Frames(project).is_own(code) is own
