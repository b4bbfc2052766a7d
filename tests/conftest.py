"""What every test may rely on: the tests' own packages are importable, and what they assert is told."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
pytest.register_assert_rewrite("fixing")
