"""What a fresh interpreter loads: the static half knows neither TensorFlow nor LibCST, and starts quickly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FIXTURE = Path(__file__).parents[1] / "fixtures" / "normal-indexed-in-build" / "model.py"
CLEAN = FIXTURE.parents[1] / "normal-made-in-call-clean" / "model.py"
HEAVY = {"tensorflow", "keras", "tf_keras", "tensorflow_probability", "numpy", "libcst"}
REPORT = (
    "import sys; print(' '.join(sorted({name.partition('.')[0] for name in sys.modules})), file=sys.stderr)"
)


def loaded(program, *arguments, cwd=None):
    """The top-level modules that a program has loaded when it ends."""
    code = f"import atexit\natexit.register(lambda: exec({REPORT!r}))\n{program}"
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    assert "Traceback" not in done.stderr, done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("check", str(CLEAN)), id="check"),
        pytest.param(("check", str(FIXTURE), "--format", "concise"), id="check, concisely"),
        pytest.param(("explain", "GC101"), id="explain"),
        pytest.param(("rules",), id="rules"),
        pytest.param(("--help",), id="help"),
    ],
)
def test_the_static_half_loads_nothing_heavy(arguments):
    modules = loaded("from gradcheck.cli.commands import main; main()", *arguments)
    assert "click" in modules and not modules & HEAVY


def test_what_can_be_repaired_is_told_without_tensorflow():
    modules = loaded("from gradcheck.cli.commands import main; main()", "check", str(FIXTURE))
    assert modules & HEAVY == {"libcst"}


def test_the_package_itself_loads_next_to_nothing():
    assert not loaded("import gradcheck") & (HEAVY | {"click", "json", "ast", "importlib.metadata", "rich"})


def test_nothing_is_waited_for_before_the_command_hears_of_an_interrupt():
    code = "import sys, gradcheck.__main__; print(sorted({'importlib', 're', 'typing'} & {*sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],  # without the paths of packages, which load what they like
        env={"PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_check_loads_only_what_it_needs(tmp_path):
    (tmp_path / "model.py").write_bytes(FIXTURE.read_bytes())
    arguments = ("check", "model.py", "--format", "concise")
    modules = loaded("from gradcheck.cli.commands import main; main()", *arguments, cwd=tmp_path)
    assert not modules & {"xml", "tomllib", "json", "rich"}


def test_public_names_are_there_when_asked_for():
    import gradcheck

    assert callable(gradcheck.probe)
    assert {"Finding", "Report", "assert_gradients", "callback", "probe", "watching"} <= set(dir(gradcheck))
    assert gradcheck.Status.OK.value == "ok"
    assert gradcheck.assert_gradients.__name__ == "assert_gradients"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        gradcheck.nothing  # noqa: B018
