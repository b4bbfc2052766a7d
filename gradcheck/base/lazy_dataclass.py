"""`dataclass` as the standard library has it, but a class gets its methods with its first object.

Writing them takes the standard library half a millisecond for each class, and a run of the command makes
objects of few. For those it writes `__init__` alone; the methods that compare, hash, show and refuse changes
are the same functions for every class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    import dataclasses
    import operator

    from gradcheck.base.locks import lock_for_all

    _HOW = "_how_it_is_a_dataclass"
    _OPTIONS = frozenset({"eq", "frozen", "order", "repr"})
    _COMPLETING = lock_for_all()
    _ORDER = {"__lt__": operator.lt, "__le__": operator.le, "__gt__": operator.gt, "__ge__": operator.ge}

    def dataclass(cls=None, /, **how):
        """Make a class a dataclass, once there is an object of it (made or unpickled).

        Raises TypeError for what the standard library would do and this does not.
        """
        if cls is None:
            return lambda named: dataclass(named, **how)
        _refuse(cls, how)
        setattr(cls, _HOW, how)
        cls.__init__, cls.__setstate__ = _first_made, _first_unpickled
        return cls

    def _refuse(cls, how):
        """Raise TypeError for what is not implemented here: a type checker would believe that it works."""
        if unknown := sorted(how.keys() - _OPTIONS):
            raise TypeError(f"{cls.__qualname__}: a lazy dataclass has no {', '.join(unknown)}")
        for name, value in vars(cls).items():
            if isinstance(value, dataclasses.Field) and not _is_plain(value):
                raise TypeError(f"{cls.__qualname__}.{name}: a lazy dataclass takes and compares every field")

    def _is_plain(field):
        return field.compare and field.init and field.hash is None and field.kw_only is not True

    def _first_made(self, *values, **named):
        _complete(type(self))
        self.__init__(*values, **named)

    def _first_unpickled(self, state):
        _complete(type(self))
        self.__dict__.update(state)

    def _complete(cls):
        """Write the methods of a class. A thread that makes an object meanwhile waits, and never sees half of
        them."""
        with _COMPLETING:
            for above in reversed(cls.__mro__):
                if (how := vars(above).get(_HOW)) is not None:
                    dataclasses.dataclass(above, init=False, eq=False, repr=False)
                    _add_methods(above, how)
                    above.__init__ = _constructor(above)
                    for word in ("__setstate__", _HOW):
                        delattr(above, word)

    def _constructor(cls):
        """The `__init__` of its fields, from a subclass: the standard library replaces none that is there."""
        heir = dataclasses.dataclass(type(cls.__name__, (cls,), {}), eq=False, repr=False)
        heir.__init__.__qualname__ = f"{cls.__qualname__}.__init__"
        return heir.__init__

    def _add_methods(cls, how):
        cls._values = operator.attrgetter(*cls.__match_args__)
        if how.get("repr", True):
            cls.__repr__ = _shown
        if how.get("eq", True):
            cls.__eq__ = _comparing(operator.eq)
            cls.__hash__ = _hashed if how.get("frozen") else None
        if how.get("order"):
            for word, compare in _ORDER.items():
                setattr(cls, word, _comparing(compare))
        if how.get("frozen"):
            cls.__setattr__, cls.__delattr__ = _set_once, _keep

    def _shown(self):
        shown = (field.name for field in dataclasses.fields(self) if field.repr)
        fields = (f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{type(self).__qualname__}({', '.join(fields)})"

    def _hashed(self):
        return hash(self._values(self))

    def _comparing(compare):
        def method(self, other):
            if other.__class__ is not self.__class__:
                return NotImplemented
            return compare(self._values(self), other._values(other))

        return method

    def _set_once(self, name, value):
        """Only `__init__` comes with a value for a field that has none yet."""
        if name in self.__dict__ or name not in self.__match_args__:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        self.__dict__[name] = value

    def _keep(self, name):
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
