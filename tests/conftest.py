"""What every test may rely on: the tests' own packages are importable, and what they assert is told."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.pop("CI", None)  # gradcheck, pytest and others say more where it is set
sys.path.insert(0, str(Path(__file__).resolve().parent))
pytest.register_assert_rewrite("fixing")

# How long an example takes says more about the machine than about the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
