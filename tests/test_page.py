"""Pages: headings, examples, and what each mark asks of which half."""

from __future__ import annotations

import pytest

from gradcheck.page import Example, Expected, examples, headings, summary
from gradcheck.report.kinds import BOTH_KERAS, Half

PAGE = """A summary.

## Example

```python
first
```

Words, and `# error: word` among them.

```python
second  # error: mu
```

## Use instead

```python
third
```
"""


def test_a_page_is_taken_apart() -> None:
    assert summary(PAGE) == "A summary."
    assert headings(PAGE) == ("Example", "Use instead")
    assert examples(PAGE) == (
        Example("Example", "first\n"),
        Example("Example", "second  # error: mu\n"),
        Example("Use instead", "third\n"),
    )


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ("# error: mu", Expected(1, "error", "mu", BOTH_KERAS)),
        ("# warning: mu", Expected(1, "warning", "mu", BOTH_KERAS)),
        ("# info[keras2]: mu", Expected(1, "info", "mu", ("2",))),
        ("# error[keras3]: mu", Expected(1, "error", "mu", ("3",))),
        ("# warning[flows]: mu", Expected(1, "warning", "mu", BOTH_KERAS, Half.STATIC)),
        ("# probe: mu", Expected(1, "probe", "mu", BOTH_KERAS, Half.PROBE)),
        ("# todo[flows]: mu", Expected(1, "todo", "mu", BOTH_KERAS, None)),
        ("# todo[keras3]: mu", Expected(1, "todo", "mu", ("3",), Half.PROBE)),
    ],
)
def test_a_mark_says_what_and_to_whom(mark: str, expected: Expected) -> None:
    example = Example("", f"line  {mark}\n")
    assert example.marks == (expected,)
    assert example.marks[0].half is expected.half
    assert bool(example.expected) == (expected.half in (Half.BOTH, Half.STATIC))
    assert bool(example.lost) == (expected.half in (Half.BOTH, Half.PROBE))


def test_several_names_are_several_marks() -> None:
    example = Example("", "first\nsecond  # error: mu, sigma\n")
    assert [(mark.line, mark.variable) for mark in example.marks] == [(2, "mu"), (2, "sigma")]


def test_other_comments_are_no_marks() -> None:
    assert Example("", "line  # an error: not a mark\n").marks == ()
    assert Example("", "line  # error in mu\n").marks == ()
