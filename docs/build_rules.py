"""Writes the pages of the rules from the rules themselves: run it after changing one."""

from __future__ import annotations

from pathlib import Path

from gradcheck.page import summary
from gradcheck.registry import Entry, entries

FOLDER = Path(__file__).parent / "rules"


def pages() -> dict[str, str]:
    """What every file in `docs/rules` should hold."""
    found = {f"{entry.rule.name}.md": _page(entry) for entry in entries()}
    return {"README.md": _index(), **found}


def write() -> None:
    """Bring `docs/rules` in line with the rules."""
    FOLDER.mkdir(exist_ok=True)
    for stale in FOLDER.glob("*.md"):
        if stale.name not in pages():
            stale.unlink()
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def _page(entry: Entry) -> str:
    rule = entry.rule
    facts = f"`{rule.code}` · {rule.severity.value} · since {rule.since}"
    return f"# {rule.name}\n\n{facts}\n\n{entry.page.strip()}\n"


def _index() -> str:
    rows = [
        f"| {entry.rule.code} | [{entry.rule.name}]({entry.rule.name}.md) | {entry.rule.severity.value} "
        f"| {summary(entry.page)} |"
        for entry in entries()
    ]
    head = ["# Rules", "", "| code | name | severity | |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *rows]) + "\n"


if __name__ == "__main__":
    write()
