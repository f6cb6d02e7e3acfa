"""Facts: what a rule has proved, as values that only the rule's own module can make.

A fact says what is proved, of which landscape, over which region and with which numbers. It carries these itself:
a fact about another point, or with a weaker bound, proves another statement. Where a theorem has another one's
conclusion among its hypotheses, its rule takes that fact as an argument and holds it, so no step can be left out
or exchanged, and the order of the steps is that in which the facts come to be.

A `Verified` is made from a fact that `proves` the statement and from nothing else: what was not proved is missing.

What this cannot do: inside one process Python keeps no secret. `object.__new__`, `object.__setattr__`, a patched
method or a hand-written pickle make any value whatever. The seal is against mistakes of this program, not against
code that runs beside it. That no module of the project goes around it is a test (tests/checker/test_facts.py).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar, NoReturn, ParamSpec, Self, TypeVar

from verify.checker.core.statement import Statement

_MADE_BY: dict[object, Callable[..., Any]] = {}
Parts = ParamSpec("Parts")
SealedT = TypeVar("SealedT", bound="Sealed")
Interval = tuple[Fraction, Fraction]


class NotCovered(Exception):
    """The facts do not give the statement: a bug of this program, and never a proof."""


class Sealed:
    """What is made by one function only, which `maker` gives out once: not by its class, nor by copying or pickling.

    A class that has its maker has no subclasses.
    """

    __slots__ = ()

    def __new__(cls, *_: object, **__: object) -> Self:
        """Refused."""
        raise TypeError(f"{cls.__name__} is made by its own module only")

    def __init_subclass__(cls) -> None:
        if not cls.__module__.startswith("verify.") or any(base in _MADE_BY for base in cls.__bases__):
            raise TypeError(f"{cls.__module__}.{cls.__name__} may not be a sealed class")

    def __reduce_ex__(self, protocol: object) -> Any:
        raise TypeError(f"{type(self).__name__} is neither copied nor pickled")

    def __setstate__(self, state: object) -> None:
        raise TypeError(f"{type(self).__name__} is neither copied nor pickled")


def maker(sealed: Callable[Parts, SealedT]) -> Callable[Parts, SealedT]:
    """The one function that makes values of a sealed class, for the module that defines it: given out once."""
    is_sealed = isinstance(sealed, type) and issubclass(sealed, Sealed) and sealed.__module__ != __name__
    if not is_sealed or sealed in _MADE_BY:
        raise TypeError(f"{sealed!r} has no maker to give out")
    cls: Any = sealed
    cls.__setstate__ = Sealed.__setstate__  # a dataclass with slots has its own

    def make(*parts: Parts.args, **named: Parts.kwargs) -> SealedT:
        made: Any = object.__new__(cls)
        made.__init__(*parts, **named)
        return made  # type: ignore[no-any-return]

    _MADE_BY[sealed] = make
    return make


class Fact(Sealed, ABC):
    """What a rule has proved. The subclasses are frozen, and each stands in the module of its rule."""

    __slots__ = ()

    @abstractmethod
    def proves(self, statement: Statement) -> bool:
        """True only if the statement, in each of its fields, follows from what was proved."""

    def __bool__(self) -> NoReturn:
        raise TypeError("a fact has no truth value; ask what it proves")


@dataclass(frozen=True, slots=True)
class Conclusion(Fact):
    """The conclusion of a theorem, as a statement: for rules whose numbers are all the statement's own."""

    statement: Statement

    def proves(self, statement: Statement) -> bool:
        """The same, in each field."""
        return statement == self.statement


class Lemma(Fact):
    """What the facts that build on it hold: it proves no statement by itself."""

    __slots__ = ()

    def proves(self, statement: Statement) -> bool:
        """None."""
        return False


@dataclass(frozen=True, slots=True)
class Further(Fact):
    """What a fact says, and a stronger property."""

    at: Fact
    FROM: ClassVar[Mapping[str, str]]
    """For each property that the rule proves, the one that it builds on."""

    def proves(self, statement: Any) -> bool:
        """What the other fact says of the same statement, and the property."""
        before = self.FROM.get(statement.property)
        return before is not None and self.at.proves(replace(statement, property=before))


def require(fact: object, statement: Statement) -> None:
    """Go on only with a fact that proves the statement. Raises NotCovered."""
    if not isinstance(fact, Fact) or fact.proves(statement) is not True:
        raise NotCovered(f"{type(fact).__name__} does not give the statement ({statement.property})")


def encloses(claimed: Interval, proved: Interval) -> bool:
    """Whether what lies in the interval proved lies in the one claimed."""
    return claimed[0] <= proved[0] and proved[1] <= claimed[1]
