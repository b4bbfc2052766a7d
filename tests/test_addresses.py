"""Every name of a file comes back from its address."""

from __future__ import annotations

import pytest

from gradcheck.base.addresses import path_of, uri_of

NAMES = [
    "a b",
    "a;b",
    "a#b",
    "a?b",
    "a%b",
    "a%20b",
    "a%3Bb",
    "a:b",
    "a&b=c+d",
    "a\\b",
    "\u00e9",
    "a\udcff",
    "a\nb",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_comes_back(name):
    uri = uri_of(f"/folder/{name}/{name}.py")
    assert path_of(uri) == f"/folder/{name}/{name}.py"
    assert uri.isascii() and not {*" ;#?\\\n"} & {*uri}
    assert path_of("file:///" + uri_of(f"{name}/{name}.py")) == f"/{name}/{name}.py"


@pytest.mark.parametrize(
    "uri, path",
    [
        ("file:///a;b/c;d.py", "/a;b/c;d.py"),
        ("file://localhost/a.py", "/a.py"),
        ("file://server/share/a.py", "//server/share/a.py"),
        ("untitled:Untitled-1", None),
    ],
)
def test_an_address_may_be_spelled_otherwise(uri, path):
    assert path_of(uri) == path
