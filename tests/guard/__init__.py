"""The guard: what both checkers say of every committed certificate and of every file of the corpus, word for word.

`python -m tests.guard --check` compares with `verdicts.json`; `--write` writes it, when words are meant to change.
"""
