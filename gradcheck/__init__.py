"""gradcheck finds the Keras variables that get no gradient and names the line that cuts the path.

It is not `torch.autograd.gradcheck`, which compares gradients with finite differences.

In a notebook or a test, `gradcheck.probe(model, x, y)` and `gradcheck.assert_gradients(model, x, y)` look at
a model that is already there; `gradcheck.watching()` and `gradcheck.callback()` look at any training code.
"""

from __future__ import annotations

import sys

from gradcheck.base.version import __version__ as __version__

# As `typing` has it, which loads when it is needed, as `importlib` does: an interrupt that comes before the
# command's first own line is told by Python, with a traceback.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any

    from gradcheck.inprocess.model import assert_gradients as assert_gradients
    from gradcheck.inprocess.model import probe as probe
    from gradcheck.inprocess.report import GradientError as GradientError
    from gradcheck.inprocess.report import Report as Report
    from gradcheck.inprocess.training import GradientWarning as GradientWarning
    from gradcheck.inprocess.training import callback as callback
    from gradcheck.inprocess.training import watching as watching
    from gradcheck.report.finding import Finding as Finding
    from gradcheck.report.finding import Location as Location
    from gradcheck.report.kinds import Status as Status
    from gradcheck.report.verdict import Verdict as Verdict

_HOMES = {
    "Finding": "gradcheck.report.finding",
    "GradientError": "gradcheck.inprocess.report",
    "GradientWarning": "gradcheck.inprocess.training",
    "Location": "gradcheck.report.finding",
    "Report": "gradcheck.inprocess.report",
    "Status": "gradcheck.report.kinds",
    "Verdict": "gradcheck.report.verdict",
    "assert_gradients": "gradcheck.inprocess.model",
    "callback": "gradcheck.inprocess.training",
    "watching": "gradcheck.inprocess.training",
}


def _module(name: str) -> Any:
    from importlib import import_module

    return import_module(name)


if not TYPE_CHECKING:  # Type checkers know the names above, and shall know that there are no others.

    def __getattr__(name: str) -> object:
        """Public names load on first use, so that `import gradcheck` costs next to nothing."""
        if name in _HOMES:
            return getattr(_module(_HOMES[name]), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, "probe"})


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext gradcheck` calls: the cell magic `%%gradcheck` is there from now on."""
    _module("gradcheck.plugins.notebook").register(shell)


class _Package(type(sys)):  # type: ignore[misc]
    """`gradcheck.probe` is the function. Python would put the folder of that name in its place as soon as
    anything in it is imported, so what it puts there is passed over: `from gradcheck.probe.job import ...`
    does not need it.
    """

    @property
    def probe(self) -> object:
        return _module("gradcheck.inprocess.model").probe

    @probe.setter
    def probe(self, folder: object) -> None:
        pass


sys.modules[__name__].__class__ = _Package
