"""A derivation: steps that are checked when they are made, and what they derive.

A step that cannot be proved cannot be built: its constructor raises `StepNotProved`. The formulas that a step prints
are those that it checks. In its prose, formulas stand between backquotes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import ClassVar

from sympy import Expr, Function, Integral, Symbol, diff, limit, oo

from verify.producer.symbolic.algebra import is_entire, vanishes

z = Symbol("z", real=True)
"""The argument of every activation."""


class StepNotProved(ArithmeticError):
    """A step of a derivation is not proved; the message names the step and what fails."""

    def __init__(self, title: str, failure: str) -> None:
        super().__init__(f"step {title!r} is not proved: {failure}")


@dataclass(frozen=True, slots=True)
class Formula:
    """Terms joined by one relation, as a reader sees them; `label` says what the formula is, unless it is the claim."""

    terms: tuple[Expr, ...]
    relation: str = "="
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Step(ABC):
    """One step: a title, one sentence why it is made, and a claim that is proved on construction."""

    title: str
    reason: str
    kind: ClassVar[str]
    checked: ClassVar[str]

    def __post_init__(self) -> None:
        for failure in self.failures():
            raise StepNotProved(self.title, failure)

    @abstractmethod
    def failures(self) -> Iterator[str]:
        """What is not proved, in words; nothing if the step is proved."""

    @abstractmethod
    def formulas(self) -> tuple[Formula, ...]:
        """The claim, and what is needed to read it."""


@dataclass(frozen=True, kw_only=True)
class Identity(Step):
    """lhs = rhs once each name in `where` is replaced by its definition and derivatives are carried out.

    A definition may use names that are defined further down.
    """

    lhs: Expr
    rhs: Expr
    where: dict[Expr, Expr] = field(default_factory=dict)
    kind: ClassVar[str] = "identity"
    checked: ClassVar[str] = "the difference of the two sides simplifies to 0"

    def failures(self) -> Iterator[str]:
        """The difference, if it does not simplify to 0."""
        if not vanishes((self.lhs - self.rhs).xreplace(closed(self.where)).doit()):
            yield f"{self.lhs} - ({self.rhs}) does not simplify to 0"

    def formulas(self) -> tuple[Formula, ...]:
        """The identity and the definitions that it uses, directly or through one another."""
        return Formula((self.lhs, self.rhs)), *definitions((self.lhs, self.rhs), self.where)


@dataclass(frozen=True, kw_only=True)
class DefiniteIntegral(Step):
    """The integral of `integrand` over `variable` from `lower` to `upper`, either of them infinite or not, is `value`.

    How the antiderivative was found does not matter: it is differentiated back.
    """

    integrand: Expr
    variable: Symbol
    lower: Expr
    upper: Expr
    antiderivative: Expr
    value: Expr
    kind: ClassVar[str] = "integral"
    checked: ClassVar[str] = "the antiderivative is entire, its derivative is the integrand, its increment the value"

    def failures(self) -> Iterator[str]:
        """Each hypothesis of the fundamental theorem of calculus that is not proved."""
        if not is_entire(self.antiderivative, self.variable):
            yield f"{self.antiderivative} is not seen to be entire in {self.variable}"
        if not vanishes(diff(self.antiderivative, self.variable) - self.integrand):
            yield f"the derivative of {self.antiderivative} is not {self.integrand}"
        if not vanishes(self._at(self.upper) - self._at(self.lower) - self.value):
            yield f"{self.antiderivative} does not grow by {self.value} from {self.lower} to {self.upper}"

    def formulas(self) -> tuple[Formula, ...]:
        """The integral and the antiderivative."""
        integral = Integral(self.integrand, (self.variable, self.lower, self.upper))
        return (Formula((integral, self.value)), Formula((self.antiderivative,), label="antiderivative"))

    def _at(self, end: Expr) -> Expr:
        if end in (oo, -oo):
            return limit(self.antiderivative, self.variable, end)
        return self.antiderivative.subs(self.variable, end)


@dataclass(frozen=True, kw_only=True)
class Ordered(Step):
    """points[0] <= points[1] <= ... for every value of `variable` from `lower` to `upper`."""

    points: tuple[Expr, ...]
    variable: Symbol
    lower: Expr
    upper: Expr
    kind: ClassVar[str] = "order"
    checked: ClassVar[str] = "each difference is affine in the variable and not negative at both ends"

    def failures(self) -> Iterator[str]:
        """The neighbours whose order is not proved."""
        for left, right in pairwise(self.points):
            gap = right - left
            ends = [gap.subs(self.variable, end) for end in (self.lower, self.upper)]
            if diff(gap, self.variable, 2) != 0 or not all(end.is_nonnegative for end in ends):
                yield f"{left} <= {right} for all {self.variable} in [{self.lower}, {self.upper}]"

    def formulas(self) -> tuple[Formula, ...]:
        """The range of the variable and the chain of inequalities."""
        return Formula(self.points, "<="), Formula((self.lower, self.variable, self.upper), "<=", "for")


@dataclass(frozen=True, slots=True)
class Section:
    """Steps under one heading, and what a reader should know before them."""

    heading: str
    steps: tuple[Step, ...]
    introduction: str = ""


@dataclass(frozen=True, slots=True)
class Kernel:
    """What a method hands over: the dual kernel of an activation, with the steps that derive it.

    sigma: the activation in the symbol z;
    value: E sigma(w.x) sigma(v.x) in p, q, s;
    self_value: E sigma(w.x)^2 in p;
    names: what stands for subexpressions of `value`, such as the angle t, where formulas are printed;
    domain: where `value` has its partial derivatives, in words.
    """

    activation: str
    sigma: Expr
    sections: tuple[Section, ...]
    value: Expr
    self_value: Expr
    names: dict[Expr, Expr]
    domain: str


@dataclass(frozen=True, slots=True)
class Derivation:
    """The dual kernel of an activation and its derivatives, each derived in checked steps.

    sigma: the activation in the symbol z;
    kernel: E sigma(w.x) sigma(v.x), x ~ N(0, I), in p = |w|^2, q = w.v, s = |v|^2;
    self_kernel: E sigma(w.x)^2 in p, the case w = v;
    partials: the partial derivatives of `kernel`, by the names p, q, s, pp, pq, ps, qq, qs, ss;
    blocks: entry (a, b) of the gradient "w" and of the Hessian blocks "ww" and "wv" of the kernel, in p, q, s, the
    entries w_a, w_b, v_a, v_b and delta (1 if a = b, else 0); "self w" and "self ww" are those of E sigma(w.x)^2;
    of an activation whose loss is not C^1 (the step function) partials and blocks are empty;
    names: what stands for subexpressions, such as the angle t, where formulas are printed.
    """

    activation: str
    sigma: Expr
    sections: tuple[Section, ...]
    kernel: Expr
    self_kernel: Expr
    partials: Mapping[str, Expr]
    blocks: Mapping[str, Expr]
    names: Mapping[Expr, Expr]

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in order."""
        return tuple(step for section in self.sections for step in section.steps)

    def text(self) -> str:
        """The derivation for a terminal of 80 columns."""
        from verify.producer.symbolic.render import text

        return text(self)

    def latex(self) -> str:
        """The derivation as a LaTeX fragment; it needs amsmath."""
        from verify.producer.symbolic.render import latex

        return latex(self)


def value_only(kernel: Kernel, *sections: Section) -> Derivation:
    """The kernel's derivation as it is, without partial derivatives and blocks; the sections say why."""
    return Derivation(
        activation=kernel.activation,
        sigma=kernel.sigma,
        sections=(*kernel.sections, *sections),
        kernel=kernel.value,
        self_kernel=kernel.self_value,
        partials={},
        blocks={},
        names=kernel.names,
    )


def closed(where: dict[Expr, Expr]) -> dict[Expr, Expr]:
    """The definitions, in which names may be used that are defined further down, without those names."""
    result: dict[Expr, Expr] = {}
    for name, definition in reversed(where.items()):
        result[name] = definition.xreplace(result)
    return result


def definitions(terms: Iterable[Expr], where: dict[Expr, Expr]) -> tuple[Formula, ...]:
    """Those definitions that the terms use, directly or through one another."""
    needed = {name for term in terms for name in _names(term)}
    result = []
    for name, definition in where.items():
        if name in needed:
            needed |= _names(definition)
            result.append(Formula((name, definition), label="where"))
    return tuple(result)


def _names(expression: Expr) -> set[Expr]:
    """The symbols and applied functions that an expression mentions."""
    names: set[Expr] = expression.atoms(Symbol, Function)
    return names
