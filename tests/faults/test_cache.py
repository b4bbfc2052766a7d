"""The cache: it never answers for a file that changed, nor for one whose surroundings did, and no damage to
it is more than a slower run."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from dataclasses import fields

import pytest
from click.testing import CliRunner
from programs import SCALE

import gradcheck.facts
from faults import times
from gradcheck import lint
from gradcheck.cache import DAY, FOLDER, KEPT, Cache
from gradcheck.cache.entry import freeze, thaw
from gradcheck.cli.commands import main
from gradcheck.report.finding import Finding, Location
from gradcheck.report.kinds import Kind, Severity
from gradcheck.report.report import Problem, Report
from gradcheck.source.pins import _pinned

LIBRARY = "import tensorflow as tf\nlayers = tf.keras.layers\ndef head(x):\n    return tf.stop_gradient(x)\n"
USER = """
import tensorflow as tf
from lib import head
w = tf.Variable([1.0, 2.0])
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(head(w))
g = tape.gradient(loss, [w])
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with a module that is only found from packages around it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.gradcheck]\n")
    (tmp_path / "pkg").mkdir()
    (tmp_path / "lib.py").write_text(LIBRARY)
    (tmp_path / "pkg" / "m.py").write_text(USER)
    return tmp_path


def check(*words):
    done = CliRunner().invoke(main, ["check", *words])
    assert "Traceback" not in done.output and "itself failed" not in done.output
    return done


def same_without_cache(*words):
    """Whether the cache answers what a run without it says."""
    return check(*words).stdout == check(*words, "--no-cache").stdout


def _package(project):
    (project / "pkg" / "__init__.py").touch()


def _library_changes(project):
    (project / "lib.py").write_text(LIBRARY.replace("tf.stop_gradient(x)", "x"))


def _library_goes(project):
    (project / "lib.py").unlink()


def _nearer_library(project):
    (project / "pkg" / "lib.py").write_text(LIBRARY.replace("tf.stop_gradient(x)", "x"))


def _library_becomes_a_package(project):
    (project / "lib.py").unlink()
    (project / "lib").mkdir()
    (project / "lib" / "__init__.py").write_text(LIBRARY)


def _library_is_no_file(project):
    (project / "lib.py").unlink()
    (project / "lib.py").mkdir()


CHANGES = [
    [_package],
    [_package, _library_changes],
    [_package, _library_goes],
    [_package, _nearer_library],
    [_package, _library_becomes_a_package, _library_changes],
    [_package, _library_is_no_file],
    [_nearer_library, _package],
]


@pytest.mark.parametrize("changes", CHANGES)
def test_an_answer_is_never_stale(project, changes):
    assert same_without_cache("pkg/m.py")
    for change in changes:
        change(project)
        assert same_without_cache("pkg/m.py")


def test_a_package_that_appears_is_seen(project):
    (project / "pkg" / "setup.py").touch()  # what is not in a package ends here
    assert check("pkg/m.py").exit_code == 0
    _package(project)
    assert check("pkg/m.py").exit_code == 1


def test_a_helper_of_a_rule_of_ones_own_is_part_of_the_question(project, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(project / "home"))
    (project / "pyproject.toml").write_text('[tool.gradcheck]\nrules = ["own_rule.py"]\n')
    (project / "model.py").write_text(SCALE)
    (project / "own_rule.py").write_text(
        '"""Says something.\n\n## What it does\nIt says it.\n"""\n'
        "import pathlib\nfrom gradcheck.report.kinds import Kind, Severity\nfrom gradcheck.rule import Rule\n"
        "try:\n    import helper\nexcept ImportError:\n    pass\n"
        "SAY = pathlib.Path(__file__).with_name('helper.py').exists()\n"
        "RULE = Rule(__name__, code='ACME001', kind=Kind.CAPTURED, severity=Severity.WARNING, since='1',\n"
        "            headline='{labels}', why='w', advice='a')\n"
        "def check(facts):\n    return RULE.every(facts) if SAY else ()\n"
    )
    words = [sys.executable, "-m", "gradcheck", "check", "model.py", "--project-rules", "--format", "concise"]
    assert "ACME001" not in subprocess.run(words, capture_output=True, text=True).stdout
    (project / "helper.py").write_text("x = 1\n")
    assert "ACME001" in subprocess.run(words, capture_output=True, text=True).stdout


MAIN = """
import tensorflow as tf
from helper import Scale

model = tf.keras.Sequential([Scale()])
model.compile("sgd", "mse")
model.fit(tf.ones([2, 3]), tf.ones([2, 3]))
"""


