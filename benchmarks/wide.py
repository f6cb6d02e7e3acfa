"""Features of full rank on scikit-learn's digits: exactly modulo a prime, and in balls; limiting Gram matrices.

    python benchmarks/wide.py --output docs/BENCHMARKS.md

Writes its own section of the report, and keeps the others.
"""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from gram import gram_lines
from sections import write_or_print
from sklearn.datasets import load_digits

from verify.checker.public import Session, Verified
from verify.producer.wide.features import certify_feature_rank
from verify.producer.wide.layers import convolution, dense, image_patches, max_pool, network

HEADING = "Features of full rank"
KERNEL, POOL = image_patches((8, 8), (3, 3)), image_patches((6, 6), (2, 2), 2)
RELU, SOFTPLUS = (100, 500, 1797), (100, 300, 1000)


def measured(count: int, kind: str) -> str:
    """A row of the table."""
    inputs = load_digits().data[:count].astype(int).tolist()
    if kind == "relu":
        specs = [convolution(8, KERNEL, "identity"), max_pool(POOL, "relu"), dense(count * 53 // 50 + 4, "relu")]
        words = f"8 filters 3 x 3, max-pooling 2 x 2, ReLU, {count * 53 // 50 + 4} ReLU units"
    else:
        specs, words = [convolution(40, KERNEL, "softplus")], "40 filters 3 x 3, softplus, 1440 features"
    start = time.process_time()
    certificate = certify_feature_rank(network(inputs, specs))
    made = time.process_time() - start
    with TemporaryDirectory() as folder:
        path = Path(folder) / "features.json"
        certificate.save(path)
        start = time.process_time()
        verdict = Session().check(path)
        checked, size = time.process_time() - start, path.stat().st_size
    if not isinstance(verdict, Verified):
        raise RuntimeError(f"{path} is not verified")
    return f"| {count} | {words} | {made:.1f} | {checked:.1f} | {size / 2**20:.2f} |"


def report() -> str:
    """The section."""
    return "\n".join(
        [
            "`benchmarks/wide.py`: the rank of the features of scikit-learn's digits is their number N, for almost all",
            "parameters (softplus, in balls) or those with a branch pattern (ReLU, exactly, modulo a prime). CPU",
            "seconds, in one process; to prove includes checking once.",
            "",
            "| N | network | to prove | to check | MiB |",
            "|---|---|---|---|---|",
            *(measured(count, "relu") for count in RELU),
            *(measured(count, "softplus") for count in SOFTPLUS),
            *gram_lines(),
        ]
    )


if __name__ == "__main__":
    write_or_print(__doc__, HEADING, report)
