"""Settings of the documentation site: `sphinx-build docs docs/_build` makes it."""

import re

from gradcheck import __version__

project = "gradcheck"
author = "the gradcheck maintainers"
release = version = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_click"]
autodoc_typehints = "description"
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"gradcheck {__version__}"
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
# Pages also read well where nobody builds them, and there a file is linked by its path.
suppress_warnings = ["myst.xref_missing", "misc.highlighting_failure", "toc.not_included"]
default_role = "code"


def setup(app):
    """Docstrings show code by indenting it, which reStructuredText wants announced."""
    app.connect("autodoc-process-docstring", _announce_code)


def _announce_code(app, what, name, obj, options, lines):
    text = "\n".join(lines)
    lines[:] = re.sub(r"\n\n(?=    \S)", "\n\n::\n\n", text, count=1).split("\n")
