"""Runs gradcheck as its action asks. Inputs come as environment variables; none is ever given to a shell."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def main() -> int:
    """Run it, hand on what it said, and end with its exit code."""
    try:
        paths, options, program = _words("PATHS"), *_parted(_words("ARGUMENTS"))
        base = _base() if _is_on("NEW_ONLY") else ""
    except ValueError as error:
        print(f"::error title=gradcheck::{_escaped(str(error))}")
        return 2
    sarif = os.path.join(os.environ["RUNNER_TEMP"], "gradcheck.sarif") if _is_on("SARIF") else ""
    for folder in _folders(paths):
        print(f"::warning title=gradcheck::{_escaped(folder)} is a folder: it is read, not run")
    compared = ["--diff-base", base] if base else []
    done = subprocess.run(
        [*_command(), *_report(sarif), *compared, *options, *paths, *program],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
        check=False,
    )
    print(done.stdout, end="")
    _hand_on(done.returncode, done.stdout.strip().rpartition("\n")[2], sarif)
    return done.returncode


def _words(name: str) -> list[str]:
    """The words of an input, line by line; a path that begins like an option stays a path."""
    try:
        words = [word for line in os.environ.get(name, "").splitlines() for word in shlex.split(line)]
    except ValueError as error:
        raise ValueError(f"the input {name.lower()!r} cannot be read: {error}") from None
    return [f"./{word}" if word.startswith("-") else word for word in words] if name == "PATHS" else words


def _parted(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Our options, and the program's own with the `--` in front of them."""
    cut = words.index("--") if "--" in words else len(words)
    return [*words[:cut]], [*words[cut:]]


def _command() -> list[str]:
    """The installed command: `python -m gradcheck` would take a `gradcheck.py` of the project for it."""
    return [str(Path(sys.executable).with_name("gradcheck")), *([] if _is_on("PROBE") else ["check"])]


def _report(sarif: str) -> list[str]:
    return ["--format", "sarif", "--output-file", sarif] if sarif else ["--format", "github"]


def _folders(paths: Sequence[str]) -> list[str]:
    """The targets of a probe that are not programs."""
    idle = [path for path in paths if os.path.isdir(path) and not Path(path, "__main__.py").is_file()]
    return idle if _is_on("PROBE") else []


def _base() -> str:
    """The commit that a pull request is compared with, fetched; empty where there is no pull request."""
    branch = os.environ.get("GITHUB_BASE_REF", "")
    if not branch:
        return ""
    deepen = ["--unshallow"] if _git("rev-parse", "--is-shallow-repository") == "true" else []
    _git("fetch", "--quiet", "--no-tags", *deepen, "origin", _refs(branch))
    return f"refs/remotes/origin/{branch}"


def _refs(branch: str) -> str:
    return f"+refs/heads/{branch}:refs/remotes/origin/{branch}"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(f"the branch of `new-only` cannot be fetched: {done.stderr.strip()}")
    return done.stdout.strip()


def _hand_on(code: int, summary: str, sarif: str) -> None:
    """The outputs of the step, and a line on the page of the workflow."""
    known = {0: "nothing found", 1: "findings: see code scanning"}
    said = known.get(code, "see the log") if sarif else summary
    file = sarif if sarif and os.path.exists(sarif) else ""
    _append("GITHUB_OUTPUT", f"exit-code={code}\nsummary={said}\nsarif-file={file}\n")
    _append("GITHUB_STEP_SUMMARY", f"**gradcheck**: {said}\n")


def _append(name: str, text: str) -> None:
    if path := os.environ.get(name):
        with open(path, "a", encoding="utf-8") as stream:
            stream.write(text)


def _is_on(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() == "true"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


if __name__ == "__main__":
    sys.exit(main())
