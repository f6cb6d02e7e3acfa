"""The tier of trust `rocq`: a certificate as a theorem that the kernel of the Rocq prover (Coq) accepts.

`theorem.py` writes the theorem from the certificate's numbers, `library.py` knows the library in the folder rocq/,
`kernel.py` runs coqc, `session.py` gives the verdicts and `command.py` is `verify export rocq`. What is believed is in
docs/ROCQ.md: the kernel, its axioms, and the definitions of rocq/Statement.v.
"""
