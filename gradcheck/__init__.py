"""gradcheck finds the Keras variables that get no gradient and names the line that cuts the path.

It is not `torch.autograd.gradcheck`, which compares gradients with finite differences.

In a notebook or a test, `gradcheck.probe(model, x, y)` and `gradcheck.assert_gradients(model, x, y)` look at
a model that is already there; `gradcheck.watching()` and `gradcheck.callback()` look at any training code.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcheck.probe import assert_gradients as assert_gradients
    from gradcheck.probe import callback as callback
    from gradcheck.probe import watching as watching
    from gradcheck.report.finding import Finding as Finding
    from gradcheck.report.finding import Location as Location
    from gradcheck.report.kinds import Status as Status
    from gradcheck.report.report import Report as Report
    from gradcheck.report.verdict import Verdict as Verdict

__version__ = "0.2.0"

_HOMES = {
    "Finding": "gradcheck.report.finding",
    "Location": "gradcheck.report.finding",
    "Report": "gradcheck.report.report",
    "Status": "gradcheck.report.kinds",
    "Verdict": "gradcheck.report.verdict",
    "assert_gradients": "gradcheck.probe",
    "callback": "gradcheck.probe",
    "watching": "gradcheck.probe",
}


def __getattr__(name: str) -> object:
    """Public names load on first use, so that `import gradcheck` costs next to nothing."""
    if name == "probe":
        return import_module("gradcheck.probe")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, "probe"})
