"""Settings: where they are found, what they select, and what a wrong one says."""

from __future__ import annotations

import pytest

from gradcheck.config.options import Options, Target, matches
from gradcheck.config.pyproject import ConfigError, load
from gradcheck.report.kinds import Severity


@pytest.fixture
def settings(tmp_path):
    """Writes a pyproject.toml and reads it back."""

    def write(text: str) -> Options:
        file = tmp_path / "pyproject.toml"
        file.write_text(text)
        return load(str(file))

    return write


def test_every_key(settings, tmp_path):
    options = settings(
        """
        [tool.gradcheck]
        keras = "3"
        select = ["GC1"]
        ignore = ["GC102"]
        extend-select = ["GC9"]
        extend-ignore = ["unused-weight"]
        exclude = ["legacy"]
        baseline = "known.json"
        cache = false
        per-file-ignores = { "tests/*" = ["ALL"] }
        severity = { GC3 = "warning" }
        [tool.gradcheck.probe]
        targets = ["train.py", { target = "net.py:f", call = "f(3)", inputs = ["8,4"], args = ["--fast"] }]
        timeout = 90
        steps = 5
        python = "/usr/bin/python3"
        """
    )
    assert options.keras == "3"
    assert options.select == ("GC1",) and options.ignore == ("GC102",)
    assert options.extend_select == ("GC9",) and options.extend_ignore == ("unused-weight",)
    assert options.exclude == ("legacy",)
    assert options.baseline == str(tmp_path / "known.json")
    assert options.cache is False
    assert options.root == str(tmp_path)
    assert options.per_file_ignores == (("tests/*", ("ALL",)),)
    assert options.severity == (("GC3", Severity.WARNING),)
    assert options.probe.targets == (
        Target("train.py"),
        Target("net.py:f", args=("--fast",), call="f(3)", inputs=("8,4",)),
    )
    assert (options.probe.timeout, options.probe.steps, options.probe.python) == (90, 5, "/usr/bin/python3")


@pytest.mark.parametrize(
    "text, said",
    [
        pytest.param("selct = []", "unknown key 'selct'; did you mean 'select'?", id="a typo"),
        pytest.param("per_file_ignores = {}", "did you mean 'per-file-ignores'?", id="underscores"),
        pytest.param("zzz = 1", "known keys: keras, select, ignore", id="nothing near"),
        pytest.param(
            "probe = { step = 3 }", "[tool.gradcheck]: probe: unknown key 'step'", id="a typo below"
        ),
        pytest.param('select = "GC1"', "select must be a list of strings", id="a string for a list"),
        pytest.param("keras = 4", 'keras must be "auto", "2", "3" or "both", not 4', id="no such Keras"),
        pytest.param(
            'severity = { GC1 = "fatal" }', "severity.GC1 must be one of error, warning, info", id="level"
        ),
        pytest.param("probe = { timeout = 0 }", "timeout must be a number above 0", id="no time"),
        pytest.param("probe = { timeout = true }", "timeout must be a number above 0", id="true is no time"),
        pytest.param("probe = { steps = 1.5 }", "steps must be a whole number above 0", id="half a step"),
        pytest.param("probe = { targets = [{}] }", "lacks the key 'target'", id="a target without its name"),
        pytest.param("probe = 3", "probe must be a table", id="a number for a table"),
        pytest.param("cache = 1", "cache must be true or false, not 1", id="a number for a switch"),
        pytest.param("select = [", "not valid TOML", id="broken TOML"),
    ],
)
def test_a_wrong_setting_says_what_to_write(settings, text, said):
    with pytest.raises(ConfigError) as failure:
        settings(f"[tool.gradcheck]\n{text}\n")
    assert said in str(failure.value)
    assert "pyproject.toml: " in str(failure.value)


EMPTY = "has an empty entry, which names nothing: remove it or fill it in"


@pytest.mark.parametrize("name", ["gradcheck", '"gradcheck"', "'gradcheck'", '"grad\\u0063heck"'])
def test_the_table_may_be_spelled_as_toml_allows(settings, name):
    assert settings(f'[tool.{name}]\nignore = ["GC101"]\n').ignore == ("GC101",)


@pytest.mark.parametrize("nothing", ["", " ", "\\t"])
@pytest.mark.parametrize("key", ["select", "ignore", "extend-select", "extend-ignore", "exclude", "rules"])
def test_an_empty_entry_names_nothing(settings, key, nothing):
    with pytest.raises(ConfigError) as problem:
        settings(f'[tool.gradcheck]\n{key} = ["GC101", "{nothing}"]')
    assert str(problem.value).endswith(f"[tool.gradcheck]: {key} {EMPTY}")


@pytest.mark.parametrize(
    "text, where",
    [
        ('per-file-ignores = { "a.py" = [""] }', 'per-file-ignores."a.py"'),
        ('per-file-ignores = { " " = ["GC101"] }', "per-file-ignores"),
        ('severity = { "" = "error" }', "severity"),
    ],
)
def test_an_empty_entry_of_a_table_names_nothing(settings, text, where):
    with pytest.raises(ConfigError) as problem:
        settings(f"[tool.gradcheck]\n{text}")
    assert str(problem.value).endswith(f"[tool.gradcheck]: {where} {EMPTY}")


def test_a_list_may_be_empty_and_so_may_an_argument(settings):
    options = settings(
        '[tool.gradcheck]\nselect = []\nexclude = []\nprobe.targets = [{ target = "a.py", args = [""] }]'
    )
    assert (options.select, options.exclude, options.probe.targets[0].args) == ((), (), ("",))


def test_an_empty_selector_selects_nothing():
    assert Options(ignore=("",)).selects("GC101", "weight-read-in-build")
    assert not Options(select=("",)).selects("GC101", "weight-read-in-build")


