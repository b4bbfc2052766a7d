"""One self-contained page: each probed model as layers from its input to its loss, cuts in red, and every
finding with its lines. Needs the extra `html`; it opens without a network."""

from __future__ import annotations

from pathlib import Path

from gradcheck.output import Screen
from gradcheck.output.html.view import page
from gradcheck.report.report import Report

KNOWS_CELLS = True
TELLS_NOTES = True


def render(report: Report, screen: Screen) -> str:
    """The whole page. All that it shows is escaped."""
    from jinja2 import Environment

    template = Path(__file__).with_name("page.html.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(template).render(page=page(report, screen)) + "\n"
