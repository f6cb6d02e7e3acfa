"""The limiting Gram matrix of the last hidden layer's weights, of networks of infinite width, in balls.

With P positions (1 where nothing is convolved), H hidden layers, w_1 = sqrt c, and w_h = sqrt c (fully connected) or
r / H (residual), the centred covariance C and the means b of the outputs of layer h are, at each position,
  C_h = [C_(h-1)] + w_h^2 cov(sigma(u)),   b_h = [b_(h-1)] + w_h E sigma(u),   u ~ N(0, K_(h-1)),
  K_h = sum over the positions of a patch of C_h + b_h b_h^T   (what is in brackets: residual, h > 1),
and K_0 likewise from the inputs' inner products. The Gram matrix is the sum over the positions of
w_H^2 K_(H-1) o E sigma' sigma'. All variances are enclosed; with cut-off series the matrices are lower bounds in
Loewner's order (docs/WIDE.md).
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, arb_mat, fmpz, fmpz_mat

from verify.checker.core.balls import ball
from verify.checker.core.clock import look
from verify.checker.core.exact import Matrix, common_denominator
from verify.checker.losses.limit_kernels import Rows, common, limit_kernel, normaliser
from verify.checker.statements.limiting_gram_matrix import ONE_HIDDEN, GramMatrix


@dataclass(frozen=True, slots=True)
class _Outputs:
    """Of a layer at one position: the centred covariance, the means, the variances."""

    covariance: Rows
    means: list[arb]
    variances: list[arb]


def gram_matrix(of: GramMatrix, terms: int, *, enclosed: bool) -> arb_mat:
    """The matrix in balls; of a Hermite series that is not `enclosed`, a lower bound. No sample is 0."""
    kernel = limit_kernel(of.activation, terms, enclosed=enclosed)
    c = arb(1) if of.architecture == ONE_HIDDEN else normaliser(of.activation, terms)
    outputs = _inputs(of)
    for layer in range(1, of.depth):
        weight = _weight(of, layer, c)
        square, new = weight * weight, []
        for before, (rows, variances) in zip(outputs, _patches(of, outputs), strict=True):
            found = kernel.layer(rows, variances)
            covariance = [[square * x for x in row] for row in found.covariances]
            means, own = [weight * x for x in found.means], [square * x for x in found.variances]
            if of.residual_scale is not None and layer > 1:
                covariance = _added(covariance, before.covariance)
                means, own = _plus(means, before.means), _plus(own, before.variances)
            new.append(_Outputs(covariance, means, own))
        outputs = new
    weight = _weight(of, of.depth, c)
    total: Rows = []
    for rows, variances in _patches(of, outputs):
        slopes = kernel.slopes(rows, variances)
        products = [[x * y for x, y in zip(row, other, strict=True)] for row, other in zip(rows, slopes, strict=True)]
        total = _added(products, total) if total else products
    return symmetric([[weight * weight * x for x in row] for row in total])


def inner_products(of: GramMatrix) -> arb_mat:
    """x_i . x_j, of the samples as the network is given them."""
    total: Rows = []
    for outputs in _inputs(of):
        total = _added(outputs.covariance, total) if total else outputs.covariance
    return symmetric(total)


def symmetric(rows: Rows) -> arb_mat:
    """With this lower triangle."""
    size = len(rows)
    return arb_mat([[rows[i][j] if j <= i else rows[j][i] for j in range(size)] for i in range(size)])


def _weight(of: GramMatrix, layer: int, c: arb) -> arb:
    if of.residual_scale is None or layer == 1:
        return c.sqrt()
    return ball(of.residual_scale) / of.depth


def _inputs(of: GramMatrix) -> list[_Outputs]:
    """The samples' inner products at each position, and no means."""
    norms = [_products((row,))[0][0].rsqrt() for row in of.inputs] if of.divided else []
    found = []
    for position in range(of.positions):
        channels = slice(position * of.channels, (position + 1) * of.channels)
        rows = _products(tuple(row[channels] for row in of.inputs))
        if of.divided:
            rows = [[x * norms[i] * norms[j] for j, x in enumerate(row)] for i, row in enumerate(rows)]
        if of.positions == 1:  # of norm 1, exactly
            for row in rows:
                row[-1] = arb(1)
            variances = [arb(1)]
        else:
            variances = [row[-1] for row in rows]
        found.append(_Outputs(rows, [arb(0)] * len(variances), variances))
    return found


def _products(exact: Matrix) -> Rows:
    """The lower triangle of X X^T, by integers with a common denominator unless that is long."""
    scale = common_denominator(x for row in exact for x in row)
    if scale is None:
        balls = arb_mat([[ball(x) for x in row] for row in exact])
        return [row[: i + 1] for i, row in enumerate((balls * balls.transpose()).tolist())]
    integers = fmpz_mat([[fmpz(x.numerator * (scale // x.denominator)) for x in row] for row in exact])
    square = arb(scale) * arb(scale)
    found = []
    for i, row in enumerate((integers * integers.transpose()).tolist()):
        look()
        found.append([arb(x) / square for x in row[: i + 1]])
    return found


def _patches(of: GramMatrix, outputs: list[_Outputs]) -> list[tuple[Rows, list[arb]]]:
    """For each patch the covariance, with means, of what a unit is given, and its variances."""
    whole = []
    for each in outputs:
        look()
        means = each.means
        rows = [
            [x + common(means, i) * common(means, j) for j, x in enumerate(row)]
            for i, row in enumerate(each.covariance)
        ]
        whole.append((rows, [v + b * b for v, b in zip(each.variances, means, strict=True)]))
    found = []
    for patch in of.patches:
        rows, variances = whole[patch[0]]
        for position in patch[1:]:
            rows = _added(rows, whole[position][0])
            variances = _plus(variances, whole[position][1])
        found.append((rows, variances))
    return found


def _plus(first: list[arb], second: list[arb]) -> list[arb]:
    return [x + y for x, y in zip(first, second, strict=True)]


def _added(first: Rows, second: Rows) -> Rows:
    return [_plus(row, other) for row, other in zip(first, second, strict=True)]
