"""What `--show-settings` and `--show-files` print: the settings as they were understood, the files they lead
to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from gradcheck.config.options import Options, Target
from gradcheck.report.places import undotted
from gradcheck.source.discover import Remark, SourceFile, discover

_FROM = "# settings from {file}, with the flags of this command on top"
_NONE = "# no pyproject.toml here or above has a [tool.gradcheck] table: defaults, with the flags on top"


def settings(options: Options) -> Iterator[str]:
    """The settings as the table that would say the same; what is not set is a comment."""
    yield _FROM.format(file=options.file) if options.file else _NONE
    yield "[tool.gradcheck]"
    severities = {code: level.value for code, level in options.severity}
    rules = (*options.rules, *options.held_rules)
    yield from _lines(
        {
            "keras": options.keras,
            "select": options.select,
            "ignore": options.ignore,
            "extend-select": options.extend_select,
            "extend-ignore": options.extend_ignore,
            "per-file-ignores": dict(options.per_file_ignores),
            "severity": severities,
            "exclude": options.exclude,
            "force-exclude": options.force_exclude,
            "rules": rules,
            "baseline": options.baseline,
            "cache": options.cache,
            "jobs": options.jobs,
        }
    )
    if options.held_rules:
        yield f"# the rules do not run, as {options.distrust}"
    yield ""
    yield "[tool.gradcheck.probe]"
    probe = options.probe
    targets = [_target(one) for one in probe.targets]
    yield from _lines(
        {"targets": targets, "python": probe.python, "timeout": probe.timeout, "steps": probe.steps}
    )


def files(paths: Sequence[str], options: Options) -> Iterator[str]:
    """The files that a check of these paths looks at; what cannot be read is said beside its name, and what
    is to be said of the walk in a line of its own."""
    for found in discover(paths, options.excludes, forced=options.force_exclude):
        if isinstance(found, SourceFile):
            yield undotted(found.path)
        elif isinstance(found, Remark):
            yield f"# {found.text}"
        else:
            yield f"{found.path}  # {found.message}"


def _lines(table: dict[str, object]) -> Iterator[str]:
    for key, value in table.items():
        yield f"# {key} is not set" if value is None else f"{key} = {_toml(value)}"


def _toml(value: object) -> str:
    if isinstance(value, dict):
        rows = (f"{json.dumps(key)} = {_toml(one)}" for key, one in value.items())
        return f"{{ {', '.join(rows)} }}" if value else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _target(target: Target) -> object:
    said: dict[str, object] = {"target": target.target, "args": target.args, "inputs": target.inputs}
    said["call"] = target.call
    kept = {key: value for key, value in said.items() if value}
    return target.target if len(kept) == 1 else kept
