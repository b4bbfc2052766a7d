"""A coloured report as HTML. Needs the package rich, which Keras 3 brings."""

from __future__ import annotations

import io

from rich.console import Console
from rich.text import Text

_FRAME = '<pre style="line-height:1.3;overflow-x:auto;white-space:pre"><code>{code}</code></pre>'
"""Without colours of its own: the page may be light or dark."""


def html(text: str) -> str:
    """Text with terminal colours as one HTML element; what it says is escaped."""
    width = max((len(line) for line in text.split("\n")), default=1)
    console = Console(
        record=True,
        width=width,
        file=io.StringIO(),
        force_terminal=True,
        force_jupyter=False,
        legacy_windows=False,
    )
    console.print(Text.from_ansi(text, no_wrap=True))
    return console.export_html(inline_styles=True, code_format=_FRAME)
