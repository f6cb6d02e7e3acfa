"""From a dual kernel in the Gram entries to the gradient and the Hessian in the vectors, for any activation.

kappa(w, v) = E sigma(w.x) sigma(v.x) depends on p = |w|^2, q = w.v and s = |v|^2 only. Its derivatives in the entries
of w and v follow by the chain rule, in any dimension d: entry (a, b) of a block differentiates in coordinates a and b,
and the other coordinates enter through p, q, s alone, which they shift by the constants p_0, q_0, s_0. So the two
entries (a, a) and (a, b), a != b, with free p_0, q_0, s_0, are all entries for all d.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sympy import Derivative, Expr, Function, Symbol, diff, factor, simplify, symbols

from verify.symbolic.algebra import abbreviated
from verify.symbolic.derivation import Derivation, Identity, Kernel, Section, Step

p, s = symbols("p s", positive=True)
q, w_a, w_b, v_a, v_b, delta = symbols("q w_a w_b v_a v_b delta", real=True)

kappa = Function("kappa")(p, q, s)
phi = Function("phi")(p)

PARTIALS = ("p", "q", "s", "pp", "pq", "ps", "qq", "qs", "ss")
_K = {name: Symbol(f"kappa_{name}") for name in PARTIALS}
_PHI = {name: Symbol(f"phi_{name}") for name in ("p", "pp")}

FORMULAS: Mapping[str, Expr] = {
    "w": 2 * _K["p"] * w_a + _K["q"] * v_a,
    "ww": 2 * _K["p"] * delta
    + 4 * _K["pp"] * w_a * w_b
    + 2 * _K["pq"] * (w_a * v_b + v_a * w_b)
    + _K["qq"] * v_a * v_b,
    "wv": _K["q"] * delta
    + 4 * _K["ps"] * w_a * v_b
    + 2 * _K["pq"] * w_a * w_b
    + 2 * _K["qs"] * v_a * v_b
    + _K["qq"] * v_a * w_b,
    "self w": 2 * _PHI["p"] * w_a,
    "self ww": 2 * _PHI["p"] * delta + 4 * _PHI["pp"] * w_a * w_b,
}
"""Entry (a, b) of each block, delta = 1 if a = b and else 0; "self" is E sigma(w.x)^2 = phi(p)."""

_WORDS = {
    "w": "gradient in w",
    "ww": "Hessian block (w, w)",
    "wv": "Hessian block (w, v)",
    "self w": "gradient of the self term",
    "self ww": "Hessian of the self term",
}


def derivation(kernel: Kernel, literature: tuple[Step, ...] = ()) -> Derivation:
    """The kernel's derivation continued to partial derivatives, gradient and Hessian.

    `literature`: steps that tie the blocks to the forms in which papers print them.
    """
    partials = {name: factor(simplify(diff(kernel.value, *_symbols(name)))) for name in PARTIALS}
    closed_forms = _closed_forms(kernel, partials)
    blocks = {name: formula.xreplace(closed_forms) for name, formula in FORMULAS.items()}
    sections = [
        *kernel.sections,
        Section("Partial derivatives", _partial_derivatives(kernel, partials)),
        Section("The chain rule, for any activation and dimension", chain_rule()),
        Section(f"Gradient and Hessian of {kernel.activation}", _inserted(kernel, closed_forms)),
    ]
    if literature:
        sections.append(Section("The forms in the literature", literature))
    return Derivation(kernel.activation, tuple(sections), kernel.value, kernel.self_value, partials, blocks)


@cache
def chain_rule() -> tuple[Step, ...]:
    """The gradient and the Hessian blocks of an undefined kappa(p, q, s), entry by entry."""
    p_0, q_0, s_0 = symbols("p_0 q_0 s_0", real=True)
    gram = (w_a**2 + w_b**2 + p_0, w_a * v_a + w_b * v_b + q_0, v_a**2 + v_b**2 + s_0)
    pair, own = Function("kappa")(w_a, w_b, v_a, v_b), Function("phi")(w_a, w_b)
    where = {
        pair: _jet("kappa")(*gram),
        own: _jet("phi")(gram[0]),
        **{symbol: _jet("kappa", name)(*gram) for name, symbol in _K.items()},
        **{symbol: _jet("phi", name)(gram[0]) for name, symbol in _PHI.items()},
    }
    same = {delta: 1, w_b: w_a, v_b: v_a}
    entries = [
        ("w", "", pair, (w_a,), {}),
        ("ww", "(a, a)", pair, (w_a, w_a), same),
        ("ww", "(a, b)", pair, (w_a, w_b), {delta: 0}),
        ("wv", "(a, a)", pair, (w_a, v_a), same),
        ("wv", "(a, b)", pair, (w_a, v_b), {delta: 0}),
        ("self w", "", own, (w_a,), {}),
        ("self ww", "(a, a)", own, (w_a, w_a), same),
        ("self ww", "(a, b)", own, (w_a, w_b), {delta: 0}),
    ]
    return tuple(
        Identity(
            title=f"The {_WORDS[name]}, {f'entry {entry} ' if entry else 'entry a'}".rstrip(),
            reason="The chain rule for p, q, s as functions of coordinates a and b; subscripts are partial derivatives.",
            lhs=Derivative(function, *variables),
            rhs=FORMULAS[name].xreplace(values),
            where=where,
        )
        for name, entry, function, variables, values in entries
    )


def _partial_derivatives(kernel: Kernel, partials: Mapping[str, Expr]) -> tuple[Step, ...]:
    return tuple(
        Identity(
            title=f"kappa_{name}",
            reason="The kernel differentiated, where w and v are not parallel.",
            lhs=Derivative(kappa, *_symbols(name)),
            rhs=abbreviated(partial, kernel.where),
            where={kappa: kernel.value, **kernel.where},
        )
        for name, partial in partials.items()
    )


def _closed_forms(kernel: Kernel, partials: Mapping[str, Expr]) -> dict[Expr, Expr]:
    return {
        **{_K[name]: partial for name, partial in partials.items()},
        **{symbol: diff(kernel.self_value, *_symbols(name)) for name, symbol in _PHI.items()},
    }


def _inserted(kernel: Kernel, closed_forms: Mapping[Expr, Expr]) -> tuple[Step, ...]:
    short = {name: abbreviated(value, kernel.where) for name, value in closed_forms.items()}
    return tuple(
        Identity(
            title=f"The {_WORDS[name]}",
            reason="The partial derivatives inserted; delta is 1 if a = b, else 0.",
            lhs=formula,
            rhs=formula.xreplace(short),
            where={**closed_forms, **kernel.where},
        )
        for name, formula in FORMULAS.items()
    )


def _symbols(name: str) -> list[Symbol]:
    return [{"p": p, "q": q, "s": s}[letter] for letter in name]


@cache
def _jet(name: str, letters: str = "") -> Any:
    """An undefined C^2 function of the Gram entries, or its partial derivative by these letters.

    SymPy writes a derivative of f(g(x)) with a dummy variable, two of which are never equal; here it has a name. The
    letters are sorted, because mixed partial derivatives of a C^2 function do not depend on the order.
    """

    def fdiff(self: Any, argindex: int = 1) -> Any:
        return _jet(name, "".join(sorted(letters + "pqs"[argindex - 1])))(*self.args)

    return type(f"{name}_{letters}", (Function,), {"fdiff": fdiff})
