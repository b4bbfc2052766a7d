"""Reads `[tool.gradcheck]` of a pyproject.toml into Options. Loaded at each start, so without pathlib."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from gradcheck.base.regular_files import MEGABYTE, read_regular
from gradcheck.base.watchdog import TooLongError, limited
from gradcheck.config.options import Options, ProbeOptions, Target
from gradcheck.report.kinds import Severity

MOST_BYTES = 8 * MEGABYTE
MOST = 1e9
SECONDS = 5.0
"""Processor time that a settings file may take."""


class ConfigError(Exception):
    """A setting that cannot be used; its text says where and what to write instead."""


def load(path: str | None = None, paths: tuple[str, ...] = (), *, project_rules: bool = False) -> Options:
    """The settings of `path`, else of the nearest `[tool.gradcheck]` at or above what is looked at.

    The project's own rules are among them if `project_rules` asks for them or the project is trusted; no
    other way leads to them.
    """
    if path is not None:
        if (table := _read(path)) is None:
            raise ConfigError(f"{path}: has no [tool.gradcheck] table")
        return _gated(_options(path, table), project_rules)
    remarks: list[str] = []
    for folder in _upwards(os.path.realpath(paths[0] if paths else ".")):
        file = os.path.join(folder, "pyproject.toml")
        if os.path.isfile(file) and (table := _read(file)) is not None:
            return replace(_gated(_options(file, table), project_rules), remarks=tuple(remarks))
        if os.path.lexists(file) and not os.path.isfile(file):
            remarks.append(f"{file}: no settings are read from it, as it is not a regular file")
    return Options(remarks=tuple(remarks))


def _gated(options: Options, asked: bool) -> Options:
    """The settings, the project's own rules held back where they may not run."""
    if not options.rules or asked:
        return options
    from gradcheck.config.trust import distrust  # most projects have no rules of their own

    why = distrust(options.file, options.rules)
    return replace(options, rules=(), held_rules=options.rules, distrust=why) if why else options


