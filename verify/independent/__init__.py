"""A second checker, written from docs/CERTIFICATE.md, in the standard library alone; docs/INDEPENDENT.md is its guide.

It shares no code with `verify/checker`: its own reader of JSON, its own interval arithmetic on integers, its own way to
every number, its own test of the signs of eigenvalues. No float takes part in a decision.
"""