def test_whether_a_file_is_named_is_part_of_the_question(project):
    (project / "sub").mkdir()
    (project / "sub" / "helper.py").write_text(SCALE)
    (project / "sub" / "main.py").write_text(MAIN)
    assert check("sub").exit_code == 1
    assert same_without_cache("sub/main.py")
    assert check("sub/main.py").exit_code == 1


def test_a_program_with_nothing_of_its_own_is_followed_into_what_it_imports(project):
    (project / "helper.py").write_text(SCALE)
    train = "def train():\n" + "".join(f"    {line}\n" for line in MAIN.split("\n")[4:])
    (project / "parts.py").write_text("import tensorflow as tf\nfrom helper import Scale\n" + train)
    (project / "run.py").write_text("from parts import train\n\ntrain()\n")
    assert check("run.py").exit_code == 1


def test_a_file_that_is_too_large_is_followed_once(project, monkeypatch):
    looks = []

    def facts_of(module, *args, **options):
        looks.append(module.path)
        return gradcheck.facts.Facts(module.path), False

    monkeypatch.setattr(gradcheck.facts, "facts_of", facts_of)
    (project / "model.py").write_text(SCALE)
    for _ in range(3):
        done = check("model.py")
        assert done.exit_code == 2 and "too large to follow in full" in done.stdout
    assert len(looks) == 1


def test_where_a_file_lies_is_part_of_the_question(project, monkeypatch):
    for name in ("a", "b"):
        (project / name).mkdir()
        (project / name / "helper.py").write_text(SCALE)
        (project / name / "main.py").write_text(MAIN)
    (project / "pyproject.toml").write_text('[tool.gradcheck]\nexclude = ["a"]\n')
    monkeypatch.chdir(project / "a")
    check("main.py")
    monkeypatch.chdir(project / "b")
    assert same_without_cache("main.py")


def test_what_the_requirements_allow_is_part_of_the_question(project):
    (project / "layer.py").write_text(
        "import tensorflow as tf\n\nclass Scale(tf.keras.layers.Layer):\n    def __init__(self):\n"
        "        super().__init__()\n        self.gain = tf.Variable(1.0)\n\n    def call(self, x):\n"
        "        return x * self.gain\n"
    )
    assert check("layer.py").exit_code == 1
    (project / "requirements.txt").write_text("tensorflow==2.10\n")
    _pinned.cache_clear()
    assert same_without_cache("layer.py")
    _pinned.cache_clear()


@pytest.mark.parametrize("kind", ["a link", "a link to nothing", "a hard link", "a pipe"])
def test_what_lies_in_the_place_of_the_stamp_is_left_alone(project, kind):
    (project / "model.py").write_text(SCALE)
    precious, stamp = project / "precious.txt", project / FOLDER / "looked-through"
    precious.write_text("kept")
    stamp.parent.mkdir()
    match kind:
        case "a link":
            stamp.symlink_to(precious)
        case "a link to nothing":
            stamp.symlink_to(project / "nothing")
        case "a hard link":
            stamp.hardlink_to(precious)
        case _:
            os.mkfifo(stamp)
    os.utime(stamp, (0, 0), follow_symlinks=False)
    assert check("model.py").exit_code == 1
    assert precious.read_text() == "kept"
    assert not (project / "nothing").exists()


@pytest.mark.parametrize("name", ["requirements.txt", "setup.py"])
def test_requirements_that_are_no_file_or_no_version(project, name):
    (project / "model.py").write_text(SCALE)
    os.mkfifo(project / name)
    _pinned.cache_clear()
    assert check("model.py").exit_code == 1
    (project / name).unlink()
    (project / name).write_text(f"tensorflow=={'9' * 5000}.1\n")
    _pinned.cache_clear()
    assert check("model.py", "--no-cache").exit_code == 1


def test_an_import_that_changes_while_it_is_looked_at_is_not_remembered(project, monkeypatch):
    before, after = "class Base: pass\n", "from tensorflow.keras.layers import Layer as Base\n"
    (project / "base.py").write_text(f"import tensorflow\n{before}")
    (project / "model.py").write_text(
        "from base import Base\n" + SCALE.replace("tf.keras.layers.Layer", "Base")
    )
    real = lint._lint

    def meanwhile(source, options, project_):
        report = real(source, options, project_)
        (project / "base.py").write_text(f"import tensorflow\n{after}")
        return report

    with monkeypatch.context() as patched:
        patched.setattr(lint, "_lint", meanwhile)
        assert check("model.py").exit_code == 0
    assert check("model.py").exit_code == 1
    assert same_without_cache("model.py")


def entries(folder):
    return sorted(one for one in (folder / FOLDER).iterdir() if len(one.name) == 40)


