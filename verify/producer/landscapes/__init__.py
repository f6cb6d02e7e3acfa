"""What a loss is: its data, and float64 evaluators for the search and the prover."""
