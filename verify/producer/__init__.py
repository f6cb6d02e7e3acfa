"""Everything that may be wrong: it finds proofs, and hands over certificates."""
