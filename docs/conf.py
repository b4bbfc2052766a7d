"""Settings of the documentation site: `sphinx-build docs docs/_build` makes it."""

from gradcheck import __version__

project = "gradcheck"
author = "the gradcheck maintainers"
release = version = __version__
extensions = ["myst_parser", "sphinx_click"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"gradcheck {__version__}"
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
# Pages also read well where nobody builds them, and there a file is linked by its path.
suppress_warnings = ["myst.xref_missing", "misc.highlighting_failure", "toc.not_included"]
