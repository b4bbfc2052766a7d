"""What the tests of fixes share: a text repaired as `gradcheck check --fix` repairs a file."""

from __future__ import annotations

from gradcheck.config import Options
from gradcheck.lint import lint_text
from gradcheck.mend.loop import Mended, mended
from gradcheck.source.discover import SourceFile

OPTIONS = Options(keras="both")


def repaired(text: str, *, unsafe: bool = True, path: str = "example.py") -> Mended:
    """The text with every fix made."""
    findings, _ = lint_text(path, text, OPTIONS)
    return mended(SourceFile(path, text), findings, OPTIONS, lambda finding, fix: fix.safe or unsafe)
