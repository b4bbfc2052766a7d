"""The names that a piece of code sees, and how two branches' names become one."""

from __future__ import annotations

from gradcheck.facts.domain.values import Constant, External, Value


class Scope:
    """One function's (or module's) names; `outer` is the scope it closes over."""

    __slots__ = ("declared_global", "names", "outer")

    def __init__(self, outer: Scope | None = None) -> None:
        self.names: dict[str, Value] = {}
        self.outer = outer
        self.declared_global: dict[str, Scope] = {}

    def find(self, name: str) -> Value | None:
        """The value of a name here or in an enclosing scope."""
        scope: Scope | None = self
        while scope is not None:
            if (value := scope.names.get(name)) is not None:
                return value
            scope = scope.outer
        return None

    def bind(self, name: str, value: Value) -> None:
        """Give a name its value, where `global` or `nonlocal` says."""
        self.declared_global.get(name, self).names[name] = value

    def module(self) -> Scope:
        """The outermost scope."""
        scope = self
        while scope.outer is not None:
            scope = scope.outer
        return scope


def same(one: Value, other: Value) -> bool:
    """Whether two values are known to be the same."""
    if one is other:
        return True
    if isinstance(one, Constant) and isinstance(other, Constant):
        return (
            one.known == other.known
            and type(one.value) is type(other.value)
            and bool(one.value == other.value)
        )
    if isinstance(one, External) and isinstance(other, External):
        return one.name == other.name
    return False