@pytest.mark.parametrize(
    "key, shown",
    [
        ("selct", "unknown key 'selct'; did you mean 'select'?"),
        (r'"a\u001b[31m\u0007"', r'unknown key "a\u001b[31m\u0007"; '),
        (r'"a\nb"', r'unknown key "a\nb"; '),
        (r'"select\u202e"', r'unknown key "select\u202e"; '),
        ("'x\"y'", r'unknown key "x\"y"; '),
        ('"é z"', 'unknown key "é z"; '),
        (r'"\u0073elct"', "unknown key 'selct'; "),
    ],
)
def test_a_key_is_shown_as_it_may_be_written_on_one_line(settings, key, shown):
    with pytest.raises(ConfigError) as problem:
        settings(f"[tool.gradcheck]\n{key} = 1")
    assert shown in str(problem.value)
    assert str(problem.value).isprintable()


@pytest.mark.parametrize("table", ["per-file-ignores", "severity"])
@pytest.mark.parametrize(
    "key, shown",
    [(r'"\u001b[31m"', r'."\u001b[31m" must'), ('"a/*.py"', '."a/*.py" must'), ("GC1", ".GC1 must")],
)
def test_so_is_a_key_of_a_table(settings, table, key, shown):
    with pytest.raises(ConfigError) as problem:
        settings(f"[tool.gradcheck]\n{table} = {{ {key} = 3 }}")
    assert f"{table}{shown}" in str(problem.value)
    assert str(problem.value).isprintable()


def test_a_named_file_must_hold_settings(settings):
    with pytest.raises(ConfigError, match=r"has no \[tool.gradcheck\] table"):
        settings("[project]\nname = 'x'\n")


def test_a_named_file_must_exist(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load(str(tmp_path / "absent.toml"))


def test_the_nearest_table_upwards_is_found_past_a_file_without_one(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.gradcheck]\nkeras = '2'\n")
    inner = tmp_path / "package" / "models"
    inner.mkdir(parents=True)
    (tmp_path / "package" / "pyproject.toml").write_text("[tool.other]\n")
    (inner / "net.py").touch()
    assert load(None, (str(inner / "net.py"),)).keras == "2"
    assert load(None, (str(inner),)).root == str(tmp_path)


def test_targets_are_named_from_where_one_stands(tmp_path, monkeypatch):
    (tmp_path / "net.py").touch()
    (tmp_path / "src").mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.gradcheck.probe]\ntargets = ["net.py:make", "pkg.net"]\n')
    monkeypatch.chdir(tmp_path / "src")
    assert [one.target for one in load(None).probe.targets] == ["../net.py:make", "pkg.net"]


SELECTIONS = [
    pytest.param(Options(), True, id="on by default"),
    pytest.param(Options(select=("GC1",)), True, id="its group"),
    pytest.param(Options(select=("GC2",)), False, id="another group"),
    pytest.param(Options(select=("weight-read-in-build",)), True, id="its name"),
    pytest.param(Options(extend_select=("GC2",)), True, id="another one besides"),
    pytest.param(Options(ignore=("GC",)), False, id="all ignored"),
    pytest.param(Options(ignore=("GC1",), extend_select=("GC101",)), True, id="the closer one selects"),
    pytest.param(Options(select=("GC1",), ignore=("GC101",)), False, id="the closer one ignores"),
    pytest.param(Options(select=("GC1",), extend_ignore=("GC1",)), False, id="a draw ignores"),
    pytest.param(Options(select=("ALL",), ignore=("GC2",)), True, id="everything but another group"),
]


@pytest.mark.parametrize("options, on", SELECTIONS)
def test_which_rules_are_on(options, on):
    assert options.selects("GC101", "weight-read-in-build") is on


def test_an_opt_in_rule_waits_to_be_asked():
    assert not Options().selects("GC901", "hint", by_default=False)
    assert not Options(ignore=("GC1",)).selects("GC901", "hint", by_default=False)
    assert Options(extend_select=("GC9",)).selects("GC901", "hint", by_default=False)
    assert Options(select=("ALL",)).selects("GC901", "hint", by_default=False)


def test_the_closest_severity_wins():
    options = Options(severity=(("GC", Severity.INFO), ("GC10", Severity.WARNING)))
    assert options.severity_of("GC101", "x", Severity.ERROR) is Severity.WARNING
    assert options.severity_of("GC201", "x", Severity.ERROR) is Severity.INFO
    assert Options().severity_of("GC101", "x", Severity.ERROR) is Severity.ERROR


@pytest.mark.parametrize(
    "path, pattern, named",
    [
        ("src/models/net.py", "net.py", True),
        ("src/models/net.py", "models", True),
        ("src/models/net.py", "src/models", True),
        ("src/models/net.py", "src/models/", True),
        ("src/models/net.py", "./src", True),
        ("src/models/net.py", "src/*.py", True),
        ("src/models/net.py", "**/net.py", True),
        ("src/models/net.py", "src/model", False),
        ("src/models/net.py", "models/net.py", False),
        ("src/models/net.py", "*.ipynb", False),
        ("net.py", "**/net.py", True),
    ],
)
def test_globs(path, pattern, named):
    assert matches(path, (pattern,)) is named


def test_globs_are_relative_to_the_settings_file(tmp_path):
    file = str(tmp_path / "src" / "net.py")
    options = Options(root=str(tmp_path), per_file_ignores=(("src/net.py", ("GC1",)),))
    assert options.ignored_in(file, "GC101", "x")
    assert not options.ignored_in(file, "GC201", "x")
    assert not options.ignored_in(str(tmp_path / "net.py"), "GC101", "x")
