"""The runtime half: runs a program and says what became of every gradient.

Imports no TensorFlow until something is probed. `run` starts a program in a process of its own; the
functions here look inside the process they are called in. The module itself can be called:
`gradcheck.probe(model, x, y)`.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from gradcheck.probe.api.callback import callback
from gradcheck.probe.api.inside import assert_gradients, probe, watching

__all__ = ["assert_gradients", "callback", "probe", "watching"]


class _Callable(ModuleType):
    """A package that is a function, too: `gradcheck.probe` is the natural name of both."""

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return probe(*arguments, **keywords)


sys.modules[__name__].__class__ = _Callable
