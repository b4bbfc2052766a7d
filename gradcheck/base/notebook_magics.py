"""What IPython makes of a cell that is not plain Python: magics, shell commands, help.

Lines keep their numbers and endings, and code that a magic runs keeps its columns.
"""

from __future__ import annotations

import re

from gradcheck.base.cell_magics import magic_of, runs_here
from gradcheck.base.lines import ending_of, lines_of
from gradcheck.base.syntax import program_of

_OPTIONS = r"(?:-[nr]\s*\d+\s+|-[pslTDfi]\s*\S+\s+|--?\w[\w-]*\s+)*"
_RUNS = re.compile(rf"(?P<magic>%(?:time|timeit|prun|memit|lprun|mprun)\s+{_OPTIONS})(?=\S)")
_ASSIGNED = re.compile(r"(?P<before>[\w.,\s\[\]*]+=\s*)(?P<how>!|%)(?P<text>[^=].*)\Z", re.S)
_HELP = re.compile(r"\s*(?:\?{1,2}[\w.]+|[\w.]+\?{1,2})\s*\Z")
_COMPOUND = re.compile(r"(?:for|while|with|if|try|def|class)\b")
_SHELL = frozenset({"sx", "system", "sc"})


def python(source: str) -> str:
    """The Python that a cell runs. What is Python already stays as it is."""
    return translated(source)[0]


def translated(source: str) -> tuple[str, bool]:
    """What a cell runs, and whether that is Python: it may be anything, and is compiled by itself."""
    if _parses(source):
        return (source if source.endswith("\n") or not source else f"{source}\n"), True
    lines = lines_of(source)
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if lines and lines[first].startswith("%%"):
        body = "\n".join(_translated([line.rstrip("\r\n") for line in lines[first + 1 :]]))
        if not runs_here(magic_of(lines[first]), body):
            return blank(source), True
        lines[first] = f"pass{ending_of(lines[first])}"
    made = _translated([line.rstrip("\r\n") for line in lines])
    code = "".join(one + (ending_of(line) or "\n") for one, line in zip(made, lines, strict=True))
    return code, _parses(code)


def blank(source: str) -> str:
    """As many lines without anything on them."""
    return "".join(ending_of(line) or "\n" for line in lines_of(source))


def _parses(source: str) -> bool:
    try:
        program_of(source, in_cell=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _translated(lines: list[str]) -> list[str]:
    found: list[str] = []
    while len(found) < len(lines):
        parts = [lines[len(found)]]
        if _is_escaped(parts[0]):
            while parts[-1].endswith("\\") and len(found) + len(parts) < len(lines):
                parts[-1] = parts[-1][:-1]
                parts.append(lines[len(found) + len(parts)].strip())
        found += [_line(" ".join(parts)), *[""] * (len(parts) - 1)]
    return found


def _is_escaped(line: str) -> bool:
    return line.lstrip().startswith(("!", "%")) or _ASSIGNED.match(line) is not None


def _line(line: str) -> str:
    code = line.lstrip()
    indent = line[: len(line) - len(code)]
    if code.startswith("!"):
        return f"{indent}get_ipython().system({code.lstrip('!').strip()!r})"
    if code.startswith("%"):
        return indent + _magic(code)
    if _HELP.match(line):
        return f"{indent}pass"
    if (assigned := _ASSIGNED.match(line)) is not None:
        return assigned["before"] + _value(assigned["how"], assigned["text"])
    return line


def _magic(code: str) -> str:
    """A line magic as a statement; the statement that a magic runs in its own place."""
    if (runs := _RUNS.match(code)) is not None:
        rest = code[runs.end() :]
        # A statement of its own before it keeps the columns; compound statements have none before them.
        return rest if _COMPOUND.match(rest) else f"0;{' ' * (runs.end() - 2)}{rest}"
    name, _, rest = code.lstrip("%").partition(" ")
    if not re.match(r"[A-Za-z]\w*\Z", name.strip()):
        return code
    return f"get_ipython().run_line_magic({name.strip()!r}, {rest.strip()!r})"


def _value(how: str, text: str) -> str:
    """What a magic or a shell command answers."""
    if how == "!":
        return f"get_ipython().getoutput({text.strip()!r})"
    if (runs := _RUNS.match(f"%{text}")) is not None:
        return f"{' ' * runs.end()}{text[runs.end() - 1 :]}"
    name, _, rest = text.partition(" ")
    if name in _SHELL:
        return f"get_ipython().getoutput({rest.strip()!r})"
    return f"get_ipython().run_line_magic({name!r}, {rest.strip()!r})"
