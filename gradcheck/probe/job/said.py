"""What an exception says, also one whose own methods raise."""

from __future__ import annotations

_LONGEST = 20_000


def kind(error: BaseException) -> str:
    """The name of its class."""
    return str(type.__dict__["__name__"].__get__(type(error)))


def message(error: BaseException) -> str:
    """Its text; a sentence about it where it has none that can be had."""
    try:
        # A copy: what it returns may be of a class of the program's, with methods of its own.
        return "".join(str.__str__(str(error))[:_LONGEST])
    except BaseException as problem:
        return f"(its message cannot be had: {kind(problem)})"


def said(error: BaseException) -> str:
    """`ValueError: no such file`."""
    return f"{kind(error)}: {message(error)}"


def sentence(error: BaseException) -> str:
    """An error of the program's in one sentence."""
    lines = [line.strip() for line in message(error).splitlines() if line.strip()]
    said = lines[0] if lines else ""
    if said.startswith("in user code"):
        # A traced function's error shows a traceback first, and says what went wrong below it.
        own = f"{kind(error)}: "
        said = next((line.removeprefix(own) for line in lines if line.startswith(own)), said)
    return f"the program raised {kind(error)}: {shortened(said)}".rstrip(": ")


def shortened(text: str, most: int = 200) -> str:
    """A text that fits into a sentence."""
    return text if len(text) <= most else f"{text[: most - 4]} ..."
