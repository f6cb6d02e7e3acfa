"""Hardt & Ma 2016: linear residual networks, f(A) = E |(I + A_l) ... (I + A_1) x - R x - xi|^2.

No rule of this checker has such a landscape yet: each sentence is undecided, with what is missing.
"""

from __future__ import annotations

from .finite_samples import Item, proof

MISSING = "a kind of statements about residual linear networks with their covariance"
PROOF = proof(
    "hardt-ma-2016",
    "Hardt & Ma 2016",
    (
        Item(
            name="theorem 2.1",
            claim="With g = max |log sigma(R)| and l >= 3 g there is a global optimum with max |A_i| of order 1/l.",
            missing=f"{MISSING}; as printed it needs det R > 0",
        ),
        Item(
            name="theorem 2.2",
            claim="Every critical point with max |A_i| < 1 is global.",
            missing=MISSING,
        ),
        Item(
            name="inequality (2.3)",
            claim="|grad f|^2 >= 4 l (1 - tau)^(l-1) sigma_min(S)^2 (f - f_opt) where max |A_i| <= tau.",
            missing=f"{MISSING}; as printed it fails for l = 1 and S = 2 (16 < 32)",
        ),
    ),
)
