"""A lazy dataclass is a dataclass in every respect, from its first object on."""

from __future__ import annotations

import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, asdict, field, replace

import pytest

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.report.finding import Location


@dataclass(frozen=True, order=True)
class Point:
    x: int
    marks: list[str] = field(default_factory=list)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Named(Point):
    name: str = "here"


@dataclass(frozen=True)
class Place:
    name: str


class Plain(Named):
    pass


def test_it_is_made_with_its_defaults_and_compared_by_value() -> None:
    assert Point(1) == Point(1, []) < Point(2)
    assert Point(1) != Point(1, ["a"]) and Point(1) != Named(1)
    assert len({Place("a"), Place("a"), Place("b")}) == 2
    assert repr(Point(1)) == "Point(x=1, marks=[])"


def test_heirs_are_made_with_the_fields_of_those_above() -> None:
    assert Plain(1, ["a"]).name == "here"
    assert asdict(Named(1, name="there")) == {"x": 1, "marks": [], "secret": "", "name": "there"}


def test_it_is_frozen_replaced_and_matched() -> None:
    point = replace(Point(1), x=3)
    with pytest.raises(FrozenInstanceError):
        point.x = 4  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del point.x
    with pytest.raises(FrozenInstanceError):
        point.new = 4  # type: ignore[attr-defined]
    match point:
        case Point(x, []):
            assert x == 3


def test_an_object_of_another_process_is_whole() -> None:
    """Unpickling makes no call of `__init__`."""
    code = (
        "import pickle, sys; one = pickle.loads(sys.stdin.buffer.read());"
        "from gradcheck.report.finding import Location;"
        "print(one, one == Location('a.py', 1), hash(one) != 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=pickle.dumps(Location("a.py", 1)),
        stdout=subprocess.PIPE,
        check=True,
    )
    shown = "Location(path='a.py', line=1, column=1, end_line=0, end_column=0) True True"
    assert done.stdout.decode().strip() == shown


@pytest.mark.parametrize("option", ["slots", "kw_only", "unsafe_hash", "weakref_slot"])
def test_an_option_that_it_does_not_have_is_refused(option: str) -> None:
    with pytest.raises(TypeError, match=f"a lazy dataclass has no {option}"):
        dataclass(**{option: True})(type("Some", (), {}))


@pytest.mark.parametrize("how", [{"compare": False}, {"init": False}, {"hash": False}, {"kw_only": True}])
def test_a_field_that_it_would_treat_like_the_others_is_refused(how: dict[str, bool]) -> None:
    made = type("Some", (), {"__annotations__": {"one": "int"}, "one": field(default=1, **how)})
    with pytest.raises(TypeError, match=r"Some\.one: a lazy dataclass takes and compares every field"):
        dataclass(made)


def test_threads_may_make_the_first_objects_together() -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            for _ in range(50):
                assert all(pool.map(_made, [_two_classes()] * 4))
    finally:
        sys.setswitchinterval(before)


def _two_classes() -> type:
    @dataclass(frozen=True)
    class Above:
        first: int

    @dataclass(frozen=True)
    class Below(Above):
        second: int = 2

    return Below


def _made(cls: type) -> bool:
    return bool(cls(1) == cls(1, 2) and hash(cls(1)) == hash(cls(1)))
