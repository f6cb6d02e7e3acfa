"""Files, manifests, jobs and output: what sees verdicts only, and decides nothing."""
