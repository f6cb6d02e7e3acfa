"""What the proofs about finite data share: `verify.producer.items`, which other packages' proofs use too."""

from verify.producer.items import Item, Vector, better, proof, says, says_at, vector

__all__ = ["Item", "Vector", "better", "proof", "says", "says_at", "vector"]