def _upwards(folder: str) -> Iterator[str]:
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _read(file: str) -> dict[str, Any] | None:
    """The `[tool.gradcheck]` table of a file, None when it has none."""
    text = _text(file)
    if (
        "gradcheck" not in text and "\\" not in text
    ):  # what TOML spells with escapes, it may hold all the same
        return None
    toml = _toml()
    try:
        with limited(SECONDS):
            tools = toml.loads(text).get("tool", {})
    except TooLongError:
        raise ConfigError(f"{file}: takes too long to read") from None
    except toml.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not valid TOML: {error}") from None
    except (RecursionError, MemoryError):
        raise ConfigError(f"{file}: nested too deeply") from None
    except ValueError as error:  # a number that is too long, a date that never was
        raise ConfigError(f"{file}: not valid TOML: {error}") from None
    table = tools.get("gradcheck") if isinstance(tools, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{file}: [tool.gradcheck] must be a table")
    return table


def _text(file: str) -> str:
    try:
        return read_regular(file, MOST_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: is not UTF-8 text, as TOML must be") from None


def _toml() -> Any:
    if sys.version_info >= (3, 11):
        import tomllib as toml
    else:
        import tomli as toml
    return toml


def _options(file: str, table: Mapping[str, Any]) -> Options:
    known: dict[str, Callable[[str, Any], Any]] = {
        "keras": _keras,
        "select": _names,
        "ignore": _names,
        "extend-select": _names,
        "extend-ignore": _names,
        "per-file-ignores": _lists,
        "severity": _severities,
        "exclude": _names,
        "force-exclude": _switch,
        "rules": _names,
        "baseline": _word,
        "cache": _switch,
        "jobs": _count,
        "probe": _probe,
    }
    values = _convert(f"{file}: [tool.gradcheck]", table, known)
    if "probe" in values:
        values["probe"] = _from_here(values["probe"], os.path.dirname(file))
    if "rules" in values:
        values["rules"] = tuple(os.path.join(os.path.dirname(file), rule) for rule in values["rules"])
    if "baseline" in values:
        values["baseline"] = os.path.join(os.path.dirname(file), values["baseline"])
    return replace(Options(root=os.path.dirname(os.path.realpath(file)), file=file), **values)


def _from_here(options: ProbeOptions, folder: str) -> ProbeOptions:
    """Targets that are files of the settings' folder, as they are named from the current one."""
    targets = []
    for one in options.targets:
        name, colon, rest = one.target.partition(":")
        inside = os.path.join(folder, name)
        path = os.path.relpath(inside) if os.path.exists(inside) else name
        targets.append(replace(one, target=f"{path}{colon}{rest}"))
    return replace(options, targets=tuple(targets))


def _convert(
    where: str, table: Mapping[str, Any], known: Mapping[str, Callable[[str, Any], Any]]
) -> dict[str, Any]:
    for key in table:
        if key not in known:
            spelled = _key(key) if _key(key) != key else repr(key)
            raise ConfigError(f"{where}: unknown key {spelled}{_nearest(key, known)}")
    return {key.replace("-", "_"): known[key](f"{where}: {key}", value) for key, value in table.items()}


def _key(key: str) -> str:
    """A key as a file may spell it, on one line: what needs quotes has them, what cannot be printed is
    escaped."""
    if re.fullmatch(r"[A-Za-z0-9_-]+", key):
        return key
    import json  # most files have no such key

    return json.dumps(key, ensure_ascii=not key.isprintable())


def _nearest(word: str, known: Mapping[str, object]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word.replace("_", "-").lower(), known, n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; known keys: {', '.join(known)}"


def _word(where: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"{where} must be a string, not {value!r}")
    return value


def _switch(where: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(f"{where} must be true or false, not {value!r}")
    return value


def _count(where: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ConfigError(f"{where} must be a number such as 2, not {value!r}")
    return value


def _words(where: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise ConfigError(f'{where} must be a list of strings such as ["GC101"], not {value!r}')
    return tuple(value)


def _names(where: str, value: Any) -> tuple[str, ...]:
    """Words that name something: an empty one would name everything, or nothing."""
    if not all(word.strip() for word in _words(where, value)):
        raise ConfigError(f"{where} has an empty entry, which names nothing: remove it or fill it in")
    return tuple(value)


def _positive(where: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < MOST:
        raise ConfigError(f"{where} must be a number above 0, not {value!r}")
    return value


def _steps(where: str, value: Any) -> int:
    if not isinstance(value, int) or _positive(where, value) != value:
        raise ConfigError(f"{where} must be a whole number above 0, not {value!r}")
    return value


def _table(where: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{where} must be a table, not {value!r}")
    return value


def _keras(where: str, value: Any) -> str:
    if str(value) not in ("auto", "2", "3", "both") or isinstance(value, bool):
        raise ConfigError(f'{where} must be "auto", "2", "3" or "both", not {value!r}')
    return str(value)


def _lists(where: str, value: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    table = _table(where, value)
    _names(where, [*table])
    return tuple((key, _names(f"{where}.{_key(key)}", codes)) for key, codes in table.items())


def _severities(where: str, value: Any) -> tuple[tuple[str, Severity], ...]:
    levels = [level.value for level in Severity]
    _names(where, [*_table(where, value)])
    for key, level in value.items():
        if level not in levels:
            raise ConfigError(f"{where}.{_key(key)} must be one of {', '.join(levels)}, not {level!r}")
    return tuple((key, Severity(level)) for key, level in value.items())


def _probe(where: str, value: Any) -> ProbeOptions:
    known = {"targets": _targets, "python": _word, "timeout": _positive, "steps": _steps}
    return ProbeOptions(**_convert(where, _table(where, value), known))


def _targets(where: str, value: Any) -> tuple[Target, ...]:
    if not isinstance(value, list):
        raise ConfigError(
            f'{where} must be a list such as ["train.py", "model.py:make_model"], not {value!r}'
        )
    return tuple(_target(where, one) for one in value)


def _target(where: str, value: Any) -> Target:
    if isinstance(value, str):
        return Target(value)
    known = {"target": _word, "args": _words, "call": _word, "inputs": _words}
    values = _convert(where, _table(f"each of {where}", value), known)
    if "target" not in values:
        raise ConfigError(f"{where}: {value!r} lacks the key 'target'")
    return Target(**values)
