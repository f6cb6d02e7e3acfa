"""From a dual kernel in the Gram entries to the gradient and the Hessian in the vectors, for any activation.

kappa(w, v) = E sigma(w.x) sigma(v.x) depends on p = |w|^2, q = w.v and s = |v|^2 only. Its derivatives in the entries
of w and v follow by the chain rule, in any dimension d: entry (a, b) of a block differentiates in coordinates a and b,
and the other coordinates enter through p, q, s alone, to which they add constants p_0, q_0, s_0. So the entries (a, a)
and (a, b), a != b, with free p_0, q_0, s_0, are all entries for all d.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sympy import Add, Derivative, Expr, Function, Symbol, diff, symbols

from verify.producer.symbolic.algebra import abbreviated, tidy
from verify.producer.symbolic.derivation import Derivation, Identity, Kernel, Section, Step

p, s = symbols("p s", positive=True)
q, w_a, w_b, v_a, v_b, delta = symbols("q w_a w_b v_a v_b delta", real=True)

PARTIALS = ("p", "q", "s", "pp", "pq", "ps", "qq", "qs", "ss")


@cache
def _jet(name: str, letters: str = "") -> Any:
    """An undefined C^2 function of Gram entries, or its partial derivative by these letters, printed as one name.

    SymPy's own derivative of an undefined f(g(x)) contains a dummy variable, another one each time. The letters are
    sorted, because mixed partial derivatives of a C^2 function do not depend on their order.
    """
    label = Symbol(f"{name}_{letters}" if letters else name)

    def fdiff(self: Any, argindex: int = 1) -> Any:
        return _jet(name, "".join(sorted(letters + "pqs"[argindex - 1])))(*self.args)

    def printed(self: Any, printer: Any, exp: str = "") -> Any:
        return f"{printer._print(label)}^{{{exp}}}" if exp else printer._print(label)

    return type(label.name, (Function,), {"fdiff": fdiff, "_sympystr": printed, "_pretty": printed, "_latex": printed})


kappa, phi = _jet("kappa")(p, q, s), _jet("phi")(p)
KAPPA = {name: _jet("kappa", name)(p, q, s) for name in PARTIALS}
PHI = {name: _jet("phi", name)(p) for name in ("p", "pp")}

FORMULAS: Mapping[str, Expr] = {
    "w": 2 * KAPPA["p"] * w_a + KAPPA["q"] * v_a,
    "ww": (
        2 * KAPPA["p"] * delta
        + 4 * KAPPA["pp"] * w_a * w_b
        + 2 * KAPPA["pq"] * (w_a * v_b + v_a * w_b)
        + KAPPA["qq"] * v_a * v_b
    ),
    "wv": (
        KAPPA["q"] * delta
        + 4 * KAPPA["ps"] * w_a * v_b
        + 2 * KAPPA["pq"] * w_a * w_b
        + 2 * KAPPA["qs"] * v_a * v_b
        + KAPPA["qq"] * v_a * w_b
    ),
    "self w": 2 * PHI["p"] * w_a,
    "self ww": 2 * PHI["p"] * delta + 4 * PHI["pp"] * w_a * w_b,
}
"""Entry a of each gradient and (a, b) of each block; delta = 1 if a = b, else 0; "self" is phi(p) = E sigma(w.x)^2."""

_WORDS = {
    "w": "Gradient in w",
    "ww": "Hessian block (w, w)",
    "wv": "Hessian block (w, v)",
    "self w": "Gradient of the self term",
    "self ww": "Hessian of the self term",
}

_CHAIN_RULE = (
    "Entry `(a, b)` of a block differentiates in coordinates `a` and `b`. In any dimension the other coordinates enter "
    "through `p`, `q` and `s` alone, to which they add constants `p_0`, `q_0` and `s_0`; so one entry `(a, a)` and one "
    "entry `(a, b)` stand for all. Subscripts of `kappa` and `phi` are partial derivatives."
)


@dataclass(frozen=True, slots=True)
class Form:
    """How the literature prints a block: `expression` is entry (a, b) of it, `where` defines the names in that."""

    block: str
    source: str
    expression: Expr
    where: dict[Expr, Expr] = field(default_factory=dict)


def derivation(kernel: Kernel, literature: tuple[Form, ...] = ()) -> Derivation:
    """The kernel's derivation continued to its partial derivatives, its gradient and its Hessian."""
    partials = {name: _derivative(kernel.value, name) for name in PARTIALS}
    closed_forms = {KAPPA[name]: partial for name, partial in partials.items()}
    closed_forms |= {symbol: _derivative(kernel.self_value, name) for name, symbol in PHI.items()}
    short = {name: abbreviated(value, kernel.names) for name, value in closed_forms.items()}
    sections = [
        *kernel.sections,
        Section(f"Partial derivatives, {kernel.domain}", _partial_derivatives(kernel, partials)),
        Section("The chain rule, for any activation and dimension", chain_rule(), _CHAIN_RULE),
        Section(f"Gradient and Hessian of {kernel.activation}", _inserted(kernel, short)),
    ]
    if literature:
        sections.append(Section("The forms in the literature", _literature(kernel, literature, short)))
    return Derivation(
        activation=kernel.activation,
        sigma=kernel.sigma,
        sections=tuple(sections),
        kernel=kernel.value,
        self_kernel=kernel.self_value,
        partials=partials,
        blocks={name: formula.xreplace(closed_forms) for name, formula in FORMULAS.items()},
        names=kernel.names,
    )


