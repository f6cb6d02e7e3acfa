"""One file per rule, one rule per theorem. `verify.checker.kinds` says which rules prove which statement."""
