"""Each layer of a loop gets what the one before gave; branches are added up."""

from __future__ import annotations

from types import ModuleType

import pytest
from fixing import made_at

from gradcheck.fix.fixes import chain_the_loop, sum_the_branches

CALL = """\
def call(self, x):
    start = self.stem(x)
    for one in {over}:
        {line}
    return {result}
"""
LINE = "y = tf.nn.relu(one(start))"


def made(
    fix: ModuleType, over: str, line: str = LINE, result: str = "self.head(y)", at: str = ""
) -> list[str] | None:
    text = CALL.format(over=over, line=line, result=result)
    after = made_at(fix, text, at or line.partition(" = ")[2])
    return after and [row.strip() for row in after.splitlines()[2:-1]]


@pytest.mark.parametrize("over", ["self.blocks", "self.hidden_layers", "layers"])
def test_layers_in_a_row_are_chained(over: str) -> None:
    assert made(chain_the_loop, over) == ["y = start", f"for one in {over}:", "y = tf.nn.relu(one(y))"]
    assert made(sum_the_branches, over) is None


@pytest.mark.parametrize("over", ["self.branches", "self.convs", "heads"])
def test_branches_are_added_up(over: str) -> None:
    assert made(sum_the_branches, over) == ["y = 0.0", f"for one in {over}:", f"y += {LINE[4:]}"]
    assert made(chain_the_loop, over) is None


@pytest.mark.parametrize("fix", [chain_the_loop, sum_the_branches])
@pytest.mark.parametrize("name", ["blocks", "branches"])
@pytest.mark.parametrize(
    ("line", "result"),
    [
        (LINE, "self.head(start)"),
        ("y = self.other(start)", "y"),
        ("y = one(start) + one(x)", "y"),
        ("y = one(start); outputs.append(y)", "y"),
        ("self.y = one(start)", "self.y"),
    ],
    ids=["not_read_below", "another_layer", "called_twice", "kept_in_the_loop", "an_attribute"],
)
def test_declines(fix: ModuleType, name: str, line: str, result: str) -> None:
    assert made(fix, f"self.{name}", line, result, line.partition(" = ")[2].partition(";")[0]) is None


def test_declines_what_the_loop_binds() -> None:
    text = CALL.format(over="self.blocks", line=f"start = start + 1.0\n        {LINE}", result="y")
    assert made_at(chain_the_loop, text, LINE[4:]) is None
