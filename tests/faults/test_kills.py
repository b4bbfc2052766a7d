"""`--fix` that is killed at any moment leaves the old file or the new one, and the next run clears up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from faults import times
from faults.test_inputs import MODEL

SCRIPT = Path(__file__).with_name("fixer_that_is_killed.py")


def test_a_killed_repair_leaves_one_of_both(tmp_path):
    (tmp_path / "model.py").write_text(MODEL)
    words = [sys.executable, str(SCRIPT), "model.py", str(times(60, 600)), "11"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    old, new, names = done.stdout.split(" ", 2)
    assert int(old) + int(new) == times(60, 600)
    assert names.strip() == "['model.py']"
