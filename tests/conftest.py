"""What every test may rely on: the tests' own packages are importable, and what they assert is told."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

os.environ.pop("CI", None)  # gradcheck, pytest and others say more where it is set
sys.path.insert(0, str(Path(__file__).resolve().parent))
pytest.register_assert_rewrite("fixing")

# How long an example takes says more about the machine than about the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def _asked(request: pytest.FixtureRequest) -> list[str]:
    """The code of the examples whose tests are to be run, each once."""
    items = [item for item in request.session.items if item.path == request.path]
    measured = [
        item for item in items if isinstance(item, pytest.Function) and "measured" in item.fixturenames
    ]
    return list(dict.fromkeys(item.callspec.params["example"].code for item in measured))


@pytest.fixture(scope="module", params=["2", "3"], ids=["keras2", "keras3"])
def measured(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """The outcome of every example that is to be tested, under one Keras, from one TensorFlow process."""
    from measure import measure

    codes = _asked(request)
    return request.param, dict(zip(codes, measure(codes, request.param), strict=True))
