"""The flags that repair, as a user types them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from programs import ASKED_TWICE, PERSISTENT

from gradcheck.cli.commands import main

DIFF = """--- a/net.py
+++ b/net.py
@@ -2,7 +2,7 @@
{space}
 actor = tf.Variable(1.0, name="actor")
 critic = tf.Variable(2.0, name="critic")
-with tf.GradientTape() as tape:
+with tf.GradientTape(persistent=True) as tape:
     value = actor * critic
     actor_loss, critic_loss = -value, tf.square(value - 1.0)
 actor.assign_sub(0.1 * tape.gradient(actor_loss, actor))
""".replace("{space}", " ")


def run(*arguments):
    return CliRunner().invoke(main, ["check", *arguments])


def test_fix_repairs_the_file_and_says_so(net):
    done = run("net.py", "--fix")
    assert done.exit_code == 0
    assert done.stdout == (
        "fixed net.py:9:25: GC402 Make the tape persistent (not verified)\n\n"
        "no findings (1 file; 2 weights, all reach the loss; 1 fixed)\n"
    )
    assert net.read_text() == PERSISTENT


def test_a_second_run_changes_nothing(net):
    run("net.py", "--fix")
    assert run("net.py", "--fix").stdout == "no findings (1 file; 2 weights, all reach the loss)\n"
    assert net.read_text() == PERSISTENT


@pytest.mark.parametrize("flags", [("--diff",), ("--diff", "--fix"), ("--diff", "--fix-only")])
def test_diff_prints_and_changes_nothing(net, flags):
    done = run("net.py", *flags)
    assert (done.exit_code, done.stdout) == (1, DIFF)
    assert done.stderr == "net.py:9:25: would fix GC402: Make the tape persistent (not verified)\n"
    assert net.read_text() == ASKED_TWICE


def test_fix_only_reports_what_it_did_and_exits_0(net):
    net.write_text(ASKED_TWICE + "unused = tf.keras.layers.Dense(1)\n")
    done = run("net.py", "--fix-only")
    assert done.exit_code == 0
    assert done.stdout == "net.py:9:25: fixed GC402: Make the tape persistent (not verified)\n"


def test_a_diff_goes_into_a_file_too(net, tmp_path):
    assert run("net.py", "--diff", "-o", "out.patch").stdout == ""
    assert (tmp_path / "out.patch").read_text() == DIFF


@pytest.mark.parametrize(
    "text, code, said",
    [
        ("x = 1\n", 0, "no findings (1 file, 1 with nothing to follow)\n"),
        (
            "import keras\ndef (\n",
            2,
            "could not look: net.py:2: cannot be parsed: invalid syntax\n"
            "no findings (1 could not be read; not everything could be looked at)\n",
        ),
    ],
)
def test_a_diff_of_nothing_is_empty(net, tmp_path, text, code, said):
    """What stands where a patch is looked for would be taken for one."""
    net.write_text(text)
    done = run("net.py", "--diff")
    assert (done.exit_code, done.stdout, done.stderr) == (code, "", said)
    assert run("net.py", "--diff", "-q").stderr == "".join(said.splitlines(True)[:-1])
    assert run("net.py", "--diff", "-o", "out.patch").stdout == ""
    assert (tmp_path / "out.patch").read_text() == ""


@pytest.mark.parametrize("flag", [("--ignore", "GC4"), ("--select", "GC1")])
def test_what_is_not_shown_is_not_repaired(net, flag):
    assert run("net.py", "--fix", *flag).exit_code == 0
    assert net.read_text() == ASKED_TWICE


def test_a_finding_that_a_comment_silences_is_not_repaired(net):
    text = ASKED_TWICE.replace("(critic_loss, critic))", "(critic_loss, critic))  # gradcheck: ignore[GC402]")
    net.write_text(text)
    assert run("net.py", "--fix").exit_code == 0
    assert net.read_text() == text


def test_unsafe_fixes_alone_is_bad_usage(net):
    done = run("net.py", "--unsafe-fixes")
    assert done.exit_code == 2
    assert "--unsafe-fixes goes with --fix, --fix-only or --diff" in done.stderr


def test_standard_input_cannot_be_repaired(net):
    done = run("-", "--fix")
    assert done.exit_code == 2
    assert "'-' has no file to repair: name the file" in done.stderr


def test_json_carries_the_edits(net):
    done = run("net.py", "--format", "json")
    (finding,) = json.loads(done.stdout)["findings"]
    assert finding["fix"] == {
        "title": "Make the tape persistent",
        "safety": "safe",
        "changes": "nothing but the gradient",
        "edits": [
            {
                "path": "net.py",
                "line": 5,
                "column": 22,
                "end_line": 5,
                "end_column": 22,
                "text": "persistent=True",
            }
        ],
        "verified": None,
        "reason": None,
    }
    assert net.read_text() == ASKED_TWICE


def test_json_lists_what_was_fixed(net):
    report = json.loads(run("net.py", "--fix", "--format", "json").stdout)
    assert report["findings"] == []
    assert [(one["rule"], one["line"], one["fix"]["verified"]) for one in report["fixed"]] == [
        ("GC402", 9, None)
    ]


def test_json_lines_list_what_was_fixed(net):
    (row,) = map(json.loads, run("net.py", "--fix", "--format", "json-lines").stdout.splitlines())
    assert (row["type"], row["rule"], row["line"]) == ("fixed", "GC402", 9)


def test_sarif_carries_the_edits(net):
    (result,) = json.loads(run("net.py", "--format", "sarif").stdout)["runs"][0]["results"]
    assert result["fixes"] == [
        {
            "description": {"text": "Make the tape persistent"},
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "net.py"},
                    "replacements": [
                        {
                            "deletedRegion": {
                                "startLine": 5,
                                "startColumn": 22,
                                "endLine": 5,
                                "endColumn": 22,
                            },
                            "insertedContent": {"text": "persistent=True"},
                        }
                    ],
                }
            ],
        }
    ]


def test_a_file_that_cannot_be_written_is_an_error_and_stays(net, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.replace", refuse)
    done = run("net.py", "--fix")
    assert done.exit_code == 2
    assert "could not look: net.py:1: cannot be repaired: Permission denied" in done.stdout
    assert net.read_text() == ASKED_TWICE
    assert [entry.name for entry in net.parent.iterdir() if "cache" not in entry.name] == ["net.py"]
