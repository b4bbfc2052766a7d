"""`--diff-base` on a foreign work tree runs nothing of it, and no name or ref is taken for anything else."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from click.testing import CliRunner
from programs import SCALE
from repositories import committed, git

from gradcheck import lint
from gradcheck.cli.commands import main
from gradcheck.filter.diff import objects

CELL = [line + "\n" for line in SCALE.strip().split("\n")]


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with one committed file and a script that leaves a trace."""
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "model.py").write_text("import tensorflow as tf\n")
    committed(folder)
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/it_ran\ncat\n")
    script.chmod(0o755)
    return folder


def check(*words, base="HEAD"):
    done = CliRunner().invoke(main, ["check", *words, "--no-cache", "--format", "json", "--diff-base", base])
    assert "Traceback" not in done.output and "itself failed" not in done.output
    return done


def found(*words, base="HEAD"):
    return sorted(row["path"] for row in json.loads(check(*words, base=base).stdout)["findings"])


SETTINGS = {
    "a monitor": [("core.fsmonitor", "SCRIPT")],
    "a filter": [("filter.x.clean", "SCRIPT"), ("filter.x.smudge", "SCRIPT"), ("filter.x.process", "SCRIPT")],
    "a required filter": [("filter.x.clean", "SCRIPT"), ("filter.x.required", "true")],
    "a converter": [("diff.x.textconv", "SCRIPT")],
    "a comparison": [("diff.x.command", "SCRIPT"), ("diff.external", "SCRIPT")],
    "hooks": [("core.hooksPath", "..")],
    "a pager": [("core.pager", "SCRIPT"), ("pager.diff", "SCRIPT"), ("pager.rev-parse", "SCRIPT")],
    "an alias": [("alias.rev-parse", "!SCRIPT"), ("alias.cat-file", "!SCRIPT")],
    "an editor": [("core.editor", "SCRIPT"), ("sequence.editor", "SCRIPT")],
    "a helper": [("credential.helper", "!SCRIPT"), ("core.askPass", "SCRIPT"), ("core.sshCommand", "SCRIPT")],
    "a remote": [
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", "ext::SCRIPT"),
        ("remote.origin.uploadpack", "SCRIPT"),
        ("protocol.ext.allow", "always"),
    ],
    "a local remote": [
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", "/tmp"),
        ("remote.origin.uploadpack", "SCRIPT"),
        ("protocol.file.allow", "always"),
    ],
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("missing", [False, True], ids=["whole", "without an object"])
def test_no_program_that_a_repository_names_is_run(repository, tmp_path, settings, missing):
    (repository / ".gitattributes").write_text("* filter=x diff=x\n")
    for key, value in settings:
        git("config", key, value.replace("SCRIPT", str(tmp_path / "script")))
    if missing:
        blob = git("-c", "core.fsmonitor=false", "rev-parse", "HEAD:model.py").decode().strip()
        (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    (tmp_path / "it_ran").unlink(missing_ok=True)
    (repository / "model.py").write_text(SCALE)
    done = check(".")
    assert not (tmp_path / "it_ran").exists()
    assert done.exit_code == (2 if missing else 1)


@pytest.mark.parametrize(
    "base",
    [
        "",
        "-",
        "--",
        "--output=x",
        "-h",
        "--help",
        "--git-dir=/",
        "--exec-path",
        "nowhere",
        "HEAD:model.py",
        "HEAD HEAD",
        "HEAD\nHEAD",
        "HEAD..HEAD",
        "^HEAD",
        "@{u}",
        ":/",
        ":/first\x1b[2J",
        "\udcff",
        "a" * 5_000,
    ],
)
@pytest.mark.parametrize("text", [SCALE, ""], ids=["a finding", "no finding"])
def test_no_option_and_no_nonsense_is_taken_for_a_commit(repository, base, text):
    (repository / "model.py").write_text(text)
    done = check("model.py", base=base)
    assert done.exit_code == 2 and "--diff-base" in done.stderr
    assert sorted(os.listdir()) == [".git", "model.py"]
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize(
    "name",
    [
        "a\tb.py",
        "a\nb.py",
        'a"b.py',
        "a\\b.py",
        " a .py",
        "\u00e9\u6f22.py",
        "a\udcff.py",
        "-a.py",
        ":(glob)*.py",
        "*.py",
        "a => b.py",
        "{a => b}.py",
        "#cell3.py",
    ],
)
def test_every_name_is_found(repository, name):
    (repository / name).write_text(SCALE)
    git("add", "-A")
    git("commit", "-m", "second")
    assert found("./" + name) == []
    (repository / name).write_text(SCALE.replace("softplus", "relu"))
    assert len(found("./" + name)) == 1
    assert len(found("./" + name, base="HEAD~1")) == 1


def test_a_renamed_file_is_changed_where_it_was_changed(repository):
    (repository / "old.py").write_text(SCALE + "x = 1\n" * 30)
    git("add", "-A")
    git("commit", "-m", "second")
    git("mv", "old.py", "new.py")
    assert found("new.py") == []
    (repository / "old.py").write_text("# other\n" * 5 + SCALE.replace("softplus", "relu"))
    assert found("old.py", "new.py") == ["old.py"]
    (repository / "new.py").write_text(SCALE.replace("softplus", "relu") + "x = 1\n" * 30)
    assert found("new.py") == ["new.py"]


def test_a_replaced_object_hides_nothing(repository):
    (repository / "model.py").write_text(SCALE)
    git("commit", "-am", "second")
    (repository / "model.py").write_text(SCALE.replace("softplus", "relu"))
    git("add", "-A")
    git("replace", "HEAD:model.py", ":model.py")
    assert len(found("model.py")) == 1


def test_lines_that_are_alike_take_no_time(repository):
    rows = [f"# {number % 140}\n" for number in range(27_000)]
    (repository / "model.py").write_text(SCALE + "".join(rows))
    git("commit", "-am", "second")
    (repository / "model.py").write_text("# first\n" + SCALE + "".join(reversed(rows)))
    assert found("model.py") == []


def test_line_endings_are_no_difference(repository):
    (repository / "model.py").write_text(SCALE)
    git("commit", "-am", "second")
    (repository / "model.py").write_bytes(SCALE.replace("\n", "\r\n").encode())
    assert found("model.py") == []


def test_cells_of_a_notebook_have_lines_of_their_own(repository):
    def write(*cells):
        book = {"cells": [{"cell_type": "code", "source": cell} for cell in cells]}
        (repository / "book.ipynb").write_text(json.dumps(book))

    write(["x = 1\n"], CELL)
    git("add", "-A")
    git("commit", "-m", "second")
    assert found("book.ipynb") == []
    write(["x = 2\n"], CELL)
    assert found("book.ipynb") == []
    write(["x = 2\n"], ["y = 1\n"], [line.replace("softplus", "relu") for line in CELL])
    assert len(found("book.ipynb")) == 1


CALLED = """\
import keras


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = keras.layers.Dense(8)
        self.out = keras.layers.Dense(1)

    def call(self, x):
        x = self.hidden(x)
        x = self.out(x)
        return x


model = Net()
model.compile("adam", "mse")
"""
CALL = "        x = self.out(x)\n"
UNCALLED = CALLED.replace(CALL, "")
OLD = CALLED.replace("Dense(1)", "Dense(2)").replace("Net", "Other").replace(CALL, "").partition("\n")[2]


def kept(repository, **files):
    """Commit these texts, by the stems of their files."""
    for name, text in files.items():
        (repository / f"{name}.py").write_text(text)
    git("add", "-A")
    git("commit", "-m", "second")


def lines(*words, base="HEAD"):
    return [
        (row["path"], row["line"]) for row in json.loads(check(*words, base=base).stdout or "{}")["findings"]
    ]


def test_a_line_that_is_deleted_makes_a_finding_elsewhere(repository):
    kept(repository, model=CALLED)
    (repository / "model.py").write_text(UNCALLED)
    assert lines("model.py") == [("model.py", 8)]
    kept(repository)
    assert lines("model.py") == []
    assert lines("model.py", base="HEAD~1") == [("model.py", 8)]


def test_an_old_finding_in_a_file_that_changed_elsewhere_is_not_shown(repository):
    kept(repository, model=UNCALLED)
    (repository / "model.py").write_text("# a model\n" + UNCALLED.replace('"adam"', '"sgd"'))
    assert lines("model.py") == []
    (repository / "model.py").write_text(
        UNCALLED.replace(CALL, "").replace('model.compile("adam", "mse")', "")
    )
    assert lines("model.py") == []


def test_where_there_are_more_of_a_rule_all_of_them_in_this_file_are_shown(repository):
    kept(repository, model=CALLED + OLD, other=UNCALLED)
    assert lines(".") == []
    (repository / "model.py").write_text(UNCALLED + OLD)
    assert lines(".") == [("model.py", 8), ("model.py", 23)]


def test_a_change_in_an_imported_file_makes_a_finding_where_nothing_changed(repository):
    base = CALLED.partition("\n\nmodel =")[0].replace("        self.out = keras.layers.Dense(1)\n", "") + "\n"
    main = """\
import keras
from base import Net


class Whole(Net):
    def __init__(self):
        super().__init__()
        self.out = keras.layers.Dense(1)


model = Whole()
model.compile("adam", "mse")
"""
    kept(repository, base=base, main=main)
    assert lines(".") == lines("main.py") == []
    (repository / "base.py").write_text(base.replace(CALL, ""))
    assert lines("main.py") == lines(".") == [("main.py", 8)]
    kept(repository)
    (repository / "base.py").write_text("# other\n" + base.replace(CALL, ""))
    assert lines("main.py") == lines(".") == []
    (repository / "base.py").unlink()
    (repository / "main.py").write_text(main.replace("base", "bases"))
    (repository / "bases.py").write_text(base.replace(CALL, ""))
    assert lines("main.py") == []


def test_a_deletion_in_a_cell_makes_a_finding_in_another(repository):
    def write(*cells):
        book = {"cells": [{"cell_type": "code", "source": cell} for cell in cells]}
        (repository / "book.ipynb").write_text(json.dumps(book))

    write("x = 1\n", CALLED)
    kept(repository)
    write("x = 1\n", UNCALLED)
    assert lines("book.ipynb") == [("book.ipynb", 8)]
    kept(repository)
    write(UNCALLED.replace("Net", "Nets"))
    assert lines("book.ipynb") == []


def test_a_renamed_file_is_held_against_its_former_self(repository):
    kept(repository, old=CALLED + "x = 1\n" * 30)
    git("mv", "old.py", "new.py")
    assert lines("new.py") == []
    (repository / "new.py").write_text(UNCALLED + "x = 1\n" * 30)
    assert lines("new.py") == [("new.py", 8)]
    (repository / "new.py").write_text(CALLED + "x = 1\n" * 30)
    (repository / "found.py").write_text(UNCALLED)
    assert lines(".") == [("found.py", 8)]


def test_line_endings_alone_make_no_finding(repository):
    kept(repository, model=UNCALLED)
    (repository / "model.py").write_bytes(UNCALLED.replace("\n", "\r\n").encode())
    assert lines("model.py") == []
    (repository / "model.py").write_bytes(UNCALLED.replace("\n", "\r").encode())
    assert lines("model.py") == []


def test_of_a_file_that_was_no_python_only_changed_lines_are_told(repository):
    kept(repository, model=UNCALLED + "def (:\n")
    (repository / "model.py").write_text(UNCALLED)
    assert lines("model.py") == []
    (repository / "model.py").write_text(UNCALLED.replace("Dense(1)", "Dense(3)"))
    assert lines("model.py") == [("model.py", 8)]


def test_what_silences_a_finding_may_be_what_is_deleted(repository):
    silenced = UNCALLED.replace("    def __init__", "    # gradcheck: ignore\n    def __init__")
    kept(repository, model=silenced)
    (repository / "model.py").write_text(UNCALLED)
    assert lines("model.py") == [("model.py", 8)]


@pytest.mark.parametrize(
    "text, looks", [(CALLED, 1), (UNCALLED.replace("Dense(1)", "Dense(3)"), 1), (UNCALLED, 2)]
)
def test_how_it_was_is_looked_at_only_where_a_finding_is_on_no_changed_line(
    repository, monkeypatch, text, looks
):
    kept(repository, model=CALLED)
    (repository / "model.py").write_text(text)
    looked, real = [], lint.lint
    monkeypatch.setattr(lint, "lint", lambda *words, **more: looked.append(words) or real(*words, **more))
    check("model.py")
    assert len(looked) == looks


def test_what_is_remembered_is_how_things_are(repository):
    kept(repository, model=CALLED)
    (repository / "model.py").write_text(UNCALLED)
    for words in [["--diff-base", "HEAD"], [], ["--diff-base", "HEAD"], []]:
        assert CliRunner().invoke(main, ["check", ".", *words]).exit_code == 1
    (repository / "model.py").write_text(CALLED)
    assert CliRunner().invoke(main, ["check", "."]).exit_code == 0


def test_standard_input_is_held_against_the_file_as_it_was(repository):
    kept(repository, model=CALLED)
    (repository / "model.py").write_text("changed = 1\n")
    words = ["check", "-", "--no-cache", "--diff-base", "HEAD", "--stdin-filename", "model.py"]
    assert CliRunner().invoke(main, words, input=CALLED).exit_code == 0
    assert CliRunner().invoke(main, words, input=UNCALLED).exit_code == 1
    kept(repository, model=UNCALLED)
    (repository / "model.py").write_text(CALLED)
    assert CliRunner().invoke(main, words, input=UNCALLED).exit_code == 0


def test_an_object_that_was_not_fetched_costs_only_its_file(repository):
    kept(repository, model=CALLED, other="x = 1\n")
    (repository / "model.py").write_text(UNCALLED)
    (repository / "other.py").write_text("x = 2\n")
    blob = git("rev-parse", "HEAD:other.py").decode().strip()
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    assert lines("model.py") == [("model.py", 8)]


def test_a_file_outside_of_the_repository_is_changed_wholly(repository, tmp_path):
    (tmp_path / "other.py").write_text(SCALE)
    assert len(found(str(tmp_path / "other.py"))) == 1


def test_git_that_is_not_there_is_said(repository, monkeypatch):
    (repository / "model.py").write_text(SCALE)
    monkeypatch.setenv("PATH", "/nowhere")
    done = check("model.py")
    assert done.exit_code == 2 and "git cannot be started" in done.stderr


@pytest.mark.parametrize("name", ["model.py", "stdin.py", "new.py", "book.ipynb"])
def test_standard_input_is_compared_as_it_is(repository, name):
    words = ["check", "-", "--no-cache", "--format", "json", "--diff-base", "HEAD", "--stdin-filename", name]
    given = json.dumps({"cells": [{"cell_type": "code", "source": SCALE}]}) if name == "book.ipynb" else SCALE
    done = CliRunner().invoke(main, words, input=given)
    [finding] = json.loads(done.stdout)["findings"]
    assert (done.exit_code, finding["path"].partition("#")[0]) == (1, name)


def test_what_standard_input_leaves_as_it_was_is_no_change(repository):
    (repository / "model.py").write_text(SCALE)
    git("commit", "-qam", "the model")
    (repository / "model.py").write_text("changed = 1\n")
    words = ["check", "-", "--no-cache", "--diff-base", "HEAD", "--stdin-filename", "model.py"]
    assert CliRunner().invoke(main, words, input=SCALE).exit_code == 0
    changed = SCALE.replace("softplus(self.raw)", "softplus(self.raw) + 1.0")
    assert CliRunner().invoke(main, words, input=changed).exit_code == 1


def test_git_is_not_waited_for_for_ever(repository, tmp_path, monkeypatch):
    (repository / "model.py").write_text(SCALE)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text("#!/bin/sh\nexec sleep 600\n")
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(objects, "SECONDS", 1)
    done = check("model.py")
    assert done.exit_code == 2
    assert "--diff-base HEAD: git took more than 1 s" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    "name, value",
    [
        ("GIT_GLOB_PATHSPECS", "1"),
        ("GIT_NOGLOB_PATHSPECS", "1"),
        ("GIT_ICASE_PATHSPECS", "1"),
        ("GIT_LITERAL_PATHSPECS", "0"),
        ("GIT_DIR", "/nowhere"),
        ("GIT_DIR", ""),
        ("GIT_WORK_TREE", "/"),
        ("GIT_COMMON_DIR", "/nowhere"),
        ("GIT_INDEX_FILE", "/nowhere"),
        ("GIT_NAMESPACE", "other"),
        ("GIT_PREFIX", "nowhere/"),
        ("GIT_OBJECT_DIRECTORY", "/nowhere"),
        ("GIT_SHALLOW_FILE", "/nowhere"),
        ("GIT_TRACE", "1"),
        ("GIT_ATTR_SOURCE", "nowhere"),
    ],
)
def test_variables_of_git_that_are_meant_for_another_command_change_nothing(
    repository, monkeypatch, name, value
):
    (repository / "Model[1].py").write_text(SCALE)
    (repository / "model1.py").write_text(SCALE)
    git("add", "-A")
    git("commit", "-m", "second")
    (repository / "Model[1].py").write_text(SCALE.replace("softplus", "relu"))
    monkeypatch.setenv(name, value)
    assert found(".") == ["Model[1].py"]


def test_why_git_failed_is_said_and_not_what_it_hints_at(repository, tmp_path, monkeypatch):
    """Also where it is another git than this one, which hints at more."""
    script = "#!/bin/sh\necho 'hint: use a newer form' >&2\necho 'fatal: it is broken' >&2\nexit 128\n"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text(script)
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    done = check(".", base="HEAD")
    assert done.exit_code == 2 and "fatal: it is broken" in done.output


def test_what_the_user_has_set_up_is_heeded(repository, monkeypatch):
    """As where a repository belongs to somebody else, and the environment says that it may be read."""
    (repository / "model.py").write_text(SCALE)
    for name, value in (("COUNT", "1"), ("KEY_0", "core.bare"), ("VALUE_0", "nonsense")):
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    done = check("model.py")
    assert done.exit_code == 2 and "core.bare" in done.stderr


USER = """\
import keras
import tensorflow as tf
from helper import f


class Scale(keras.layers.Layer):
    def build(self, shape):
        self.mu = self.add_weight(shape=(1,), name="mu")

    def call(self, x):
        return x * f(self.mu)
"""
OK = "import tensorflow as tf\n\n\ndef f(x):\n    return tf.sin(x)\n"
BAD = OK.replace("sin", "round")


def exit_and_lines(*words, base="HEAD"):
    done = check(*words, base=base)
    return done.exit_code, [(row["path"], row["line"]) for row in json.loads(done.stdout)["findings"]]


def test_a_package_that_is_new_stands_before_the_module_of_its_name(repository):
    kept(repository, m=USER, helper=OK)
    assert exit_and_lines("m.py") == (0, [])
    (repository / "helper").mkdir()
    (repository / "helper" / "__init__.py").write_text(BAD)
    assert exit_and_lines("m.py") == (1, [("m.py", 11)])
    assert exit_and_lines(".") == (1, [("m.py", 11)])
    kept(repository)
    assert exit_and_lines("m.py") == (0, [])
    assert exit_and_lines("m.py", base="HEAD~1")[0] == 1


def test_a_module_that_is_new_is_taken_where_another_one_was(repository):
    either = "try:\n    from fast import f\nexcept ImportError:\n    from slow import f"
    kept(repository, m=USER.replace("from helper import f", either), slow=OK)
    assert exit_and_lines("m.py") == (0, [])
    (repository / "fast.py").write_text(BAD)
    assert exit_and_lines("m.py") == (1, [("m.py", 14)])


def test_a_module_that_was_missing_is_new(repository):
    kept(repository, m=USER)
    (repository / "helper.py").write_text(BAD)
    assert exit_and_lines("m.py") == (1, [("m.py", 11)])


def test_what_git_ignores_is_new_to_nobody(repository):
    (repository / ".gitignore").write_text("/made/\n")
    kept(repository, m=USER.replace("from helper", "from made.helper"))
    (repository / "made").mkdir()
    (repository / "made" / "helper.py").write_text(BAD)
    assert exit_and_lines("m.py") == (0, [])
    git("add", "-f", "made/helper.py")
    assert exit_and_lines("m.py") == (1, [("m.py", 11)])


def test_an_odd_cell_of_a_notebook_costs_only_itself(repository):
    odd = [{"cell_type": "wrong", "source": "x"}, {"cell_type": "code", "source": "x = '\ud800'\n"}]

    def write(text):
        cells = [odd[0], {"cell_type": "code", "source": text}, odd[1]]
        (repository / "book.ipynb").write_text(json.dumps({"cells": cells}))

    write(SCALE)
    kept(repository)
    assert lines("book.ipynb") == []
    write(SCALE.replace("softplus", "relu"))
    [row] = json.loads(check("book.ipynb").stdout)["findings"]
    assert (row["path"], row["cell"], row["line"]) == ("book.ipynb", 1, 6)


def test_how_folders_are_fetched_that_were_not_is_said(repository, tmp_path, monkeypatch):
    (repository / "part").mkdir()
    (repository / "part" / "other.py").write_text(OK)
    kept(repository, m=SCALE)
    kept(repository, m="# changed\n" + SCALE)
    git("config", "uploadpack.allowFilter", "true")
    git("clone", "-q", "--filter=tree:0", f"file://{repository}", str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    base = git("rev-parse", "HEAD~1").decode().strip()
    done = check("m.py", base="HEAD~1")
    way = f"`git diff --stat {base[:12]}` fetches that, as does a clone without --filter"
    assert done.exit_code == 2
    assert way in " ".join(done.stderr.split()) and "warning" not in done.stderr
    git("diff", "--stat", base)
    assert exit_and_lines("m.py", base="HEAD~1") == (0, [])


def test_no_name_is_an_argument_of_git(repository, monkeypatch):
    kept(repository, **{f"model{number}": SCALE for number in range(8)})
    for number in range(8):
        (repository / f"model{number}.py").write_text(SCALE.replace("softplus", "relu"))
    commands, real = [], subprocess.run
    monkeypatch.setattr(
        objects.subprocess, "run", lambda words, **more: commands.append(words) or real(words, **more)
    )
    assert len(found(".")) == 8
    assert not any("model" in word for words in commands for word in words)


def test_what_was_not_fetched_is_said_and_the_rest_is_compared(repository, tmp_path, monkeypatch):
    kept(repository, model=CALLED, helper=OK, m=USER)
    kept(repository, helper="# changed\n" + BAD, model=UNCALLED)
    git("config", "uploadpack.allowFilter", "true")
    git("clone", "-q", "--filter=blob:none", f"file://{repository}", str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    base = git("rev-parse", "HEAD~1").decode().strip()
    git("cat-file", "-p", "HEAD~1:model.py")
    done = check(".", base="HEAD~1")
    report = json.loads(done.stdout)
    assert [(row["path"], row["line"]) for row in report["findings"]] == [("model.py", 8)]
    assert done.exit_code == 2
    assert [(row["path"], row["message"]) for row in report["errors"]] == [
        (
            "helper.py",
            f"cannot be compared: git has not fetched what it held in {base[:12]}, so it counts as "
            f"unchanged; `git diff --stat {base[:12]}` fetches that, as does a clone without --filter",
        )
    ]
    git("diff", "--stat", base)
    assert exit_and_lines(".", base="HEAD~1") == (1, [("m.py", 11), ("model.py", 8)])


def test_links_lead_where_they_led(repository):
    kept(repository, m=USER, good=OK, bad=BAD)
    link = repository / "helper.py"
    link.symlink_to("good.py")
    kept(repository)
    assert exit_and_lines("m.py") == (0, [])
    link.unlink()
    link.symlink_to("bad.py")
    assert exit_and_lines("m.py") == (1, [("m.py", 11)])
    link.unlink()
    link.write_text(BAD)
    assert exit_and_lines("m.py") == (1, [("m.py", 11)])
    kept(repository)
    assert exit_and_lines("m.py") == (0, [])
    assert exit_and_lines("m.py", base="HEAD~1") == (1, [("m.py", 11)])
    (repository / "helper.py").unlink()
    (repository / "good.py").write_text("# other\n" + OK)
    link.symlink_to("good.py")
    assert exit_and_lines("m.py") == (0, [])


def test_a_file_that_becomes_a_link_was_a_file(repository):
    kept(repository, m=USER, helper=OK, bad=BAD)
    (repository / "helper.py").unlink()
    (repository / "helper.py").symlink_to("bad.py")
    assert exit_and_lines("m.py") == (1, [("m.py", 11)])


def test_a_folder_that_is_a_link_leads_where_it_led(repository):
    for name, text in (("one", OK), ("two", BAD)):
        (repository / name).mkdir()
        (repository / name / "helper.py").write_text(text)
    (repository / "lib").symlink_to("one")
    kept(repository, m=USER.replace("from helper", "from lib.helper"))
    assert exit_and_lines("m.py") == (0, [])
    (repository / "lib").unlink()
    (repository / "lib").symlink_to("../repository/two")
    assert exit_and_lines("m.py") == (1, [("m.py", 11)])
    kept(repository)
    assert exit_and_lines("m.py") == (0, [])
    assert exit_and_lines("m.py", base="HEAD~1") == (1, [("m.py", 11)])


def test_links_that_lead_to_each_other_end(repository):
    kept(repository, m=USER)
    (repository / "helper.py").symlink_to("other.py")
    (repository / "other.py").symlink_to("helper.py")
    kept(repository)
    (repository / "helper.py").unlink()
    (repository / "helper.py").write_text(BAD)
    assert exit_and_lines("m.py") == (1, [("m.py", 11)])


@pytest.fixture
def submodule(repository, tmp_path):
    """The folder of a submodule in which m.py finds its helper."""
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "helper.py").write_text(OK)
    (tmp_path / "library" / "old.py").write_text(BAD.replace("f(x)", "f(x, y)"))
    committed(tmp_path / "library")
    git("-c", "protocol.file.allow=always", "submodule", "add", str(tmp_path / "library"), "lib")
    kept(repository, m=USER.replace("from helper", "from lib.helper"))
    return repository / "lib"


def test_a_file_of_a_submodule_is_held_against_the_commit_that_the_base_has_of_it(submodule):
    assert exit_and_lines("m.py") == (0, [])
    (submodule / "helper.py").write_text(BAD)
    assert exit_and_lines("m.py") == (1, [("m.py", 11)])
    git("commit", "-qam", "other", at=submodule)
    assert exit_and_lines("m.py") == (1, [("m.py", 11)])
    git("add", "lib")
    git("commit", "-qm", "third")
    assert exit_and_lines("m.py") == (0, [])
    assert exit_and_lines("m.py", base="HEAD~1") == (1, [("m.py", 11)])


def test_an_untouched_file_of_a_submodule_is_not_new(submodule):
    (submodule / "model.py").write_text(SCALE)
    git("add", "-A", at=submodule)
    git("commit", "-qm", "other", at=submodule)
    git("add", "lib")
    git("commit", "-qm", "third")
    assert exit_and_lines("lib/model.py") == (0, [])
    assert exit_and_lines("lib/model.py", base="HEAD~1")[0] == 1


def test_a_submodule_that_does_not_have_the_commit_is_said(submodule):
    (submodule / "model.py").write_text(SCALE)
    commit = git("rev-parse", "HEAD:lib").decode().strip()
    (submodule.parent / ".git" / "modules" / "lib" / "objects" / commit[:2] / commit[2:]).unlink()
    done = check("lib/model.py")
    report = json.loads(done.stdout)
    assert (done.exit_code, report["findings"]) == (0, [])
    assert [note["message"] for note in report["notes"]] == [
        f"lib: this submodule does not have {commit[:12]}, with which it was to be compared: its files count "
        "as unchanged; `git fetch` in it brings that"
    ]


@pytest.mark.parametrize("name", ["script", "..m.py", "..", "...py"])
def test_a_file_of_any_name_is_held_against_its_former_self(repository, name):
    folder = repository / "tools"
    folder.mkdir()
    file = folder / "script" if name == ".." else repository / name
    file.write_text("#!/usr/bin/env python\n" + UNCALLED)
    kept(repository)
    shown = os.path.relpath(file)
    assert exit_and_lines(shown) == (0, [])
    file.write_text("#!/usr/bin/env python\n# other\n" + UNCALLED)
    assert exit_and_lines(shown) == (0, [])
    file.write_text("#!/usr/bin/env python\n" + CALLED)
    kept(repository)
    file.write_text("#!/usr/bin/env python\n" + UNCALLED)
    assert exit_and_lines(shown) == (1, [(shown, 9)])
