"""What the tests of fixes share: a text repaired as `gradcheck check --fix` repairs a file."""

from __future__ import annotations

from difflib import unified_diff
from types import ModuleType

from gradcheck.config import Options
from gradcheck.lint import lint_text
from gradcheck.mend.loop import Mended, mended
from gradcheck.rewrite.edits import lines_of
from gradcheck.rewrite.tree import Tree
from gradcheck.source.discover import SourceFile

OPTIONS = Options(keras="both")


def repaired(text: str, *, unsafe: bool = True, path: str = "example.py") -> Mended:
    """The text with every fix made."""
    findings, _ = lint_text(path, text, OPTIONS)
    return mended(SourceFile(path, text), findings, OPTIONS, lambda finding, fix: fix.safe or unsafe)


def changes(text: str) -> str:
    """The lines that every fix together takes away and puts in, as a patch shows them."""
    lines = unified_diff(lines_of(text), lines_of(repaired(text).text), n=0)
    return "".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def offered(fix: ModuleType, text: str) -> list[str | None]:
    """What one fix makes of each finding of its kinds in a text; None where it declines."""
    findings, _ = lint_text("example.py", text, OPTIONS)
    made = [fix.mend(Tree(text), finding) for finding in findings if finding.kind in fix.REPAIR.kinds]
    return [module and module.code for module in made]
