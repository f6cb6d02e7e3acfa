"""Deep linear networks: certificates about gradient descent and critical points (docs/LINEAR.md)."""
