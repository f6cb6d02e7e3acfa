"""What certificates carry to make their statements checkable: one module per kind, as in `statements`."""
