"""Every function of the table gives what NumPy's gives, with the arguments under their other names."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.tf
def test_twins_give_the_same() -> None:
    program = Path(__file__).with_name("measure_counterparts.py")
    seen = subprocess.run([sys.executable, program], capture_output=True, text=True, check=True)
    assert json.loads(seen.stdout) == []
