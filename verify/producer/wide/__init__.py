"""Wide networks: features of full rank, and what follows of critical points; quadratic networks of every size."""
