"""A table on a terminal: columns as wide as their widest cell, one of them painted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck.output import Screen


def columns(
    headings: Sequence[str], rows: Sequence[tuple[Sequence[str], str]], painted: int, screen: Screen
) -> Iterator[str]:
    """The headings, then each row with the cell of the `painted` column in the row's own style."""
    every = [headings, *(cells for cells, _ in rows)]
    widths = [max(len(cells[column]) for cells in every) for column in range(len(headings))]
    yield f"  {screen.paint('faint', '  '.join(_padded(headings, widths)).rstrip())}"
    for cells, style in rows:
        line = _padded(cells, widths)
        line[painted] = screen.paint(style, line[painted])
        yield f"  {'  '.join(line).rstrip()}"


def _padded(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)]