def test_damage_is_never_believed(project):
    (project / "model.py").write_text(SCALE)
    expected = check("model.py").stdout
    (entry,) = entries(project)
    whole, dice = entry.read_bytes(), random.Random(7)
    assert check("model.py").stdout == expected
    cache = Cache(str(project / FOLDER), ("settings",))
    for _ in range(times(400, 10_000)):
        damaged = damage(bytearray(whole), dice)
        entry.write_bytes(damaged)
        if bytes(damaged) != whole:
            assert _opened(cache, entry) is None
    for _ in range(10):
        entry.write_bytes(damage(bytearray(whole), dice))
        assert check("model.py").stdout == expected


def _opened(cache, entry):
    """What a cache makes of the bytes of an entry, whatever file they would be for."""
    cache._entry = lambda path: str(entry)
    return cache.get("model.py", SCALE)


def damage(data, dice):
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data) or 1)
        match dice.randrange(6):
            case 0:
                del data[at:]
            case 1 if data:
                data[at] ^= 1 << dice.randrange(8)
            case 2:
                data[at:at] = dice.randbytes(dice.randint(1, 40))
            case 3:
                del data[at : at + dice.randint(1, 40)]
            case 4:
                data[at : at + 8] = b"\xff" * 8
            case _:
                data[:] = dice.randbytes(dice.randint(0, 300))
    return data


def test_what_does_not_fit_is_refused():
    location = Location("a.py", 1)
    finding = Finding("GC101", "n", Severity.ERROR, "m", location, Kind.CAPTURED)
    report = Report((finding,), errors=(Problem("a.py", 1, "why"),), notes=("note",))
    assert thaw(freeze(report)) == report
    for one in fields(Report):
        for wrong in (3.5, "text", (1,), (report,), location):
            broken = Report(**{one.name: wrong})
            with pytest.raises((ValueError, TypeError, AttributeError)):
                thaw(freeze(broken))


def test_a_link_is_no_cache(project, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (project / FOLDER).symlink_to(elsewhere)
    done = check("pkg/m.py")
    assert ".gradcheck_cache is a symbolic link: nothing was remembered there" in done.stdout
    assert [*elsewhere.iterdir()] == []
    (project / FOLDER).unlink()
    (project / FOLDER).write_text("mine")
    assert ".gradcheck_cache is no folder" in check("pkg/m.py").stdout
    assert (project / FOLDER).read_text() == "mine"


def test_nothing_is_written_or_read_through_what_stands_in_the_folder(project):
    check("pkg/m.py")
    (entry,) = entries(project)
    entry.unlink()
    os.mkfifo(entry)
    check("pkg/m.py")
    entry.unlink()
    victim = project / "victim"
    victim.write_text("mine")
    entry.symlink_to(victim)
    check("pkg/m.py")
    assert victim.read_text() == "mine" and not entry.is_symlink()


def test_what_nobody_uses_goes(project):
    check("pkg/m.py")
    (entry,) = entries(project)
    old = entry.with_name("0" * 40)
    left = entry.with_name(f"{'1' * 40}.{'2' * 16}")
    foreign = entry.with_name("notes.txt")
    for path in (old, left, foreign):
        path.write_text("x")
        os.utime(path, (time.time() - KEPT - DAY,) * 2)
    os.utime(entry.with_name("looked-through"), (time.time() - 2 * DAY,) * 2)
    (project / "pkg" / "m.py").write_text(USER + "# changed\n")
    check("pkg/m.py")
    assert {path.name for path in entry.parent.iterdir()} == {
        entry.name,
        "notes.txt",
        "looked-through",
        ".gitignore",
    }


def test_a_changed_file_replaces_its_entry(project):
    for number in range(5):
        (project / "pkg" / "m.py").write_text(f"{USER}# {number}\n")
        check("pkg/m.py")
    assert len(entries(project)) == 1


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(project, monkeypatch):
    def refuse(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    monkeypatch.setattr(os, "makedirs", refuse)
    assert check("pkg/m.py").exit_code == 1


def test_twenty_runs_share_a_cache(project):
    for number in range(2):
        (project / f"model{number}.py").write_text(SCALE + f"# {number}\n")
    script = (
        "import os, sys\n"
        "from gradcheck.cli.commands import main\n"
        "import gradcheck.facts\n"
        "def one(number):\n"
        "    out = os.open(f'out{number}', os.O_WRONLY | os.O_CREAT)\n"
        "    os.dup2(out, 1)\n"
        "    main(['check', '.', '--format', 'json'])\n"
        "children = []\n"
        "for number in range(20):\n"
        "    child = os.fork()\n"
        "    if not child:\n"
        "        one(number)\n"
        "    children.append(child)\n"
        "print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == str([1] * 20), done.stderr
    reports = {(project / f"out{number}").read_text() for number in range(20)}
    assert len(reports) == 1
    assert {len(name) for name in os.listdir(FOLDER)} == {40, len("looked-through"), len(".gitignore")}
