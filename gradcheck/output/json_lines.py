"""One JSON object a line, told apart by `type`: for log processors and streams."""

from __future__ import annotations

import json

from gradcheck.base.printable import in_json
from gradcheck.output import Screen
from gradcheck.output.json import document
from gradcheck.report.report import Report

CARRIES_EDITS = True
TELLS_NOTES = True
BY_NUMBER = in_json

_TYPES = {"findings": "finding", "probes": "probe", "errors": "error", "fixed": "fixed", "notes": "note"}

KNOWS_CELLS = True


def render(report: Report, screen: Screen) -> str:
    """Every finding, probe, error, repair and note on a line, with the same fields as `--format json`."""
    whole = document(report)
    rows = ({"type": kind, **row} for key, kind in _TYPES.items() for row in whole[key])
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
