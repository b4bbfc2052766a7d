"""The corpus as a data set: every case keeps to its schema, and is true with the installed TensorFlow."""

from __future__ import annotations

import json
import re

import pytest
from cases import FIXTURES, Case, cases
from jsonschema import Draft202012Validator

from gradcheck import __version__
from gradcheck.report.kinds import BOTH_KERAS
from tests.truth import remeasure

SCHEMA = json.loads((FIXTURES / "case.schema.json").read_text(encoding="utf-8"))
CASES = [pytest.param(case, id=case.name) for case in cases()]


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("case", CASES)
def test_a_case_keeps_to_the_schema(case: Case):
    errors = [
        f"{error.json_path}: {error.message}" for error in Draft202012Validator(SCHEMA).iter_errors(case.spec)
    ]
    assert errors == []


@pytest.mark.parametrize("case", CASES)
def test_a_case_is_three_files(case: Case):
    assert sorted(one.name for one in case.folder.iterdir() if one.is_file()) == [
        "case.toml",
        "model.py",
        "oracle.py",
    ]


def test_every_field_is_explained():
    page = (FIXTURES / "README.md").read_text(encoding="utf-8")
    assert set(SCHEMA["properties"]) - set(re.findall(r"`\[*([a-z0-9_]+)", page)) == set()


def test_the_citation_names_this_version():
    text = (FIXTURES.parent / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {__version__}\n" in text and "\nlicense: MIT\n" in text


@pytest.mark.tf
@pytest.mark.parametrize("keras", BOTH_KERAS)
def test_the_truth_still_holds(keras: str):
    quick = [case for case in cases() if case.spec.get("quick")]
    measured = list(remeasure(quick, keras))
    assert len(measured) == len(quick)
    assert [one for one in measured if one.differs] == []
