"""`--fix` that is killed at any moment leaves the old file or the new one, and the next run clears up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from programs import SCALE

from faults import times

SCRIPT = Path(__file__).with_name("fixer_that_is_killed.py")


def test_a_killed_repair_leaves_one_of_both(tmp_path):
    (tmp_path / "model.py").write_text(SCALE)
    counts = (times(5, 200), times(80, 1_000))
    words = [sys.executable, str(SCRIPT), "model.py", *map(str, counts), "11"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    old, new, names = done.stdout.split(" ", 2)
    assert int(old) + int(new) == sum(counts)
    assert min(int(old), int(new)) > 0
    assert names.strip() == "['model.py']"
