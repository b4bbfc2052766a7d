"""What the tests of repairs share."""

from __future__ import annotations

from pathlib import Path

import pytest
from programs import ASKED_TWICE


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with a fault that has a fix, in the current folder."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "net.py"
    path.write_text(ASKED_TWICE)
    return path