@cache
def chain_rule() -> tuple[Step, ...]:
    """The gradient and the Hessian blocks of an undefined kappa(p, q, s) and phi(p), entry by entry."""
    p_0, q_0, s_0 = symbols("p_0 q_0 s_0", real=True)
    pair, own = Function("kappa")(w_a, w_b, v_a, v_b), Function("phi")(w_a, w_b)
    where = {
        pair: kappa,
        own: phi,
        p: w_a**2 + w_b**2 + p_0,
        q: w_a * v_a + w_b * v_b + q_0,
        s: v_a**2 + v_b**2 + s_0,
    }
    same, other = {delta: 1, w_b: w_a, v_b: v_a}, {delta: 0}
    entries: list[tuple[str, str, Expr, tuple[Symbol, ...], dict[Expr, Any]]] = [
        ("w", "a", pair, (w_a,), {}),
        ("ww", "(a, a)", pair, (w_a, w_a), same),
        ("ww", "(a, b)", pair, (w_a, w_b), other),
        ("wv", "(a, a)", pair, (w_a, v_a), same),
        ("wv", "(a, b)", pair, (w_a, v_b), other),
        ("self w", "a", own, (w_a,), {}),
        ("self ww", "(a, a)", own, (w_a, w_a), same),
        ("self ww", "(a, b)", own, (w_a, w_b), other),
    ]
    return tuple(
        Identity(
            title=f"{_WORDS[name]}, entry {entry}",
            reason="The chain rule through `p`, `q` and `s`.",
            lhs=Derivative(function, *variables),
            rhs=FORMULAS[name].subs(values),
            where=where,
        )
        for name, entry, function, variables, values in entries
    )


def _partial_derivatives(kernel: Kernel, partials: Mapping[str, Expr]) -> tuple[Step, ...]:
    kappa_of_gram = Function("kappa")(p, q, s)
    return tuple(
        Identity(
            title=f"Derivative in {', '.join(name)}",
            reason="The dual kernel, differentiated.",
            lhs=Derivative(kappa_of_gram, *_symbols(name)),
            rhs=abbreviated(partial, kernel.names),
            where={kappa_of_gram: kernel.value, **kernel.names},
        )
        for name, partial in partials.items()
    )


def _inserted(kernel: Kernel, short: dict[Expr, Expr]) -> tuple[Step, ...]:
    return tuple(
        Identity(
            title=_WORDS[name],
            reason="The partial derivatives inserted; `delta` is 1 if `a = b`, else 0.",
            lhs=formula,
            rhs=formula.xreplace(short),
            where={**short, **kernel.names},
        )
        for name, formula in FORMULAS.items()
    )


def _literature(kernel: Kernel, literature: tuple[Form, ...], short: dict[Expr, Expr]) -> tuple[Step, ...]:
    return tuple(
        Identity(
            title=_WORDS[form.block],
            reason=form.source,
            lhs=FORMULAS[form.block].xreplace(short),
            rhs=form.expression,
            where={**form.where, **kernel.names},
        )
        for form in literature
    )


def _derivative(expression: Expr, name: str) -> Expr:
    return Add(*(tidy(diff(term, *_symbols(name))) for term in Add.make_args(expression)))


def _symbols(name: str) -> list[Symbol]:
    return [{"p": p, "q": q, "s": s}[letter] for letter in name]
